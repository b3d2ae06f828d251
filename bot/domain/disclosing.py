"""A private incident that may be listed elsewhere: others learn that it exists, its channel stays private."""

from datetime import datetime

from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.domain.refusal import NothingToChange
from bot.domain.timeline import IncidentListed


def disclose(incident: Incident, by: SlackUserId, reason: str, now: datetime, policy: Policy) -> Decision:
    """From now on it stands in lists and in the broadcast channel, with its title. There is no way back."""
    if not incident.is_hidden:
        raise NothingToChange(text=f"{incident.ref} is already listed for everybody; nothing was changed.")
    return Decision((IncidentListed(at=now, by=by, reason=reason, broadcast=policy.channels.broadcast),))
