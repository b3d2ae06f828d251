"""Where effects go: each destination is one small class behind this protocol, known to the deliverer by its name.

Another destination joins by a class with `deliver` and `find`, and a line in `bot.jobs.destinations`.
"""

from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.delivery.outcomes import NotYet, Outcome, OutOfReach, Result


@dataclass(frozen=True, slots=True)
class Found:
    """It happened; `result` is what its answer would have brought."""

    result: Result


@dataclass(frozen=True, slots=True)
class Absent:
    """It did not happen, or doing it again leaves one: it can be delivered."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """The other system did not say. `may_be_repeat`: it never will, so it is sent once more and says so."""

    may_be_repeat: bool = False


Finding = Found | Absent | CannotTell


J_contra = TypeVar("J_contra", contravariant=True)


class Destination(Protocol[J_contra]):
    """Another system, or a part of one, and what it takes: effects of incidents, or of alerts."""

    @property
    def name(self) -> str:
        """What people call it, as the beginning of a sentence."""
        ...

    async def deliver(self, job: J_contra, /) -> Outcome | OutOfReach | NotYet:
        """Bring the effect about, or say what stood in the way; what the network or the system do is an outcome."""
        ...

    async def find(self, job: J_contra, /) -> Finding:
        """What became of a delivery whose outcome is unknown."""
        ...
