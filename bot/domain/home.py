"""What one person should look at: their incidents, the open ones, what is overdue, who is on call, their follow-ups."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId
from bot.domain.policy import Policy, Schedule
from bot.domain.vocabulary import ChannelLoss, Priority, Status


class Listed(Protocol):
    """What the overview shows of an incident."""

    @property
    def number(self) -> IncidentNumber: ...
    @property
    def title(self) -> str: ...
    @property
    def status(self) -> Status: ...
    @property
    def priority(self) -> Priority: ...
    @property
    def declared_by(self) -> SlackUserId | None: ...
    @property
    def commander(self) -> SlackUserId | None: ...
    @property
    def asked(self) -> SlackUserId | None: ...
    @property
    def channel(self) -> ChannelId | None: ...
    @property
    def channel_lost(self) -> ChannelLoss | None: ...
    @property
    def update_due_at(self) -> datetime | None: ...
    @property
    def is_outline(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class OwnFollowUp:
    """An open follow-up that the person owns."""

    number: IncidentNumber
    text: str
    due: date | None


@dataclass(frozen=True, slots=True)
class Overview:
    """For one person at one time. Incidents are those that the person may see, worst and oldest first."""

    person: SlackUserId
    at: datetime
    incidents: tuple[Listed, ...]
    mine: tuple[Listed, ...]
    """Those that they command, are asked to command, declared, or whose channel they are in."""
    overdue: tuple[Listed, ...]
    schedules: tuple[Schedule, ...]
    follow_ups: tuple[OwnFollowUp, ...]
    """The earliest due first, those without a date last."""


def overview(
    person: SlackUserId,
    at: datetime,
    seen: Sequence[Listed],
    channels: Collection[ChannelId],
    follow_ups: Iterable[OwnFollowUp],
    policy: Policy,
) -> Overview:
    """Arrange what was read. `channels`: those that the person is in."""

    def is_mine(incident: Listed) -> bool:
        involved = (incident.commander, incident.asked, incident.declared_by)
        return person in involved or incident.channel in channels

    return Overview(
        person=person,
        at=at,
        incidents=tuple(seen),
        mine=tuple(incident for incident in seen if is_mine(incident)),
        overdue=tuple(
            incident for incident in seen if incident.update_due_at is not None and incident.update_due_at < at
        ),
        schedules=tuple(policy.schedules.values()),
        follow_ups=tuple(sorted(follow_ups, key=lambda follow_up: (follow_up.due or date.max, follow_up.number))),
    )
