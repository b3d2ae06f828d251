"""What somebody needs to know who joins late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain import timeline as t
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.telling import tell
from bot.domain.transcript import Message
from bot.domain.vocabulary import Mark

MOST = 8
"""Moments in a brief: the last ones."""
TURNS = (
    *(t.CommandAccepted, t.CommandTakenOver, t.CommanderLost, t.Reclassified, t.Escalated),
    *(t.IncidentMitigated, t.IncidentResolved, t.IncidentVerified, t.IncidentReopened, t.OtherMergedIn),
)
"""Kinds of events that changed the course of an incident."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that changed the course of the incident."""

    at: datetime
    text: str
    by: SlackUserId | None = None
    """Who said it, where the text does not name them."""


@dataclass(frozen=True, slots=True)
class Brief:
    """An incident with its moments, in order."""

    incident: Incident
    moments: tuple[Moment, ...]


def brief(incident: Incident, turns: Iterable[t.Recorded], said: Iterable[Message]) -> Brief:
    """`turns`: its events of the kinds `TURNS`. `said`: the messages that are marked as key moments."""
    found = [Moment(one.event.at, tell(one.event)) for one in turns]
    found += [Moment(one.posted_at, one.text, one.author) for one in said if one.deleted_at is None]
    return Brief(incident, tuple(sorted(found, key=lambda one: one.at)[-MOST:]))


def key_moments(incident: Incident) -> tuple[t.MessageMarked, ...]:
    """The last messages that are marked as such."""
    return tuple(one for one in incident.marked if one.mark is Mark.KEY_MOMENT)[-MOST:]
