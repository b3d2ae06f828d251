"""What one person is told by direct message."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.blocks import clock, facts
from bot.blocks.announce import TARGETS
from bot.blocks.documents import FOLLOWS, held_document
from bot.blocks.message import Block, Rendered, actions, button, context, rendered, said, section
from bot.blocks.text import code, mention, plural, safe, shorten
from bot.blocks.updates import audience_of, for_audience, owed_updates, promised_for
from bot.domain import timeline as t
from bot.domain.audience_clocks import CUSTOMERS
from bot.domain.customers import offered_stages
from bot.domain.dates import MONTHS, a_date
from bot.domain.explaining import explained
from bot.domain.ids import SlackUserId, ref
from bot.domain.incident import NAGGING, FollowUp, Incident
from bot.domain.reach import why_out_of_reach
from bot.domain.sections import HEADINGS
from bot.domain.telling import OUTCOMES, ended, listed, person
from bot.domain.timeline import Recorded
from bot.domain.vocabulary import DeadlineKind, FollowUpState, Priority, ReviewState, Section

SHORT = 500
LINE = 120
FRESH = 6
"""Events after which somebody who is asked to command needs a brief; before, there is nothing to tell."""


def direct(
    incident: Incident,
    recorded: Recorded,
    to: SlackUserId,
    next_at: datetime | None = None,
    then: SlackUserId | None = None,
    empty: Sequence[Section] = (),
) -> Rendered:
    """A message to one person about an event; the buttons and the brief in it are of the present. The channel's link
    comes first: whoever is called at night wants to be there.

    `next_at`, in the reader's zone: when the next update would be due if they said now that nothing has changed.
    `then`: who is asked to command next, if they do not accept in time. `empty`: the sections of the review with
    nothing in them, for whoever may approve it.
    """
    event = recorded.event
    if isinstance(event, t.ReviewStarted | t.ApprovalAsked):
        return _to_approve(incident, event, empty)
    if isinstance(event, t.DocumentKept):
        return _about_document(incident, event, recorded.seq)
    if isinstance(event, t.UpdatePosted) and (told_as := audience_of(event, to)):
        return for_audience(incident, event, told_as)
    where = f"{facts.channel(incident)}\n" if incident.channel else ""
    head = f"{where}*{facts.headline(incident)}* · {facts.title(incident)}"
    notice = f"{facts.headline(incident)} · {facts.title(incident)}: "
    if _is_for_directors(event, to):
        told = _for_directors(incident, event)
        return rendered(notice + facts.one_line(told), [section(head), section(told), actions(_to_follow(incident))])
    is_asked = _is_asked(event, to)
    told = _settled(incident, to) if is_asked and incident.asked != to else _told(incident, event, to)
    is_open = incident.asked == to
    if is_asked and is_open:
        told += _until(incident, then)
    users = f"Users notice: {facts.user_impact(incident)}" if is_asked and is_open and incident.user_impact else ""
    bridge = f"Bridge: {facts.bridge(incident.bridge_url)}" if is_asked and is_open and incident.bridge_url else ""
    about = "\n".join(filter(None, (users, bridge)))
    has_brief = isinstance(event, t.OnCallChanged) or (
        is_asked and is_open and incident.last_seq > recorded.seq + FRESH
    )
    has_ways = is_asked or _is_late(event) or isinstance(event, WITH_WAYS)
    ways = _ways(incident, to, event, next_at) if has_ways else []
    brief = section(_brief(incident)) if has_brief or (isinstance(event, t.HandoverOffered) and is_open) else None
    return rendered(notice + facts.one_line(told), [section(head), section(told), section(about), brief, actions(ways)])


def _to_approve(incident: Incident, event: t.ReviewStarted | t.ApprovalAsked, empty: Sequence[Section]) -> Rendered:
    """Who asks, what is still to be written, and the two ways on; the review's own link is given when it is opened."""
    if incident.review_state is not ReviewState.IN_REVIEW:
        return _in_place(incident, f"Its review is {incident.review_state}.")
    who = facts.who(event.actor)
    told = f"The review of {incident.ref} is ready for you to read and approve. {who} started it."
    if isinstance(event, t.ApprovalAsked):
        told = f"{who} asks you to approve the review of {incident.ref}."
    missing = f"Nothing is written under {listed(HEADINGS[one].title for one in empty)} yet." if empty else ""
    ways = [
        button("Approve", f"{incident.ref} review approve", "primary"),
        button("Open the review", f"{incident.ref} review"),
    ]
    head = f"*{incident.ref}* · {facts.title(incident)}"
    return rendered(told, [section(head), section(told), section(missing), actions(ways)])


def _about_document(incident: Incident, event: t.DocumentKept, seq: int) -> Rendered:
    """What people did to a document, and what can be done about it; nothing once that is decided."""
    one = incident.document(event.place)
    if one is None or one.held is None or one.held.seq != seq:
        return _in_place(incident, "That is decided by now.")
    told = f"The review of {incident.ref} was published again. What should happen to the copy in {safe(event.place)}?"
    head = f"*{incident.ref}* · {facts.title(incident)}"
    return rendered(told, [section(head), section(told), *held_document(incident, one, one.held)])


WITH_WAYS = (t.DeadlineReminded, t.MajorSuggested, t.Nudged, t.ChannelLost)
"""What comes with buttons for whoever is told, besides what is late and what somebody is asked."""


def _is_for_directors(event: t.AnyEvent, to: SlackUserId) -> bool:
    """Whether somebody hears of it who has no part in it: whom the policy names."""
    match event:
        case t.IncidentDeclared() | t.Reclassified():
            return event.asked != to
        case t.IncidentResolved():
            return True
        case _:
            return False


def _for_directors(incident: Incident, event: t.AnyEvent) -> str:
    """What a director would want to read, and no more."""
    if isinstance(event, t.IncidentResolved) or incident.status.is_calm:
        return facts.latest(incident, SHORT)
    leads = f"{mention(incident.commander)} leads" if incident.commander else "Nobody leads yet"
    if incident.commander is None and incident.asked is not None:
        leads = f"{mention(incident.asked)} was asked to lead"
    due = f"; next update {facts.next_update(incident)}" if incident.update_due_at else ""
    lines = [
        f"Raised from {event.was}: {facts.words(event.reason, SHORT)}" if isinstance(event, t.Reclassified) else "",
        f"Users notice: {facts.user_impact(incident)}" if incident.user_impact else "",
        f"{leads}{due}.",
    ]
    return "\n".join(line for line in lines if line)


def _to_follow(incident: Incident) -> list[Block]:
    return [] if incident.status.is_over else [button("Follow", f"{incident.ref} follow")]


def _settled(incident: Incident, to: SlackUserId) -> str:
    """What came of it that somebody was asked to command."""
    if incident.status.is_calm:
        return f"It is {incident.status}; nobody has to take command any more."
    if incident.commander is not None:
        whose = "You" if incident.commander == to else mention(incident.commander)
        since = next(one.since for one in reversed(incident.roles) if one.person == incident.commander)
        return f"{whose} took command at {facts.when(since, incident.declared_at)}."
    now = f"{mention(incident.asked)} is asked now." if incident.asked else "Anybody in the channel may take it."
    return f"You said that you cannot take command. {now}" if to in incident.declined else now


def settled(incident: Incident, recorded: Recorded, to: SlackUserId) -> Rendered:
    """What stands in place of a message that asked something of somebody, once an event has settled it: as it was
    then, for nobody edits it again."""
    return _in_place(incident, _what_came_of_it(incident, recorded.event, to))


def no_longer_asked(incident: Incident) -> Rendered:
    """The same for somebody who may not read the incident any more."""
    return said(f"{incident.ref}: you are no longer asked.")


def _in_place(incident: Incident, told: str) -> Rendered:
    where = f"{facts.channel(incident)}\n" if incident.channel else ""
    head = f"{where}*{incident.ref}* · {facts.title(incident)}"
    return rendered(f"{incident.ref}: {told}", [section(f"{head}\n{told}")])


def _what_came_of_it(incident: Incident, event: t.AnyEvent, to: SlackUserId) -> str:
    at = facts.when(event.at, incident.declared_at)
    match event:
        case t.CommandAccepted(by=by) | t.CommandTakenOver(by=by) if by:
            return f"{'You' if by == to else mention(by)} took command at {at}."
        case t.CommandDeclined(asked=asked):
            return f"You declined at {at}{f'; {mention(asked)} was asked then' if asked else ''}."
        case t.CommanderAsked() | t.HandoverOffered() | t.Reclassified() | t.CommanderLost() if event.asked:
            return f"{mention(event.asked)} was asked instead at {at}."
        case t.AcknowledgementOverdue(rungs=rungs) | t.EscalationTold(rungs=rungs) if rungs and rungs.asked:
            return f"Nobody had taken command by {at}, so {mention(rungs.asked)} was asked."
        case t.ReviewApproved(by=by) if by:
            return f"{'You' if by == to else mention(by)} approved the review at {at}."
        case t.OverwritingDecided(place=place, choice=choice):
            return f"{FOLLOWS[choice]} in {safe(place)}, as {facts.who(event.actor)} decided at {at}."
        case t.DocumentKept() | t.DocumentWritten() | t.ReviewReopened():
            return f"The review changed again at {at}; what follows from that is asked anew."
        case t.ReviewWaived():
            return f"{facts.who(event.actor)} decided at {at} that there will be no review."
        case t.IncidentReopened():
            return f"{incident.ref} was reopened at {at}; its review begins anew once it is resolved."
        case t.IncidentResolved():
            return f"{incident.ref} was resolved at {at}."
        case t.IncidentCancelled():
            return f"{incident.ref} was cancelled at {at}."
        case t.IncidentMerged(into=into):
            return f"{incident.ref} went on as {ref(into)} at {at}."
        case _:
            return "You are no longer asked."


def _until(incident: Incident, then: SlackUserId | None) -> str:
    """By when to accept, and who is asked otherwise; empty where no time is set."""
    due_at = incident.acknowledge_due_at
    if incident.commander is not None or due_at is None or incident.missed_at(DeadlineKind.ACKNOWLEDGE) == due_at:
        return ""
    is_let_in = "invited and asked" if incident.is_private else "asked"
    after = f" After that {mention(then)} is {is_let_in}." if then and then != incident.asked else ""
    return f" Please accept by {facts.when(due_at, incident.clocks_since)}.{after}"


def _told(incident: Incident, event: t.AnyEvent, to: SlackUserId) -> str:
    """The event as it concerns this person."""
    match event:
        case t.IncidentDeclared() if event.asked == to:
            return f"You are asked to take command{facts.asked_because(event)}."
        case t.CommandDeclined() if event.asked == to:
            return f"{facts.who(event.actor)} cannot take command, so you are asked to."
        case t.Reclassified(service_name=service) if event.asked == to:
            return f"You are asked to take command: the service is {safe(service or 'another')} now."
        case t.CommanderAsked() if event.asked == to:
            return f"{facts.who(event.actor)} asks you to take command."
        case t.CommanderLost(person=lost, why=why) if event.asked == to:
            return f"You are asked to take command: {person(lost)} {safe(explained(event.reasons, why))}."
        case t.ChannelLost():
            return _channel_lost(incident, event, to)
        case t.ChannelOpened():
            return f"It goes on in {facts.channel(incident)}: the channel it had cannot be written in any more."
        case t.OnCallChanged(schedule=schedule, was=was):
            handed = f" {person(was)} was before you." if was else ""
            return f"You are on call in {safe(schedule)} now, and this incident is open.{handed}"
        case t.HandoverOffered() if event.asked == to:
            return f"{facts.who(event.actor)} offers you command; it passes when you accept."
        case t.MajorSuggested():
            return f"{facts.told(event)} Is it a major incident?"
        case t.ServicePaged(service_name=service) if event.person == to:
            return f"{facts.who(event.actor)} calls you in for {safe(service)}."
        case t.Escalated(reason=reason) if to in event.told:
            return facts.closed(ended(f"{facts.who(event.actor)} escalates to you: {facts.words(reason, SHORT)}"))
        case t.AcknowledgementOverdue(due_at=due_at, rungs=rungs) if rungs:
            return _nobody_commands(facts.when(due_at, event.at), is_asked=rungs.asked == to)
        case t.EscalationTold(deadline=DeadlineKind.ACKNOWLEDGE, due_at=due_at, rungs=rungs):
            return _nobody_commands(facts.when(due_at, event.at), is_asked=rungs.asked == to)
        case t.UpdateOverdue() | t.EscalationTold():
            return _update_missing(incident, event, to)
        case t.TargetMissed(deadline=kind, due_at=due_at):
            what = TARGETS[kind]
            return f"It was to be {what} by {facts.when(due_at, event.at)} and is not yet; you are told as a manager."
        case t.Nudged():
            return _nudged(incident, event, to)
        case t.ReportsAwaited():
            return clock.awaited(event, incident.ref)
        case t.DeadlineReminded(deadline=kind, due_at=due_at) if kind in TARGETS:
            return f"It is to be {TARGETS[kind]} by {facts.when(due_at, event.at)}, as the policy sets it."
        case t.DeadlineReminded(deadline=DeadlineKind.REVIEW, due_at=due_at):
            return f"Its review is due {facts.when(due_at, event.at)}: {code(f'/incident {incident.ref} review')}."
        case t.DeadlineReminded(deadline=DeadlineKind.FOLLOW_UP, due_at=due_at):
            return f"A follow-up of yours is due {a_date(due_at.date())}: {_agreed(incident, event.of)}"
        case t.DeadlineReminded(due_at=due_at):
            due = facts.when(due_at, event.at)
            if event.deadline is DeadlineKind.ACKNOWLEDGE:
                return f"Nobody has taken command yet; it is due by {due}."
            if event.audiences:
                return _updates_due(incident, event)
            whose = "Your" if incident.commander == to else "The next"
            return f"{whose} update on {incident.ref} is due at {due}."
        case _:
            return facts.told(event)


def _nudged(incident: Incident, event: t.Nudged, to: SlackUserId) -> str:
    due = facts.when(event.due_at, event.at)
    match event.deadline:
        case DeadlineKind.QUIET:
            return f"Nothing has happened in it since {due}. Is it over?"
        case DeadlineKind.VERIFY:
            verify = code(f"/incident {incident.ref} verify <by whom or what>")
            return f"It is resolved, and nobody has verified it yet. Does it hold? {verify}"
        case DeadlineKind.FOLLOW_UP:
            return _follow_up_due(incident, event, to)
        case _:
            return f"Its review was due {due}: {code(f'/incident {incident.ref} review')}."


def _follow_up_due(incident: Incident, event: t.Nudged, to: SlackUserId) -> str:
    """On its day, and each week after it; a manager is told whose it is."""
    due = "due today" if event.nth == 1 else f"due since {a_date(event.due_at.date())}"
    whose = "yours" if to == event.to else person(event.to)
    return f"A follow-up of {whose} is {due}: {_agreed(incident, event.of)}"


def _agreed(incident: Incident, of: int | None) -> str:
    agreed = incident.follow_up(of)
    if agreed is None:
        return ""
    text = ended(safe(shorten(facts.one_line(agreed.text), SHORT)))
    return f"{text} {ended(facts.tracked(agreed))}" if agreed.link else text


def _channel_lost(incident: Incident, event: t.ChannelLost, to: SlackUserId) -> str:
    """What happened, where the news goes now, and what to do; of the present, where it has come back meanwhile."""
    happened = facts.told(event)
    if incident.channel_lost is None or incident.is_moving:
        return f"{happened} {facts.MOVING}" if incident.is_moving else happened
    whom = "you" if incident.reader == to else person(incident.reader) if incident.reader else "nobody"
    told = f"Until Muster can write there again, its updates go to {whom} by DM."
    return f":warning: {happened} {told} {facts.way_back(incident)}"


def for_channel(incident: Incident, told: Rendered) -> Rendered:
    """What was meant for the incident's channel, for whoever gets it instead."""
    why = why_out_of_reach(incident)
    note = f"{incident.ref}: this was meant for {facts.channel(incident)}, but {why}."
    return rendered(f"{incident.ref}: {told.text}", [*told.blocks, context(note)])


def _nobody_commands(due: str, *, is_asked: bool) -> str:
    missing = f"Nobody has taken command yet; it was due by {due}."
    return f"{missing} You are asked to take it." if is_asked else f"{missing} You can take it, or find somebody."


def _updates_due(incident: Incident, event: t.DeadlineReminded) -> str:
    due = owed_updates(event)
    updates = f"The next update on {incident.ref} is" if len(due) == 1 else f"The next updates on {incident.ref} are"
    return f"{updates} due at {listed(promised_for(due, event.at))}."


def _update_missing(incident: Incident, event: t.UpdateOverdue | t.EscalationTold, to: SlackUserId) -> str:
    due = owed_updates(event)
    updates, are = ("update", "is") if len(due) == 1 else ("updates", "are")
    missing = f"The {updates} on {incident.ref} promised for {listed(promised_for(due, event.at))} {are} missing."
    if incident.commander == to:
        return f"{missing} A line is enough."
    who = f"{person(incident.commander)} commands." if incident.commander else "Nobody commands."
    or_take_over = ", or take over" if event.deadline is DeadlineKind.UPDATE else ""
    return f"{missing} {who} You can ask for it{or_take_over}."


def _is_asked(event: t.AnyEvent, to: SlackUserId) -> bool:
    match event:
        case (
            t.IncidentDeclared()
            | t.CommanderAsked()
            | t.HandoverOffered()
            | t.Reclassified()
            | t.CommandDeclined()
            | t.CommanderLost()
        ):
            return event.asked == to
        case t.AcknowledgementOverdue(rungs=rungs) | t.EscalationTold(rungs=rungs):
            return rungs is not None and rungs.asked == to
        case _:
            return False


def _is_late(event: t.AnyEvent) -> bool:
    return isinstance(event, t.UpdateOverdue | t.AcknowledgementOverdue | t.EscalationTold)


def _ways(incident: Incident, to: SlackUserId, event: t.AnyEvent, next_at: datetime | None) -> list[Block]:
    """What can be done about it now; nothing once it is done."""
    follow_up = incident.follow_up(event.of) if isinstance(event, t.Nudged | t.DeadlineReminded) else None
    if follow_up is not None:
        is_open = follow_up.state is FollowUpState.OPEN
        return [button("Done", f"{incident.ref} followup done {follow_up.number}", "primary")] if is_open else []
    if isinstance(event, t.ChannelLost):
        is_gone = incident.channel_lost is not None and not incident.is_moving and facts.may_go_on(incident)
        label = "Reopen in a new channel" if incident.status.is_calm else "Continue in a new channel"
        return [button(label, f"{incident.ref} reopen its channel was lost")] if is_gone else []
    if incident.status.is_over:
        return []
    if isinstance(event, t.Nudged) and event.deadline is DeadlineKind.QUIET:
        return [button("Resolve", f"{incident.ref} resolve"), button("Update", f"{incident.ref} update", "primary")]
    is_about_a_deadline = _is_late(event) or (isinstance(event, t.DeadlineReminded) and event.deadline in NAGGING)
    accept = button("Accept command", f"{incident.ref} accept", "primary")
    if incident.asked == to:
        return [accept, button("I can't", f"{incident.ref} decline")]
    if incident.commander is None and is_about_a_deadline:
        return [accept]
    if isinstance(event, t.MajorSuggested) and incident.priority is not Priority.P1:
        return [button("Make it P1", f"{incident.ref} priority P1 several reports of the service in a short time")]
    if not is_about_a_deadline:
        return []
    if isinstance(event, t.DeadlineReminded | t.UpdateOverdue | t.EscalationTold) and event.audiences:
        return _ways_to_tell(incident, event)
    update = button("Update", f"{incident.ref} update", "primary")
    if incident.commander == to and next_at is not None:
        return [update, _no_change(incident, next_at, event.at)]
    if incident.commander == to or not facts.update_is_overdue(incident):
        return [update]
    return [update, button("Take over", f"{incident.ref} takeover")]


def _ways_to_tell(incident: Incident, event: t.DeadlineReminded | t.UpdateOverdue | t.EscalationTold) -> list[Block]:
    """The form for all of them at once, and customers' own."""
    whom = [name for name, _ in owed_updates(event)]
    others = [name for name in whom if name != CUSTOMERS]
    found = [button("Update", f"{incident.ref} update for:{','.join(others)}", "primary")] if others else []
    if CUSTOMERS in whom:
        found.append(button("Tell customers", f"{incident.ref} status-page draft {offered_stages(incident)[0]}"))
    return found


def _no_change(incident: Incident, next_at: datetime, near: datetime) -> Block:
    """One tap keeps the promise; the time it promises is the one it shows, whenever it is tapped."""
    day = f"{next_at.day} {MONTHS[next_at.month - 1]}, " if next_at - near >= facts.NEAR else ""
    typed = f"{incident.ref} update No change. next:{next_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return button(f"No change, next at {day}{next_at:%H:%M}", typed)


def _whose(one: FollowUp) -> str:
    whose = person(one.owner) if one.owner else safe(one.owner_name)
    parts = [part for part in (whose, facts.tracked(one)) if part]
    return f" ({', '.join(parts)})" if parts else ""


def _open_steps(incident: Incident) -> str:
    """Of each runbook that is linked how far it was followed."""
    said = []
    for runbook in incident.runbooks:
        steps = [one for one in incident.steps if one.slug == runbook.slug]
        how = f"{plural(len({one.number for one in steps}), 'step')} reported" if steps else "no step reported yet"
        last = f", the last one {OUTCOMES[steps[-1].outcome]}" if steps else ""
        said.append(f"{safe(runbook.title)} ({how}{last})")
    return "; ".join(said)


def _brief(incident: Incident) -> str:
    """What somebody who takes command must know."""
    lines = [
        f"Status: {incident.status}. Commander: {facts.commander(incident)}.",
        f"Priority: {incident.priority}{f' ({why})' if (why := facts.why_otherwise(incident)) else ''}.",
    ]
    if not incident.status.is_calm:
        lines.append(f"Next update: {facts.next_updates(incident)}.")
    if incident.last_update is not None:
        lines.append(facts.last_update(incident, SHORT))
    if others := facts.other_roles(incident):
        lines.append(f"Roles: {'; '.join(others)}.")
    if to_do := _open_steps(incident):
        lines.append(f"Runbooks: {to_do}.")
    if incident.follow_ups:
        agreed = "; ".join(
            f"{safe(shorten(facts.one_line(one.text), LINE))}{_whose(one)}" for one in incident.follow_ups
        )
        lines.append(f"{plural(len(incident.follow_ups), 'follow-up')} agreed so far: {shorten(agreed, SHORT)}.")
    return "\n".join(lines)
