"""What people are asked by direct message, and when that is settled: from then on the message says what came of it,
and its buttons go."""

from datetime import datetime, timedelta

from bot.domain import timeline as t
from bot.domain.ids import SlackUserId
from bot.domain.incident import Ask, Incident, replace
from bot.domain.vocabulary import DeadlineKind, ReviewState, Wanted

ASKING = (
    *(t.IncidentDeclared, t.CommanderAsked, t.HandoverOffered, t.CommandDeclined, t.CommanderLost, t.Reclassified),
    *(t.IncidentReopened, t.DeadlineReminded, t.AcknowledgementOverdue, t.EscalationTold),
    *(t.ReviewStarted, t.ApprovalAsked, t.DocumentKept),
)
"""Events with which somebody may be asked."""


def with_asks(before: Incident | None, after: Incident, recorded: t.Recorded) -> Incident:
    """The incident with what is still asked of people after one more event. `before`: None for its declaration."""
    if not (after.asks or isinstance(recorded.event, ASKING)):
        return after
    asks = (*after.asks, *_asked_with(recorded, before))
    return replace(after, asks=tuple(one for one in asks if _is_open(one, after)))


def settled(before: Incident, after: Incident) -> tuple[Ask, ...]:
    """What is asked no more."""
    return tuple(one for one in before.asks if one not in after.asks) if before.asks else ()


def _asked_with(recorded: t.Recorded, before: Incident | None) -> tuple[Ask, ...]:
    """What an event asks of people by direct message, as `bot.domain.audience` sends it."""
    event, found = recorded.event, dict[SlackUserId, Wanted]()
    match event:
        case t.IncidentDeclared(asked=asked) | t.IncidentReopened(asked=asked) if asked and asked != event.by:
            found[asked] = Wanted.COMMAND
        case t.CommanderAsked(asked=asked) | t.HandoverOffered(asked=asked):
            found[asked] = Wanted.COMMAND
        case t.CommandDeclined(asked=asked) | t.CommanderLost(asked=asked) | t.Reclassified(asked=asked) if asked:
            found[asked] = Wanted.COMMAND
        case t.DeadlineReminded(deadline=DeadlineKind.ACKNOWLEDGE) if before and before.asked:
            found[before.asked] = Wanted.COMMAND
        case t.AcknowledgementOverdue(rungs=rungs) if rungs:
            found = {one: Wanted.COMMAND if one == rungs.asked else Wanted.A_COMMANDER for one in rungs.told}
        case t.EscalationTold(deadline=DeadlineKind.ACKNOWLEDGE, rungs=rungs):
            found = {one: Wanted.COMMAND if one == rungs.asked else Wanted.A_COMMANDER for one in rungs.told}
        case t.ReviewStarted(told=told):
            found = dict.fromkeys(told, Wanted.APPROVAL)
        case t.ApprovalAsked(asked=asked):
            return (Ask(recorded.seq, asked, Wanted.APPROVAL, event.by),)
        case t.DocumentKept(asked=asked) if asked:
            found[asked] = Wanted.OVERWRITING
    return tuple(Ask(recorded.seq, person, wanted) for person, wanted in found.items())


def _is_open(one: Ask, incident: Incident) -> bool:
    match one.wanted:
        case Wanted.COMMAND:
            return incident.asked == one.person and not incident.status.is_calm
        case Wanted.A_COMMANDER:
            return incident.commander is None and not incident.status.is_calm
        case Wanted.APPROVAL:
            return incident.review_state is ReviewState.IN_REVIEW
        case Wanted.OVERWRITING:
            return any(it.held is not None and it.held.seq == one.seq for it in incident.documents)


LATE = timedelta(minutes=2)
OF_AN_OPEN_ONE = (
    *(DeadlineKind.ACKNOWLEDGE, DeadlineKind.UPDATE, DeadlineKind.AUDIENCE),
    *(DeadlineKind.MITIGATE, DeadlineKind.RESOLVE),
)
"""Deadlines that hold while an incident is open."""
CALLS = (
    *(t.IncidentDeclared, t.CommanderAsked, t.HandoverOffered, t.CommandDeclined, t.CommanderLost),
    *(t.MajorSuggested, t.AcknowledgementOverdue, t.UpdateOverdue),
)
"""What is said of these is said to have somebody lead an open incident, or speak of it."""


def has_passed(event: t.AnyEvent, incident: Incident, now: datetime) -> bool:
    """Whether what is said of an event comes late, and calls on people for something that nobody needs any more, as the
    incident stands: Slack was away meanwhile. The timeline has it."""
    if now - event.at < LATE:
        return False
    match event:
        case t.UpdateOverdue() if not event.audiences and incident.last_update is not None:
            return incident.last_update.at > event.at or incident.status.is_calm
        case t.AcknowledgementOverdue() if incident.commander is not None:
            return True
        case t.DeadlineReminded() | t.EscalationTold() | t.LeftUnattended():
            return event.deadline in OF_AN_OPEN_ONE and incident.status.is_calm
        case _:
            return isinstance(event, CALLS) and incident.status.is_calm
