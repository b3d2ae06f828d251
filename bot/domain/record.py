"""What people add to the record by hand: notes and corrected times."""

from datetime import datetime

from bot.domain.decision import Decision, announced
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.refusal import NothingToChange, Refusal
from bot.domain.status import require_not_over
from bot.domain.timeline import NoteAdded, TimeCorrected
from bot.domain.vocabulary import TimeName


class InTheFuture(Refusal):
    """That time has not come yet. A note or a correction tells of something that has happened."""


class NotReached(Refusal):
    """{ref} is not {name} yet, so there is no such time to correct. Type `/incident {verb} …` when it is."""


def add_note(incident: Incident, by: SlackUserId, text: str, happened_at: datetime, now: datetime) -> Decision:
    """Write something into the timeline at the time it happened. Possible at any status."""
    if happened_at > now:
        raise InTheFuture
    return announced(incident, NoteAdded(at=happened_at, by=by, text=text))


def correct_time(
    incident: Incident, by: SlackUserId, name: TimeName, value: datetime, reason: str, now: datetime
) -> Decision:
    """Say when something truly began, was detected, mitigated or resolved. Not possible any more when it is over."""
    require_not_over(incident)
    if value > now:
        raise InTheFuture
    known = {
        TimeName.BEGAN: incident.began_at,
        TimeName.DETECTED: incident.detected_at,
        TimeName.MITIGATED: incident.mitigated_at,
        TimeName.RESOLVED: incident.resolved_at,
    }[name]
    if known is None and name in (TimeName.MITIGATED, TimeName.RESOLVED):
        verb = "mitigate" if name is TimeName.MITIGATED else "resolve"
        raise NotReached(ref=incident.ref, name=name, verb=verb)
    if known == value:
        raise NothingToChange(text=f"{incident.ref} has that time already; nothing was changed.")
    return announced(incident, TimeCorrected(at=now, by=by, name=name, value=value, was=known, reason=reason))
