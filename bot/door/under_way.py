"""What is being worked on, for whoever reads the log: each line carries it, whoever writes the line."""

from collections.abc import Iterator
from contextlib import contextmanager

from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

Known = str | int | None
"""References, numbers and names of kinds; never what people wrote."""


@contextmanager
def under_way(**known: Known) -> Iterator[None]:
    """Whatever is logged within carries these. What is noted within ends with it."""
    before = get_contextvars()
    note(**known)
    try:
        yield
    finally:
        clear_contextvars()
        bind_contextvars(**before)


def note(**known: Known) -> None:
    """Add what has become known; None is left out."""
    bind_contextvars(**{name: value for name, value in known.items() if value is not None})
