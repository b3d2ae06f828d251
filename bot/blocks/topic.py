"""The topic of an incident's channel."""

from bot.blocks import facts, limits
from bot.blocks.text import shorten
from bot.domain.incident import Incident


def topic(incident: Incident) -> str:
    """Where the incident stands, in one line; Slack shows mentions in a topic as names and calls nobody."""
    parts = [
        f"{incident.priority}",
        f"{incident.status}{facts.marks(incident)}",
        f"Commander: {facts.commander(incident)}",
    ]
    if incident.update_due_at is not None:
        parts.append(f"next update by {incident.update_due_at:%H:%M} UTC")
    parts.append(facts.title(incident))
    return shorten(" · ".join(parts), limits.TOPIC)
