"""Who is told of what, and where: the one place that says what follows from each kind of event.

A rule names the events; who is in the channel, who is told directly, what is posted, pinned, shared or brought up to
date is decided here, from the event, the incident as it was before, and the policy.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial
from typing import assert_never

from bot.domain import bridge, publishing
from bot.domain import effects as e
from bot.domain import timeline as t
from bot.domain.alerts import Alert
from bot.domain.asking import settled
from bot.domain.decision import Decision
from bot.domain.effects import AlertEffect, Announce, Effect, ProposalEffect, TellPerson, invitations
from bot.domain.folding import begin, evolve
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.paging import paged_with, unwanted
from bot.domain.policy import Audience, Policy
from bot.domain.proposals import Proposal
from bot.domain.tracking import late_issues, new_issues
from bot.domain.vocabulary import AlertState, ChannelLoss, DeadlineKind, Overwriting, Place, Priority, Role
from bot.domain.webhooks import is_told


def effects_of(decision: Decision, before: Incident | None, policy: Policy) -> tuple[Effect, ...]:
    """Everything that follows from a decision, in the order in which it is queued. `before`: the incident that it was
    made about; None for one that is declared with it."""
    effects: list[Effect] = []
    for event in decision.events:
        after = _with(before, event)
        found = _of_event(event, before or after, policy, decision.present, decision.unconfirmed)
        is_topic_news = before is None or isinstance(event, SETS_TOPIC) or _topic(before) != _topic(after)
        effects += found if is_topic_news else [one for one in found if not isinstance(one, e.RefreshTopic)]
        effects += [
            e.PagePerson(event, one.person, one.pager) for one in paged_with(event) if isinstance(event, PAGING)
        ]
        if before:
            effects += (*_of_worked(event, before, after), *_settled(event, before, after))
            effects += _stopped(event, before, after)
            if before.pages != after.pages and CARD not in effects:
                effects.append(CARD)
            effects += [e.UpdateIssue(event, name) for name in late_issues(event, before, after)]
        effects += [e.FileIssue(event, name) for name in new_issues(event, before, after, policy)]
        effects += [e.SendWebhook(event, one.name) for one in policy.webhooks if is_told(one, event, before, after)]
        before = after
    return tuple(effects)


CARD = e.RefreshCard(Place.CHANNEL)


def _settled(event: t.AnyEvent, before: Incident, after: Incident) -> Iterable[Effect]:
    """The direct messages whose question the event has answered are edited, which calls nobody."""
    asks = settled(before, after)
    for person in dict.fromkeys(one.person for one in asks):
        yield e.SettleAsks(event, person, tuple(one.seq for one in asks if one.person == person))


def _stopped(event: t.AnyEvent, before: Incident, after: Incident) -> Iterable[Effect]:
    """Whoever is not needed any more is called no longer."""
    pages = unwanted(before, after)
    for person, pager in dict.fromkeys((one.person, one.pager) for one in pages):
        yield e.StopPage(
            event, person, pager, tuple(one.seq for one in pages if (one.person, one.pager) == (person, pager))
        )


def refreshes(incident: Incident) -> tuple[Effect, ...]:
    """Everything that shows the incident's present state."""
    own = (e.RefreshCard(Place.CHANNEL), e.RefreshTopic())
    return own if incident.broadcast is None else (*own, e.RefreshCard(Place.BROADCAST))


def of_alert(before: Alert | None, after: Alert) -> tuple[AlertEffect, ...]:
    """What the triage channel is to show of an alert. While somebody ignores it, nothing; once it is nobody's question
    any more, what became of it."""
    if after.gathered_by is not None:
        return () if before == after else (e.RefreshAlert(after.gathered_by),)
    if after.state is AlertState.ASKED and (before is None or before.state is not AlertState.ASKED):
        return (e.AskAboutAlert(after.number),)
    if after.channel is None or before == after:
        return ()
    is_ignored_still = before is not None and before.state is after.state is AlertState.IGNORED
    was_shown = before is not None and before.state is AlertState.TAKEN and before.incident == after.incident
    return () if is_ignored_still or was_shown else (e.RefreshAlert(after.number),)


def of_proposal(before: Proposal | None, after: Proposal) -> tuple[ProposalEffect, ...]:
    """People are asked once; afterwards the question says what became of it."""
    if before is None:
        return (e.AskAboutProposal(after.number),)
    return () if before == after else (e.RefreshProposal(after.number),)


def of_trying(person: SlackUserId, pagers: Iterable[str], now: datetime) -> tuple[e.TryPager, ...]:
    """Somebody has their own pagers called. `now`: machine time."""
    return tuple(e.TryPager(person, one, now) for one in pagers)


def of_counting() -> tuple[e.Refresh, ...]:
    """What follows when an alert of an incident fired once more: its card shows how often."""
    return (e.RefreshCard(Place.CHANNEL),)


def of_erasing(erased: t.WordsErased | t.RecordRedacted, incident: Incident) -> tuple[Effect, ...]:
    """What follows when words were taken out of the timeline, whatever the policy says. A copy that follows its message
    stands on no card."""
    edited = e.EditAnnouncements(erased)
    is_on_card = not isinstance(erased, t.WordsErased) or erased.after is None
    return (edited, *refreshes(incident)) if is_on_card else (edited,)


ROUTINE = (
    t.ActionDone,
    t.ActionOpened,
    t.AlertAttached,
    t.ChangeSeen,
    t.CustomerUpdateApproved,
    t.DegradedShareStated,
    t.DocumentWritten,
    t.FollowUpAgreed,
    t.FollowUpChanged,
    t.FollowUpEnded,
    t.IssueChanged,
    t.IssueLost,
    t.NoteAmended,
    t.NoteRetracted,
    t.PeopleInvited,
    t.ProblemExplained,
    t.ProblemLinked,
    t.ProblemSolved,
    t.ProblemUnlinked,
    t.PullRequestOpened,
    t.PullRequestRefused,
    t.RemindersSnoozed,
    t.ReviewApproved,
    t.ReviewMeetingMoved,
    t.ReviewReopened,
    t.ReviewStarted,
    t.ReviewWaived,
    t.RoleAssigned,
    t.RunbookLinked,
    t.RunbookProposed,
    t.RunbookStopped,
    t.RunApproved,
    t.RunDeclined,
    t.RunEnded,
    t.RunProposed,
    t.RunStarted,
    t.ServicePaged,
    t.StepReported,
    t.StepTaken,
    t.StepTimeUp,
    t.TimeCorrected,
    t.TitleCorrected,
)
"""What is told in the thread below the card instead of in the channel itself, where it would push people's words off
the screen. Whoever is mentioned there is notified all the same."""


def is_routine(event: t.AnyEvent) -> bool:
    """Whether it belongs below the card. A classification does while the priority stays and nobody new is asked; what
    monitoring says does until people said that the fault is gone."""
    if isinstance(event, t.Reclassified):
        return event.priority is event.was and event.asked is None
    if isinstance(event, t.NoteAdded):
        return not event.is_aloud
    if isinstance(event, t.AlertsQuiet | t.AlertFiresAgain):
        return not event.is_after_resolution
    return isinstance(event, ROUTINE)


def is_told_in_channel(event: t.AnyEvent) -> bool:
    """Whether everybody in the incident's channel reads of it in the channel itself."""
    return not isinstance(event, t.ToldToNobody | t.ToldDirectly | t.SlackLost) and not is_routine(event)


PAGING = (t.AcknowledgementOverdue, t.UpdateOverdue, t.EscalationTold, t.ServicePaged, t.SlackLost)
"""Events that may have somebody called by a pager."""

SETS_TOPIC = (t.ChannelOpened, t.ChannelRegained, t.WordsErased)
"""After these the channel's topic may say something else than it should, although the incident is as it was."""


def _topic(incident: Incident) -> tuple[object, ...]:
    """What the topic is made of: each time it is set, the channel gets a line about it."""
    kind = incident.priority, incident.status, incident.is_private, incident.is_drill
    return (*kind, incident.title, incident.commander or incident.asked, incident.commander is None)


def _with(incident: Incident | None, event: t.AnyEvent) -> Incident:
    if incident is None:
        return begin(t.Recorded(1, event.at, event))
    return evolve(incident, t.Recorded(incident.last_seq + 1, event.at, event))


def _of_event(
    event: t.AnyEvent,
    incident: Incident,
    policy: Policy,
    present: Collection[SlackUserId],
    unconfirmed: Collection[SlackUserId],
) -> tuple[Effect, ...]:
    """`incident`: as it was before the event, or right after its declaration. `present` and `unconfirmed`: as the
    decision has them."""
    told = partial(_told, event, incident)
    directly = partial(_directly, event)
    brought_in = partial(_brought_in, event, incident)
    checks = [e.CheckPerson(event, person) for person in unconfirmed]
    match event:
        case t.ToldToNobody() | t.SlackLost():
            return ()
        case t.ChoiceUndone(person=person):
            is_missed = incident.commander == person or incident.has_part(person)
            return told() if is_missed and not incident.status.is_calm else ()
        case t.StepReported(slug=slug) if incident.working(slug):
            return _worked(slug)
        case t.UpdatePosted(audiences=audiences):
            channels = dict.fromkeys(channel for one in audiences for channel in one.channels)
            people = [person for one in audiences for person in one.people]
            return told(*(e.TellChannel(event, to) for to in channels), *directly(*people))
        case t.BudgetExhausted(is_quiet=is_quiet):
            return () if is_quiet else told()
        case t.ToldToChannel():
            return told()
        case t.IncidentDeclared():
            return _declared(event, policy)
        case t.ChannelOpened():
            return _channel_opened(event, incident)
        case t.ChannelRenamed():
            return refreshes(incident)
        case t.TitleCorrected(renames_channel=renames_channel):
            return told(*([e.RenameChannel(event)] if renames_channel else ()))
        case t.DrillCorrected():
            return told(*([e.RenameChannel(event)] if _is_named_as_before(incident, policy) else ()))
        case t.RunbooksOffered():
            return (e.RefreshCard(Place.CHANNEL),)
        case t.RunbookStarted(runbook=runbook):
            return (e.PostRunbook(event, runbook.slug), e.RefreshCard(Place.CHANNEL))
        case t.RunbookStopped(slug=slug):
            return (Announce(event), *_worked(slug))
        case t.RunbookJudged(runbook=runbook):
            return (e.RefreshRunbook(runbook.slug),) if incident.working(runbook.slug) else ()
        case t.RunbookProposed(to=to):
            return (e.PostRunbookChange(event) if to is None else e.OpenPullRequest(event),)
        case t.PullRequestRefused():
            return (e.PostRunbookChange(event),)
        case t.RunbookLost(slug=slug):
            return (e.PostRunbook(event, slug),)
        case t.IssueFiled():
            return (e.RefreshCard(Place.CHANNEL),)
        case t.IssueChanged(news=news):
            return told() if news else ()
        case t.RunbookPosted(slug=slug) | t.StepTaken(slug=slug):
            return _worked(slug)
        case t.StepTimeUp(slug=slug):
            return (Announce(event), e.RefreshRunbook(slug))
        case t.RunApproved(run=run):
            return (e.StartRun(event, run.engine), e.RefreshRunbook(run.slug))
        case t.RunStarted(run=run, handle=handle):
            watched = (e.WatchRun(event, run.engine),) if handle else ()
            return (*watched, e.RefreshRunbook(run.slug))
        case t.RunDeclined(run=run, by=None):
            return (e.RefreshRunbook(run.slug),)
        case t.RunProposed(run=run) | t.RunDeclined(run=run) | t.RunEnded(run=run):
            return (Announce(event), e.RefreshRunbook(run.slug))
        case t.CardLost(place=place):
            return (e.PostCard(event, place),)
        case t.CardPosted(place=Place.CHANNEL):
            return (e.PinCard(event), e.AddBookmark(event, "card"), e.RefreshCard(Place.CHANNEL))
        case t.CardPosted(place=place):
            return (e.RefreshCard(place),)
        case t.PeopleNotAdded() | t.PastRecalled() | t.JoinAsked():
            return (Announce(event),)
        case t.WordsErased():
            return of_erasing(event, incident)
        case t.CommanderAsked(asked=asked) | t.HandoverOffered(asked=asked):
            return told(*directly(asked), *brought_in(asked), *checks)
        case t.CommandAccepted(by=by) | t.CommandTakenOver(by=by):
            return told(*brought_in(by))
        case t.ReportedAgain(by=by):
            return told(*invitations(event, [by] if by and by not in present else []))
        case t.CommandDeclined(asked=asked):
            return told(*directly(asked, incident.commander), *brought_in(asked))
        case t.CommanderLost(asked=asked):
            return told(*directly(asked), *brought_in(asked))
        case t.BridgeSet():
            return told(e.AddBookmark(event, "bridge"))
        case t.RoleAssigned(person=person):
            return told(*brought_in(person), *checks)
        case t.OnCallChanged(person=person):
            may_know = not incident.is_private or person in present
            return directly(person) if may_know else ()
        case t.PeopleInvited(people=people):
            return told(*invitations(event, people))
        case t.ServicePaged(person=person):
            return told(*directly(person), *brought_in(person))
        case t.Escalated(told=people) | t.TargetMissed(told=people):
            return told(*directly(*people))
        case t.MajorSuggested(to=to):
            return told(*directly(to))
        case t.AlertAttached(by=None):
            return (e.RefreshCard(Place.CHANNEL),)
        case t.AlertAttached(by=by):
            return told(*brought_in(by))
        case t.AlertsQuiet() | t.AlertFiresAgain():
            return told()
        case t.FollowersTold(people=people):
            return directly(*people)
        case t.Reclassified(asked=asked):
            return told(
                *directly(asked), *brought_in(asked, *event.called), *_made_worse(event, incident, policy, present)
            )
        case t.IncidentResolved():
            return told(*directly(*_not_told_yet(_named_by(incident, policy), incident, present)))
        case t.IncidentClosed():
            return (e.PostReview(event), *refreshes(incident))
        case t.IncidentReopened():
            return _reopened(event, incident, present)
        case t.OtherMergedIn():
            return told(*brought_in(*filter(incident.may_be_called, present)))
        case t.IncidentListed(broadcast=broadcast):
            return told(*([e.PostCard(event, Place.BROADCAST)] if broadcast else ()))
        case t.ReviewStarted(meeting_at=meeting_at, told=people):
            invitation = [] if meeting_at is None else [e.PostInvitation(event)]
            return told(*invitation, *directly(*people))
        case t.ReviewMeetingMoved():
            return told(e.PostInvitation(event))
        case t.ApprovalAsked(asked=asked):
            return directly(asked)
        case t.ReviewPublished():
            elsewhere = policy.reviews.destinations(is_private=incident.is_private)
            documents = map(e.document, publishing.places(incident, policy))
            shared = [e.ShareReview(event, to) for to in (*elsewhere, *documents)]
            below_card = [] if incident.broadcast is None or incident.is_private else [e.TellBroadcast(event)]
            return (e.PostReview(event), *shared, *below_card, *refreshes(incident))
        case t.DocumentWritten(is_new=is_new):
            return (Announce(event),) if is_new else ()
        case t.DocumentKept(asked=asked):
            return directly(asked)
        case t.OverwritingDecided(place=place, choice=choice):
            return () if choice is Overwriting.LEAVE else (e.ShareReview(event, e.document(place)),)
        case t.CustomerUpdatePublished(targets=targets):
            page = policy.status_page
            files = (e.FILES,) if page is not None and page.folder is not None else ()
            return told(*(e.PublishStatus(event, to) for to in (*files, *targets)))
        case t.AcknowledgementOverdue() | t.UpdateOverdue() | t.EscalationTold():
            return (*_escalated(event, incident), *refreshes(incident))
        case t.DeadlineReminded():
            return _reminded(event, incident)
        case t.ReportsAwaited():
            return _reports_awaited(event, incident)
        case t.Nudged():
            return _nudged(event, incident, policy)
        case t.ChannelLost(loss=ChannelLoss.DELETED) if not incident.status.is_over:
            return ()  # another one is opened at once, and who is told of that hears of this
        case t.ChannelReplaced():
            return _replaced(event, incident, present)
        case t.ChannelLost():
            shown = () if incident.broadcast is None else (e.RefreshCard(Place.BROADCAST),)
            told_of_it = directly(incident.commander, incident.declared_by) or directly(incident.reader)
            return (*told_of_it, *shown)
        case t.ChannelRegained():
            return (e.ReadBack(event), *refreshes(incident))
        case t.ArchivingDecided():
            return (e.ArchiveChannel(event),)
        case unexpected:
            assert_never(unexpected)


def _told(event: t.AnyEvent, incident: Incident, *more: Effect) -> tuple[Effect, ...]:
    """The channel is told, then `more` follows, then whatever shows the incident is brought up to date."""
    changes = t.Reclassified | t.IncidentMitigated | t.IncidentResolved
    is_told = isinstance(event, changes) and event.with_update
    return (*(() if is_told else (Announce(event),)), *more, *refreshes(incident))


def _worked(slug: str) -> tuple[Effect, ...]:
    """What people do with a runbook is told by its message, and by the card."""
    return (e.RefreshRunbook(slug), e.RefreshCard(Place.CHANNEL))


def _of_worked(event: t.AnyEvent, before: Incident, after: Incident) -> Iterable[Effect]:
    """The messages of runbooks lose their buttons with the incident's end, get them back when it is reopened, and go
    with it into another channel while there is something left to do."""
    is_moved = isinstance(event, t.ChannelReplaced) or (isinstance(event, t.IncidentReopened) and event.was_channel)
    for one in before.worked:
        if is_moved and isinstance(event, t.ChannelReplaced | t.IncidentReopened) and one.is_under_way:
            yield e.PostRunbook(event, one.slug)
        elif before.status.is_over != after.status.is_over:
            yield e.RefreshRunbook(one.slug)


def _directly(event: t.AnyEvent, *people: SlackUserId | None) -> tuple[Effect, ...]:
    return tuple(TellPerson(event, person) for person in dict.fromkeys(people) if person)


def _brought_in(event: t.AnyEvent, incident: Incident, *people: SlackUserId | None) -> tuple[Effect, ...]:
    """Those are added to the channel whom the bot has not added to it before."""
    return invitations(event, [person for person in people if person and not incident.brought_in(person)])


def _is_named_as_before(incident: Incident, policy: Policy) -> bool:
    """Whether its channel still has the name that Muster gave it, and can have another."""
    name = f"{policy.channels.prefix_of(is_drill=incident.is_drill)}-{incident.number}"
    is_its_own = incident.channel_name is not None and f"{incident.channel_name}-".startswith(f"{name}-")
    return is_its_own and not incident.is_out_of_reach


def _declared(event: t.IncidentDeclared, policy: Policy) -> tuple[Effect, ...]:
    """The channel and its people first, in that order; the card and the words follow."""
    others = () if event.is_private else told_directly(event.priority, event.service, policy)
    to = [event.asked, *(person for person in others if person != event.asked)]
    return (
        e.OpenChannel(event),
        *invitations(event, [person for person in (event.by, event.asked, *event.called) if person]),
        e.PostCard(event, Place.CHANNEL),
        Announce(event),
        *([e.PostCard(event, Place.BROADCAST)] if event.broadcast is not None else ()),
        *(
            [e.OpenBridge(event)]
            if bridge.is_wanted(begin(t.Recorded(1, event.at, event)), event.priority, policy)
            else ()
        ),
        *_directly(event, *(person for person in to if person != event.by)),
    )


def _reopened(event: t.IncidentReopened, incident: Incident, present: Collection[SlackUserId]) -> tuple[Effect, ...]:
    """Where its channel is archived, another one is opened for all who are needed and those who were there."""
    told = _told(event, incident, *(_directly(event, event.asked) if event.asked != event.by else ()))
    if event.was_channel is None:
        return told
    came = [person for person in (event.by, event.asked, incident.commander, *present) if person]
    return (e.OpenChannel(event), *invitations(event, came), e.PostCard(event, Place.CHANNEL), *told)


def _replaced(event: t.ChannelReplaced, incident: Incident, present: Collection[SlackUserId]) -> tuple[Effect, ...]:
    """Another channel, with all who are needed and those who were in the one before."""
    came = [person for person in (event.by, incident.asked, incident.commander, *present) if person]
    return (
        e.OpenChannel(event),
        *invitations(event, [person for person in came if incident.may_be_called(person)]),
        e.PostCard(event, Place.CHANNEL),
        Announce(event),
        *([e.RefreshCard(Place.BROADCAST)] if incident.broadcast is not None else ()),
    )


def _channel_opened(event: t.ChannelOpened, incident: Incident) -> tuple[Effect, ...]:
    """Everything that shows a link to the channel, and what stands in its head. That it goes on in another one is told
    to whoever sees to it. One that was there before the incident had a number gets its name, and is read back."""
    is_another = incident.channel not in (None, event.channel)
    catches_up = (e.RenameChannel(event), e.ReadBack(event)) if event.is_provisional else ()
    concerned = [one for one in (incident.commander, incident.declared_by) if one and incident.may_be_called(one)]
    return (
        *(_directly(event, *concerned) if is_another else ()),
        *catches_up,
        e.RefreshTopic(),
        *([e.AddBookmark(event, "bridge")] if incident.bridge_url else ()),
        *([e.RefreshCard(Place.BROADCAST)] if incident.broadcast is not None else ()),
    )


def _made_worse(
    event: t.Reclassified, incident: Incident, policy: Policy, present: Collection[SlackUserId]
) -> tuple[Effect, ...]:
    """What the new priority asks for and the old one did not: people to tell, the bridge, a card for all."""
    people: tuple[SlackUserId, ...] = ()
    if not incident.is_private:
        before = told_directly(event.was, incident.service, policy)
        now = told_directly(event.priority, event.service or incident.service, policy)
        people = tuple(person for person in now if person not in (*before, event.asked))
        people = _not_told_yet(people, incident, present)
    return (
        *_directly(event, *people),
        *([e.AddBookmark(event, "bridge")] if event.bridge_url else ()),
        *(
            [e.OpenBridge(event)]
            if event.priority is not event.was and bridge.is_wanted(incident, event.priority, policy)
            else ()
        ),
        *([e.PostCard(event, Place.BROADCAST)] if event.broadcast else ()),
    )


def _escalated(
    event: t.AcknowledgementOverdue | t.UpdateOverdue | t.EscalationTold, incident: Incident
) -> tuple[Effect, ...]:
    """Whoever is asked to command is brought in; in a private incident everybody who is told: they could not help
    from outside."""
    waiting = () if isinstance(event, t.AcknowledgementOverdue) else event.audiences
    ladders = (event.rungs or t.NO_RUNGS, *(one.rungs for one in waiting))
    told = [person for rungs in ladders for person in rungs.told]
    into = told if incident.is_private else [rungs.asked for rungs in ladders]
    return (
        *([Announce(event)] if any(rungs.in_channel for rungs in ladders) else ()),
        *_brought_in(event, incident, *into),
        *_directly(event, *told),
    )


def _reports_awaited(event: t.ReportsAwaited, incident: Incident) -> tuple[Effect, ...]:
    """As of what is overdue: of a private incident only those hear who are let in."""
    people = [person for one in event.reports for person in one.rungs.told]
    return (
        *([Announce(event)] if any(one.rungs.in_channel for one in event.reports) else ()),
        *_brought_in(event, incident, *(people if incident.is_private else ())),
        *_directly(event, *people),
        *refreshes(incident),
    )


def _reminded(event: t.DeadlineReminded, incident: Incident) -> tuple[Effect, ...]:
    match event.deadline:
        case DeadlineKind.UPDATE | DeadlineKind.AUDIENCE:
            leads = incident.commander or incident.asked
            others = (incident.holder(Role.LIAISON) or leads,) if event.audiences else ()
            return _directly(event, *((leads,) if event.deadline is DeadlineKind.UPDATE else ()), *others)
        case DeadlineKind.ACKNOWLEDGE:
            return _directly(event, incident.asked)
        case DeadlineKind.MITIGATE | DeadlineKind.RESOLVE:
            return (Announce(event), *_directly(event, incident.commander))
        case _:
            return _directly(event, incident.in_charge_of(event.of))


def _nudged(event: t.Nudged, incident: Incident, policy: Policy) -> tuple[Effect, ...]:
    """The channel hears it, and whoever can see to it; of a follow-up its owner alone, later on a manager too."""
    match event.deadline:
        case DeadlineKind.FOLLOW_UP:
            managers = policy.managers_of(incident.service) if event.nth > 1 else ()
            return _directly(event, event.to, *(person for person in managers if incident.may_hear(person)))
        case DeadlineKind.QUIET if event.next_at is None:  # the policy has given it up
            return ()
        case _:
            return (Announce(event), *_directly(event, event.to))


def _named_by(incident: Incident, policy: Policy) -> tuple[SlackUserId, ...]:
    """Whom the policy names for the priority, unless the incident is private."""
    return () if incident.is_private else told_directly(incident.priority, incident.service, policy)


def _not_told_yet(
    people: Iterable[SlackUserId], incident: Incident, present: Collection[SlackUserId]
) -> tuple[SlackUserId, ...]:
    """Whoever follows gets it with their news, and whoever is in the channel reads it there."""
    return tuple(person for person in people if person not in incident.followers and person not in present)


TELLS_OUTSIDE = (t.IncidentResolved, t.Reclassified)
"""Of these those hear by direct message whom the policy names, unless they hear it anyway."""

EVERYBODY = Audience()
"""The rules for a priority that the policy does not mention."""


def broadcast_of(priority: Priority, policy: Policy) -> str | None:
    """The channel that shows the incident's card; None where the policy wants none."""
    return policy.channels.broadcast if policy.audience.get(priority, EVERYBODY).broadcast else None


def told_directly(priority: Priority, service: str | None, policy: Policy) -> tuple[SlackUserId, ...]:
    """Who gets a direct message when an incident is declared and when it is resolved, without repetition.

    Callers do not ask this about an incident that is hidden from everybody outside its channel."""
    executives = policy.people.executives if policy.priorities[priority].notify_executives else ()
    others = policy.audience.get(priority, EVERYBODY).tell
    managers = policy.managers_of(service) if "manager" in policy.rules_for(priority, service).notify else ()
    return tuple(dict.fromkeys((*executives, *managers, *_behind(others, service, policy))))


def _behind(targets: Iterable[str], service: str | None, policy: Policy) -> Iterable[SlackUserId]:
    for target in targets:
        if target == "managers":
            yield from policy.managers_of(service)
        elif target == "executives":
            yield from policy.people.executives
        else:
            yield SlackUserId(target)
