"""What went over the wire: every request, answer, event, delivery and acknowledgement, with machine times."""

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SECRET = ("token", "authorization", "client_secret")
"""Arguments whose values are never kept."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `kind`: call, fault, event, delivery, ack or lost (never acknowledged)."""

    kind: str
    method: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] | None = None
    at: float = 0.0
    """Machine time, seconds of `time.monotonic`."""
    took: float = 0.0
    """Seconds."""


class Journal:
    """Bounded: the oldest entries go first."""

    def __init__(self, size: int = 50_000) -> None:
        self.entries: deque[Entry] = deque(maxlen=size)

    def note(
        self,
        kind: str,
        method: str,
        arguments: Mapping[str, Any] | None = None,
        answer: Mapping[str, Any] | None = None,
        began: float | None = None,
    ) -> None:
        now = time.monotonic()
        kept = {name: "…" if name.lower() in SECRET else value for name, value in (arguments or {}).items()}
        self.entries.append(Entry(kind, method, kept, answer, began or now, now - (began or now)))

    def calls(self, method: str | None = None) -> list[Entry]:
        """Requests to the Web API in the order they were answered, refused ones too; of one method, or all."""
        return [one for one in self.entries if one.kind == "call" and method in (None, one.method)]

    def events(self, type_: str | None = None) -> list[Entry]:
        """Slack events that were sent to the app."""
        return [one for one in self.entries if one.kind == "event" and type_ in (None, one.method)]

    def last(self, count: int = 10) -> str:
        """The last lines, for people."""
        lines = [f"{one.kind} {one.method} {dict(one.arguments)}" for one in list(self.entries)[-count:]]
        return "\n".join(line[:300] for line in lines)
