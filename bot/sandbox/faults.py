"""Failing on demand, in the ways the real one does."""

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["rate_limited", "error", "http_500", "drop_before", "act_then_drop", "latency"]


@dataclass(slots=True)
class Fault:
    """What happens to the next calls of a method (`*`: of any).

    rate_limited: 429 with `retry_after` seconds · error: `{"ok": false, "error": …}` without acting · http_500 ·
    drop_before: the connection closes and nothing was done · act_then_drop: it was done, and the answer is lost ·
    latency: `seconds` before acting. The first `after` calls pass, then `times` calls fail.
    """

    method: str
    kind: Kind
    times: int = 1
    after: int = 0
    retry_after: int = 1
    error: str = "internal_error"
    seconds: float = 0.2

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"there is no fault {self.kind!r}; there are: {', '.join(get_args(Kind))}")

    @property
    def outcome(self) -> str:
        """What the journal says came of the call."""
        return self.error if self.kind == "error" else "ratelimited" if self.kind == "rate_limited" else self.kind


class Faults:
    """The faults that are set, used up call by call."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, method: str) -> Fault | None:
        """The fault that hits this call, if one does."""
        for fault in self._waiting:
            if fault.method not in (method, "*"):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            fault.times -= 1
            if fault.times <= 0:
                self._waiting.remove(fault)
            return fault
        return None
