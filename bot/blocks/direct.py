"""What one person is told by direct message."""

from bot.blocks import facts
from bot.blocks.message import Block, Rendered, actions, button, rendered, section
from bot.blocks.text import at_time, mention, plural, safe, shorten
from bot.domain import timeline as t
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.telling import tell
from bot.domain.timeline import Recorded
from bot.domain.vocabulary import DeadlineKind, Role

SHORT = 500


def direct(incident: Incident, recorded: Recorded, to: SlackUserId) -> Rendered:
    """A message to one person about an event; the brief in it is of the present."""
    event = recorded.event
    head = f"*{incident.ref}* ({incident.priority}{facts.marks(incident)}): {facts.title(incident)}"
    where = f"Channel: {facts.channel(incident)}" if incident.channel else ""
    if isinstance(event, t.DeadlineReminded):
        said = _reminder(event)
        return rendered(
            f"{incident.ref}: {said}", [section(f"{head}\n{said}"), section(where), actions(_ways(incident))]
        )
    if _is_asked(event, to):
        said = f"You are asked to take command. {_because(event)}"
        accept = [] if incident.commander == to else [button("Accept command", f"{incident.ref} accept", "primary")]
        blocks = [section(f"{head}\n{said}"), section(_brief(incident)), section(where), actions(accept)]
        return rendered(f"{incident.ref}: {said}", blocks)
    said = safe(tell(event), keep_mentions=True)
    return rendered(f"{incident.ref}: {said}", [section(f"{head}\n{said}"), section(where)])


def _is_asked(event: t.AnyEvent, to: SlackUserId) -> bool:
    return isinstance(event, t.IncidentDeclared | t.CommanderAsked | t.HandoverOffered) and event.asked == to


def _because(event: t.AnyEvent) -> str:
    match event:
        case t.IncidentDeclared(asked_because=because) if because:
            return f"Why you: {safe(because)}."
        case t.HandoverOffered(by=by) if by:
            return f"{mention(by)} offers it to you; it passes when you accept."
        case t.CommanderAsked(by=by) if by:
            return f"{mention(by)} asks you."
        case _:
            return ""


def _reminder(event: t.DeadlineReminded) -> str:
    if event.deadline is DeadlineKind.UPDATE:
        return f"The next update is due at {at_time(event.due_at)}."
    return f"Nobody has taken command yet; it is due at {at_time(event.due_at)}."


def _ways(incident: Incident) -> list[Block]:
    if incident.commander is None:
        return [button("Accept command", f"{incident.ref} accept", "primary")]
    return [button("Update", f"{incident.ref} update", "primary")]


def _brief(incident: Incident) -> str:
    """What somebody who takes command must know."""
    lines = [f"Status: {incident.status}. Next update: {facts.next_update(incident)}."]
    if incident.last_update is not None:
        said = safe(shorten(incident.last_update.update.conditions, SHORT), keep_mentions=True)
        lines.append(f"Last update: {said}")
    others = [
        f"{role} {', '.join(mention(one) for one in incident.holders(role))}"
        for role in Role
        if role is not Role.COMMANDER and incident.holders(role)
    ]
    if others:
        lines.append(f"Roles: {'; '.join(others)}.")
    if incident.follow_ups:
        lines.append(f"{plural(len(incident.follow_ups), 'follow-up')} agreed so far.")
    return "\n".join(lines)
