"""What is being worked on: each line of the log carries it, and where traces are wanted it is a span of one."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Literal, Protocol

from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

Known = str | int | None
"""References, numbers and names of kinds; never what people wrote."""
Kind = Literal["asked", "later", "calling", "within"]
"""Whether somebody waits for it, an earlier span led to it, it asks another program, or none of these."""


ERROR = "error"


class Tracer(Protocol):
    """Makes spans. Which one is under way is known by the task, as it is for the log."""

    def span(self, name: str, kind: Kind, parent: str | None) -> AbstractContextManager[None]:
        """Begin one, and end it with the body. `parent`: as `carried` told it, where it did not begin here."""

    def note(self, known: Mapping[str, str | int]) -> None:
        """Say more of the span that is under way."""

    def carried(self) -> str | None:
        """The span that is under way, for whoever goes on with it elsewhere; None where there is none."""


class _Traces:
    tracer: Tracer | None = None


def trace_with(tracer: Tracer | None) -> None:
    """Have spans made from now on, or none any more: one for the whole process, as the log is."""
    _Traces.tracer = tracer


@contextmanager
def under_way(
    span: str | None = None, kind: Kind = "within", parent: str | None = None, /, **known: Known
) -> Iterator[None]:
    """Whatever is logged within carries these. What is noted within ends with it. `span`: its name in a trace."""
    before = get_contextvars()
    tracer = _Traces.tracer
    try:
        with tracer.span(span, kind, parent) if tracer and span else nullcontext():
            note(**known)
            yield
    finally:
        clear_contextvars()
        bind_contextvars(**before)


def note(**known: Known) -> None:
    """Add what has become known; None is left out."""
    told = {name: value for name, value in known.items() if value is not None}
    bind_contextvars(**told)
    if _Traces.tracer is not None:
        _Traces.tracer.note(told)


def failed(why: str) -> None:
    """Say of the span that is under way that it did not succeed. `why`: a code or the name of a class."""
    if _Traces.tracer is not None:
        _Traces.tracer.note({ERROR: why})


def carried() -> str | None:
    """What is under way, to be kept with what follows from it later; None where no traces are made."""
    return _Traces.tracer.carried() if _Traces.tracer is not None else None
