"""What came of asking another system for something: done, to be tried again, unknown, or never to be had."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.domain.vocabulary import ChannelLoss

Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """It is so: the other system did it, or it was so already."""

    result: Result


@dataclass(frozen=True, slots=True)
class Retry:
    """Nothing was done, and it may be done later. `after` is the other system's own wish; None leaves the pause to
    us."""

    after: timedelta | None
    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The answer was lost: the other system may have acted, or may still."""

    why: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The other system said no, and would say so again."""

    error: str
    result: Result | None = None
    """The whole answer, where it says more than its error."""


@dataclass(frozen=True, slots=True)
class NotYet:
    """It goes on elsewhere, as it should; look at it again then."""

    after: timedelta


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """Nothing can be written in the incident's channel."""

    why: ChannelLoss


Outcome = Done | Retry | Unknown | Gone
