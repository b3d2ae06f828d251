"""What an incident's channel is told of an event. Only the person meant is called."""

from typing import assert_never

from bot.blocks import clock, customers, facts
from bot.blocks.lessons import offered, offers
from bot.blocks.message import Block, Rendered, actions, button, context, paragraphs, rendered, said, section
from bot.blocks.past import past_recalled
from bot.blocks.run import going_on, run_ended_told, run_proposed
from bot.blocks.text import channel_link, code, date_and_time, link, mention, plain, safe, shorten
from bot.blocks.updates import OTHERS, VERIFY, owed_updates, promised_for, updated, way_to_tell
from bot.domain import reason as r
from bot.domain import timeline as t
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.telling import all_signals, ended, listed, person, spell
from bot.domain.timeline import Recorded
from bot.domain.vocabulary import ChannelLoss, DeadlineKind, Offer, Role, Status
from bot.domain.vocabulary import ReasonCode as Code

HEAD = 120
"""Characters of a title that the card's head has room for, beside what else stands in it."""
WHY_NOT_ADDED = {
    "user_not_found": "Slack does not know them here",
    "cant_invite": "Slack does not let them be invited",
    "user_is_restricted": "a guest, limited to other channels",
    "user_is_ultra_restricted": "a guest of one other channel",
    "ura_max_channels": "a guest of one other channel",
    "account_inactive": "deactivated",
    "user_disabled": "deactivated",
    "cant_invite_self": "that is Muster itself",
}
ACCEPT = code("/incident accept")
INVITE = code("/incident invite @name")
APPROVE = code("/incident review approve")
TARGETS = {DeadlineKind.MITIGATE: "mitigated", DeadlineKind.RESOLVE: "resolved"}
"""Service levels, as what the incident is to be by then."""


def announcement(incident: Incident, recorded: Recorded) -> Rendered:
    """The message about one event; `incident` is its state right after it."""
    event = recorded.event
    told = facts.told(event)
    match event:
        case t.IncidentDeclared():
            return _declared(incident, event)
        case t.UpdatePosted():
            return updated(event)
        case t.PeopleNotAdded():
            return _not_added(event)
        case t.CommanderAsked(asked=asked):
            return said(f"{told} {mention(asked)}, type {ACCEPT} or use the card's button.")
        case t.CommanderLost(acknowledge=owed):
            due = facts.when(owed.due_at, event.at)
            return _to_accept(incident, f":warning: {told} Anyone here can take it by {due}: {ACCEPT}.")
        case t.CommandDeclined(asked=asked):
            return _declined(incident, told, asked)
        case t.ChoiceUndone():
            return said(f":warning: {told} Ask somebody else, for example {code('/incident commander @name')}.")
        case t.HandoverOffered(asked=asked):
            return said(f"{told} It passes when {mention(asked)} accepts: {ACCEPT}.")
        case t.CommandAccepted() | t.CommandTakenOver():
            due = facts.next_update(incident)
            return said(f"{told} Next update {due}." if incident.update_due_at else told)
        case t.Reclassified(asked=asked) if asked is not None:
            return said(f"{told} {mention(asked)}, type {ACCEPT} or use the card's button.")
        case t.IncidentReopened(was_channel=was) if was is not None:
            earlier = f"It continues here; the earlier conversation is in {channel_link(was)}."
            return said(f"{told} {earlier} {facts.next_comes(event.next_update, event.at)}".rstrip())
        case t.ChannelReplaced(loss=ChannelLoss.DELETED):
            return said("The previous channel was deleted. The incident continues here, and its record is kept.")
        case t.ChannelReplaced(was=was):
            return said(f"{told} The earlier conversation is in {channel_link(was)}.")
        case t.IncidentMitigated() | t.Reclassified() | t.IncidentReopened():
            return said(f"{told} {facts.next_comes(event.next_update, event.at)}".rstrip())
        case t.IncidentResolved():
            return _resolved(incident, told)
        case t.AlertsQuiet():
            return _quiet(incident, told, event)
        case t.AlertFiresAgain():
            return _fires_again(incident, told, event)
        case t.IncidentMerged(channel=channel):
            return said(f"{told} Go on {f'in {channel_link(channel)}' if channel else 'there'}; this timeline is kept.")
        case t.OtherMergedIn(channel=channel):
            return said(f"{told} Everybody in {channel_link(channel) if channel else 'its channel'} is added here.")
        case t.JoinAsked():
            return _join_asked(incident, event)
        case t.MajorSuggested():
            major = code("/incident priority P1 <reason>")
            return said(f":warning: {told} This may be a major incident. If it is: {major}.")
        case t.IncidentVerified():
            return said(f"{told}\nNext: {code('/incident close')}.")
        case t.UpdateOverdue(commander=commander):
            return _overdue(incident, event, commander, is_still=False)
        case t.EscalationTold(deadline=DeadlineKind.UPDATE | DeadlineKind.AUDIENCE):
            return _overdue(incident, event, incident.commander, is_still=True)
        case t.AcknowledgementOverdue(due_at=due_at, asked=asked, rungs=rungs):
            nobody = f"Nobody has taken command of {incident.ref} yet"
            return _not_accepted(incident, nobody, facts.when(due_at, event.at), asked, rungs)
        case t.EscalationTold(due_at=due_at, rungs=rungs):
            nobody = f"Still nobody has taken command of {incident.ref}"
            return _not_accepted(incident, nobody, facts.when(due_at, event.at), None, rungs)
        case t.LeftUnattended():
            return _unattended(incident, event)
        case t.RemindersSnoozed():
            return _snoozed(incident, event)
        case t.DeadlineReminded(deadline=kind) if kind in TARGETS:
            return _target_near(incident, event)
        case t.TargetMissed():
            return _target_missed(incident, event)
        case t.Nudged():
            return _nudged(incident, event)
        case t.ReportsAwaited():
            return said(clock.awaited(event))
        case t.PastRecalled():
            return past_recalled(event)
        case t.ReviewStarted():
            return said(f"{told} Correct times and add notes now; somebody else then approves it: {APPROVE}.")
        case t.ReviewApproved():
            return _approved(incident, f"{told} Next: {code('/incident review publish')}.", event.offers)
        case t.CustomerUpdateInReview():
            return customers.in_review(incident, event, told)
        case t.CustomerUpdateApproved():
            return said(f"{told} Next: {code('/incident status-page publish')}.")
        case t.CustomerUpdatePublished():
            return said(customers.published(event))
        case t.RunbookLinked(runbook=runbook):
            return said(f"{told} Its steps: {code(f'/incident runbook {runbook.slug}')}.")
        case t.StepTimeUp():
            return _step_waited(event)
        case t.RunbookStopped(slug=slug):
            return said(" ".join(one for one in (told, _in_hand(incident, event), going_on(incident, slug)) if one))
        case t.RunProposed():
            return run_proposed(event)
        case t.RunEnded():
            return run_ended_told(event)
        case t.NoteAdded(at=at):
            when = f" ({date_and_time(at)})" if recorded.learned_after.total_seconds() >= 60 else ""
            return said(f"{told}{when}")
        case t.TimeCorrected():
            return _corrected(event)
        case t.ToldPlainly():
            return said(told)
        case unexpected:
            assert_never(unexpected)


def _approved(incident: Incident, text: str, offer: Offer | None) -> Rendered:
    if offer is None:
        return said(text)
    whole = f"{text}\n{offered(incident, offer)}"
    return rendered(whole, [*paragraphs(whole), *offers(incident, offer)])


def _step_waited(event: t.StepTimeUp) -> Rendered:
    call = f"{mention(event.to)}, the" if event.to else "The"
    title = safe(facts.one_line(event.step))
    return said(f"{call} wait for step {event.number} is over: {ended(title)}")


def _in_hand(incident: Incident, event: t.RunbookStopped) -> str:
    """Calls those who are at a step of it, so that they hear of its end."""
    runbook = incident.working(event.slug)
    others = [one for one in runbook.not_done if one.holder and one.holder != event.by] if runbook else []
    found = [f"step {one.number} ({mention(one.holder or '')})" for one in others]
    return f"Still in hand: {listed(found)}." if found else ""


def _declared(incident: Incident, event: t.IncidentDeclared) -> Rendered:
    """One line that calls whoever is asked: all else stands on the card, but a title that is too long for its head, and
    the message that it was declared from."""
    due = facts.when(event.acknowledge.due_at, event.at)
    if event.asked is None:
        call = f"Nobody is on call. Anyone here can take command by {due}: {ACCEPT}, or the card's button."
    else:
        call = f"{mention(event.asked)}, {_why_you(event)}please take command by {due}."
    call = f"DRILL: {call}" if event.is_drill else call
    whole = f"*{safe(facts.one_line(event.title))}*" if len(facts.one_line(event.title)) > HEAD else ""
    evidence = _evidence(event.evidence) if event.evidence is not None else ""
    text = f"{incident.ref}, {incident.priority}: {ended(facts.title(incident))} {call}"
    return rendered(text, [section(whole), section(call), context(evidence)])


def _why_you(event: t.IncidentDeclared) -> str:
    """Why it is they who are asked, to begin a sentence with; empty when nothing is known of it."""
    for reason in event.asked_reasons:
        match reason:
            case r.OnCallFor(name=name):
                return f"you are on call for {safe(name)}: "
            case r.Stated(code=Code.NO_SCHEDULE_SO_DECLARER) | r.NobodyOnCall():
                return "nobody else is on call: "
    return ""


def _evidence(evidence: t.Evidence) -> str:
    by = f" by {mention(evidence.author)}" if evidence.author else ""
    words = safe(shorten(facts.one_line(evidence.text), OTHERS))
    return f"First evidence: {link(evidence.permalink, 'a message')}{by}{f': “{words}”' if words else ''}"


def _resolved(incident: Incident, told: str) -> Rendered:
    """Where monitoring says that all is quiet, that is at hand to verify it by."""
    text = f":white_check_mark: {told}\nPlease check that it holds, then type {VERIFY}."
    ways = _verifying(incident, incident.alerts_quiet) if incident.alerts_quiet is not None else []
    return rendered(text, [*paragraphs(text), *ways, *customers.resolving(incident)])


def _quiet(incident: Incident, told: str, event: t.AlertsQuiet) -> Rendered:
    if incident.verified_at is not None:
        return said(told)
    if incident.status is not Status.RESOLVED:
        return said(f"{told} That is evidence; people decide whether it is over.")
    text = f"{told} Please check that it holds, then type {VERIFY}."
    return rendered(text, [*paragraphs(text), *_verifying(incident, event)])


def _verifying(incident: Incident, quiet: t.AlertsQuiet) -> list[Block | None]:
    """The button says what is verified by it: the evidence, and by whoever presses it. It stays in the record, where
    readers of all zones read it, so no time is in it: the timeline has that."""
    evidence = plain(all_signals(quiet.signals, quiet.sources, "is quiet", "are quiet"))
    way = button("Verify: alerts are quiet", f"{incident.ref} verify {evidence[0].lower()}{evidence[1:]}", "primary")
    return [context(facts.told(quiet)), actions([way])]


def _fires_again(incident: Incident, told: str, event: t.AlertFiresAgain) -> Rendered:
    if incident.status is not Status.RESOLVED:
        return said(told)
    text = f":warning: {told} {incident.ref} is resolved; is it back?"
    reason = shorten(facts.one_line(f"{event.source} is firing again: {event.title}"), HEAD)
    return rendered(text, [section(text), actions([button("Reopen", f"{incident.ref} reopen {reason}", "danger")])])


def _corrected(event: t.TimeCorrected) -> Rendered:
    what = "it began" if event.name == "began" else f"it was {event.name}"
    was = f" (was {date_and_time(event.was)})" if event.was else ""
    why = safe(event.reason, keep_mentions=True)
    told = f"{facts.who(event.actor)} set the time {what} to {date_and_time(event.value)}{was}: {why}"
    return said(facts.closed(ended(told)))


def _join_asked(incident: Incident, event: t.JoinAsked) -> Rendered:
    """Whoever is in the channel may let them in; the commander is the one who is called."""
    whom = mention(decides) if (decides := incident.commander or incident.asked) else "Anybody here"
    text = f"{facts.told(event)} Only members of this channel can read the incident. {whom} can let them in: {INVITE}."
    return rendered(text, [section(text), actions([button("Invite", f"{incident.ref} invite {person(event.by)}")])])


def _overdue(
    incident: Incident, event: t.UpdateOverdue | t.EscalationTold, commander: SlackUserId | None, *, is_still: bool
) -> Rendered:
    """Whose update is missing, and how it is given. Of audiences alone it is for whoever speaks to them."""
    missing = owed_updates(event)
    is_one = len(missing) == 1
    how = "still missing" if is_still else "overdue"
    are = f"{'is' if is_one else 'are'} {how}"
    if is_one and event.deadline is DeadlineKind.UPDATE:
        are = "is still missing" if is_still else "has not come yet"
    told = f"The update{'' if is_one else 's'} promised for {listed(promised_for(missing, event.at))} {are}."
    speaks = commander if event.deadline is DeadlineKind.UPDATE else incident.holder(Role.LIAISON) or commander
    who = f"{mention(speaks)}, one" if speaks else "If you know where things stand, one"
    return said(f":hourglass: {told} {who} line is enough: {way_to_tell(missing)}.")


def _not_accepted(
    incident: Incident, nobody: str, due: str, asked: SlackUserId | None, rungs: t.Rungs | None
) -> Rendered:
    was = f" {mention(asked)} was asked." if asked else ""
    now = f" {mention(rungs.asked)} is asked now." if rungs and rungs.asked else ""
    return _to_accept(
        incident, f":hourglass: {nobody}; it was due by {due}.{was}{now} Anyone here can take it: {ACCEPT}."
    )


def _declined(incident: Incident, told: str, asked: SlackUserId | None) -> Rendered:
    if incident.commander is not None:
        return said(f"{told} {mention(incident.commander)} stays in command.")
    if asked is not None:
        return _to_accept(incident, f"{told} {mention(asked)}, type {ACCEPT} or use the button.")
    return _to_accept(incident, f":warning: {told} There is nobody else to ask. Anyone here can take it: {ACCEPT}.")


def _to_accept(incident: Incident, text: str) -> Rendered:
    """A message that command is to be taken, with the button that takes it."""
    return rendered(text, [*paragraphs(text), actions([button("Accept command", f"{incident.ref} accept", "primary")])])


def _target_near(incident: Incident, event: t.DeadlineReminded) -> Rendered:
    """Ahead of a breach: what is left to do, and until when."""
    what, due = TARGETS[event.deadline], facts.when(event.due_at, event.at)
    left = spell(event.due_at - event.at)
    return said(f":hourglass: {incident.ref} should be {what} by {due}, in {left} (target for {incident.priority}).")


def _target_missed(incident: Incident, event: t.TargetMissed) -> Rendered:
    what = TARGETS[event.deadline]
    told = f" {listed(mention(one) for one in event.told)} {'was' if len(event.told) == 1 else 'were'} told."
    return said(
        f":hourglass: {incident.ref} should have been {what} by {facts.when(event.due_at, event.at)}, the target for "
        f"{incident.priority}.{told if event.told else ''}"
    )


def _nudged(incident: Incident, event: t.Nudged) -> Rendered:
    who = mention(event.to) if event.to else "Anybody"
    due = facts.when(event.due_at, event.at)
    match event.deadline:
        case DeadlineKind.QUIET:
            over, on = code("/incident resolve <what fixed it>"), code("/incident update <text>")
            asks = f"{who}, is it over? If so: {over}. If not, a line is enough: {on}."
            return said(f"Nothing has happened here since {due}. {asks}")
        case DeadlineKind.VERIFY:
            verify = code("/incident verify <by whom or what>")
            return said(f"{incident.ref} is resolved, and nobody has verified it yet. {who}, does it hold? {verify}.")
        case DeadlineKind.ARCHIVE:
            at = facts.when(event.next_at or event.at, event.at)
            return said(
                f"This channel will be archived at {at}; everything said here is kept in the review. If it starts "
                f"again, {code(f'/incident {incident.ref} reopen <reason>')} opens a new channel."
            )
        case DeadlineKind.REVIEW:
            return said(
                f"The review of {incident.ref} was due {due}. {who}, please take care of it: "
                f"{code('/incident review')}."
            )
        case _:
            return said(facts.told(event))


def _snoozed(incident: Incident, event: t.RemindersSnoozed) -> Rendered:
    until = facts.when(event.until, event.at)
    reason = facts.words(event.reason, OTHERS)
    told = facts.closed(ended(f"{facts.who(event.actor)} snoozed reminders until {until}: {reason}"))
    if incident.update_due_at is None:
        return said(told)
    stays = "was promised for" if incident.update_due_at <= event.at else "is still due by"
    return said(f"{told} The update {stays} {facts.when(incident.update_due_at, event.at)}.")


def _unattended(incident: Incident, event: t.LeftUnattended) -> Rendered:
    due = facts.when(event.due_at, event.at)
    if event.deadline in (DeadlineKind.UPDATE, DeadlineKind.AUDIENCE):
        missing = owed_updates(event)
        are = "update promised" if len(missing) == 1 else "updates promised"
        still = "is still missing" if len(missing) == 1 else "are still missing"
        what = f"the {are} for {listed(promised_for(missing, event.at))} {still}"
        way = way_to_tell(missing)
    else:
        what, way = f"nobody has taken command since {due}", ACCEPT
    text = (
        f":warning: {incident.ref} is unattended: {what}, and everybody the policy names has been told. "
        f"This is the last reminder. To carry on: {way}."
    )
    return _to_accept(incident, text) if way == ACCEPT else said(text)


def _not_added(event: t.PeopleNotAdded) -> Rendered:
    people = listed(
        f"{mention(one.user)} ({WHY_NOT_ADDED.get(one.error, safe(one.error.replace('_', ' ')))})"
        for one in event.people
    )
    return said(f"Slack didn't add {people}. If you need them, reach them another way or ask an admin.")
