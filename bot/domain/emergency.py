"""A declaration that came while the database was away: what was said, and how far it has come without one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.declaration import Declaration, declare
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId
from bot.domain.policy import Policy
from bot.domain.timeline import IncidentDeclared


@dataclass(frozen=True, slots=True)
class Room:
    """The channel that was opened for it."""

    channel: ChannelId
    name: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Begun:
    """What was done for an incident before it could be recorded."""

    at: datetime
    """When it was declared."""
    room: Room | None = None


@dataclass(frozen=True, slots=True)
class Emergency:
    """One declaration that is still to be recorded."""

    id: str
    """The request's: the same when Slack delivers it again, and what keeps it from being recorded twice."""
    by: SlackUserId
    typed_in: ChannelId | None
    at: datetime
    """When it was declared (incident time)."""
    report: Declaration
    name: str
    """What its channel is to be called until the incident has a number; nobody else's is."""
    key: str
    """The trace by which the message in that channel is found again."""
    room: Room | None = None
    has_no_room: bool = False
    """Slack will not open the channel."""
    is_told: bool = False
    """Whether the channel was told what it is."""

    @property
    def begun(self) -> Begun:
        return Begun(self.at, self.room)

    def as_it_will_be(self, policy: Policy) -> IncidentDeclared:
        """How it is read and who is asked to command, by the rule that will record it."""
        return as_it_would_be(self.report, self.by, self.at, policy)


def as_it_would_be(report: Declaration, by: SlackUserId, at: datetime, policy: Policy) -> IncidentDeclared:
    """Raises Refusal."""
    (event,) = declare(IncidentNumber(0), by, report, at, policy, ()).events
    if not isinstance(event, IncidentDeclared):
        raise TypeError("a declaration begins with another event")
    return event


def already_declared(waiting: Mapping[str, Emergency], report: Declaration, by: SlackUserId) -> Emergency | None:
    """What the same person has said in the same words already: whoever sees no number may try again."""
    words = report.title.casefold().split()
    same = (one for one in waiting.values() if one.by == by and one.report.title.casefold().split() == words)
    return next((one for one in same if one.report.is_private == report.is_private), None)
