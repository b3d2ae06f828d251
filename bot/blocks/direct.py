"""What one person is told by direct message."""

from bot.blocks import facts
from bot.blocks.message import Block, Rendered, actions, button, rendered, section
from bot.blocks.text import plural, safe
from bot.domain import timeline as t
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.telling import ended, person
from bot.domain.timeline import Recorded
from bot.domain.vocabulary import DeadlineKind

SHORT = 500


def direct(incident: Incident, recorded: Recorded, to: SlackUserId) -> Rendered:
    """A message to one person about an event; the buttons and the brief in it are of the present."""
    event = recorded.event
    head = f"*{incident.ref}* ({incident.priority}{facts.marks(incident)}): {facts.title(incident)}"
    where = f"Channel: {facts.channel(incident)}" if incident.channel else ""
    told = _told(incident, event, to)
    is_asked = _is_asked(event, to)
    brief = section(_brief(incident)) if is_asked else None
    ways = _ways(incident, to, event) if is_asked or isinstance(event, t.DeadlineReminded) else []
    return rendered(f"{incident.ref}: {told}", [section(head), section(told), brief, section(where), actions(ways)])


def _told(incident: Incident, event: t.AnyEvent, to: SlackUserId) -> str:
    """The event as it concerns this person."""
    match event:
        case t.IncidentDeclared(asked_because=because) if event.asked == to:
            return f"You are asked to take command{f' ({safe(because)})' if because else ''}."
        case t.CommanderAsked() if event.asked == to:
            return f"{person(event.by)} asks you to take command."
        case t.HandoverOffered() if event.asked == to:
            return f"{person(event.by)} offers you command; it passes when you accept."
        case t.ServicePaged(service_name=service) if event.person == to:
            return f"{person(event.by)} calls you in: you are on call for {safe(service)}."
        case t.Escalated(reason=reason) if to in event.told:
            return facts.closed(ended(f"{person(event.by)} escalates to you: {facts.words(reason, SHORT)}"))
        case t.DeadlineReminded(due_at=due_at):
            due = facts.when(due_at, event.at)
            if event.deadline is DeadlineKind.ACKNOWLEDGE:
                return f"Nobody has taken command yet; it is due by {due}."
            whose = "Your" if incident.commander == to else "The next"
            return f"{whose} update on {incident.ref} is due at {due}."
        case _:
            return facts.told(event)


def _is_asked(event: t.AnyEvent, to: SlackUserId) -> bool:
    return isinstance(event, t.IncidentDeclared | t.CommanderAsked | t.HandoverOffered) and event.asked == to


def _ways(incident: Incident, to: SlackUserId, event: t.AnyEvent) -> list[Block]:
    """What can be done about it now; nothing once it is done."""
    if incident.status.is_over:
        return []
    if incident.asked == to or (incident.commander is None and isinstance(event, t.DeadlineReminded)):
        return [button("Accept command", f"{incident.ref} accept", "primary")]
    return [button("Update", f"{incident.ref} update", "primary")] if isinstance(event, t.DeadlineReminded) else []


def _brief(incident: Incident) -> str:
    """What somebody who takes command must know."""
    lines = [f"Status: {incident.status}. Commander: {facts.commander(incident)}."]
    if incident.update_due_at is not None:
        lines.append(f"Next update: {facts.next_update(incident)}.")
    if incident.last_update is not None:
        lines.append(facts.last_update(incident, SHORT))
    if others := facts.other_roles(incident):
        lines.append(f"Roles: {'; '.join(others)}.")
    if incident.follow_ups:
        lines.append(f"{plural(len(incident.follow_ups), 'follow-up')} agreed so far.")
    return "\n".join(lines)
