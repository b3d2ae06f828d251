"""Things to try, for somebody who is new."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text that may be sent, and the name of the channel it is meant for; None: any."""

    text: str
    in_: str | None = None
