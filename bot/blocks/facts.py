"""Phrases about an incident that several messages share."""

from bot.blocks.text import at_time, channel_link, mention, safe, shorten
from bot.domain.incident import Incident
from bot.domain.vocabulary import DeadlineKind, DeadlineStep

TITLE = 300
"""Characters of a title that are shown inside other texts; the declaration shows all of it."""


def title(incident: Incident) -> str:
    """The title as mrkdwn that calls nobody."""
    return safe(shorten(incident.title, TITLE))


def commander(incident: Incident) -> str:
    """Who commands, or who was asked to."""
    if incident.commander and incident.asked:
        return f"{mention(incident.commander)} (handover offered to {mention(incident.asked)})"
    if incident.commander:
        return mention(incident.commander)
    return f"asked {mention(incident.asked)}" if incident.asked else "nobody"


def update_is_overdue(incident: Incident) -> bool:
    """Whether the update promised last has not come: a fact of the timeline, not of a clock."""
    return any(
        one.kind is DeadlineKind.UPDATE
        and one.step is DeadlineStep.OVERDUE
        and one.done_at is not None
        and one.promised_at == incident.update_due_at
        for one in incident.deadlines
    )


def next_update(incident: Incident) -> str:
    """When stakeholders hear next, or since when they should have."""
    if incident.update_due_at is None:
        return "none due"
    time = at_time(incident.update_due_at)
    return f"overdue since {time}" if update_is_overdue(incident) else f"by {time}"


def marks(incident: Incident) -> str:
    """What sets this incident apart, in words."""
    kinds = [word for word, holds in (("private", incident.is_private), ("drill", incident.is_drill)) if holds]
    return f" ({', '.join(kinds)})" if kinds else ""


def channel(incident: Incident) -> str:
    """A link to its channel, once it is open."""
    return channel_link(incident.channel) if incident.channel else ""
