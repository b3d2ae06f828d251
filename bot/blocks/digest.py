"""What followers are told by direct message: how it stands now, and what happened since they were told last."""

from collections.abc import Iterable

from bot.blocks import facts
from bot.blocks.message import Block, Rendered, actions, button, pages, rendered, section
from bot.blocks.text import at_time, mention, safe
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.domain.timeline import Recorded

TOLD = 1_500
"""Characters of one event's sentence."""


def digest(incident: Incident, news: Iterable[Recorded], policy: Policy) -> Rendered:
    """One message for all of it; the first line is worded by the policy where it says how."""
    if incident.is_private:
        return _outline(incident)
    lines = [f"{at_time(one.event.at)} {facts.told_shortly(one.event, TOLD)}" for one in news]
    head = f"*{stands(incident, policy)}*"
    text = "\n".join([stands(incident, policy), *lines])
    return rendered(text, [section(head), *(section(page) for page in pages(lines)), actions(_ways(incident))])


def _outline(incident: Incident) -> Rendered:
    """Of a private incident followers hear how it stands, and nothing that was said."""
    text = _stands(incident)
    return rendered(text, [section(f"*{text}*"), actions(_ways(incident))])


def _ways(incident: Incident) -> list[Block]:
    return [] if incident.status.is_over else [button("Unfollow", f"{incident.ref} unfollow")]


def _stands(incident: Incident) -> str:
    due = facts.update_due(incident)
    next_due = f" Next update by {due}." if due else ""
    return f"{facts.headline(incident)} · {facts.title(incident)}.{next_due}"


def stands(incident: Incident, policy: Policy) -> str:
    """How it stands, by the policy's template for stakeholders or in our words."""
    due = facts.update_due(incident)
    template = policy.templates.get(incident.priority, {}).get("stakeholders")
    if template is None:
        return _stands(incident)
    said = incident.last_update.update.said if incident.last_update else None
    return (facts.DRILL if incident.is_drill else "") + template.format(
        ref=incident.ref,
        title=facts.title(incident),
        priority=incident.priority,
        status=incident.status,
        service=safe(incident.service_name or "no service"),
        category=safe(incident.category or "no category"),
        commander=mention(incident.commander) if incident.commander else "nobody yet",
        conditions=safe(said.conditions) if said else "not known yet",
        actions=safe(said.actions) if said and said.actions else "not told",
        needs=safe(said.needs) if said and said.needs else "nothing",
        next_due=due or "none is due",
        channel=facts.channel(incident) or "not open yet",
        bridge=facts.bridge(incident.bridge_url) or "none",
    )
