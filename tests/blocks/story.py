"""One incident with an event of every kind, told calmly; the messages about it are in `golden/`."""

from datetime import UTC, date, datetime, timedelta

from bot.domain import timeline as t
from bot.domain.actor import Integration
from bot.domain.folding import begin, evolve
from bot.domain.ids import ChannelId, IncidentNumber, MessageTs, SlackUserId
from bot.domain.incident import Incident
from bot.domain.markup import Fence, Paragraph, Styled, Text
from bot.domain.reason import OnCallFor
from bot.domain.runbook import Runbook, Step
from bot.domain.timeline import AnyEvent, Recorded
from bot.domain.vocabulary import (
    ChannelLoss,
    DeadlineKind,
    DeadlineStep,
    FollowUpState,
    Level,
    Mark,
    Place,
    Priority,
    Role,
    Severity,
    StepOutcome,
    TimeName,
)

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
DANA, BO, CHEN, XENIA = map(SlackUserId, ("UDANA", "UBO", "UCHEN", "UXENIA"))
ROLLBACK = t.LinkedRunbook("bad-change-rollback", "Roll back a bad change", "for the service Checkout", steps=3)
FAILOVER = t.LinkedRunbook("database-failover", "Fail over a database", "found by “database”")


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def due(minutes: float) -> t.Promise:
    return t.Promise(at(minutes), at(minutes - 5))


DECLARED = t.IncidentDeclared(
    at=NOON,
    by=DANA,
    number=IncidentNumber(42),
    title="checkout returns 500s",
    priority=Priority.P1,
    why="impact high, urgency high",
    impact=Level.HIGH,
    urgency=Level.HIGH,
    service="checkout",
    service_name="Checkout",
    category="outage",
    severity=Severity.SEV2,
    source="customer",
    user_impact="nobody can pay",
    reported_by=XENIA,
    evidence=t.Evidence("https://acme.slack.com/archives/C1/p1", XENIA, "Customers say\nthe basket is empty"),
    asked=BO,
    asked_because="on call for Checkout",
    asked_reasons=(OnCallFor("Checkout"),),
    acknowledge=due(5),
    next_update=due(15),
    runbooks=(ROLLBACK,),
    broadcast="incidents",
    bridge_url="https://meet.example/major",
)
STAGES = (
    t.StageDue("early_warning", "early warning", "24 hours after awareness", at(40540), at(40300)),
    t.StageDue("notification", "incident notification", "72 hours after awareness", at(43420), at(42700)),
    t.StageDue("final", "final report", "one month after submission of the incident notification"),
)
STORY: tuple[AnyEvent, ...] = (
    DECLARED,
    t.ChannelOpened(at=at(0.1), channel=ChannelId("C042"), name="inc-42-checkout-returns-500s"),
    t.CardPosted(at=at(0.1), place=Place.CHANNEL, channel=ChannelId("C042"), ts=MessageTs("1.000001")),
    t.ChannelLost(at=at(0.1), by=XENIA, channel=ChannelId("C042"), loss=ChannelLoss.ARCHIVED),
    t.ChannelLost(at=at(0.1), by=XENIA, channel=ChannelId("C042"), loss=ChannelLoss.REMOVED),
    t.ChannelReplaced(at=at(0.1), by=XENIA, was=ChannelId("C041"), loss=ChannelLoss.ARCHIVED, reason="it is archived"),
    t.ChannelReplaced(at=at(0.1), was=ChannelId("C041"), loss=ChannelLoss.DELETED),
    t.ChannelOpened(at=at(0.1), channel=ChannelId("C042"), name="inc-42-checkout-returns-500s"),
    t.ChannelRegained(at=at(0.1), by=XENIA, channel=ChannelId("C042")),
    t.CardLost(at=at(0.1), place=Place.BROADCAST, channel=ChannelId("C001"), ts=MessageTs("1.000002")),
    t.PeopleNotAdded(
        at=at(0.2), people=(t.NotAdded(XENIA, "user_is_restricted"), t.NotAdded(CHEN, "account_inactive"))
    ),
    t.DeadlineReminded(at=at(2), deadline=DeadlineKind.ACKNOWLEDGE, due_at=at(5)),
    t.AcknowledgementOverdue(
        at=at(5), due_at=at(5), asked=BO, rungs=t.Rungs(taken=1, in_channel=True, told=(XENIA,), asked=XENIA)
    ),
    t.CommanderAsked(at=at(6), by=DANA, asked=CHEN),
    t.CommandDeclined(at=at(6.2), by=CHEN, why="on a train", asked=BO),
    t.CommandDeclined(at=at(6.4), by=BO),
    t.CommandAccepted(at=at(7), by=CHEN),
    t.RoleAssigned(at=at(8), by=CHEN, role=Role.SCRIBE, person=DANA),
    t.DeadlineReminded(at=at(10), deadline=DeadlineKind.UPDATE, due_at=at(15)),
    t.RemindersSnoozed(at=at(11), by=CHEN, until=at(14), reason="reading the logs"),
    t.UpdateOverdue(at=at(15), due_at=at(15), commander=CHEN, rungs=t.Rungs(taken=1, in_channel=True)),
    t.EscalationTold(
        at=at(15.2), deadline=DeadlineKind.UPDATE, due_at=at(15), rungs=t.Rungs(taken=2, in_channel=True, told=(BO,))
    ),
    t.LeftUnattended(at=at(15.5), deadline=DeadlineKind.UPDATE, due_at=at(15)),
    t.UpdatePosted(
        at=at(16),
        by=CHEN,
        update=t.Update("a third of payments fail", "rolling back 4.3", "somebody from payments"),
        due_at=at(15),
        next_update=due(31),
    ),
    t.HandoverOffered(at=at(18), by=CHEN, asked=BO),
    t.CommandAccepted(at=at(19), by=BO, previous=CHEN),
    t.CommandTakenOver(at=at(20), by=DANA, previous=BO, because="an update is overdue"),
    t.OnCallChanged(at=at(20.1), schedule="shop", was=BO, person=XENIA, until=at(500)),
    t.ChoiceUndone(at=at(20.1), person=XENIA, why="they are a bot"),
    t.CommanderLost(at=at(20.2), person=DANA, why="left the channel", asked=BO, acknowledge=due(25)),
    t.CommandAccepted(at=at(20.5), by=DANA),
    t.Reclassified(
        at=at(21),
        by=DANA,
        priority=Priority.P2,
        was=Priority.P1,
        impact=Level.MEDIUM,
        urgency=Level.HIGH,
        changed="impact",
        reason="only one region",
        why="impact medium, urgency high",
        next_update=due(46),
    ),
    t.Reclassified(
        at=at(21.5),
        by=DANA,
        priority=Priority.P2,
        was=Priority.P2,
        impact=Level.MEDIUM,
        urgency=Level.HIGH,
        changed="category",
        reason="the last deploy did it",
        why="impact medium, urgency high",
        category="software",
        runbooks=(FAILOVER,),
    ),
    t.Followed(at=at(21.6), by=XENIA),
    t.FollowersTold(at=at(21.6), of=(20,), people=(XENIA,), next_at=at(22.6)),
    t.Unfollowed(at=at(21.6), by=XENIA),
    t.IncidentListed(at=at(21.6), by=BO, reason="customers were told", broadcast="incidents"),
    t.TitleCorrected(at=at(21.6), by=BO, renames_channel=True),
    t.ChannelRenamed(at=at(21.6), name="inc-42-search-returns-nothing"),
    t.DegradedShareStated(at=at(21.6), by=BO, percent=30.0, reason="only card payments fail"),
    t.BudgetExhausted(at=at(21.6), service="Checkout", objective="99.9 % over 28 days", allowed=timedelta(minutes=40)),
    t.LegalHoldSet(at=at(21.6), by=BO, is_held=True, reason="case 2026-17"),
    t.LegalHoldSet(at=at(21.6), by=BO, is_held=False, reason="the case is closed"),
    t.DrillCorrected(at=at(21.6), by=BO, is_drill=True, reason="it is the exercise"),
    t.DrillCorrected(at=at(21.6), by=BO, is_drill=False, reason="customers are affected"),
    t.JoinAsked(at=at(21.5), by=XENIA, saw="the basket is empty"),
    t.ReportedAgain(at=at(21.6), by=XENIA, title="the basket is empty"),
    t.MajorSuggested(at=at(21.6), reports=3, since=at(6.6), to=DANA),
    t.AlertAttached(
        at=at(21.6),
        integration=Integration("Alertmanager", "alertmanager"),
        alert=12,
        source="Alertmanager",
        title="<!channel> 5xx above 5 %",
        runbook_url="https://runbooks.example/search",
    ),
    t.ChangeSeen(
        at=at(21.6),
        integration=Integration("GitHub", "github"),
        source="GitHub",
        service="Search",
        what="4.2.0",
        before=timedelta(minutes=3),
    ),
    t.AlertsQuiet(at=at(21.65), signals=5, times=37, since=at(21.6), sources=("Alertmanager",)),
    t.AlertFiresAgain(at=at(21.68), alert=12, source="Alertmanager", title="5xx above 5 %"),
    t.OtherMergedIn(at=at(21.7), by=DANA, other=IncidentNumber(43), title="basket is empty", channel=ChannelId("C043")),
    t.PeopleInvited(at=at(22), by=DANA, people=(CHEN, XENIA)),
    t.ServicePaged(at=at(23), by=DANA, service="search", service_name="Search", person=CHEN),
    t.Escalated(at=at(24), by=DANA, reason="payments does not answer", told=(XENIA,)),
    t.NoteAdded(at=at(25), by=CHEN, text="<@UBO> saw locks at 12:20"),
    t.NoteAmended(at=at(25), by=CHEN, of=35, text="<@UBO> saw deadlocks at 12:20"),
    t.NoteRetracted(at=at(25), by=CHEN, of=35, reason="it was the other database"),
    t.MessageMarked(
        at=at(25), by=CHEN, mark=Mark.KEY_MOMENT, channel=ChannelId("C042"), ts=MessageTs("1.000002"), author=BO
    ),
    t.MarkRemoved(at=at(25), by=CHEN, mark=Mark.KEY_MOMENT, channel=ChannelId("C042"), ts=MessageTs("1.000002")),
    t.RunbookLinked(at=at(26), by=CHEN, runbook=FAILOVER),
    t.StepReported(
        at=at(27),
        by=CHEN,
        slug="bad-change-rollback",
        number=1,
        step="Find the change",
        outcome=StepOutcome.DONE,
        note="4.3, 11:52",
    ),
    t.DeadlineReminded(at=at(27.1), deadline=DeadlineKind.RESOLVE, due_at=at(40)),
    t.TargetMissed(at=at(27.2), deadline=DeadlineKind.RESOLVE, due_at=at(27.2), told=(XENIA,)),
    t.Nudged(at=at(27.3), deadline=DeadlineKind.QUIET, due_at=at(27.2), to=DANA, next_at=at(1440)),
    t.ActivitySeen(at=at(27.4), last_at=at(27.3), next_at=at(1440)),
    t.IncidentMitigated(at=at(28), by=DANA, what="traffic moved to the standby", next_update=due(88)),
    t.TimeCorrected(at=at(29), by=DANA, name=TimeName.BEGAN, value=at(-8), was=None, reason="from the payment graphs"),
    t.FollowUpAgreed(at=at(30), by=DANA, text="deploy in stages", owner=BO, due=date(2026, 4, 1)),
    t.FollowUpAgreed(at=at(31), by=DANA, text="alert on locks"),
    t.FollowUpChanged(at=at(32), by=DANA, of=48, text="deploy in stages", due=date(2026, 4, 8)),
    t.FollowUpEnded(at=at(33), by=DANA, of=49, text="alert on locks", state=FollowUpState.DONE, note="it was there"),
    t.IncidentResolved(at=at(40), by=DANA, what="4.2 runs everywhere"),
    t.IncidentReopened(at=at(45), by=CHEN, reason="errors are back", next_update=due(60)),
    t.UpdatePosted(at=at(46), by=CHEN, update=t.Update("watching"), due_at=at(60), next_update=due(46 + 1440)),
    t.IncidentResolved(at=at(50), by=CHEN, what="the cache is cleared"),
    t.Nudged(at=at(54), deadline=DeadlineKind.VERIFY, due_at=at(54), to=DANA, next_at=at(60)),
    t.IncidentVerified(at=at(55), by=DANA, how="<@UBO>: error rate flat for 5 minutes"),
    t.IncidentClosed(at=at(60), by=DANA),
    t.ReviewStarted(at=at(61), by=DANA, due_at=at(61 + 4320), meeting_at=at(61 + 1440)),
    t.ReviewMeetingMoved(at=at(61.5), by=DANA, meeting_at=at(61 + 1500)),
    t.PastRecalled(
        at=at(61.6),
        alike=(
            t.PastIncident(IncidentNumber(12), "checkout <fails>", "rolled back 4.1", 3, "restart the pool"),
            t.PastIncident(IncidentNumber(9), "checkout is slow"),
        ),
    ),
    t.ProblemLinked(at=at(61.7), by=DANA, problem=3, title="the pool is small", workaround="restart the pool"),
    t.ProblemExplained(at=at(61.8), by=DANA, problem=3, title="the pool is small", workaround="restart it twice"),
    t.ProblemSolved(at=at(61.9), by=DANA, problem=3, title="the pool is small", how="a larger pool"),
    t.ProblemUnlinked(at=at(61.95), by=DANA, problem=3, title="the pool is small", reason="another cause"),
    t.DeadlineReminded(at=at(62), deadline=DeadlineKind.REVIEW, due_at=at(61 + 4320)),
    t.Nudged(at=at(61 + 4320), deadline=DeadlineKind.REVIEW, due_at=at(61 + 4320), to=DANA),
    t.ReviewApproved(at=at(4400), by=BO),
    t.ReviewPublished(at=at(4401), by=BO),
    t.ReviewReopened(at=at(4402), by=BO, reason="the impact was larger"),
    t.ReviewApproved(at=at(4403), by=BO),
    t.ReviewPublished(at=at(4404), by=BO),
    t.DeadlineReminded(at=at(5000), deadline=DeadlineKind.FOLLOW_UP, due_at=at(39060), of=48),
    t.Nudged(at=at(39060), deadline=DeadlineKind.FOLLOW_UP, due_at=at(39060), to=BO, of=48),
    t.Nudged(at=at(39061), deadline=DeadlineKind.ARCHIVE, due_at=at(39061), next_at=at(39121)),
    t.ReviewWaived(at=at(39062), by=BO, reason="there was one before"),
    t.ArchivingDecided(at=at(39121)),
    t.ChannelArchived(at=at(39121), channel=ChannelId("C042")),
    t.ActionOpened(at=at(39122), by=DANA, text="restart the pool", owner=BO),
    t.ActionDone(at=at(39123), by=BO, of=84, text="restart the pool", note="twice"),
    t.DecisionMade(at=at(39124), by=DANA, text="we fail over to fra-2"),
    t.ReportsAwaited(
        at=at(39126),
        deadline=DeadlineKind.REPORTABLE,
        step=DeadlineStep.OVERDUE,
        reports=(
            t.AwaitedReport(
                "nis2",
                "NIS2",
                at(39126),
                question="Is it significant?",
                answers=("aware",),
                rungs=t.Rungs(1, in_channel=True, told=(XENIA,), next_at=at(39155)),
            ),
            t.AwaitedReport("gdpr", "GDPR", at(39126), question="Is it a breach?", answers=("aware",)),
        ),
    ),
    t.ReportingRuledOut(at=at(39127), by=XENIA, regulation="gdpr", name="GDPR", reason="no personal data"),
    t.ReportingTriggered(
        at=at(39128),
        by=XENIA,
        regulation="nis2",
        name="NIS2",
        trigger="aware",
        words="awareness",
        happened_at=at(39100),
        reason="payments fail in two countries",
        stages=STAGES,
    ),
    t.ReportsAwaited(
        at=at(39129),
        deadline=DeadlineKind.REPORT,
        step=DeadlineStep.REMIND,
        reports=(
            t.AwaitedReport(
                "nis2",
                "NIS2",
                at(40540),
                "early_warning",
                "early warning",
                rungs=t.Rungs(0, in_channel=True, told=(XENIA,)),
            ),
        ),
    ),
    t.ReportSubmitted(
        at=at(39130),
        by=XENIA,
        regulation="nis2",
        name="NIS2",
        stage="early_warning",
        title="early warning",
        submitted_at=at(39128),
        due_at=at(40540),
        reference="FI-88213",
        stages=STAGES,
    ),
)
RUNBOOK = Runbook(
    slug="bad-change-rollback",
    title="Roll back a bad change",
    owner="shop-sre",
    reviewed_at=date(2026, 1, 5),
    steps=(
        Step(1, "Find the change", (Paragraph((Text("Look at the last deploys."),)),)),
        Step(
            2,
            "Roll it back",
            (
                Paragraph((Text("Use "), Styled("bold", (Text("the previous"),)), Text(" version:"))),
                Fence("deploy checkout --to previous", "sh"),
            ),
        ),
        Step(3, "Watch"),
    ),
)


def recorded(events: tuple[AnyEvent, ...] = STORY) -> tuple[Recorded, ...]:
    return tuple(Recorded(seq, event.at, event) for seq, event in enumerate(events, start=1))


def moments(events: tuple[AnyEvent, ...] = STORY) -> list[tuple[Incident, Recorded]]:
    """Each event with the incident right after it."""
    first, *rest = recorded(events)
    found = [(begin(first), first)]
    for one in rest:
        found.append((evolve(found[-1][0], one), one))
    return found


def after(kind: type[AnyEvent]) -> Incident:
    """The incident right after the first event of that kind."""
    return next(incident for incident, one in moments() if isinstance(one.event, kind))
