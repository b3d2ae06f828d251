"""What went over the wire: every request, answer, event, delivery and acknowledgement, with machine times."""

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SECRET = ("token", "authorization", "client_secret", "response_url")
"""Names whose values are never kept."""

KINDS: Mapping[str, str] = {
    "call": "a request to the Web API with its answer, refused ones too",
    "fault": "a failure that was ordered has happened",
    "event": "something happened that the app subscribed to",
    "delivery": "a payload was sent to the app, for the first time or again",
    "ack": "the app acknowledged it",
    "late": "an attempt went by without an acknowledgement",
    "lost": "it was never acknowledged and is not sent again",
    "limited": "an event that was not sent, for there were too many",
    "connect": "a WebSocket of the app was opened",
    "disconnect": "it has ended",
    "stray": "a frame of the app that means nothing: no JSON, no such envelope, acknowledged before",
    "outage": "the whole of it went out, or came back",
}
"""The kinds of entries."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `kind`: one of KINDS; `method`: the method, or the name of what was sent."""

    kind: str
    method: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] | None = None
    at: float = 0.0
    """Machine time, seconds of `time.monotonic`."""
    took: float = 0.0
    """Seconds."""
    number: int = 0
    """Counts up from 1 and is never used again."""


class Journal:
    """Bounded: the oldest entries go first."""

    def __init__(self, size: int = 50_000) -> None:
        self.entries: deque[Entry] = deque(maxlen=size)
        self.last_number = 0

    def note(
        self,
        kind: str,
        method: str,
        arguments: Mapping[str, Any] | None = None,
        answer: Mapping[str, Any] | None = None,
        began: float | None = None,
    ) -> None:
        now = time.monotonic()
        self.last_number += 1
        kept = without_secrets(arguments or {})
        self.entries.append(Entry(kind, method, kept, answer, began or now, now - (began or now), self.last_number))

    def find(
        self, kind: str | None = None, method: str | None = None, since: int = 0, limit: int | None = None
    ) -> list[Entry]:
        """Entries with a number above `since`, oldest first, `limit` at the most.

        Raises ValueError, with the kinds there are, for one that is not there.
        """
        if kind is not None and kind not in KINDS:
            raise ValueError(f"there is no kind of entry {kind!r}; there are: {', '.join(KINDS)}")
        found = [
            one
            for one in self.entries
            if one.number > since and kind in (None, one.kind) and method in (None, one.method)
        ]
        return found if limit is None else found[:limit]

    def calls(self, method: str | None = None) -> list[Entry]:
        """Requests to the Web API in the order they were answered, refused ones too; of one method, or all."""
        return self.find("call", method)

    def events(self, type_: str | None = None) -> list[Entry]:
        """Slack events that were sent to the app."""
        return self.find("event", type_)

    def last(self, count: int = 10) -> str:
        """The last lines, for people."""
        lines = [f"{one.kind} {one.method} {dict(one.arguments)}" for one in list(self.entries)[-count:]]
        return "\n".join(line[:300] for line in lines)


def without_secrets(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: "…" if name.lower() in SECRET else value for name, value in content.items()}
