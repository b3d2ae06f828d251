"""The topic of an incident's channel."""

from bot.blocks import facts, limits
from bot.blocks.text import mention, shorten
from bot.domain.incident import Incident


def topic(incident: Incident) -> str:
    """Where the incident stands, in one line; Slack shows mentions in a topic as names and calls nobody. Without times:
    a topic cannot show them in each reader's zone, and each would set it anew."""
    drill = facts.DRILL if incident.is_drill else ""
    parts = [f"{drill}{incident.priority}", f"{incident.status}{facts.marks(incident)}"]
    if not incident.status.is_calm:
        parts.append(_commander(incident))
    return shorten(" · ".join([*parts, facts.title(incident)]), limits.TOPIC)


def _commander(incident: Incident) -> str:
    if incident.commander:
        return f"{mention(incident.commander)} commands"
    return f"{mention(incident.asked)} is asked to command" if incident.asked else "nobody commands yet"
