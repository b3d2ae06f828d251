"""Every timeline event as one plain sentence in the past tense.

People stand as mentions (`<@U1>`) and their words are kept whole: the record is searched for them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import timeline as t
from bot.domain.actor import Actor, Integration, Muster, Person
from bot.domain.dates import a_date
from bot.domain.explaining import explained, why_priority, why_runbook
from bot.domain.ids import SlackUserId, problem_ref, ref
from bot.domain.vocabulary import (
    ChannelLoss,
    DataClass,
    DeadlineKind,
    DeadlineStep,
    FollowUpState,
    KeptAs,
    Mark,
    MessageChange,
    Overwriting,
    Place,
    RunOutcome,
    StepOutcome,
)

ITSELF = "Muster"

OUTCOMES = {StepOutcome.DONE: "done", StepOutcome.SKIPPED: "skipped", StepOutcome.FAILED: "failed"}

DEADLINES = {
    DeadlineKind.ACKNOWLEDGE: "acceptance of command",
    DeadlineKind.UPDATE: "the next update",
    DeadlineKind.AUDIENCE: "the next update",
    DeadlineKind.MITIGATE: "the end of the impact",
    DeadlineKind.RESOLVE: "the resolution",
    DeadlineKind.VERIFY: "the verification",
    DeadlineKind.QUIET: "a check whether it has gone quiet",
    DeadlineKind.REVIEW: "the review",
    DeadlineKind.FOLLOW_UP: "a follow-up",
    DeadlineKind.ARCHIVE: "the archiving of the channel",
    DeadlineKind.FOLLOWERS: "telling the followers",
    DeadlineKind.STEP: "a step of a runbook",
    DeadlineKind.RUN: "a run of an action",
    DeadlineKind.REPORTABLE: "the question whether it has to be reported",
    DeadlineKind.REPORT: "a report to an authority",
}

OWED = {
    DeadlineKind.ACKNOWLEDGE: "The acceptance of command",
    DeadlineKind.UPDATE: "The update",
    DeadlineKind.AUDIENCE: "The update",
    DeadlineKind.MITIGATE: "The end of the impact",
    DeadlineKind.RESOLVE: "The resolution",
    DeadlineKind.VERIFY: "The verification",
    DeadlineKind.QUIET: "A check whether it has gone quiet",
    DeadlineKind.REVIEW: "The review",
    DeadlineKind.FOLLOW_UP: "A follow-up",
    DeadlineKind.ARCHIVE: "The archiving of the channel",
    DeadlineKind.FOLLOWERS: "The message to the followers",
    DeadlineKind.STEP: "A step of a runbook",
    DeadlineKind.RUN: "A run of an action",
    DeadlineKind.REPORTABLE: "The question whether it has to be reported",
    DeadlineKind.REPORT: "A report to an authority",
}

MARKS = {Mark.KEY_MOMENT: "a key moment", Mark.FOLLOW_UP: "a follow-up", Mark.EVIDENCE: "evidence"}

TAKEN_OUT = {
    DataClass.TRANSCRIPT: "the words of messages",
    DataClass.FILES: "the names of files",
    DataClass.PEOPLE: "the names of people",
    DataClass.TIMELINE: "the words of the timeline",
    DataClass.REVIEWS: "the words of the review",
}
"""What was taken out of a record by its age, in words."""

PLACES = {Place.CHANNEL: "the incident's channel", Place.BROADCAST: "the broadcast channel"}


PAGERS = {"pagerduty": "PagerDuty", "jira": "Jira Service Management", "apprise": "Apprise"}
"""What people call the pagers."""


def clock(instant: datetime, near: datetime) -> str:
    """`14:05 UTC`, with the date in front where that is another day than `near`. Both are aware UTC."""
    time = f"{instant.hour:02}:{instant.minute:02} UTC"
    return time if instant.date() == near.date() else f"{a_date(instant.date())} {time}"


Clock = Callable[[datetime, datetime], str]


def tell(event: t.AnyEvent, at_time: Clock = clock) -> str:
    """What happened, for somebody who was not there. `at_time` says an instant near another one; by default in UTC."""
    told = _sentence(event, at_time)
    if event.proposed is None:
        return told
    whom = f" for <@{event.proposed.person}>" if event.proposed.person != event.by else ""
    return f"{told} {named(event.proposed.program)} had proposed it{whom}."


def _sentence(event: t.AnyEvent, at_time: Clock) -> str:
    by = acting(event.actor)
    match event:
        case t.IncidentDeclared():
            return _declared(event)
        case t.ChannelOpened(name=name):
            return f"The channel #{name} was opened."
        case t.CardPosted(place=place):
            return f"The incident's card was posted in {PLACES[place]}."
        case t.CardLost(place=place):
            return f"The incident's card in {PLACES[place]} was deleted."
        case t.PeopleNotAdded(people=people):
            named = listed(f"<@{one.user}> ({one.error.replace('_', ' ')})" for one in people)
            return f"Slack did not add {named} to the channel."
        case t.CommanderAsked(asked=asked):
            return f"{by} asked <@{asked}> to take command."
        case t.HandoverOffered(asked=asked):
            return f"{by} offered command to <@{asked}>."
        case t.CommandAccepted(previous=previous):
            return f"{by} accepted command{_from(previous)}."
        case t.CommandTakenOver(previous=previous, because=because):
            why = explained(event.reasons, because)
            return ended(f"{by} took over command{_from(previous)}{_told(why)}")
        case t.CommandDeclined(why=why, asked=asked):
            now = f" <@{asked}> was asked instead." if asked else ""
            return f"{ended(f'{by} cannot take command{_told(why)}')}{now}"
        case t.CommanderLost(person=lost, why=why, asked=asked):
            now = f"<@{asked}> was asked to take command" if asked else "there is nobody else to ask"
            return f"<@{lost}> no longer commands: they {explained(event.reasons, why)}; {now}."
        case t.ChoiceUndone(person=chosen, why=why):
            return f"<@{chosen}> cannot take part in the incident: {explained(event.reasons, why)}."
        case t.OnCallChanged(schedule=schedule, was=was, person=now):
            return f"<@{now}> is now on call in {schedule}{f', after <@{was}>' if was else ''}."
        case t.BridgeSet(url=url):
            return f"{by} set the bridge to {url}" if event.by else f"The bridge was opened: {url}"
        case t.RoleAssigned(role=role, person=holder):
            return f"{by} made <@{holder}> {role}."
        case t.UpdatePosted():
            return _updated(by, event)
        case t.Reclassified():
            return _reclassified(by, event)
        case t.IncidentMitigated(what=what):
            return ended(f"{by} mitigated the incident{_told(what)}")
        case t.IncidentResolved(what=what):
            return ended(f"{by} resolved the incident{_told(what)}")
        case t.IncidentVerified(how=how):
            return ended(f"{by} verified the resolution{_told(how)}")
        case t.IncidentClosed(unverified_because=None):
            return f"{by} closed the incident."
        case t.IncidentClosed(unverified_because=reason):
            return ended(f"{by} closed the incident without verification{_told(reason)}")
        case t.IncidentReopened(reason=reason):
            return ended(f"{by} reopened the incident{_told(reason)}")
        case t.IncidentCancelled(reason=reason):
            return ended(f"{by} cancelled the incident{_told(reason)}")
        case t.IncidentMerged(into=into, title=title):
            return ended(f"{by} merged the incident into {ref(into)}{_told(title)}")
        case t.OtherMergedIn(other=other, title=title):
            return ended(f"{by} merged {ref(other)} into this incident{_told(title)}")
        case t.Followed():
            return f"{by} follows the incident."
        case t.Unfollowed():
            return f"{by} no longer follows the incident."
        case t.FollowersTold(people=people):
            return f"Followers were told: {mentions(people)}."
        case t.IncidentListed(reason=reason):
            return f"{ended(f'{by} listed the incident for everybody{_told(reason)}')} Its channel stays private."
        case t.TitleCorrected(title=title) if title:
            return ended(f"{by} changed the title to: {title}")
        case t.TitleCorrected():
            return f"{by} renamed the channel after the title."
        case t.ChannelRenamed(name=name):
            is_named = event.by is not None
            return f"{by} renamed the channel to #{name}." if is_named else f"The channel is now called #{name}."
        case t.DrillCorrected(is_drill=is_drill, reason=reason):
            return ended(f"{by} said that this is {'' if is_drill else 'not '}a drill{_told(reason)}")
        case t.LegalHoldSet(is_held=is_held, reason=reason):
            what = "put this record on legal hold" if is_held else "lifted the legal hold on this record"
            return ended(f"{by} {what}{_told(reason)}")
        case t.DegradedShareStated(percent=percent, reason=reason):
            return ended(f"{by} said that {spell_percent(percent)} of the service is degraded{_told(reason)}")
        case t.BudgetExhausted(service=service, objective=objective, allowed=allowed):
            return f"The error budget of {service} is exhausted: {objective} allows {spell(allowed)}."
        case t.ReportedAgain(title=title):
            return ended(f"{by} reported it again: {title}")
        case t.JoinAsked(saw=saw):
            return f"{by} asked to be let in{f', saying: {saw}' if saw else ''}."
        case t.MajorSuggested(reports=reports, since=since):
            return f"{reports} reports about the service came in within {spell(event.at - since)}."
        case t.AlertAttached():
            return _attached(event, at_time)
        case t.AlertsQuiet(signals=signals, since=since, sources=sources):
            told = all_signals(signals, sources, "has been quiet", "have been quiet")
            return f"{told} since {at_time(since, event.at)}."
        case t.AlertFiresAgain(source=source, title=title):
            return ended(f"{source} is firing again: {title}")
        case t.ChangeSeen():
            return _deployed(event)
        case t.NoteAdded(text=text):
            return ended(f"{by} noted{_told(text)}")
        case t.NoteAmended(text=text):
            return ended(f"{by} amended a note{_told(text)}")
        case t.WordsErased():
            return _erased(event)
        case t.RecordRedacted():
            return _redacted(event)
        case t.NoteRetracted(reason=reason):
            return ended(f"{by} retracted a note{_told(reason)}")
        case t.EntryCurated(of=of, is_hidden=True, reason=reason):
            return ended(f"{by} left entry {of} out of the review{_told(reason)}")
        case t.EntryCurated(of=of, text=text):
            return f"{by} reworded entry {of} for the review." if text else f"{by} shows entry {of} as it was recorded."
        case t.MessageMarked(mark=mark, author=author):
            whose = f" by <@{author}>" if author else ""
            return f"{by} marked a message{whose} as {MARKS[mark]}."
        case t.MarkRemoved(mark=mark):
            return f"{by} removed a mark: the message is no longer {MARKS[mark]}."
        case t.TimeCorrected():
            return _corrected(by, event, at_time)
        case t.RunbookLinked(runbook=runbook):
            return ended(f"{by} linked the runbook “{runbook.title}” ({runbook.slug}){_told(why_runbook(runbook))}")
        case t.ClassificationSuggested(suggested=suggested):
            return ended(f"Similar incidents suggested {listed([f'{one.what} {one.value}' for one in suggested])}")
        case t.RunbooksOffered(runbooks=runbooks):
            return f"The card now offers {_named(runbooks) if runbooks else 'no runbook'}, after what was said since."
        case t.RunbookStarted(runbook=runbook):
            return ended(f"{by} started the runbook “{runbook.title}” ({runbook.slug})")
        case t.RunbookStopped():
            return _stopped(by, event)
        case t.RunbookJudged(runbook=runbook, helped=helped, note=note):
            verdict = "helped" if helped else "did not help"
            return ended(f"{by} said that the runbook “{runbook.title}” ({runbook.slug}) {verdict}{_told(note)}")
        case t.RunbookPosted(slug=slug):
            return f"The steps of {slug} were posted in the channel."
        case t.RunbookLost(slug=slug):
            return f"The message with the steps of {slug} was deleted."
        case t.StepTaken():
            return _step_taken(by, event, at_time)
        case t.StepTimeUp(slug=slug, number=number, step=step, to=to):
            return ended(f"The wait for step {number} of {slug} was over, “{step}”; {person(to)} was told")
        case t.StepReported():
            return _step(by, event)
        case t.RunProposed(run=run):
            where = f"in {event.place}, for step {run.step} of {run.slug}"
            return f"{by} proposed {what_runs(run)}, {where}."
        case t.RunApproved(run=run):
            return f"{by} approved {what_runs(run)}."
        case t.RunDeclined(run=run, by=None):
            return f"Nobody approved {what_runs(run)} in time."
        case t.RunDeclined(run=run, note=note):
            return ended(f"{by} declined {what_runs(run)}{_told(note)}")
        case t.RunStarted(run=run, link=link):
            return f"{what_runs(run)} was started{f': {link}' if link else '.'}"
        case t.RunEnded():
            return run_ended(event)
        case t.PeopleInvited(by=someone, people=people) if people == (someone,):
            return f"{by} joined."
        case t.PeopleInvited(people=people):
            return f"{by} invited {mentions(people)}."
        case t.ServicePaged(service_name=service, person=paged):
            return f"{by} paged <@{paged}> for {service}."
        case t.PageTaken(person=paged, pager=pager, asked_at=asked_at):
            span = event.at - asked_at
            after = "at once" if span < timedelta(seconds=1) else f"{spell(span)} after it was asked for"
            return f"{PAGERS.get(pager, pager)} took the page for {person(paged)} {after}."
        case t.SlackLost(since=since, pages=pages):
            called = _were_paged(dict.fromkeys(one.person for one in pages)) or "Nobody could be paged"
            return f"Slack could not be reached from {at_time(since, event.at)} on. {called}."
        case t.SlackRegained(lost_at=lost_at, paged=paged):
            times = f"from {at_time(lost_at, event.at)} to {at_time(event.at, lost_at)}"
            called = _were_paged(paged)
            return f"Slack could not be reached {times}.{f' {called} meanwhile.' if called else ''}"
        case t.PageSeen(person=paged, pager=pager, asked_at=asked_at):
            after = spell(event.at - asked_at)
            where = PAGERS.get(pager, pager)
            return f"The page for {person(paged)} was acknowledged in {where} {after} after it was asked for."
        case t.PageNotSent(person=paged, pager=pager):
            how = f" by {PAGERS.get(pager, pager)}" if pager else ": the policy names no pager for them"
            return ended(f"{person(paged)} could not be paged{how}")
        case t.Escalated(reason=reason, told=told):
            who = f"{mentions(told)} {'was' if len(told) == 1 else 'were'} told" if told else "There was nobody to tell"
            return f"{ended(f'{by} escalated{_told(reason)}')} {who}."
        case t.ActionOpened(text=text, owner=owner):
            return f"{ended(f'Action for <@{owner}>: {text}' if owner else f'Action: {text}')} Recorded by {by}."
        case t.ActionDone(text=text, note=note):
            return ended(f"{by} finished the action “{text}”{_told(note)}")
        case t.DecisionMade(text=text):
            return f"{ended(f'Decision: {text}')} Recorded by {by}."
        case t.FollowUpAgreed():
            return _follow_up(by, event)
        case t.FollowUpChanged():
            return _follow_up_changed(by, event)
        case t.FollowUpEnded(state=state, text=text, note=note):
            did = "finished" if state is FollowUpState.DONE else "dropped"
            return ended(f"{by} {did} the follow-up “{text}”{_told(note)}")
        case t.IssueFiled(text=text, key=key, url=url):
            return f"{key} was opened for {_tracked(text)}: {url}"
        case t.IssueChanged():
            return _issue_changed(event)
        case t.IssueLost(text=text, key=key):
            return f"{key} is not in its tracker any more; from now on {_tracked(text)} is tracked here alone."
        case t.ApprovalAsked(asked=asked):
            return f"{acting(event.actor)} asked {person(asked)} to approve the review."
        case t.ReviewStarted(due_at=due_at):
            due = f", due by {a_date(due_at.date())}" if due_at else ""
            meeting = (
                f" A meeting was proposed for {_day_and_time(event.meeting_at, at_time)}." if event.meeting_at else ""
            )
            return f"{by} started the review{due}.{meeting}"
        case t.ReviewReopened(reason=reason):
            return ended(f"{by} reopened the review{_told(reason)}")
        case t.ReviewMeetingMoved(meeting_at=meeting_at):
            return f"{by} moved the meeting about the review to {_day_and_time(meeting_at, at_time)}."
        case t.PastRecalled(alike=alike):
            return f"Similar incidents from before: {listed(map(_past, alike))}."
        case t.ProblemLinked(problem=problem, title=title, is_new=is_new):
            did = "opened the problem" if is_new else "linked the incident to the problem"
            known = f" Known workaround: {event.workaround}" if event.workaround else ""
            return ended(f"{by} {did} {problem_ref(problem)}, “{title}”.{known}")
        case t.ProblemUnlinked(problem=problem, title=title, reason=reason):
            took = f"{by} unlinked the incident from the problem {problem_ref(problem)}, “{title}”"
            return ended(f"{took}{_told(reason)}")
        case t.ProblemExplained(problem=problem, cause=cause, workaround=workaround):
            if not cause:
                return ended(f"{by} added a workaround to {problem_ref(problem)}: {workaround}")
            added = f"; workaround: {workaround}" if workaround else ""
            return ended(f"{by} added the cause to {problem_ref(problem)}: {cause}{added}")
        case t.ProblemSolved(problem=problem, title=title, how=how):
            return ended(f"{by} solved the problem {problem_ref(problem)}, “{title}”{_told(how)}")
        case t.RunbookProposed(slug=slug, title=title, text=text):
            if not text:
                return ended(f"{by} proposed a runbook “{title}” ({slug})")
            return ended(f"{by} proposed a change to the runbook “{title}” ({slug}): {text}")
        case t.PullRequestOpened(number=number, url=url):
            return f"The pull request with the change to a runbook is open, #{number}: {url}"
        case t.PullRequestRefused(why=why):
            return f"No pull request could be opened: {ended(why)} The change is here as a file."
        case t.ReviewApproved():
            return f"{by} approved the review."
        case t.ReviewPublished():
            return f"{by} published the review."
        case t.DocumentWritten(place=place, url=url, is_new=is_new):
            return f"The review {'was published to' if is_new else 'was brought up to date in'} {place}: {url}"
        case t.DocumentKept(place=place, why=why, who=who):
            left = "" if why is KeptAs.GONE else " Muster left it as it is."
            return f"{document_kept(place, why, who)}{left}{_asked_about_it(event)}"
        case t.OverwritingDecided(place=place, choice=choice):
            return f"{by} decided about the review in {place}: {DECIDED[choice]}."
        case t.CustomerUpdateDrafted(update=update):
            return ended(f"{by} drafted for customers ({update.stage}): {update.title} – {update.text}")
        case t.CustomerUpdateInReview():
            return f"{by} asked for somebody to read the draft for customers."
        case t.CustomerUpdateApproved():
            return f"{by} approved the draft for customers."
        case t.CustomerUpdatePublished(update=update):
            return ended(f"{by} told customers on the status page ({update.stage}): {update.title} – {update.text}")
        case t.ReviewWaived(reason=reason):
            return ended(f"{by} waived the review{_told(reason)}")
        case t.DeadlineReminded(deadline=deadline, due_at=due_at):
            left = spell(due_at - event.at)
            return f"A reminder was given: {DEADLINES[deadline]} was due in {left}{_whose(event, at_time)}."
        case t.AcknowledgementOverdue(due_at=due_at, asked=asked, rungs=rungs):
            who = f"; <@{asked}> had been asked" if asked else ""
            return f"Nobody had accepted command by {at_time(due_at, event.at)}, when it was due{who}.{_rungs(rungs)}"
        case t.UpdateOverdue(due_at=due_at, commander=commander):
            who = f"; <@{commander}> had command" if commander else ""
            due = f"{at_time(due_at, event.at)}{_whose(event, at_time)}"
            return f"The update due at {due} was overdue{who}.{_rungs(_all_rungs(event))}"
        case t.EscalationTold(due_at=due_at):
            what = f"{OWED[event.deadline]} due at {at_time(due_at, event.at)}{_whose(event, at_time)}"
            return f"{what} was still missing after {spell(event.at - due_at)}.{_rungs(_all_rungs(event))}"
        case t.LeftUnattended(due_at=due_at):
            what = f"{OWED[event.deadline]} due at {at_time(due_at, event.at)}{_whose(event, at_time)}"
            return f"{what} was still missing after everybody had been told; {ITSELF} waits for something to change."
        case t.TargetMissed():
            return _target_missed(event, at_time)
        case t.ReportingTriggered():
            return _triggered(by, event, at_time)
        case t.ReportingRuledOut(name=name, reason=reason):
            return ended(f"{by} ruled out that it has to be reported under {name}{_told(reason)}")
        case t.ReportSubmitted():
            return _report_submitted(by, event, at_time)
        case t.ReportsAwaited():
            return _reports_awaited(event, at_time)
        case t.Nudged():
            return _nudged(event, at_time)
        case t.ActivitySeen(last_at=last_at):
            return f"The incident was active, last at {at_time(last_at, event.at)}."
        case t.ArchivingDecided():
            return "The channel was due to be archived."
        case t.ChannelArchived():
            return "The channel was archived."
        case t.ChannelLost(loss=loss, by=who):
            return _channel_lost(loss, who)
        case t.ChannelReplaced(loss=loss, reason=None):
            return f"{_channel_lost(loss, None)} The incident continues in another one."
        case t.ChannelReplaced(reason=reason):
            return ended(f"{by} moved the incident to a new channel{_told(reason or '')}")
        case t.ChannelRegained(by=who):
            return f"{f'{by} brought {ITSELF} back into' if who else f'{ITSELF} is back in'} the channel."
        case t.RemindersSnoozed(until=until, reason=reason):
            return ended(f"{by} snoozed reminders until {at_time(until, event.at)}{_told(reason)}")
        case t.UnknownEvent(kind=kind):
            return f"Something was recorded that this version of {ITSELF} cannot read ({kind})."
        case unexpected:
            assert_never(unexpected)


def _channel_lost(loss: ChannelLoss, who: SlackUserId | None) -> str:
    """What happened to the channel, and by whom where that is known."""
    did = {
        ChannelLoss.ARCHIVED: "archived the channel",
        ChannelLoss.REMOVED: f"removed {ITSELF} from the channel",
        ChannelLoss.DELETED: "deleted the channel",
    }
    happened = {
        ChannelLoss.ARCHIVED: "The channel was archived",
        ChannelLoss.REMOVED: f"{ITSELF} is no longer in the channel",
        ChannelLoss.DELETED: "The channel is gone",
    }
    return f"<@{who}> {did[loss]}." if who else f"{happened[loss]}."


def acting(actor: Actor) -> str:
    """Who did it: a mention of a person, the plain name of an integration, or Muster itself."""
    match actor:
        case Person(user=user):
            return person(user)
        case Integration(name=name):
            return named(name)
        case Muster():
            return ITSELF


def named(program: str) -> str:
    """A program, in one line and without markup."""
    return " ".join(program.replace("<", "").replace(">", "").split())


def person(user: SlackUserId | None) -> str:
    """Somebody, as a mention; nobody in particular is Muster itself."""
    return f"<@{user}>" if user else ITSELF


def mentions(people: Iterable[SlackUserId]) -> str:
    return listed(f"<@{one}>" for one in people)


def _attached(event: t.AlertAttached, at_time: Clock) -> str:
    """Who said what, since when; then where to look."""
    said = f"{acting(event.actor)} attached an alert from {event.source}" if event.by else f"{event.source} is firing"
    since = f", since {at_time(event.began_at, event.at)}" if event.began_at else ""
    labels = ", ".join(f"{name}: {value}" for name, value in event.labels)
    parts = [ended(f"{said}: {event.title}{since}"), ended(f"Labels: {labels}") if labels else ""]
    return " ".join(part for part in [*parts, where_to_look(event.runbook_url, event.link)] if part)


def where_to_look(runbook_url: str | None, more: str | None) -> str:
    """Each address stands alone, with no full stop after it, so that it can be followed."""
    found = {"Runbook": runbook_url, "More": more}
    return " · ".join(f"{name}: {url}" for name, url in found.items() if url)


def all_signals(signals: int, sources: Iterable[str], one: str, many: str) -> str:
    """What is said of all signals of some sources: `one` where there is one, `many` of several."""
    named = listed(sources)
    if signals == 1:
        return f"The alert from {named} {one}"
    return f"{'Both' if signals == 2 else f'All {signals}'} signals from {named} {many}"


def _deployed(event: t.ChangeSeen) -> str:
    """What went where, by whom, and how long before."""
    failed = "could not be deployed" if event.has_failed else "was deployed"
    where = f" to {event.environment}" if event.environment else ""
    whom = f" by {event.by_whom}" if event.by_whom else ""
    before = ""
    if event.before is not None:
        before = f", {spell(event.before)} before {'it began' if event.is_before_beginning else 'it was noticed'}"
    told = ended(f"{event.source}: {event.service} {event.what} {failed}{where}{whom}{before}")
    return f"{told} {where_to_look(None, event.link)}".rstrip()


def listed(parts: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`; "nobody" for none."""
    *head, last = list(parts) or ["nobody"]
    return f"{', '.join(head)} and {last}" if head else last


def few(parts: Sequence[str], most: int, between: str = ", ") -> str:
    """The first of them, and how many more there are: `a, b and 3 more`, or `a; b; and 3 more`."""
    more = f"{'' if between == ', ' else between.rstrip()} and {len(parts) - most:,} more" if len(parts) > most else ""
    return f"{between.join(parts[:most])}{more}"


def ended(text: str) -> str:
    """The text with a full stop, unless it ends a sentence already."""
    text = text.rstrip()
    return text if text.endswith((".", "!", "?", "…", "```")) else f"{text}."


def spell(span: timedelta) -> str:
    """A span in whole hours and minutes, never days: `24 h 14 min`; seconds below one minute. A negative one is 0 s."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else ""]
    return " ".join(part for part in parts if part)


def spell_percent(percent: float) -> str:
    """`30 %`, `0.5 %`, `99.95 %`."""
    return f"{percent:.6g} %"


def spell_rate(rate: float) -> str:
    """`1.4`, `0.02`, `1,000`."""
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.2g}"


def own_time(instant: datetime) -> str:
    """A time of day that Slack shows each reader in their own zone; where it cannot, in UTC."""
    return f"<!date^{int(instant.timestamp())}^{{time}}|{instant:%H:%M} UTC>"


def own_moment(instant: datetime) -> str:
    """The same with its day."""
    return f"<!date^{int(instant.timestamp())}^{{date_short_pretty}} {{time}}|{instant:%Y-%m-%d %H:%M} UTC>"


def _were_paged(people: Iterable[SlackUserId]) -> str:
    named = list(people)
    return f"{mentions(named)} {'was' if len(named) == 1 else 'were'} paged" if named else ""


def _told(text: str | None) -> str:
    return f": {text}" if text else ""


def _from(previous: SlackUserId | None) -> str:
    return f" from <@{previous}>" if previous else ""


def _rungs(rungs: t.Rungs | None) -> str:
    """Who was told of it, and for whom there was nobody; begins with a space."""
    if rungs is None:
        return ""
    acts: dict[SlackUserId, list[str]] = {rungs.asked: ["asked to take command"]} if rungs.asked else {}
    for one in rungs.told:
        acts.setdefault(one, ["told"])
    for one in dict.fromkeys(page.person for page in rungs.pages if page.pager):
        acts.setdefault(one, []).append("paged")
    alike: dict[str, list[SlackUserId]] = {}
    for one, done in acts.items():
        alike.setdefault(listed(done), []).append(one)
    parts = [f"{mentions(people)} {'was' if len(people) == 1 else 'were'} {done}." for done, people in alike.items()]
    if rungs.nobody:
        parts.append(f"Nobody further stands for {listed(one.replace('_dm', '') for one in rungs.nobody)}.")
    return "".join(f" {part}" for part in parts)


Waited = t.DeadlineReminded | t.UpdateOverdue | t.EscalationTold | t.LeftUnattended


def _whose(event: Waited, at_time: Clock) -> str:
    """Whom an update is for, where it is not for those who follow alone."""
    if not event.audiences:
        return ""
    if event.deadline is DeadlineKind.AUDIENCE and len(event.audiences) == 1:
        return f" (for {event.audiences[0].audience})"
    each = listed(f"{one.audience} at {at_time(one.due_at, event.at)}" for one in event.audiences)
    return f" ({'and ' if event.deadline is DeadlineKind.UPDATE else ''}for {each})"


def _all_rungs(event: t.UpdateOverdue | t.EscalationTold) -> t.Rungs | None:
    """What was done of all ladders, as one."""
    if not event.audiences:
        return event.rungs
    return _together((event.rungs or t.NO_RUNGS, *(one.rungs for one in event.audiences)))


def _together(ladders: Iterable[t.Rungs]) -> t.Rungs:
    first, *others = ladders
    return replace(
        first,
        told=tuple(dict.fromkeys(person for one in (first, *others) for person in one.told)),
        nobody=tuple(dict.fromkeys(target for one in (first, *others) for target in one.nobody)),
    )


def _triggered(by: str, event: t.ReportingTriggered, at_time: Clock) -> str:
    was = f" instead of {at_time(event.was, event.at)}" if event.was else ""
    happened = f"{event.words}{_at_another_time(event.happened_at, event.at, at_time)}{was}"
    return f"{ended(f'{by} recorded for {event.name}: {happened}{_told(event.reason)}')}{stages_due(event, at_time)}"


def _at_another_time(instant: datetime, near: datetime, at_time: Clock) -> str:
    """Nothing of what was said as it happened: the entry has its own time. Begins with a space."""
    return "" if instant == near else f" at {at_time(instant, near)}"


def stages_due(event: t.ReportingTriggered | t.ReportSubmitted, at_time: Clock) -> str:
    """What of a regulation is still due and known by when; begins with a space."""
    submitted = event.stage if isinstance(event, t.ReportSubmitted) else None
    names = [one.stage for one in event.stages]
    left = event.stages[names.index(submitted) + 1 :] if submitted in names else event.stages
    due = [f"{one.title} by {at_time(one.due_at, event.at)}" for one in left if one.due_at is not None]
    return f" Due: {listed(due)}." if due else ""


def how_late(submitted_at: datetime, due_at: datetime) -> str:
    """`in time`, or `2 h late`. There is no grace: the law gives none."""
    return f"{spell(submitted_at - due_at)} late" if submitted_at > due_at else "in time"


def _report_submitted(by: str, event: t.ReportSubmitted, at_time: Clock) -> str:
    at = _at_another_time(event.submitted_at, event.at, at_time)
    was = f" instead of {at_time(event.was, event.at)}" if event.was and event.was != event.submitted_at else ""
    reference = f" (reference {event.reference})" if event.reference else ""
    late = how_late(event.submitted_at, event.due_at)
    told = f"{by} recorded that the {event.name} {event.title} was submitted{at}{was}{reference}, {late}"
    return f"{ended(f'{told}{_told(event.note)}')}{stages_due(event, at_time)}"


def awaited(one: t.AwaitedReport) -> str:
    """`NIS2 early warning`; for the question, `NIS2`."""
    return f"{one.name} {one.title}".rstrip()


def _reports_awaited(event: t.ReportsAwaited, at_time: Clock) -> str:
    what = listed(awaited(one) for one in event.reports)
    rungs = _rungs(_together(one.rungs for one in event.reports))
    first = event.reports[0].due_at
    due = listed(f"{awaited(one)}, due by {at_time(one.due_at, event.at)}" for one in event.reports)
    match event.deadline, event.step:
        case DeadlineKind.REPORTABLE, DeadlineStep.OVERDUE:
            return f"It was asked whether this has to be reported under {what}.{rungs}"
        case DeadlineKind.REPORTABLE, _:
            return f"Nobody had said after {spell(event.at - first)} whether {what} applies.{rungs}"
        case _, DeadlineStep.REMIND:
            return f"A reminder was given: {due}.{rungs}"
        case _, DeadlineStep.OVERDUE:
            return f"Not recorded as submitted in time: {due}.{rungs}"
        case _:
            return f"Still not recorded as submitted: {due}.{rungs}"


def _target_missed(event: t.TargetMissed, at_time: Clock) -> str:
    still = "the impact had not stopped" if event.deadline is DeadlineKind.MITIGATE else "it was not resolved"
    told = f" {mentions(event.told)} {'was' if len(event.told) == 1 else 'were'} told." if event.told else ""
    return f"The service level was missed: {still} by {at_time(event.due_at, event.at)}.{told}"


def _nudged(event: t.Nudged, at_time: Clock) -> str:
    to, due = person(event.to), at_time(event.due_at, event.at)
    match event.deadline:
        case DeadlineKind.QUIET:
            return f"Nothing had happened since {due}; {to} was asked whether it is over."
        case DeadlineKind.ARCHIVE:
            return f"The channel was told that it will be archived at {at_time(event.next_at or event.at, event.at)}."
        case kind:
            return f"{OWED[kind]} was due at {due}; {to} was asked for it."


def _declared(event: t.IncidentDeclared) -> str:
    kind = f"the {'private ' if event.is_private else ''}{'drill' if event.is_drill else 'incident'}"
    parts = [
        ended(f"{acting(event.actor)} declared {kind}, {event.priority}: {event.title}"),
        f"Priority: {ended(why)}" if (why := _why(event)) else "",
        f"Service: {ended(event.service_name)}" if event.service_name else "",
        f"Severity: {event.severity}." if event.severity else "",
        f"Users notice: {ended(event.user_impact)}" if event.user_impact else "",
        _reported(event),
        f"First evidence: {_evidence(event.evidence)}" if event.evidence else "",
        f"{mentions([event.asked]) if event.asked else 'Nobody'} was asked to take command"
        f"{_because(explained(event.asked_reasons, event.asked_because))}.",
        _chosen(event.runbooks),
    ]
    return " ".join(part for part in parts if part)


def declared_in_brief(event: t.IncidentDeclared) -> str:
    """The declaration for somebody who has its facts before them: by whom, as what, and who was asked to lead."""
    kind = f"{'private ' if event.is_private else ''}{'drill' if event.is_drill else 'incident'}"
    is_another = event.asked is not None and event.actor != Person(event.asked)
    parts = [
        ended(f"{acting(event.actor)} declared the {kind} as a {event.priority}: {event.title}"),
        f"First evidence: {_evidence(event.evidence)}" if event.evidence else "",
        f"{person(event.asked)} was asked to take command." if is_another else "",
    ]
    return " ".join(part for part in parts if part)


def _why(event: t.IncidentDeclared) -> str:
    return why_priority(event.why_reasons, event.why, event.priority)


def _evidence(evidence: t.Evidence) -> str:
    by = f" by <@{evidence.author}>" if evidence.author else ""
    said = f": {evidence.text}" if evidence.text else "."
    return ended(f"a message{by} ({evidence.permalink}){said}")


def _reported(event: t.IncidentDeclared) -> str:
    """Who noticed it, and how."""
    by = f" by <@{event.reported_by}>" if event.reported_by else ""
    how = f" (source: {event.source})" if by and event.source else ""
    return f"Reported{by}{how}." if by else f"Source: {event.source}." if event.source else ""


def _day_and_time(at: datetime, at_time: Clock) -> str:
    return f"{a_date(at.date())}, {at_time(at, at)}"


def _past(one: t.PastIncident) -> str:
    fixed = f", fixed by: {one.fixed_by}" if one.fixed_by else ""
    helped = f"; workaround ({problem_ref(one.problem)}): {one.workaround}" if one.problem and one.workaround else ""
    return f"{ref(one.number)} “{one.title}”{fixed}{helped}"


def _updated(by: str, event: t.UpdatePosted) -> str:
    update, names = event.update.said, event.headings[1:]
    actions, needs = (*names, *("Actions", "Needs")[len(names) :])
    whom = f" for {listed(event.whom)}" if event.audiences else ""
    parts = [
        f"{by} posted an update{whom}: {ended(update.conditions)}",
        f"{actions}: {ended(update.actions)}" if update.actions else "",
        f"{needs}: {ended(update.needs)}" if update.needs else "",
    ]
    return " ".join(part for part in parts if part)


def _reclassified(by: str, event: t.Reclassified) -> str:
    moved = f"from {event.was} to {event.priority}"
    if event.changed == "priority":
        return ended(f"{by} changed the priority {moved}{_told(event.reason)}")
    asked = explained(event.asked_reasons, event.asked_because)
    parts = [
        ended(f"{by} set the {event.changed} to {event.value}{_told(event.reason)}"),
        f"The priority went {moved}." if event.was is not event.priority else "",
        f"<@{event.asked}> was asked to take command{_because(asked)}." if event.asked else "",
        _chosen(event.runbooks),
    ]
    return " ".join(part for part in parts if part)


def _because(reason: str) -> str:
    return f" ({reason})" if reason else ""


def _chosen(runbooks: Sequence[t.LinkedRunbook]) -> str:
    return f"{'Runbook' if len(runbooks) == 1 else 'Runbooks'}: {_named(runbooks)}." if runbooks else ""


def _named(runbooks: Iterable[t.LinkedRunbook]) -> str:
    return listed([f"“{one.title}”" for one in runbooks])


def _corrected(by: str, event: t.TimeCorrected, at_time: Clock) -> str:
    what = {"began": "it began", "detected": "it was detected"}.get(event.name, f"it was {event.name}")
    was = f" (was {at_time(event.was, event.at)})" if event.was else ""
    return ended(f"{by} set the time {what} to {at_time(event.value, event.at)}{was}{_told(event.reason)}")


def _step(by: str, event: t.StepReported) -> str:
    what = f"{by} reported step {event.number} of {event.slug} {OUTCOMES[event.outcome]}, “{event.step}”"
    return ended(f"{what}{_told(event.note)}")


def _stopped(by: str, event: t.RunbookStopped) -> str:
    steps = f"{'step' if len(event.not_done) == 1 else 'steps'} {numbers(event.not_done)}"
    left = f" Not done: {steps}." if event.not_done else ""
    return f"{ended(f'{by} stopped the runbook “{event.title}” ({event.slug}){_told(event.reason)}')}{left}"


def numbers(found: Sequence[int]) -> str:
    """`2, 4 to 8 and 11`, in their order."""
    runs: list[list[int]] = []
    for number in found:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    spans = ([f"{one[0]} to {one[-1]}"] if len(one) > 2 else [str(number) for number in one] for one in runs)
    return listed(span for several in spans for span in several)


DECIDED = {
    Overwriting.REPLACE: "it is replaced",
    Overwriting.CHILD: "it is added beside what is there",
    Overwriting.LEAVE: "what is there stays",
}


def document_kept(place: str, why: KeptAs, who: str) -> str:
    """What people did to the review at a place, as a sentence."""
    match why:
        case KeptAs.EDITED:
            return f"{who} edited the review in {place}." if who else f"The review in {place} was edited there."
        case KeptAs.UNSURE:
            return f"The review in {place} may have been edited there."
        case KeptAs.COMMENTED:
            return f"There are comments on the review in {place}."
        case KeptAs.GONE:
            return f"The review in {place} is not there any more."


def _asked_about_it(event: t.DocumentKept) -> str:
    return f" {person(event.asked)} was asked what to do." if event.asked else ""


def _tracked(text: str) -> str:
    return f"the follow-up “{text}”" if text else "the incident"


def _issue_changed(event: t.IssueChanged) -> str:
    """What is news of it, as its tracker has it; of what is no news, how it stands."""
    if not event.text:
        return f"{event.key} was closed in its tracker; that changes nothing about the incident."
    owner = person(event.owner) if event.owner else event.owner_name
    said = {
        "state": "open again" if event.state is FollowUpState.OPEN else event.state.value,
        "owner": f"owner {owner}" if owner else "no owner any more",
        "due": f"due {a_date(event.due)}" if event.due else "no due date any more",
    }
    news = [said[name] for name in event.news if name in said] or ["as it was"]
    return f"{event.key} says of the follow-up “{event.text}”: {', '.join(news)}."


def what_runs(run: t.PlannedRun) -> str:
    """`the dry run of restart-checkout (percent=10)`."""
    given = f" ({', '.join(f'{one.name}={one.value}' for one in run.given)})" if run.given else ""
    return f"{'the dry run of ' if run.is_dry else ''}{run.action}{given}"


def run_ended(event: t.RunEnded) -> str:
    """How a run ended, and where nobody knows, that."""
    what = what_runs(event.run)
    what = f"{what[0].upper()}{what[1:]}" if event.run.is_dry else what
    match event.outcome:
        case RunOutcome.SUCCEEDED:
            return f"{what} succeeded."
        case RunOutcome.FAILED:
            return ended(f"{what} failed{_told(event.why)}")
        case RunOutcome.TIMED_OUT:
            return f"{what} has not ended in its time. It may still be running."
        case RunOutcome.UNKNOWN:
            return f"Nobody can tell whether {what_runs(event.run)} was started. It is not sent again."
        case RunOutcome.NOT_STARTED:
            return ended(f"{what} was not started{_told(event.why)}")


def _step_taken(by: str, event: t.StepTaken, at_time: Clock) -> str:
    what = f"step {event.number} of {event.slug}, “{event.step}”"
    if event.remind_at is None:
        return ended(f"{by} took {what}{_told(event.note)}")
    return ended(f"{by} is waiting until {at_time(event.remind_at, event.at)} with {what}{_told(event.note)}")


def _redacted(event: t.RecordRedacted) -> str:
    counts = ((len(event.entries), "entry", "entries"), (event.messages, "message", "messages"))
    found = [f"{count:,} {one if count == 1 else many}" for count, one, many in counts if count]
    places = f"in {listed(found)}"
    if event.kinds:
        gone = listed([TAKEN_OUT[kind] for kind in event.kinds])
        return f"Because of their age, {gone} were taken out of this record{f', {places}' if found else ''}."
    return f"A person was erased from this record; {places} they are <@{event.person}> now."


def _erased(event: t.WordsErased) -> str:
    entries = [str(seq) for seq in event.entries]
    is_one = len(entries) == 1
    which = f"{'entry' if is_one else 'entries'} {listed(entries)}"
    match event.after:
        case MessageChange.DELETED:
            return f"A message was deleted; its words are gone from {which}."
        case MessageChange.EDITED:
            return f"A message was edited; {which} {'has' if is_one else 'have'} its new words."
        case None:
            return f"The words of {which} were erased."


def _follow_up(by: str, event: t.FollowUpAgreed) -> str:
    owner = f"owner <@{event.owner}>" if event.owner else "no owner"
    due = f"due {a_date(event.due)}" if event.due else "no due date"
    more = "".join(f", {one}" for one in (event.priority, event.link) if one)
    return f"{by} recorded a follow-up: {event.text} ({owner}, {due}{more})."


def _follow_up_changed(by: str, event: t.FollowUpChanged) -> str:
    said = [
        f"owner <@{event.owner}>" if event.owner else "",
        f"due {a_date(event.due)}" if event.due else "",
        event.priority or "",
        event.link or "",
    ]
    return f"{by} changed the follow-up “{event.text}”: {', '.join(one for one in said if one)}."
