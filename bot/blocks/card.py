"""The live card: one message per place, edited in place, that shows where an incident stands."""

from bot.blocks import facts
from bot.blocks.message import Block, Rendered, actions, button, context, fields, header, rendered, section
from bot.blocks.text import date_and_time, mention, plural, safe, shorten
from bot.domain.incident import Incident
from bot.domain.vocabulary import Place, Role, Status

SHORT = 600


def card(incident: Incident, place: Place) -> Rendered:
    """The card of a place. The broadcast channel's has no buttons: people act in the incident's channel."""
    head = f"{incident.ref} · {incident.priority} · {incident.title}"
    text = f"{incident.ref}, {incident.priority}, {incident.status}{facts.marks(incident)}: {facts.title(incident)}"
    blocks = [header(head), fields(_facts(incident, place)), section(_last_update(incident))]
    if place is Place.CHANNEL:
        blocks += [section(_runbooks(incident)), context(_footer(incident)), actions(_buttons(incident))]
    else:
        blocks += [context(_footer(incident))]
    return rendered(text, blocks)


def _facts(incident: Incident, place: Place) -> list[tuple[str, str]]:
    pairs = [
        ("Status", f"{incident.status}{facts.marks(incident)}"),
        ("Commander", facts.commander(incident)),
        ("Next update", facts.next_update(incident)),
        ("Service", safe(shorten(incident.service_name or "", 200))),
    ]
    if place is Place.BROADCAST:
        return [*pairs, ("Channel", facts.channel(incident))]
    others = [
        f"{role}: {', '.join(mention(one) for one in incident.holders(role))}"
        for role in Role
        if role is not Role.COMMANDER and incident.holders(role)
    ]
    return [
        *pairs,
        ("Priority", f"{incident.priority}, {safe(shorten(incident.why, SHORT))}"),
        ("Category", safe(shorten(incident.category or "", 200))),
        ("Roles", "\n".join(others)),
        ("Bridge", incident.bridge_url or ""),
    ]


def _last_update(incident: Incident) -> str:
    posted = incident.last_update
    if posted is None or posted.by is None:
        return ""
    parts = [
        f"*Last update*, {mention(posted.by)}, {date_and_time(posted.at)}",
        safe(shorten(posted.update.conditions, SHORT), keep_mentions=True),
    ]
    for name, said in (("Actions", posted.update.actions), ("Needs", posted.update.needs)):
        if said:
            parts.append(f"{name}: {safe(shorten(said, SHORT), keep_mentions=True)}")
    return "\n".join(parts)


def _runbooks(incident: Incident) -> str:
    lines = [
        f"• {safe(shorten(one.title, 200))} – {safe(shorten(one.why, 200))} (`/incident runbook {one.slug}`)"
        for one in incident.runbooks[:5]
    ]
    return "\n".join(["*Runbooks*", *lines]) if lines else ""


def _footer(incident: Incident) -> str:
    parts = [f"Declared by {mention(incident.declared_by)}, {date_and_time(incident.declared_at)}"]
    if incident.follow_ups:
        parts.append(plural(len(incident.follow_ups), "follow-up"))
    return " · ".join(parts)


def _buttons(incident: Incident) -> list[Block]:
    """What can be done next; every button stands for a typed command."""
    if incident.status.is_over:
        return []
    buttons = []
    if incident.commander is None:
        buttons.append(button("Accept command", f"{incident.ref} accept", "primary"))
    buttons.append(button("Update", f"{incident.ref} update"))
    if incident.status is not Status.RESOLVED:
        buttons.append(button("Resolve", f"{incident.ref} resolve"))
    return buttons
