"""Failing on demand, in the ways the real one does: calls of the Web API, and what is sent to the app."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass as plain_dataclass
from typing import Annotated, Literal, get_args

from pydantic import ConfigDict, Field, field_validator, model_validator
from pydantic.dataclasses import dataclass

Kind = Literal[
    "rate_limited",
    "error",
    "http_500",
    "html",
    "drop_before",
    "act_then_drop",
    "truncated",
    "latency",
    "lost_ack",
    "duplicate",
    "delay",
    "reorder",
]
CALL, DELIVERY = "call", "delivery"


@plain_dataclass(frozen=True, slots=True)
class About:
    """What a kind of fault hits, and what happens then."""

    hits: str
    what: str


KINDS: Mapping[Kind, About] = {
    "rate_limited": About(CALL, "429 with `Retry-After: retry_after`; nothing was done"),
    "error": About(CALL, '`{"ok": false, "error": error}`; nothing was done'),
    "http_500": About(CALL, "`status`, 500 to 599; nothing was done"),
    "html": About(CALL, "a page of HTML with `status`, as load balancers send it; nothing was done"),
    "drop_before": About(CALL, "the connection closes; nothing was done"),
    "act_then_drop": About(CALL, "it was done, and the connection closes without an answer"),
    "truncated": About(CALL, "it was done, and the connection closes in the middle of the answer"),
    "latency": About(CALL, "`seconds` pass first"),
    "lost_ack": About(DELIVERY, "the app acknowledges and is not heard: it is sent again, as what is late"),
    "duplicate": About(DELIVERY, "it is sent twice, with the same event id and envelope"),
    "delay": About(DELIVERY, "`seconds` pass before it is sent"),
    "reorder": About(DELIVERY, "it is held until the next one was sent, `seconds` at the most"),
}
"""Every kind of fault."""

LONGEST = 3600
"""Seconds that anything ordered here may last."""
Seconds = Annotated[float, Field(ge=0, le=LONGEST, allow_inf_nan=False)]
SECONDS: Mapping[str, float] = {"reorder": 1.0}
"""How long a fault of a kind lasts when nothing is said."""
BRIEFLY = 0.2
"""Seconds: the same for all other kinds."""


@dataclass(slots=True, config=ConfigDict(extra="forbid", strict=True))
class Fault:
    """What happens to the next calls of a method, or the next payloads of a type, as KINDS says.

    `method`: a method of the Web API for faults of calls; for faults of deliveries an event's type, `slash_commands`,
    `block_actions`, `view_submission`, …, or `events_api`, `interactive`. `*` means any. The first `after` pass, then
    `times` are hit; each time a payload is sent again counts. Raises ValueError for anything else.
    """

    method: Annotated[str, Field(min_length=1)]
    kind: Kind
    times: Annotated[int, Field(ge=1)] = 1
    after: Annotated[int, Field(ge=0)] = 0
    retry_after: Annotated[int, Field(ge=0, le=LONGEST)] = 1
    error: str = "internal_error"
    seconds: Seconds | None = None
    """None: as long as is usual for the kind."""
    status: Annotated[int, Field(ge=200, le=599)] = 500

    @field_validator("kind", mode="before")
    @classmethod
    def _is_known(cls, kind: object) -> object:
        if kind not in get_args(Kind):
            raise ValueError(f"there is no fault {kind!r}; there are: {', '.join(get_args(Kind))}")
        return kind

    @model_validator(mode="after")
    def _is_a_failure(self) -> "Fault":
        if self.kind == "http_500" and self.status < 500:
            raise ValueError(f"http_500 has a status from 500 to 599, not {self.status}")
        return self

    @property
    def lasts(self) -> float:
        """Seconds."""
        return SECONDS.get(self.kind, BRIEFLY) if self.seconds is None else self.seconds

    @property
    def outcome(self) -> str:
        """What the journal says came of the call."""
        return self.error if self.kind == "error" else "ratelimited" if self.kind == "rate_limited" else self.kind


class Faults:
    """The faults that are set, used up one by one."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def clear(self) -> None:
        self._waiting.clear()

    @property
    def waiting(self) -> list[Fault]:
        """What has still to happen, in the order it was set."""
        return list(self._waiting)

    def take(self, method: str) -> Fault | None:
        """The fault that hits this call, if one does."""
        return self._take((method,), CALL)

    def take_for(self, names: Collection[str]) -> Fault | None:
        """The fault that hits this delivery, which goes by any of these names, if one does."""
        return self._take(names, DELIVERY)

    def _take(self, names: Collection[str], what: str) -> Fault | None:
        for fault in _matching(self._waiting, names, what):
            if fault.after > 0:
                fault.after -= 1
                continue
            fault.times -= 1
            if fault.times <= 0:
                self._waiting = [one for one in self._waiting if one is not fault]
            return fault
        return None


def _matching(faults: Iterable[Fault], names: Collection[str], what: str) -> list[Fault]:
    return [one for one in faults if KINDS[one.kind].hits == what and (one.method == "*" or one.method in names)]
