"""Things to try, for somebody who is new."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text that may be sent, and what is to be known of it."""

    text: str
    in_: str | None = None
    """The name of the channel it is meant for; None: any."""
    label: str = ""
    """A few words for its button; empty: the text itself."""
    by: str | None = None
    """The name of who is to send it; None: whoever looks."""
