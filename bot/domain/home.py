"""What one person should look at: what waits for them, their incidents, the other open ones, who is on call."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId
from bot.domain.listed import Listed
from bot.domain.policy import Policy, Schedule
from bot.domain.vocabulary import ChannelLoss, Status


class InOverview(Listed, Protocol):
    """What the overview shows of an incident beside what a list does."""

    @property
    def status(self) -> Status: ...
    @property
    def declared_by(self) -> SlackUserId | None: ...
    @property
    def channel_lost(self) -> ChannelLoss | None: ...


@dataclass(frozen=True, slots=True)
class OwnFollowUp:
    """An open follow-up that the person owns."""

    number: IncidentNumber
    text: str
    due: date | None
    link: str | None = None
    """Where the work is tracked."""
    key: str | None = None
    """What people call it there; None where no tracker of the policy has it."""


@dataclass(frozen=True, slots=True)
class OwnReview:
    """A review that the person may approve."""

    number: IncidentNumber
    title: str
    started_by: SlackUserId | None
    asked_by: SlackUserId | None = None
    """Who asked this person to."""


@dataclass(frozen=True, slots=True)
class Call:
    """That somebody is called to command an incident."""

    declined: tuple[SlackUserId, ...]
    asked: SlackUserId | None
    until: datetime | None
    """When it is to be accepted by."""
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """For one person at one time. Incidents are those that the person may see, worst and oldest first."""

    person: SlackUserId
    at: datetime
    asked: tuple[InOverview, ...]
    """Those that they are asked to command."""
    calls: Mapping[IncidentNumber, Call]
    """Of those that nobody commands, how far the call for a commander has come."""
    unled: tuple[InOverview, ...]
    """Their own of which nobody has command, and nobody is asked to take it: whoever was asked may have declined."""
    mine: tuple[InOverview, ...]
    """Besides those: what they command, declared, or whose channel they are in."""
    others: tuple[InOverview, ...]
    schedules: tuple[Schedule, ...]
    reviews: tuple[OwnReview, ...]
    follow_ups: tuple[OwnFollowUp, ...]
    """The earliest due first, those without a date last."""


def overview(
    person: SlackUserId,
    at: datetime,
    seen: Sequence[InOverview],
    channels: Collection[ChannelId],
    follow_ups: Iterable[OwnFollowUp],
    policy: Policy,
    reviews: Iterable[OwnReview] = (),
    calls: Mapping[IncidentNumber, Call] | None = None,
) -> Overview:
    """Arrange what was read. `channels`: those that the person is in."""

    def is_mine(incident: InOverview) -> bool:
        involved = (incident.commander, incident.asked, incident.declared_by)
        return person in involved or incident.channel in channels

    asked = tuple(one for one in seen if one.asked == person)
    mine = tuple(one for one in seen if is_mine(one) and one not in asked)
    unled = tuple(one for one in mine if one.commander is None and one.asked is None and not one.status.is_calm)
    return Overview(
        person=person,
        at=at,
        asked=asked,
        calls=calls or {},
        unled=unled,
        mine=tuple(one for one in mine if one not in unled),
        others=tuple(one for one in seen if one not in asked and one not in mine),
        schedules=tuple(policy.schedules.values()),
        reviews=tuple(reviews),
        follow_ups=tuple(sorted(follow_ups, key=lambda follow_up: (follow_up.due or date.max, follow_up.number))),
    )
