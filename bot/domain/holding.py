"""A legal hold: while it stands, nothing is erased from an incident's record, and nobody who stands in it."""

from datetime import datetime

from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.refusal import NothingToChange
from bot.domain.timeline import LegalHoldSet


def hold(incident: Incident, by: SlackUserId, reason: str, now: datetime) -> Decision:
    """From now on the record stays as it is. Also of an incident that is over."""
    if incident.hold is not None:
        told = f"{incident.ref} is on legal hold already; nothing was changed. `/incident hold off <reason>` lifts it."
        raise NothingToChange(text=told)
    return Decision((LegalHoldSet(at=now, by=by, is_held=True, reason=reason),))


def lift(incident: Incident, by: SlackUserId, reason: str, now: datetime) -> Decision:
    """The record is kept as long as any other again."""
    if incident.hold is None:
        raise NothingToChange(text=f"{incident.ref} is not on legal hold; nothing was changed.")
    return Decision((LegalHoldSet(at=now, by=by, is_held=False, reason=reason),))
