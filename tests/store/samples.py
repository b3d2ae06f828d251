"""One timeline event of every kind with every field filled; their JSON stands in `golden/` for ever.

`python -m tests.store.samples` writes the files that are missing, and changes none. When a kind gains a field, its file
is first renamed, `<kind>.v1.before-<field>.json`: what was written before must stay readable.
"""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.domain import reason as r
from bot.domain import timeline as t
from bot.domain.actor import Integration
from bot.domain.ids import ChannelId, IncidentNumber, MessageTs, SlackUserId
from bot.domain.transcript import MessageAt
from bot.domain.vocabulary import (
    Axis,
    ChannelLoss,
    DeadlineKind,
    FollowUpState,
    Health,
    Level,
    Mark,
    MessageChange,
    Offer,
    Place,
    Priority,
    ReasonCode,
    Role,
    RunOutcome,
    Severity,
    Stage,
    Status,
    StepOutcome,
    Suggestible,
    TimeName,
    Window,
)
from bot.store.codec import encode

GOLDEN = Path(__file__).with_name("golden")

AT = datetime(2026, 3, 4, 12, 0, 0, 123456, tzinfo=UTC)
LATER = AT + timedelta(minutes=15)
DANA, BO = SlackUserId("U0DANA"), SlackUserId("U0BO")
RUNBOOK = t.LinkedRunbook(
    "bad-change-rollback",
    "Roll back a bad change",
    "for the service Checkout",
    (r.RunbookFits(("Checkout",), code=ReasonCode.FOR_SERVICE),),
    8,
)
RUN = t.PlannedRun(
    1,
    "roll-back",
    "ops",
    "bad-change-rollback",
    2,
    "Roll it back",
    (t.Given("percent", "10"), t.Given("region", "eu")),
    is_dry=True,
)
ON_CALL = (r.OnCallFor("Checkout", LATER, "Europe/Madrid"),)
RAISED = (
    r.LevelTold(Axis.IMPACT, Level.HIGH, code=ReasonCode.LEVEL_ASSUMED),
    r.LevelRaised(Axis.URGENCY, Level.HIGH, "checkout", "outage", 1, Window.MONTH_END, AT.date(), LATER.date()),
)
PROMISE = t.Promise(LATER, LATER - timedelta(minutes=5))
OWED = (t.Owed(DeadlineKind.RESOLVE, LATER, AT),)
SAID = MessageAt(ChannelId("C042"), MessageTs("1772625600.000100"))
PAGES = (t.Page(BO, "pagerduty"),)
RUNGS = t.Rungs(taken=2, in_channel=True, told=(BO,), nobody=("deputy",), asked=BO, pages=PAGES, next_at=LATER)

FOR_CUSTOMERS = t.CustomerUpdate(
    Stage.IDENTIFIED,
    "Errors at checkout",
    "We have found the cause – and are fixing it.",
    (t.AffectedComponent("checkout", "Checkout", Health.PARTIAL),),
)
SAMPLES: tuple[t.AnyEvent, ...] = (
    t.IncidentDeclared(
        at=AT,
        by=DANA,
        number=IncidentNumber(42),
        title="Checkout „kaputt“ — 500s 🔥",
        priority=Priority.P1,
        why="impact high × urgency high",
        is_priority_given=True,
        impact=Level.HIGH,
        urgency=Level.HIGH,
        service="checkout",
        service_name="Checkout",
        category="outage",
        severity=Severity.SEV2,
        source="customer",
        user_impact="nobody can pay",
        reported_by=BO,
        evidence=t.Evidence("https://x.example/archives/C1/p1", BO, "it is „down“"),
        is_private=True,
        is_drill=True,
        asked=BO,
        asked_because="on call for Checkout",
        acknowledge=t.Promise(LATER),
        next_update=PROMISE,
        runbooks=(RUNBOOK,),
        broadcast="incidents",
        bridge_url="https://meet.example/major",
        schedule="shop",
        on_call=BO,
        owed=OWED,
        why_reasons=RAISED,
        called=(BO,),
        asked_reasons=ON_CALL,
    ),
    t.ChannelOpened(at=AT, channel=ChannelId("C042"), name="inc-42-checkout"),
    t.CardPosted(at=AT, place=Place.BROADCAST, channel=ChannelId("C042"), ts=MessageTs("1772625600.123456")),
    t.CardLost(at=AT, place=Place.BROADCAST, channel=ChannelId("C0INCIDENTS"), ts=MessageTs("1.000001")),
    t.PeopleNotAdded(at=AT, people=(t.NotAdded(BO, "user_is_restricted"),)),
    t.CommanderAsked(at=AT, by=DANA, asked=BO),
    t.HandoverOffered(at=AT, by=DANA, asked=BO),
    t.CommandAccepted(at=AT, by=BO, previous=DANA),
    t.CommandTakenOver(at=AT, by=BO, previous=DANA, because="deputy", reasons=(r.Stated(ReasonCode.AS_DEPUTY),)),
    t.CommandDeclined(at=AT, by=DANA, why="on a train", asked=BO),
    t.CommanderLost(
        at=AT,
        person=BO,
        why="left the channel",
        asked=DANA,
        acknowledge=t.Promise(LATER),
        reasons=(r.Stated(ReasonCode.LEFT_CHANNEL),),
    ),
    t.ChoiceUndone(at=AT, person=BO, why="they are a bot", reasons=(r.Stated(ReasonCode.IS_A_BOT),)),
    t.OnCallChanged(at=AT, schedule="shop", was=BO, person=DANA, until=LATER),
    t.RoleAssigned(at=AT, by=DANA, role=Role.SCRIBE, person=BO),
    t.UpdatePosted(
        at=AT,
        by=DANA,
        update=t.Update("errors fall", "rolling back", "a DBA"),
        due_at=AT,
        next_update=PROMISE,
        priority=Priority.P1,
        status=Status.MITIGATED,
    ),
    t.Reclassified(
        at=AT,
        with_update=True,
        by=DANA,
        priority=Priority.P2,
        was=Priority.P1,
        impact=Level.MEDIUM,
        urgency=Level.HIGH,
        changed="impact",
        reason="one region",
        why="impact medium × urgency high",
        is_priority_given=True,
        severity=Severity.SEV3,
        service="search",
        service_name="Search",
        category="software",
        runbooks=(RUNBOOK,),
        asked=BO,
        asked_because="on call for Search",
        bridge_url="https://meet.example/major",
        broadcast="incidents",
        acknowledge=t.Promise(LATER),
        next_update=PROMISE,
        owed=OWED,
        why_reasons=(r.PriorityGiven(Priority.P1, code=ReasonCode.GIVEN_BY_PERSON),),
        called=(BO,),
        asked_reasons=(r.NobodyOnCall("shop", code=ReasonCode.NOBODY_ON_CALL_SO_DECLARER),),
    ),
    t.IncidentMitigated(at=AT, by=DANA, what="rolled back", next_update=PROMISE, with_update=True),
    t.IncidentResolved(at=AT, by=DANA, what="fixed the query", owed=OWED, review_due_at=LATER, with_update=True),
    t.IncidentVerified(at=AT, by=DANA, how="synthetic checks are green"),
    t.IncidentClosed(at=AT, by=DANA, unverified_because="no traffic at night", owed=OWED),
    t.IncidentReopened(
        at=AT,
        by=DANA,
        reason="it is back",
        asked=BO,
        acknowledge=t.Promise(LATER),
        next_update=PROMISE,
        owed=OWED,
        was_channel=ChannelId("C042"),
    ),
    t.IncidentCancelled(at=AT, by=DANA, reason="a false alarm", owed=OWED),
    t.IncidentMerged(
        at=AT,
        by=DANA,
        into=IncidentNumber(41),
        title="search is „slow“",
        channel=ChannelId("C041"),
        is_unreachable=True,
        owed=OWED,
    ),
    t.OtherMergedIn(at=AT, by=DANA, other=IncidentNumber(43), title="search fails", channel=ChannelId("C043")),
    t.Followed(at=AT, by=BO),
    t.Unfollowed(at=AT, by=BO),
    t.FollowersTold(at=AT, of=(3, 5), people=(BO, DANA), next_at=LATER),
    t.IncidentListed(at=AT, by=BO, reason="customers were told", broadcast="incidents"),
    t.TitleCorrected(at=AT, by=BO, title="Search fails in the EU", renames_channel=True),
    t.ChannelRenamed(at=AT, name="inc-42-search-fails-in-the-eu"),
    t.DrillCorrected(at=AT, by=BO, is_drill=True, reason="it is the exercise"),
    t.JoinAsked(at=AT, by=BO, saw="the search does not answer"),
    t.ReportedAgain(at=AT, by=BO, title="the search does not answer"),
    t.MajorSuggested(at=AT, reports=3, since=AT, to=BO),
    t.AlertAttached(
        at=AT,
        by=DANA,
        alert=12,
        source="Alertmanager",
        title="5xx „above“ 5 %",
        severity="critical",
        labels=(("instance", "web-1"), ("service", "checkout")),
        link="https://prometheus.example/graph",
        runbook_url="https://runbooks.example/checkout",
        began_at=AT,
    ),
    t.AlertsQuiet(at=AT, signals=5, times=37, since=AT, sources=("Alertmanager", "Grafana"), is_after_resolution=True),
    t.ChangeSeen(
        at=AT,
        source="GitHub",
        service="Checkout",
        what="4.2.0",
        has_failed=True,
        environment="production",
        by_whom="octocat",
        link="https://github.example/run/1",
        before=timedelta(minutes=3),
        is_before_beginning=True,
    ),
    t.AlertFiresAgain(at=AT, alert=12, source="Alertmanager", title="5xx above 5 %", is_after_resolution=True),
    t.NoteAdded(at=AT, by=DANA, text="<@U0BO> saw “locks”"),
    t.NoteAmended(at=AT, by=DANA, of=7, text="<@U0BO> saw “deadlocks”"),
    t.NoteRetracted(at=AT, by=DANA, of=7, reason="it was another table"),
    t.EntryCurated(at=AT, by=DANA, of=7, text="<@U0BO> saw the “deadlocks”", reason="as it was meant"),
    t.WordsErased(at=AT, of=7, also=(9,), after=MessageChange.DELETED),
    t.MessageMarked(at=AT, by=DANA, mark=Mark.EVIDENCE, channel=ChannelId("C042"), ts=MessageTs("1.000001"), author=BO),
    t.MarkRemoved(at=AT, by=DANA, mark=Mark.KEY_MOMENT, channel=ChannelId("C042"), ts=MessageTs("1.000001")),
    t.TimeCorrected(at=AT, by=DANA, name=TimeName.BEGAN, value=AT, was=LATER, reason="from the graphs"),
    t.RunbookLinked(at=AT, by=DANA, runbook=RUNBOOK),
    t.RunbookStarted(
        at=AT,
        by=DANA,
        runbook=RUNBOOK,
        steps=(
            t.PlannedStep(1, "Find the change", "Diagnose"),
            t.PlannedStep(2, "Roll it back", action="roll-back percent=10"),
        ),
    ),
    t.RunbookJudged(at=AT, by=DANA, runbook=RUNBOOK, helped=False, note="“helm” is gone"),
    t.ClassificationSuggested(
        at=AT,
        suggested=(t.SuggestedValue(Suggestible.SERVICE, "checkout", (IncidentNumber(12), IncidentNumber(7)), 3),),
    ),
    t.RunbooksOffered(at=AT, runbooks=(RUNBOOK,)),
    t.RunbookPosted(at=AT, slug="bad-change-rollback", channel=ChannelId("C042"), ts=MessageTs("1.000002")),
    t.RunbookLost(at=AT, slug="bad-change-rollback", channel=ChannelId("C042"), ts=MessageTs("1.000002")),
    t.StepTaken(
        at=AT,
        by=DANA,
        slug="bad-change-rollback",
        number=2,
        step="Roll it back",
        remind_at=LATER,
        note="<@U0BO> drains “fra”",
    ),
    t.StepTimeUp(at=LATER, slug="bad-change-rollback", number=2, step="Roll it back", of=7, to=DANA),
    t.StepReported(
        at=AT,
        by=DANA,
        slug="bad-change-rollback",
        number=3,
        step="Watch the errors",
        outcome=StepOutcome.SKIPPED,
        note="no dashboard",
    ),
    t.CustomerUpdateDrafted(at=AT, by=DANA, update=FOR_CUSTOMERS),
    t.CustomerUpdateInReview(at=AT, by=DANA, version=12, asked=(BO,)),
    t.CustomerUpdateApproved(at=AT, by=BO, version=12),
    t.CustomerUpdatePublished(at=AT, by=DANA, version=12, update=FOR_CUSTOMERS, targets=("statuspage",)),
    t.RunProposed(
        at=AT,
        by=DANA,
        run=RUN,
        place="example/ops, roll-back.yml at main",
        version="5f2c",
        answer_by=LATER,
        asked=(BO,),
    ),
    t.RunApproved(at=AT, by=BO, run=RUN, key="INC-42-a1-0123456789abcdef", end_by=LATER),
    t.RunDeclined(at=AT, by=BO, run=RUN, note="not while “fra” drains"),
    t.RunStarted(at=AT, run=RUN, handle="17", link="https://github.com/example/ops/actions/runs/17"),
    t.RunEnded(
        at=LATER,
        run=RUN,
        outcome=RunOutcome.FAILED,
        why="exit 1",
        link="https://github.com/example/ops/actions/runs/17",
        lines=("rolling back", "“helm” is gone"),
    ),
    t.PeopleInvited(at=AT, by=DANA, people=(DANA, BO)),
    t.ServicePaged(at=AT, by=DANA, service="search", service_name="Search", person=BO, pages=PAGES),
    t.PageTaken(at=LATER, of=7, person=BO, pager="pagerduty", asked_at=AT),
    t.PageNotSent(at=AT, of=7, person=BO, pager="pagerduty"),
    t.Escalated(at=AT, by=DANA, reason="nobody answers", told=(BO,)),
    t.FollowUpAgreed(
        at=AT,
        by=DANA,
        text="add an index",
        owner=BO,
        due=date(2026, 12, 1),
        owed=OWED,
        priority=Priority.P3,
        link="https://tracker.example/7",
        from_message=MessageAt(ChannelId("C042"), MessageTs("1.000001")),
    ),
    t.FollowUpChanged(
        at=AT,
        by=BO,
        of=7,
        text="add an index",
        owner=BO,
        due=date(2026, 12, 8),
        priority=Priority.P3,
        link="https://tracker.example/7",
        owed=OWED,
    ),
    t.FollowUpEnded(at=AT, by=BO, of=7, text="add an index", state=FollowUpState.DROPPED, note="the table is gone"),
    t.ReviewStarted(at=AT, by=DANA, due_at=LATER, owed=OWED, meeting_at=LATER, told=(BO,)),
    t.ApprovalAsked(at=AT, by=DANA, asked=BO),
    t.ReviewReopened(at=AT, by=BO, reason="the impact was larger"),
    t.ReviewMeetingMoved(at=AT, by=DANA, meeting_at=LATER),
    t.PastRecalled(
        at=AT,
        alike=(t.PastIncident(IncidentNumber(12), "checkout fails", "rolled back", 3, "restart the pool"),),
    ),
    t.ProblemLinked(at=AT, by=DANA, problem=3, title="the pool is small", is_new=True, workaround="restart it"),
    t.ProblemUnlinked(at=AT, by=DANA, problem=3, title="the pool is small", reason="another cause"),
    t.ProblemExplained(at=AT, by=DANA, problem=3, title="the pool is small", cause="load", workaround="restart it"),
    t.ProblemSolved(at=AT, by=DANA, problem=3, title="the pool is small", how="a larger pool"),
    t.ActionOpened(
        at=AT,
        by=DANA,
        text="restart it",
        owner=BO,
        from_message=MessageAt(ChannelId("C042"), MessageTs("1772625600.000100")),
    ),
    t.ActionDone(at=AT, by=BO, of=7, text="restart it", note="twice"),
    t.DecisionMade(at=AT, by=DANA, text="we fail over", from_message=SAID),
    t.ReviewApproved(at=AT, by=BO, owed=OWED, offers=Offer.CHANGE),
    t.RunbookProposed(
        at=AT,
        by=BO,
        slug="bad-change-rollback",
        title="Roll back a bad change",
        path="runbooks/bad-change-rollback.md",
        lesson="bad-change-rollback/3",
        text="Skipped in INC-42: helm is gone",
        diff="--- a/runbooks/bad-change-rollback.md\n",
        to="example/runbooks",
    ),
    t.PullRequestOpened(at=AT, of=7, url="https://github.example/example/runbooks/pull/12", number=12),
    t.PullRequestRefused(at=AT, of=7, why="example/runbooks has no branch main."),
    t.ReviewPublished(at=AT, by=BO),
    t.ReviewWaived(at=AT, by=BO, reason="a drill of ten minutes", owed=OWED),
    t.DeadlineReminded(at=AT, deadline=DeadlineKind.UPDATE, due_at=LATER, of=7),
    t.AcknowledgementOverdue(at=AT, due_at=AT, asked=BO, rungs=RUNGS),
    t.UpdateOverdue(at=AT, due_at=AT, commander=BO, rungs=RUNGS),
    t.EscalationTold(at=AT, deadline=DeadlineKind.UPDATE, due_at=AT, rungs=RUNGS),
    t.LeftUnattended(at=AT, deadline=DeadlineKind.ACKNOWLEDGE, due_at=AT),
    t.TargetMissed(at=AT, deadline=DeadlineKind.RESOLVE, due_at=AT, told=(BO,)),
    t.Nudged(at=AT, deadline=DeadlineKind.VERIFY, due_at=AT, to=BO, nth=2, of=7, next_at=LATER),
    t.ActivitySeen(at=LATER, last_at=AT, next_at=LATER),
    t.ArchivingDecided(at=AT),
    t.ChannelLost(at=AT, by=BO, channel=ChannelId("C042"), loss=ChannelLoss.ARCHIVED),
    t.ChannelReplaced(at=AT, by=BO, was=ChannelId("C042"), loss=ChannelLoss.ARCHIVED, reason="nobody unarchives it"),
    t.ChannelRegained(at=AT, by=BO, channel=ChannelId("C042")),
    t.ChannelArchived(at=AT, channel=ChannelId("C042")),
    t.RemindersSnoozed(at=AT, by=DANA, until=LATER, reason="the vendor’s call"),
)

BY_AN_INTEGRATION = replace(SAMPLES[0], by=None, integration=Integration("Alertmanager", "alertmanager"))
"""Kept beside the others, as the field stands only where one acted."""


def golden(event: t.AnyEvent) -> tuple[Path, str]:
    """The file of an event and what stands in it."""
    kind, version, body = encode(event)
    row = {"kind": kind, "version": version, "at": event.at.isoformat(), "by": event.by, "body": json.loads(body)}
    name = f"{kind}.v{version}{'.by-an-integration' if event.integration else ''}.json"
    return GOLDEN / name, json.dumps(row, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for path, text in map(golden, (*SAMPLES, BY_AN_INTEGRATION)):
        if not path.exists():
            path.write_text(text, encoding="utf-8")
