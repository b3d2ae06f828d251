"""The topic of an incident's channel."""

from datetime import UTC

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
        what = "update overdue since" if facts.update_is_overdue(incident) else "next update by"
        parts.append(f"{what} {_in_utc(incident)}")
    parts.append(facts.title(incident))
    return shorten(" · ".join(parts), limits.TOPIC)


def _in_utc(incident: Incident) -> str:
    """A topic takes no dates that each reader sees in their own zone."""
    if incident.update_due_at is None:
        return ""
    is_near = incident.update_due_at - facts.last_heard_at(incident) < facts.NEAR
    return f"{incident.update_due_at.astimezone(UTC):{'%H:%M' if is_near else '%Y-%m-%d %H:%M'}} UTC"
