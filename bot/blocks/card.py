"""The live card: one message per place, edited in place, that shows where an incident stands."""

from bot.blocks import facts
from bot.blocks.message import Block, Rendered, actions, button, context, fields, header, rendered, section
from bot.blocks.text import code, date_and_time, plural, safe, shorten
from bot.domain.explaining import why_runbook
from bot.domain.incident import Incident
from bot.domain.vocabulary import Place, Status

SHORT = 600
NAME = 200
MOST_RUNBOOKS = 5


def card(incident: Incident, place: Place) -> Rendered:
    """The card of a place. In the broadcast channel one can only follow: people act in the incident's channel."""
    drill = " · drill" if incident.is_drill else ""
    head = f"{incident.ref} · {incident.priority}{drill} · {facts.one_line(incident.title)}"
    text = f"{incident.ref}, {incident.priority}, {incident.status}{facts.marks(incident)}: {facts.title(incident)}"
    if place is Place.BROADCAST and incident.is_private:
        return rendered(text, [header(head), fields(_outline(incident)), actions(_ways_to_follow(incident))])
    blocks = [
        header(head),
        section(facts.unattended(incident)),
        section(facts.snoozed(incident)),
        section(facts.channel_lost(incident)),
        fields(_facts(incident, place)),
        section(_user_impact(incident)),
        section(facts.last_update(incident, SHORT)),
    ]
    if place is Place.CHANNEL:
        blocks += [section(_runbooks(incident)), context(_footer(incident)), actions(_buttons(incident))]
    else:
        blocks += [context(_footer(incident)), actions(_ways_to_follow(incident))]
    return rendered(text, blocks)


def _facts(incident: Incident, place: Place) -> list[tuple[str, str]]:
    pairs = [
        ("Status", f"{incident.status}{facts.marks(incident)}"),
        ("Commander", facts.commander(incident)),
        ("Next update", facts.next_update(incident)),
        ("Service", safe(shorten(incident.service_name or "", NAME))),
    ]
    if place is Place.BROADCAST:
        return [*pairs, ("Priority", incident.priority), ("Channel", facts.channel(incident))]
    return [
        *pairs,
        ("Priority", f"{incident.priority}, {safe(shorten(facts.why(incident), SHORT))}"),
        ("Service levels", facts.service_levels(incident)),
        ("Severity", incident.severity or ""),
        ("Category", safe(shorten(incident.category or "", NAME))),
        ("Roles", "\n".join(facts.other_roles(incident))),
        ("Bridge", facts.bridge(incident.bridge_url)),
    ]


def _outline(incident: Incident) -> list[tuple[str, str]]:
    """What may be told of a private incident where everybody reads."""
    return [
        ("Status", f"{incident.status}{facts.marks(incident)}"),
        ("Next update", facts.next_update(incident)),
        ("Priority", incident.priority),
    ]


def _user_impact(incident: Incident) -> str:
    return f"*Users notice*: {facts.user_impact(incident)}" if incident.user_impact else ""


def _runbooks(incident: Incident) -> str:
    lines = [
        f"• {safe(shorten(one.title, NAME))} – {safe(shorten(why_runbook(one), NAME))} "
        f"({code(f'/incident runbook {one.slug}')})"
        for one in incident.runbooks[-MOST_RUNBOOKS:]
    ]
    earlier = len(incident.runbooks) - len(lines)
    if earlier:
        lines.append(f"… and {earlier} linked earlier")
    return "\n".join(["*Runbooks*", *lines]) if lines else ""


def _footer(incident: Incident) -> str:
    parts = [f"Declared by {facts.who(incident.declarer)}, {date_and_time(incident.declared_at)}"]
    if reported := facts.reported(incident):
        parts.append(f"reported {reported}" if incident.reported_by else reported)
    if incident.verified_at:
        parts.append(f"verified {date_and_time(incident.verified_at)}")
    if incident.follow_ups:
        parts.append(plural(len(incident.follow_ups), "follow-up"))
    return " · ".join(parts)


def _ways_to_follow(incident: Incident) -> list[Block]:
    return [] if incident.status.is_over else [button("Follow", f"{incident.ref} follow")]


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
