"""How each event of a timeline changes the incident.

Folding reads the timeline alone, never policy or clock: an event that starts a deadline carries its absolute time.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, assert_never

from bot.domain import reporting, worked
from bot.domain import run as runs
from bot.domain import timeline as t
from bot.domain.asking import with_asks
from bot.domain.grace import is_late
from bot.domain.ids import SlackUserId
from bot.domain.incident import (
    Action,
    CardAt,
    CustomerDraft,
    Deadline,
    Document,
    FirstTold,
    FollowUp,
    Held,
    Incident,
    Issue,
    Ladder,
    MadeDecision,
    Note,
    ProposedRunbook,
    RoleHeld,
    replace,
)
from bot.domain.owing import (
    activity_seen,
    audiences_left,
    audiences_reminded,
    audiences_waited,
    cancel,
    changed,
    climbed,
    done,
    fired,
    nudged,
    owing,
    promise,
    promise_to,
    snoozed,
    told,
    waiting_for,
    with_ladder,
)
from bot.domain.paging import climbing, with_pages
from bot.domain.time_spent import with_act
from bot.domain.transcript import message_at
from bot.domain.vocabulary import DeadlineKind, DeadlineStep, FollowUpState, Place, Role, Status, TimeName


def fold(timeline: Iterable[t.Recorded]) -> Incident:
    """The incident that a timeline tells. Raises ValueError when it does not begin with a declaration."""
    incident: Incident | None = None
    for recorded in timeline:
        incident = begin(recorded) if incident is None else evolve(incident, recorded)
    if incident is None:
        raise ValueError("an empty timeline tells of no incident")
    return incident


def begin(recorded: t.Recorded) -> Incident:
    """The incident right after its declaration."""
    event = recorded.event
    if not isinstance(event, t.IncidentDeclared):
        raise ValueError(f"a timeline begins with a declaration, not with {type(event).__name__}")
    if event.by is None and event.integration is None:
        raise ValueError("a declaration has a declarer")
    incident = Incident(
        number=event.number,
        title=event.title,
        status=Status.DECLARED,
        priority=event.priority,
        is_priority_given=event.is_priority_given,
        why=event.why,
        why_reasons=event.why_reasons,
        impact=event.impact,
        urgency=event.urgency,
        service=event.service,
        service_name=event.service_name,
        category=event.category,
        severity=event.severity,
        source=event.source,
        user_impact=event.user_impact,
        reported_by=event.reported_by,
        is_private=event.is_private,
        is_drill=event.is_drill,
        declared_by=event.by,
        declared_by_integration=event.integration,
        declared_from=message_at(event.evidence.permalink) if event.evidence else None,
        declared_at=event.at,
        broadcast=event.broadcast,
        bridge_url=event.bridge_url,
        schedule=event.schedule,
        on_call=event.on_call,
        asked=event.asked,
        asked_because=event.asked_because,
        asked_reasons=event.asked_reasons,
        invited=event.called,
        runbooks=event.runbooks,
        last_runbook=event.runbooks[0].slug if event.runbooks else None,
        last_seq=recorded.seq,
    )
    incident = promise(incident, recorded, DeadlineKind.ACKNOWLEDGE, event.acknowledge)
    incident = promise(incident, recorded, DeadlineKind.UPDATE, event.next_update)
    incident = _promised_to(incident, recorded, event.audiences)
    return with_asks(None, owing(with_act(None, incident, recorded), recorded, event.owed), recorded)


ITS_OWN = (DeadlineKind.MITIGATE, DeadlineKind.RESOLVE, DeadlineKind.QUIET)
"""What is owed while the fault is there."""
ENDS: dict[type[t.TimelineEvent], tuple[DeadlineKind, ...]] = {
    t.IncidentMitigated: (DeadlineKind.MITIGATE,),
    t.IncidentResolved: ITS_OWN,
    t.IncidentVerified: (DeadlineKind.VERIFY,),
    t.IncidentClosed: (DeadlineKind.VERIFY, DeadlineKind.STEP),
    t.IncidentCancelled: (*ITS_OWN, DeadlineKind.STEP),
    t.IncidentMerged: (*ITS_OWN, DeadlineKind.STEP),
    t.IncidentReopened: (DeadlineKind.VERIFY, DeadlineKind.REVIEW, DeadlineKind.ARCHIVE),
    t.ReviewStarted: (DeadlineKind.ARCHIVE,),
    t.ReviewReopened: (DeadlineKind.ARCHIVE,),
    t.ReviewApproved: (DeadlineKind.REVIEW,),
    t.ReviewWaived: (DeadlineKind.REVIEW,),
}
"""What is not owed any more after an event, besides acceptance and updates."""
OWING = (
    *(t.Reclassified, t.IncidentResolved, t.IncidentClosed, t.IncidentReopened, t.IncidentCancelled),
    *(t.IncidentMerged, t.FollowUpAgreed, t.ReviewStarted, t.ReviewApproved, t.ReviewWaived),
)
"""Events after which more may be owed."""


def evolve(incident: Incident, recorded: t.Recorded) -> Incident:
    """The incident after one more event."""
    event = recorded.event
    after = _counted(incident, _evolved(replace(incident, last_seq=recorded.seq), recorded), event)
    if ended := ENDS.get(type(event)):
        after = cancel(after, event.at, *ended)
    if isinstance(event, OWING):
        after = owing(after, recorded, event.owed)
    after = with_pages(incident, with_asks(incident, after, recorded), recorded)
    after = with_act(incident, after, recorded)
    return _with_news(after, recorded) if incident.followers and is_news(recorded.event) else after


def _counted(before: Incident, after: Incident, event: t.AnyEvent) -> Incident:
    """What the measures of an incident need: the first promises, and how many updates came when they were due."""
    if before.acknowledged_at is None and before.acknowledge_due_at is not None:
        after = replace(after, acknowledge_was_due_at=before.acknowledge_due_at)
    if before.first_update_at is None and before.update_due_at is not None:
        after = replace(after, first_update_was_due_at=before.update_due_at)
    due_at = before.update_due_at
    if isinstance(event, t.UpdatePosted) and event.is_for_stakeholders:
        if due_at is not None:
            on_time = after.updates_on_time + event.is_on_time
            after = replace(after, updates_due=after.updates_due + 1, updates_on_time=on_time)
        if after.first_update_at:
            return after
        return replace(after, first_update_at=event.at, is_first_update_on_time=event.is_on_time)
    if is_late(due_at, event.at, before.update_grace) and after.update_due_at != due_at:
        return replace(after, updates_due=after.updates_due + 1)  # it never came
    return after


IN_REACH: dict[str, Any] = {"is_archived": False, "channel_lost": None, "channel_lost_at": None, "is_moving": False}
"""What holds of an incident whose channel can be written in."""

NEWS = (
    *(t.UpdatePosted, t.IncidentMitigated, t.IncidentResolved, t.IncidentClosed, t.IncidentReopened),
    *(t.IncidentCancelled, t.IncidentMerged),
)


def is_news(event: t.AnyEvent) -> bool:
    """Whether followers are told of it: updates, steps of the lifecycle, another priority."""
    if isinstance(event, t.UpdatePosted):
        return event.is_for_stakeholders
    return isinstance(event, NEWS) or (isinstance(event, t.Reclassified) and event.priority is not event.was)


def _with_news(incident: Incident, recorded: t.Recorded) -> Incident:
    """Followers are told at once, or together with what else happens when they were told a moment ago."""
    incident = replace(incident, news=(*incident.news, recorded.seq))
    if any(deadline.kind is DeadlineKind.FOLLOWERS for deadline in incident.waiting):
        return incident
    at = max(recorded.event.at, incident.followers_told_next_at or recorded.event.at)
    told = Deadline(DeadlineKind.FOLLOWERS, DeadlineStep.OVERDUE, recorded.seq, at, at)
    return waiting_for(incident, told)


def _followers_told(incident: Incident, event: t.FollowersTold) -> Incident:
    left = tuple(seq for seq in incident.news if seq not in event.of)
    incident = done(incident, DeadlineKind.FOLLOWERS, event.at)
    return replace(incident, news=left, followers_told_next_at=event.next_at)


def _evolved(incident: Incident, recorded: t.Recorded) -> Incident:
    match recorded.event:
        case t.IncidentDeclared():
            raise ValueError(f"{incident.ref} was declared twice")
        case t.ChannelOpened() as event:
            if incident.channel not in (None, event.channel):
                incident = _left_behind(incident)
            incident = replace(incident, channel=event.channel, channel_name=event.name, **IN_REACH)
            return replace(incident, channel_opened_at=incident.channel_opened_at or event.at)
        case t.CardPosted() as event:
            cards = {**dict(incident.cards), event.place: CardAt(event.channel, event.ts)}
            return replace(incident, cards=tuple(cards.items()))
        case t.CardLost() as event:
            left = tuple(one for one in incident.cards if one != (event.place, CardAt(event.channel, event.ts)))
            return replace(incident, cards=left, cards_lost=incident.cards_lost + 1)
        case t.PeopleNotAdded() as event:
            return replace(incident, not_added=tuple(dict.fromkeys((*incident.not_added, *event.people))))
        case t.PeopleInvited() as event:
            departed = incident.departed.difference(event.people)
            invited = tuple(dict.fromkeys((*incident.invited, *event.people)))
            waiting = tuple(one for one in incident.waiting_to_join if one not in event.people)
            return replace(incident, invited=invited, departed=departed, waiting_to_join=waiting)
        case t.JoinAsked(by=person) if person is not None:
            return replace(incident, waiting_to_join=(*incident.waiting_to_join, person))
        case t.CommanderAsked() | t.HandoverOffered() as event:
            declined = tuple(one for one in incident.declined if one != event.asked)
            incident = replace(incident, departed=incident.departed - {event.asked}, declined=declined)
            return replace(incident, asked=event.asked, asked_because="", asked_reasons=())
        case t.CommandAccepted() | t.CommandTakenOver() as event:
            return _commanded(incident, event)
        case t.CommandDeclined(by=person, asked=asked) if person is not None:
            declined = tuple(dict.fromkeys((*incident.declined, person)))
            return replace(incident, asked=asked, asked_because="", asked_reasons=(), declined=declined)
        case t.CommanderLost() as event:
            incident = _without_choice(incident, event.person, event.at)
            departed = incident.departed - {event.asked} if event.asked else incident.departed
            incident = replace(incident, asked=event.asked, asked_because="", asked_reasons=(), departed=departed)
            return promise(incident, recorded, DeadlineKind.ACKNOWLEDGE, event.acknowledge)
        case t.ChoiceUndone(person=person):
            return _without_choice(incident, person, recorded.event.at)
        case t.OnCallChanged() as event:
            return replace(incident, schedule=event.schedule, on_call=event.person)
        case t.RoleAssigned() as event:
            return hold(incident, event.role, event.person, event.at)
        case t.UpdatePosted() as event:
            return _updated(_investigating(incident), recorded, event)
        case t.Reclassified() as event:
            return _reclassified(incident, recorded, event)
        case t.IncidentMitigated() as event:
            incident = replace(incident, status=Status.MITIGATED, mitigated_at=event.at, last_step=event)
            return promise(incident, recorded, DeadlineKind.UPDATE, event.next_update)
        case t.IncidentResolved() as event:
            return _resolved(incident, recorded, event)
        case t.BridgeSet(url=url):
            return replace(incident, bridge_url=url)
        case t.IncidentVerified() as event:
            return replace(incident, verified_at=event.at)
        case t.IncidentClosed() as event:
            return replace(_calm(incident, recorded), status=Status.CLOSED, closed_at=event.at, over_at=event.at)
        case t.IncidentCancelled() as event:
            incident = replace(_calm(incident, recorded), status=Status.CANCELLED, over_at=event.at)
            return replace(incident, last_step=event)
        case t.IncidentMerged() as event:
            incident = replace(_calm(incident, recorded), status=Status.MERGED, over_at=event.at)
            return replace(incident, merged_into=event.into)
        case t.Followed(by=person) if person is not None:
            return replace(incident, followers=(*incident.followers, person))
        case t.Unfollowed(by=person):
            return replace(incident, followers=tuple(one for one in incident.followers if one != person))
        case t.FollowersTold() as event:
            return _followers_told(incident, event)
        case t.IncidentListed() as event:
            return replace(incident, is_listed=True, broadcast=event.broadcast)
        case t.TitleCorrected(title=title):
            return replace(incident, title=title or incident.title)
        case t.ChannelRenamed(name=name):
            return replace(incident, channel_name=name)
        case t.DrillCorrected(is_drill=is_drill, audiences=audiences):
            return _promised_to(replace(incident, is_drill=is_drill), recorded, audiences)
        case t.LegalHoldSet(is_held=is_held) as event:
            return replace(incident, hold=event if is_held else None)
        case t.DegradedShareStated(percent=percent):
            return replace(incident, degraded=percent)
        case t.BudgetExhausted():
            return replace(incident, has_exhausted_budget=True)
        case t.ReportedAgain() as event:
            return replace(incident, reported_again_at=incident.reported_again_at.with_item(event.at))
        case t.MajorSuggested():
            return replace(incident, is_major_suggested=True)
        case t.AlertAttached() as event:
            return _attached(incident, event)
        case t.AlertsQuiet() as event:
            return replace(incident, alerts_quiet=event)
        case t.AlertFiresAgain():
            return replace(incident, alerts_quiet=None)
        case t.IncidentReopened() as event:
            return _reopened(incident, recorded, event)
        case t.TimeCorrected() as event:
            return _corrected(incident, event)
        case t.RunbookLinked() as event:
            known = [one for one in incident.runbooks if one.slug != event.runbook.slug]
            return replace(incident, runbooks=(*known, event.runbook), last_runbook=event.runbook.slug)
        case t.RunbooksOffered() as event:
            return _runbooks_offered(incident, event)
        case t.RunbookStarted() as event:
            return _runbook_started(incident, event)
        case t.RunbookStopped() as event:
            return _runbook_stopped(incident, event)
        case t.RunbookJudged() as event:
            return _runbook_judged(incident, event)
        case t.RunbookPosted() as event:
            return replace(incident, worked=worked.posted(incident.worked, event))
        case t.RunbookLost() as event:
            return replace(incident, worked=worked.lost(incident.worked, event))
        case t.StepTaken() as event:
            return _step_taken(incident, recorded, event)
        case t.StepTimeUp(of=of) as event:
            incident = changed(incident, _is_timer_of(of), done_at=event.at)
            return replace(incident, worked=worked.waited(incident.worked, event))
        case t.StepReported() as event:
            return _step_reported(incident, event)
        case t.RunProposed() | t.RunApproved() as event:
            return _run_waits(incident, recorded.seq, event)
        case t.RunDeclined() | t.RunStarted() | t.RunEnded() as event:
            return _run_moved(incident, event)
        case t.MessageMarked() | t.MarkRemoved() as event:
            return replace(incident, marks=incident.marks.with_item(event))
        case t.ActionOpened() as event:
            number, source = incident.actions_opened + 1, event.from_message
            one = Action(recorded.seq, number, event.text, event.owner, event.at, source)
            return replace(incident, action_states=incident.action_states.with_item(one), actions_opened=number)
        case t.ActionDone() as event:
            return _action_done(incident, event)
        case t.DecisionMade() as event:
            made = MadeDecision(recorded.seq, event.text, event.by, event.at, event.from_message)
            return replace(incident, decisions=incident.decisions.with_item(made))
        case t.FollowUpAgreed() as event:
            return _with_follow_up(incident, _agreed(incident, recorded.seq, event))
        case t.FollowUpChanged() as event:
            return _follow_up_changed(incident, recorded, event)
        case t.FollowUpEnded() as event:
            return _follow_up_ended(incident, recorded, event)
        case t.IssueFiled() as event:
            return _issue_filed(incident, event)
        case t.IssueChanged() as event:
            return _issue_changed(incident, recorded, event)
        case t.IssueLost() as event:
            return _issue_lost(incident, event)
        case t.ReviewStarted() as event:
            return replace(
                incident,
                review_started_at=event.at,
                review_started_by=event.by,
                review_due_at=event.due_at,
                review_meeting_at=event.meeting_at,
            )
        case t.ReviewReopened():
            return _nothing_held(replace(incident, review_approved_at=None, review_published_at=None))
        case t.ReviewMeetingMoved() as event:
            return replace(incident, review_meeting_at=event.meeting_at)
        case t.ProblemLinked() as event:
            return replace(incident, problem=event.problem)
        case t.ProblemUnlinked():
            return replace(incident, problem=None)
        case t.ReviewApproved() as event:
            return replace(incident, review_approved_at=event.at, offered=incident.offered or event.offers)
        case t.RunbookProposed() as event:
            proposed = ProposedRunbook(recorded.seq, event.slug, event.title, event.lesson, event.text, event.to)
            return replace(incident, runbook_proposals=(*incident.runbook_proposals, proposed))
        case t.PullRequestOpened(of=of, url=url):
            return _with_proposal(incident, of, lambda one: replace(one, url=url))
        case t.PullRequestRefused(of=of):
            return _with_proposal(incident, of, lambda one: replace(one, to=None))
        case t.ReviewPublished() as event:
            return replace(incident, review_published_at=event.at)
        case t.DocumentWritten() as event:
            return _with_document(incident, Document(event.place, event.id, event.url, event.version, event.comments))
        case t.DocumentKept() as event:
            return _document_kept(incident, recorded.seq, event)
        case t.OverwritingDecided(place=place):
            return _overwriting_decided(incident, place)
        case t.CustomerUpdateDrafted(update=update, by=by):
            return replace(incident, customer_draft=CustomerDraft(recorded.seq, update, by))
        case t.CustomerUpdateInReview() | t.CustomerUpdateApproved() as event:
            return _customer_draft_moved(incident, event)
        case t.CustomerUpdatePublished(at=at, update=update) as event:
            incident = replace(
                incident,
                customer_draft=None,
                customers_told=update,
                customers_told_at=at,
                customers_first_told=incident.customers_first_told or FirstTold(recorded.seq, at),
            )
            return incident if event.told is None else told(incident, recorded, event.told)
        case t.ReviewWaived() as event:
            return replace(incident, review_waived_at=event.at)
        case t.DeadlineReminded() as event:
            incident = audiences_reminded(incident, event)
            return fired(incident, event.deadline, DeadlineStep.REMIND, event.due_at, event.at, event.of)
        case t.AcknowledgementOverdue() as event:
            incident = fired(incident, DeadlineKind.ACKNOWLEDGE, DeadlineStep.OVERDUE, event.due_at, event.at)
            return climbed(incident, recorded, DeadlineKind.ACKNOWLEDGE, event.due_at, event.rungs)
        case t.UpdateOverdue() as event:
            incident = audiences_waited(incident, recorded, event.audiences, DeadlineStep.OVERDUE)
            if event.deadline is DeadlineKind.AUDIENCE:
                return incident
            incident = fired(incident, DeadlineKind.UPDATE, DeadlineStep.OVERDUE, event.due_at, event.at)
            return climbed(incident, recorded, DeadlineKind.UPDATE, event.due_at, event.rungs)
        case t.EscalationTold() as event:
            incident = audiences_waited(incident, recorded, event.audiences, DeadlineStep.ESCALATE)
            if event.deadline is DeadlineKind.AUDIENCE:
                return incident
            incident = fired(incident, event.deadline, DeadlineStep.ESCALATE, event.due_at, event.at)
            return climbed(incident, recorded, event.deadline, event.due_at, event.rungs)
        case t.LeftUnattended() as event:
            incident = audiences_left(incident, event)
            if event.deadline is DeadlineKind.AUDIENCE:
                return incident
            incident = fired(incident, event.deadline, DeadlineStep.ESCALATE, event.due_at, event.at)
            ladder = incident.ladder(event.deadline) or Ladder(event.due_at)
            return with_ladder(incident, event.deadline, replace(ladder, is_unattended=True))
        case t.PageNotSent() as event:
            return climbing(incident, event)
        case t.SlackLost() as event:
            return replace(incident, slack_lost=event)
        case t.SlackRegained():
            return replace(incident, slack_lost=None)
        case t.PageTaken() | t.PageSeen():
            return incident  # `with_pages` has it
        case t.ReportingTriggered() as event:
            return reporting.triggered(incident, recorded, event)
        case t.ReportingRuledOut() as event:
            return reporting.ruled_out(incident, recorded, event)
        case t.ReportSubmitted() as event:
            return reporting.submitted(incident, recorded, event)
        case t.ReportsAwaited() as event:
            return reporting.awaited(incident, recorded, event)
        case t.TargetMissed() as event:
            return fired(incident, event.deadline, DeadlineStep.OVERDUE, event.due_at, event.at)
        case t.Nudged() as event:
            return nudged(incident, recorded, event)
        case t.ActivitySeen() as event:
            return activity_seen(incident, recorded, event)
        case t.ArchivingDecided() as event:
            return cancel(incident, event.at, DeadlineKind.ARCHIVE)
        case t.ChannelArchived() as event:
            return replace(incident, is_archived=incident.channel == event.channel)
        case t.ChannelLost() as event:
            since = incident.channel_lost_at or event.at
            return replace(incident, is_archived=False, channel_lost=event.loss, channel_lost_at=since)
        case t.ChannelReplaced():
            return replace(incident, is_moving=True)
        case t.ChannelRegained():
            return replace(incident, **IN_REACH)
        case t.RemindersSnoozed() as event:
            return snoozed(incident, event)
        case t.Escalated():
            return replace(incident, was_escalated=True)
        case t.NoteAdded(at=at, by=by, text=text) as event:
            number = incident.notes_added + 1
            note = Note(recorded.seq, number, at, by, text, integration=event.integration)
            return replace(incident, wordings=incident.wordings.with_item(note), notes_added=number)
        case t.NoteAmended(of=of, text=text):
            return _with_note(incident, of, text=text, is_amended=True)
        case t.NoteRetracted(of=of):
            return _with_note(incident, of, is_retracted=True)
        case t.ChangesNothing() | t.ServicePaged() | t.Followed() | t.JoinAsked() | t.CommandDeclined():
            return incident
        case t.UnknownEvent(kind=kind):
            return replace(incident, is_readable=False, unknown=(*incident.unknown, kind))
        case unexpected:
            assert_never(unexpected)


def _updated(incident: Incident, recorded: t.Recorded, event: t.UpdatePosted) -> Incident:
    """Those whom an update is not for still wait."""
    for one in event.audiences:
        incident = told(incident, recorded, one)
    if not event.is_for_stakeholders:
        return incident
    return promise(replace(incident, last_update=event), recorded, DeadlineKind.UPDATE, event.next_update)


def _promised_to(
    incident: Incident, recorded: t.Recorded, audiences: Iterable[t.AudiencePromise], *, goes_on: bool = False
) -> Incident:
    for one in audiences:
        incident = promise_to(incident, recorded, one.audience, one.promised, goes_on=goes_on)
    return incident


def _with_note(incident: Incident, of: int, **values: Any) -> Incident:
    note = incident.note(of)
    if note is None:
        return incident
    return replace(incident, wordings=incident.wordings.with_item(replace(note, **values)))


def _action_done(incident: Incident, event: t.ActionDone) -> Incident:
    known = next((one for one in reversed(incident.action_states) if one.seq == event.of), None)
    if known is None:
        return incident
    return replace(incident, action_states=incident.action_states.with_item(replace(known, done_at=event.at)))


def _agreed(incident: Incident, seq: int, event: t.FollowUpAgreed) -> FollowUp:
    return FollowUp(
        seq=seq,
        number=incident.follow_ups_agreed + 1,
        text=event.text,
        owner=event.owner,
        due=event.due,
        priority=event.priority,
        link=event.link,
        agreed_at=event.at,
    )


def _with_follow_up(incident: Incident, follow_up: FollowUp) -> Incident:
    """The incident with a follow-up as it stands now; a new one has the next number."""
    count = max(incident.follow_ups_agreed, follow_up.number)
    return replace(incident, agreements=incident.agreements.with_item(follow_up), follow_ups_agreed=count)


def _follow_up_changed(incident: Incident, recorded: t.Recorded, event: t.FollowUpChanged) -> Incident:
    """What was said anew counts; another due date has reminders of its own."""
    known = incident.follow_up(event.of)
    if known is None:
        return incident
    after = replace(
        known,
        owner=event.owner or known.owner,
        owner_name="" if event.owner else known.owner_name,
        due=event.due or known.due,
        priority=event.priority or known.priority,
        link=event.link or known.link,
        touched=recorded.seq,
    )
    incident = _with_follow_up(incident, after)
    if event.due is None:
        return incident
    incident = _without_reminders(incident, event.of, event.at)
    return owing(incident, replace(recorded, seq=event.of), event.owed)


def _follow_up_ended(incident: Incident, recorded: t.Recorded, event: t.FollowUpEnded) -> Incident:
    follow_up = incident.follow_up(event.of)
    if follow_up is None:
        return incident
    ended = replace(follow_up, state=event.state, ended_at=event.at, touched=recorded.seq)
    return _with_follow_up(_without_reminders(incident, event.of, event.at), ended)


def _issue_filed(incident: Incident, event: t.IssueFiled) -> Incident:
    issue = Issue(event.tracker, event.id, event.key, event.url, event.holds)
    follow_up = incident.follow_up(event.of)
    if follow_up is None:
        return replace(incident, issue=issue)
    return _with_follow_up(incident, replace(follow_up, issue=issue, link=event.url))


def _issue_changed(incident: Incident, recorded: t.Recorded, event: t.IssueChanged) -> Incident:
    """The tracker is right about state, owner and due date; about the incident itself Muster is."""
    known = incident.follow_up(event.of)
    if known is None:
        seen = replace(incident.issue, is_open=event.state is FollowUpState.OPEN) if incident.issue else None
        return replace(incident, issue=seen)
    after = replace(
        known,
        state=event.state,
        owner=event.owner,
        owner_name=event.owner_name,
        due=event.due,
        issue=replace(known.issue, holds=event.holds) if known.issue else None,
        ended_at=None if event.state is FollowUpState.OPEN else known.ended_at or event.at,
    )
    incident = _with_follow_up(incident, after)
    if not {"state", "due"} & {*event.news}:
        return incident
    incident = _without_reminders(incident, event.of, event.at)
    return owing(incident, replace(recorded, seq=event.of), event.owed)


def _with_document(incident: Incident, one: Document) -> Incident:
    places = [known.place for known in incident.documents]
    if one.place not in places:
        return replace(incident, documents=(*incident.documents, one))
    return replace(incident, documents=tuple(one if one.place == it.place else it for it in incident.documents))


def _document_kept(incident: Incident, seq: int, event: t.DocumentKept) -> Incident:
    """One that Muster has not known so far was written by it, and nobody knows what happened to it since."""
    known = incident.document(event.place)
    if known is None or known.id != event.id:
        known = Document(event.place, event.id, event.url, version="")
    held = Held(seq, event.why, event.version, event.who, event.comments)
    return _with_document(incident, replace(known, url=event.url, held=held))


def _overwriting_decided(incident: Incident, place: str) -> Incident:
    known = incident.document(place)
    return _with_document(incident, replace(known, held=None)) if known else incident


def _nothing_held(incident: Incident) -> Incident:
    """What was asked is asked anew when the review is published again."""
    return replace(incident, documents=tuple(replace(one, held=None) for one in incident.documents))


def _issue_lost(incident: Incident, event: t.IssueLost) -> Incident:
    known = incident.follow_up(event.of)
    if known is None:
        return replace(incident, issue=None)
    return _with_follow_up(incident, replace(known, issue=None, link=None))


def _runbooks_offered(incident: Incident, event: t.RunbooksOffered) -> Incident:
    """What people chose, or the alert names, stays; the button without a name leads to the best of the others."""
    gone = {one.slug for one in incident.fitting}
    first = next((one.slug for one in event.runbooks), None)
    last = first if incident.last_runbook is None or incident.last_runbook in gone else incident.last_runbook
    stays = tuple(one for one in incident.runbooks if one.slug not in gone)
    return replace(incident, runbooks=(*stays, *event.runbooks), last_runbook=last)


def _runbook_started(incident: Incident, event: t.RunbookStarted) -> Incident:
    incident = _with_runbook(incident, event.runbook)
    return replace(incident, last_runbook=event.runbook.slug, worked=worked.started(incident.worked, event))


def _runbook_stopped(incident: Incident, event: t.RunbookStopped) -> Incident:
    """With its timers."""
    runbook = incident.working(event.slug)
    for step in runbook.steps if runbook else ():
        if step.taken_seq is not None:
            incident = changed(incident, _is_timer_of(step.taken_seq), cancelled_at=event.at)
    return replace(incident, worked=worked.stopped(incident.worked, event))


def _runbook_judged(incident: Incident, event: t.RunbookJudged) -> Incident:
    others = (one for one in incident.judgements if one.runbook.slug != event.runbook.slug)
    return replace(_with_runbook(incident, event.runbook), judgements=(*others, event))


def _with_proposal(incident: Incident, seq: int, change: Callable[[ProposedRunbook], ProposedRunbook]) -> Incident:
    known = incident.runbook_proposals
    return replace(incident, runbook_proposals=tuple(change(one) if one.seq == seq else one for one in known))


def _with_runbook(incident: Incident, runbook: t.LinkedRunbook) -> Incident:
    """One that was not linked yet is linked."""
    if incident.linked(runbook.slug) is not None:
        return incident
    return replace(incident, runbooks=(*incident.runbooks, runbook))


def _step_taken(incident: Incident, recorded: t.Recorded, event: t.StepTaken) -> Incident:
    """Its timer, if any, takes the place of the one before."""
    incident = _without_timer(incident, event)
    known = worked.taken(incident.worked, recorded.seq, event)
    incident = replace(incident, worked=known, last_runbook=event.slug)
    if event.remind_at is None:
        return incident
    timer = Deadline(DeadlineKind.STEP, DeadlineStep.OVERDUE, recorded.seq, event.remind_at, event.remind_at)
    return waiting_for(incident, timer)


def _step_reported(incident: Incident, event: t.StepReported) -> Incident:
    incident = _without_timer(incident, event)
    known = worked.reported(incident.worked, event)
    return replace(incident, steps=incident.steps.with_item(event), worked=known, last_runbook=event.slug)


def _run_waits(incident: Incident, seq: int, event: t.RunProposed | t.RunApproved) -> Incident:
    """For somebody's yes, then for its end; each has its time."""
    if isinstance(event, t.RunProposed):
        runbook, until = incident.working(event.run.slug), event.answer_by
        known = runs.proposed(incident.runs, seq, event, runbook.started_at if runbook else None)
    else:
        until, known = event.end_by, runs.approved(incident.runs, seq, event)
        incident = _without_time_of(incident, event)
    due = Deadline(DeadlineKind.RUN, DeadlineStep.OVERDUE, seq, until, until)
    return waiting_for(replace(incident, runs=known), due)


def _run_moved(incident: Incident, event: t.RunDeclined | t.RunStarted | t.RunEnded) -> Incident:
    match event:
        case t.RunDeclined():
            return replace(_without_time_of(incident, event), runs=runs.declined(incident.runs, event))
        case t.RunStarted():
            return replace(incident, runs=runs.started(incident.runs, event))
        case t.RunEnded():
            return replace(_without_time_of(incident, event), runs=runs.ended(incident.runs, event))


def _without_time_of(incident: Incident, event: t.RunApproved | t.RunDeclined | t.RunEnded) -> Incident:
    """What the run waited for has come."""
    run = incident.run(event.run.number)
    if run is None:
        return incident
    set_by = run.approved_seq or run.proposed_seq

    def meant(deadline: Deadline) -> bool:
        return deadline.kind is DeadlineKind.RUN and deadline.set_by == set_by

    return changed(incident, meant, done_at=event.at)


def _customer_draft_moved(incident: Incident, event: t.CustomerUpdateInReview | t.CustomerUpdateApproved) -> Incident:
    """Whatever was said of an earlier version does not hold for this one."""
    found = incident.customer_draft
    if found is None or found.version != event.version:
        return incident
    if isinstance(event, t.CustomerUpdateInReview):
        return replace(incident, customer_draft=replace(found, is_in_review=True))
    return replace(incident, customer_draft=replace(found, approved_by=event.by))


def _without_timer(incident: Incident, event: t.StepTaken | t.StepReported) -> Incident:
    runbook = incident.working(event.slug)
    step = runbook.step(event.number) if runbook else None
    if step is None or step.taken_seq is None:
        return incident
    return changed(incident, _is_timer_of(step.taken_seq), cancelled_at=event.at)


def _is_timer_of(of: int) -> Callable[[Deadline], bool]:
    return lambda deadline: deadline.kind is DeadlineKind.STEP and deadline.set_by == of


def _without_reminders(incident: Incident, of: int, at: datetime) -> Incident:
    def meant(deadline: Deadline) -> bool:
        return deadline.kind is DeadlineKind.FOLLOW_UP and deadline.set_by == of

    return changed(incident, meant, cancelled_at=at)


def hold(incident: Incident, role: Role, person: SlackUserId, at: datetime) -> Incident:
    """The incident with the person in the role; responders are many, every other role has one holder."""

    def ends(one: RoleHeld) -> bool:
        return one.role is role and one.until is None and (role is not Role.RESPONDER or one.person == person)

    kept = tuple(replace(one, until=at) if ends(one) else one for one in incident.roles)
    return replace(incident, roles=(*kept, RoleHeld(role, person, at)), departed=incident.departed - {person})


def _investigating(incident: Incident) -> Incident:
    return replace(incident, status=Status.INVESTIGATING) if incident.status is Status.DECLARED else incident


def _commanded(incident: Incident, event: t.CommandAccepted | t.CommandTakenOver) -> Incident:
    if event.by is None:
        raise ValueError("command is taken by a person")
    incident = hold(_investigating(incident), Role.COMMANDER, event.by, event.at)
    incident = cancel(incident, event.at, DeadlineKind.ACKNOWLEDGE)
    return replace(
        incident,
        commander=event.by,
        asked=None,
        asked_because="",
        asked_reasons=(),
        declined=(),
        acknowledge_due_at=None,
        acknowledged_at=incident.acknowledged_at or event.at,
    )


def _without_choice(incident: Incident, person: SlackUserId, at: datetime) -> Incident:
    """The incident as if they had not been chosen; what they hold ends now."""
    roles = tuple(
        replace(one, until=at) if one.person == person and one.until is None else one for one in incident.roles
    )
    asked = None if incident.asked == person else incident.asked
    commander = None if incident.commander == person else incident.commander
    return replace(incident, roles=roles, asked=asked, commander=commander, departed=incident.departed | {person})


def _reclassified(incident: Incident, recorded: t.Recorded, event: t.Reclassified) -> Incident:
    incident = replace(
        incident,
        priority=event.priority,
        impact=event.impact,
        urgency=event.urgency,
        why=event.why,
        why_reasons=event.why_reasons,
        is_priority_given=event.is_priority_given,
        severity=event.severity or incident.severity,
        service=event.service or incident.service,
        service_name=event.service_name or incident.service_name,
        category=event.category or incident.category,
        invited=tuple(dict.fromkeys((*incident.invited, *event.called))),
        runbooks=(*incident.runbooks, *event.runbooks),
        last_runbook=incident.last_runbook or next((one.slug for one in event.runbooks), None),
    )
    if event.broadcast is not None:
        incident = replace(incident, broadcast=event.broadcast)
    if event.bridge_url is not None:
        incident = replace(incident, bridge_url=event.bridge_url)
    if event.asked is not None:
        incident = replace(
            incident, asked=event.asked, asked_because=event.asked_because, asked_reasons=event.asked_reasons
        )
    if event.acknowledge is not None:
        incident = promise(incident, recorded, DeadlineKind.ACKNOWLEDGE, event.acknowledge)
    if event.next_update is not None:
        incident = promise(incident, recorded, DeadlineKind.UPDATE, event.next_update)
    return _promised_to(incident, recorded, event.audiences, goes_on=True)


def _calm(incident: Incident, recorded: t.Recorded) -> Incident:
    """Nobody is owed anything any more."""
    at = recorded.event.at
    incident = _promised_to(incident, recorded, [t.AudiencePromise(one.audience, None) for one in incident.audiences])
    incident = cancel(incident, at, DeadlineKind.ACKNOWLEDGE, DeadlineKind.UPDATE)
    return replace(
        incident,
        update_due_at=None,
        acknowledge_due_at=None,
        asked=None,
        asked_because="",
        asked_reasons=(),
        snoozed=None,
    )


def _resolved(incident: Incident, recorded: t.Recorded, event: t.IncidentResolved) -> Incident:
    incident = replace(incident, review_due_at=event.review_due_at)
    incident = replace(_calm(incident, recorded), status=Status.RESOLVED, resolved_at=event.at, last_step=event)
    if incident.mitigated_at is None:
        inferred = incident.inferred | {"mitigated_at"}
        return replace(incident, mitigated_at=event.at, inferred=inferred)
    return incident


def _reopened(incident: Incident, recorded: t.Recorded, event: t.IncidentReopened) -> Incident:
    stopped_at = incident.impact_stopped_at
    incident = replace(
        _nothing_held(incident),
        calm=(*incident.calm, (stopped_at, event.at)) if stopped_at is not None else incident.calm,
        status=Status.INVESTIGATING,
        last_step=None,
        asked=event.asked,
        mitigated_at=None,
        resolved_at=None,
        verified_at=None,
        closed_at=None,
        over_at=None,
        reopened_at=event.at,
        times_reopened=incident.times_reopened + 1,
        review_started_at=None,
        review_started_by=None,
        review_due_at=None,
        review_approved_at=None,
        review_published_at=None,
        review_waived_at=None,
        review_meeting_at=None,
        inferred=frozenset[str](),
    )
    if event.was_channel is not None:
        incident = replace(_left_behind(incident), **IN_REACH)
    incident = promise(incident, recorded, DeadlineKind.UPDATE, event.next_update)
    incident = _promised_to(incident, recorded, event.audiences)
    return promise(incident, recorded, DeadlineKind.ACKNOWLEDGE, event.acknowledge)


def _left_behind(incident: Incident) -> Incident:
    """Without its channel and what stood there; another one is opened, or was."""
    left = () if incident.channel is None else (incident.channel,)
    cards = tuple(one for one in incident.cards if one[0] is not Place.CHANNEL)
    return replace(incident, channel=None, earlier_channels=(*incident.earlier_channels, *left), cards=cards)


def _attached(incident: Incident, event: t.AlertAttached) -> Incident:
    """Whatever monitoring noticed first tells when it was detected, until somebody says otherwise."""
    incident = replace(incident, alerts=(*incident.alerts, event), alerts_quiet=None)
    is_stated = incident.detected_at is not None and "detected_at" not in incident.inferred
    if is_stated or event.began_at is None:
        return incident
    detected_at = min(event.began_at, incident.detected_at or event.began_at)
    return replace(incident, detected_at=detected_at, inferred=incident.inferred | {"detected_at"})


def _corrected(incident: Incident, event: t.TimeCorrected) -> Incident:
    name = f"{event.name}_at"
    incident = replace(incident, inferred=incident.inferred - {name})
    match event.name:
        case TimeName.BEGAN:
            return replace(incident, began_at=event.value)
        case TimeName.DETECTED:
            return replace(incident, detected_at=event.value)
        case TimeName.MITIGATED:
            return replace(incident, mitigated_at=event.value)
        case TimeName.RESOLVED:
            return replace(incident, resolved_at=event.value)
        case unexpected:
            assert_never(unexpected)
