"""What a pager is: it calls somebody, can be asked whether it does, and stops."""

from dataclasses import dataclass
from typing import Protocol

from bot.delivery.destination import Finding
from bot.delivery.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Call:
    """What somebody is called for."""

    key: str
    """The same whenever this is sent again, and when it is stopped."""
    secret: str
    """The key of the service that calls them."""
    summary: str
    """What they read first: what it is about and what is wanted."""
    how_to_accept: str
    priority: str
    url: str | None = None
    bridge: str | None = None
    """Where people talk."""
    is_repeat: bool = False
    """It may have been sent before, and the service cannot be asked."""


class Pager(Protocol):
    """Another way to call people joins by a class with these and a line in `Pages`."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    async def send(self, call: Call, /) -> Outcome:
        """Call them. Where sending it again leaves one call, a lost answer is a `Retry`."""
        ...

    async def find(self, call: Call, /) -> Finding:
        """What became of a call whose answer was lost."""
        ...

    async def stop(self, key: str, secret: str, /) -> Outcome:
        """Call them no longer; done as well where nobody is called."""
        ...
