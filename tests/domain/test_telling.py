"""Each kind of timeline event reads as one plain sentence."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain import timeline as t
from bot.domain.actor import Integration
from bot.domain.ids import ChannelId, IncidentNumber, MessageTs, SlackUserId
from bot.domain.telling import clock, ended, listed, spell, tell
from bot.domain.vocabulary import (
    ChannelLoss,
    DeadlineKind,
    DeadlineStep,
    FollowUpState,
    KeptAs,
    Level,
    Mark,
    MessageChange,
    Overwriting,
    Place,
    Priority,
    Role,
    RunOutcome,
    Severity,
    Stage,
    StepOutcome,
    Suggestible,
    TimeName,
)
from tests.domain.given import DRY

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
DANA, BO, CHEN, MIA = (SlackUserId(one) for one in ("UDANA", "UBO", "UCHEN", "UMIA"))
SOON = t.Promise(NOON + timedelta(minutes=15))

FOR_CUSTOMERS = t.CustomerUpdate(Stage.INVESTIGATING, "Problems with Shop", "Some payments fail.")

DECLARED = t.IncidentDeclared(
    at=NOON,
    by=DANA,
    number=IncidentNumber(42),
    title="checkout returns 500s",
    priority=Priority.P1,
    why="impact high, urgency high",
    service="checkout",
    service_name="Checkout",
    asked=BO,
    asked_because="on call for Checkout",
    acknowledge=SOON,
    next_update=SOON,
    runbooks=(t.LinkedRunbook("bad-change", "Roll back a bad change", "for service Checkout"),),
)


def reclassified(changed: str, was: Priority) -> t.Reclassified:
    return t.Reclassified(
        at=NOON,
        by=DANA,
        priority=Priority.P1,
        was=was,
        impact=Level.HIGH,
        urgency=Level.LOW,
        changed=changed,
        reason="all shops are down",
        why="",
    )


SENTENCES: list[tuple[t.AnyEvent, str]] = [
    (
        DECLARED,
        "<@UDANA> declared the incident, P1: checkout returns 500s. Priority: impact high, urgency high. "
        "Service: Checkout. <@UBO> was asked to take command (on call for Checkout). "
        "Runbook: “Roll back a bad change”.",
    ),
    (
        replace(
            DECLARED,
            severity=Severity.SEV1,
            source="customer",
            user_impact="nobody can pay",
            reported_by=CHEN,
            evidence=t.Evidence("https://acme.slack.com/archives/C1/p1", CHEN, "the basket is empty"),
            runbooks=(),
        ),
        "<@UDANA> declared the incident, P1: checkout returns 500s. Priority: impact high, urgency high. "
        "Service: Checkout. Severity: SEV-1. Users notice: nobody can pay. Reported by <@UCHEN> (source: customer). "
        "First evidence: a message by <@UCHEN> (https://acme.slack.com/archives/C1/p1): the basket is empty. "
        "<@UBO> was asked to take command (on call for Checkout).",
    ),
    (t.ChannelOpened(at=NOON, channel=ChannelId("C1"), name="inc-42"), "The channel #inc-42 was opened."),
    (
        t.CardPosted(at=NOON, place=Place.BROADCAST, channel=ChannelId("C1"), ts=MessageTs("1.0")),
        "The incident's card was posted in the broadcast channel.",
    ),
    (
        t.CardLost(at=NOON, place=Place.BROADCAST, channel=ChannelId("C1"), ts=MessageTs("1.0")),
        "The incident's card in the broadcast channel was deleted.",
    ),
    (
        t.PeopleNotAdded(at=NOON, people=(t.NotAdded(BO, "user_is_restricted"),)),
        "Slack did not add <@UBO> (user is restricted) to the channel.",
    ),
    (t.CommanderAsked(at=NOON, by=DANA, asked=BO), "<@UDANA> asked <@UBO> to take command."),
    (t.HandoverOffered(at=NOON, by=DANA, asked=BO), "<@UDANA> offered command to <@UBO>."),
    (t.CommandAccepted(at=NOON, by=BO), "<@UBO> accepted command."),
    (t.CommandAccepted(at=NOON, by=BO, previous=DANA), "<@UBO> accepted command from <@UDANA>."),
    (
        t.CommandTakenOver(at=NOON, by=BO, previous=DANA, because="deputy, an update was overdue"),
        "<@UBO> took over command from <@UDANA>: deputy, an update was overdue.",
    ),
    (
        t.CommandDeclined(at=NOON, by=BO, why="on a train", asked=DANA),
        "<@UBO> cannot take command: on a train. <@UDANA> was asked instead.",
    ),
    (t.CommandDeclined(at=NOON, by=BO), "<@UBO> cannot take command."),
    (
        t.CommanderLost(at=NOON, person=BO, why="left the channel", asked=DANA, acknowledge=SOON),
        "<@UBO> no longer commands: they left the channel; <@UDANA> was asked to take command.",
    ),
    (
        t.CommanderLost(at=NOON, person=BO, why="left the channel", acknowledge=SOON),
        "<@UBO> no longer commands: they left the channel; there is nobody else to ask.",
    ),
    (
        t.ChoiceUndone(at=NOON, person=BO, why="they are a bot"),
        "<@UBO> cannot take part in the incident: they are a bot.",
    ),
    (t.OnCallChanged(at=NOON, schedule="shop", was=BO, person=CHEN), "<@UCHEN> is now on call in shop, after <@UBO>."),
    (t.BridgeSet(at=NOON, url="https://meet.example/1"), "The bridge was opened: https://meet.example/1"),
    (
        t.BridgeSet(at=NOON, by=DANA, url="https://meet.example/1"),
        "<@UDANA> set the bridge to https://meet.example/1",
    ),
    (t.RoleAssigned(at=NOON, by=DANA, role=Role.SCRIBE, person=BO), "<@UDANA> made <@UBO> scribe."),
    (
        t.UpdatePosted(at=NOON, by=DANA, update=t.Update("all down", "rolling back.", "a database expert")),
        "<@UDANA> posted an update: all down. Actions: rolling back. Needs: a database expert.",
    ),
    (reclassified("priority", Priority.P2), "<@UDANA> changed the priority from P2 to P1: all shops are down."),
    (
        reclassified("impact", Priority.P2),
        "<@UDANA> set the impact to high: all shops are down. The priority went from P2 to P1.",
    ),
    (
        reclassified("urgency", Priority.P1),
        "<@UDANA> set the urgency to low: all shops are down.",
    ),
    (
        replace(reclassified("severity", Priority.P1), severity=Severity.SEV2),
        "<@UDANA> set the severity to SEV-2: all shops are down.",
    ),
    (
        replace(
            reclassified("service", Priority.P1),
            service="search",
            service_name="Search",
            asked=CHEN,
            asked_because="on call for Search",
            runbooks=DECLARED.runbooks,
        ),
        "<@UDANA> set the service to Search: all shops are down. <@UCHEN> was "
        "asked to take command (on call for Search). Runbook: “Roll back a bad change”.",
    ),
    (
        replace(reclassified("category", Priority.P1), category="outage", is_priority_given=True),
        "<@UDANA> set the category to outage: all shops are down.",
    ),
    (t.IncidentMitigated(at=NOON, by=DANA, what="rule off"), "<@UDANA> mitigated the incident: rule off."),
    (t.IncidentResolved(at=NOON, by=DANA, what="rule out"), "<@UDANA> resolved the incident: rule out."),
    (t.IncidentVerified(at=NOON, by=DANA, how="by <@UBO>"), "<@UDANA> verified the resolution: by <@UBO>."),
    (t.IncidentClosed(at=NOON, by=DANA), "<@UDANA> closed the incident."),
    (
        t.IncidentClosed(at=NOON, by=DANA, unverified_because="nobody can test"),
        "<@UDANA> closed the incident without verification: nobody can test.",
    ),
    (
        t.IncidentReopened(at=NOON, by=DANA, reason="it is back", next_update=SOON),
        "<@UDANA> reopened the incident: it is back.",
    ),
    (t.IncidentCancelled(at=NOON, by=DANA, reason="a test"), "<@UDANA> cancelled the incident: a test."),
    (
        t.IncidentMerged(at=NOON, by=DANA, into=IncidentNumber(41), title="search is slow"),
        "<@UDANA> merged the incident into INC-41: search is slow.",
    ),
    (
        t.OtherMergedIn(at=NOON, by=DANA, other=IncidentNumber(43), title="search fails"),
        "<@UDANA> merged INC-43 into this incident: search fails.",
    ),
    (t.Followed(at=NOON, by=BO), "<@UBO> follows the incident."),
    (t.Unfollowed(at=NOON, by=BO), "<@UBO> no longer follows the incident."),
    (t.FollowersTold(at=NOON, of=(3,), people=(BO, CHEN), next_at=NOON), "Followers were told: <@UBO> and <@UCHEN>."),
    (
        t.IncidentListed(at=NOON, by=BO, reason="customers were told"),
        "<@UBO> listed the incident for everybody: customers were told. Its channel stays private.",
    ),
    (
        t.TitleCorrected(at=NOON, by=BO, title="Search fails in the EU"),
        "<@UBO> changed the title to: Search fails in the EU.",
    ),
    (
        t.TitleCorrected(at=NOON, by=BO, renames_channel=True),
        "<@UBO> renamed the channel after the title.",
    ),
    (t.ChannelRenamed(at=NOON, by=BO, name="inc-1-by-hand"), "<@UBO> renamed the channel to #inc-1-by-hand."),
    (
        t.ChannelRenamed(at=NOON, name="inc-1-search-fails-in-the-eu"),
        "The channel is now called #inc-1-search-fails-in-the-eu.",
    ),
    (
        t.DegradedShareStated(at=NOON, by=BO, percent=0.5, reason="only card payments fail"),
        "<@UBO> said that 0.5 % of the service is degraded: only card payments fail.",
    ),
    (
        t.BudgetExhausted(at=NOON, service="Checkout", objective="99.9 % over 28 days", allowed=timedelta(minutes=40)),
        "The error budget of Checkout is exhausted: 99.9 % over 28 days allows 40 min.",
    ),
    (
        t.LegalHoldSet(at=NOON, by=BO, is_held=True, reason="case 2026-17"),
        "<@UBO> put this record on legal hold: case 2026-17.",
    ),
    (
        t.LegalHoldSet(at=NOON, by=BO, is_held=False, reason="the case is closed"),
        "<@UBO> lifted the legal hold on this record: the case is closed.",
    ),
    (
        t.DrillCorrected(at=NOON, by=BO, is_drill=False, reason="customers are affected"),
        "<@UBO> said that this is not a drill: customers are affected.",
    ),
    (
        t.DrillCorrected(at=NOON, by=BO, is_drill=True, reason="it is the exercise"),
        "<@UBO> said that this is a drill: it is the exercise.",
    ),
    (t.JoinAsked(at=NOON, by=DANA), "<@UDANA> asked to be let in."),
    (t.JoinAsked(at=NOON, by=DANA, saw="search fails"), "<@UDANA> asked to be let in, saying: search fails."),
    (t.ReportedAgain(at=NOON, by=DANA, title="search fails"), "<@UDANA> reported it again: search fails."),
    (
        t.MajorSuggested(at=NOON, reports=3, since=NOON - timedelta(minutes=15), to=BO),
        "3 reports about the service came in within 15 min.",
    ),
    (
        t.AlertAttached(
            at=NOON,
            integration=Integration("Alertmanager", "alertmanager"),
            alert=12,
            source="Alertmanager",
            title="5xx above 5 %",
            labels=(("instance", "web-1"), ("team", "shop")),
            link="https://prometheus.example/graph",
            runbook_url="https://runbooks.example/checkout",
            began_at=NOON - timedelta(minutes=4),
        ),
        "Alertmanager is firing: 5xx above 5 %, since 11:56 UTC. Labels: instance: web-1, team: shop. "
        "Runbook: https://runbooks.example/checkout · More: https://prometheus.example/graph",
    ),
    (
        t.AlertAttached(at=NOON, by=DANA, alert=12, source="Alertmanager", title="5xx above 5 %"),
        "<@UDANA> attached an alert from Alertmanager: 5xx above 5 %.",
    ),
    (
        t.AlertsQuiet(
            at=NOON, signals=5, times=37, since=NOON - timedelta(minutes=10), sources=("Alertmanager", "Grafana")
        ),
        "All 5 signals from Alertmanager and Grafana have been quiet since 11:50 UTC.",
    ),
    (
        t.AlertsQuiet(at=NOON, signals=1, times=1, since=NOON - timedelta(minutes=10), sources=("Datadog",)),
        "The alert from Datadog has been quiet since 11:50 UTC.",
    ),
    (
        t.ChangeSeen(
            at=NOON,
            integration=Integration("GitHub", "github"),
            source="GitHub",
            service="Checkout",
            what="4.2.0",
            environment="production",
            by_whom="octocat",
            link="https://github.example/run/1",
            before=timedelta(minutes=3),
            is_before_beginning=True,
        ),
        "GitHub: Checkout 4.2.0 was deployed to production by octocat, 3 min before it began. "
        "More: https://github.example/run/1",
    ),
    (
        t.ChangeSeen(at=NOON, source="GitLab", service="Checkout", what="main", has_failed=True),
        "GitLab: Checkout main could not be deployed.",
    ),
    (
        t.AlertFiresAgain(at=NOON, alert=12, source="Alertmanager", title="5xx above 5 %"),
        "Alertmanager is firing again: 5xx above 5 %.",
    ),
    (t.NoteAdded(at=NOON, by=DANA, text="Is it the WAF?"), "<@UDANA> noted: Is it the WAF?"),
    (
        t.TimeCorrected(
            at=NOON,
            by=DANA,
            name=TimeName.BEGAN,
            value=NOON - timedelta(minutes=18),
            was=NOON - timedelta(days=1),
            reason="from the graphs",
        ),
        "<@UDANA> set the time it began to 11:42 UTC (was 3 Mar 2026 12:00 UTC): from the graphs.",
    ),
    (
        t.RunbookLinked(at=NOON, by=DANA, runbook=t.LinkedRunbook("bad-change", "Roll back", "asked for")),
        "<@UDANA> linked the runbook “Roll back” (bad-change): asked for.",
    ),
    (
        t.RunbookStarted(at=NOON, by=DANA, runbook=t.LinkedRunbook("bad-change", "Roll back", ""), steps=()),
        "<@UDANA> started the runbook “Roll back” (bad-change).",
    ),
    *(
        (
            t.RunbookStopped(at=NOON, by=DANA, slug="bad-change", title="Roll back", reason="mitigated", not_done=left),
            f"<@UDANA> stopped the runbook “Roll back” (bad-change): mitigated. Not done: {told}.",
        )
        for left, told in (
            ((8,), "step 8"),
            ((7, 8), "steps 7 and 8"),
            ((2, 4, 5, 6, 8, 9), "steps 2, 4 to 6, 8 and 9"),
        )
    ),
    (
        t.RunbookJudged(at=NOON, by=DANA, runbook=t.LinkedRunbook("bad-change", "Roll back", ""), helped=True),
        "<@UDANA> said that the runbook “Roll back” (bad-change) helped.",
    ),
    (
        t.RunbookJudged(
            at=NOON, by=DANA, runbook=t.LinkedRunbook("bad-change", "Roll back", ""), helped=False, note="too old"
        ),
        "<@UDANA> said that the runbook “Roll back” (bad-change) did not help: too old.",
    ),
    (
        t.ClassificationSuggested(
            at=NOON,
            suggested=(
                t.SuggestedValue(Suggestible.SERVICE, "checkout", (IncidentNumber(7),), 2),
                t.SuggestedValue(Suggestible.IMPACT, "high", (IncidentNumber(7),), 1),
            ),
        ),
        "Similar incidents suggested service checkout and impact high.",
    ),
    (
        t.RunbooksOffered(at=NOON, runbooks=(t.LinkedRunbook("disk", "Disk full", ""),)),
        "The card now offers “Disk full”, after what was said since.",
    ),
    (
        t.RunbooksOffered(at=NOON, runbooks=()),
        "The card now offers no runbook, after what was said since.",
    ),
    (
        t.RunbookPosted(at=NOON, slug="bad-change", channel=ChannelId("C1"), ts=MessageTs("1.0")),
        "The steps of bad-change were posted in the channel.",
    ),
    (
        t.RunbookLost(at=NOON, slug="bad-change", channel=ChannelId("C1"), ts=MessageTs("1.0")),
        "The message with the steps of bad-change was deleted.",
    ),
    (
        t.StepTaken(
            at=NOON,
            by=DANA,
            slug="bad-change",
            number=2,
            step="Stop",
            remind_at=NOON + timedelta(minutes=10),
            note="the queue drains",
        ),
        "<@UDANA> is waiting until 12:10 UTC with step 2 of bad-change, “Stop”: the queue drains.",
    ),
    (
        t.StepTimeUp(at=NOON, slug="bad-change", number=2, step="Stop", of=7, to=DANA),
        "The wait for step 2 of bad-change was over, “Stop”; <@UDANA> was told.",
    ),
    (
        t.StepReported(
            at=NOON, by=DANA, slug="bad-change", number=2, step="Stop", outcome=StepOutcome.SKIPPED, note="no"
        ),
        "<@UDANA> reported step 2 of bad-change skipped, “Stop”: no.",
    ),
    (
        t.RunProposed(at=NOON, by=DANA, run=DRY, place="ops, x.yml at main", version="1", answer_by=NOON),
        "<@UDANA> proposed the dry run of restart (percent=10), in ops, x.yml at main, for step 2 of bad-change.",
    ),
    (
        t.RunApproved(at=NOON, by=BO, run=DRY, key="k", end_by=NOON),
        "<@UBO> approved the dry run of restart (percent=10).",
    ),
    (t.RunDeclined(at=NOON, run=DRY), "Nobody approved the dry run of restart (percent=10) in time."),
    (
        t.RunStarted(at=NOON, run=replace(DRY, given=(), is_dry=False), link="https://ops"),
        "restart was started: https://ops",
    ),
    (t.RunEnded(at=NOON, run=DRY, outcome=RunOutcome.SUCCEEDED), "The dry run of restart (percent=10) succeeded."),
    (t.PeopleInvited(at=NOON, by=DANA, people=(BO, CHEN)), "<@UDANA> invited <@UBO> and <@UCHEN>."),
    (t.PeopleInvited(at=NOON, by=DANA, people=(DANA,)), "<@UDANA> joined."),
    (
        t.ServicePaged(at=NOON, by=DANA, service="checkout", service_name="Checkout", person=BO),
        "<@UDANA> paged <@UBO> for Checkout.",
    ),
    (
        t.PageTaken(at=NOON + timedelta(seconds=2), of=7, person=BO, pager="pagerduty", asked_at=NOON),
        "PagerDuty took the page for <@UBO> 2 s after it was asked for.",
    ),
    (
        t.PageTaken(at=NOON, of=7, person=BO, pager="jira", asked_at=NOON),
        "Jira Service Management took the page for <@UBO> at once.",
    ),
    (
        t.PageSeen(at=NOON + timedelta(seconds=40), of=7, person=BO, pager="pagerduty", asked_at=NOON),
        "The page for <@UBO> was acknowledged in PagerDuty 40 s after it was asked for.",
    ),
    (
        t.SlackLost(at=NOON, since=NOON - timedelta(minutes=2), pages=(t.Page(BO, "pagerduty"),)),
        "Slack could not be reached from 11:58 UTC on. <@UBO> was paged.",
    ),
    (
        t.SlackLost(at=NOON, since=NOON - timedelta(minutes=2)),
        "Slack could not be reached from 11:58 UTC on. Nobody could be paged.",
    ),
    (
        t.SlackRegained(at=NOON, lost_at=NOON - timedelta(minutes=2), paged=(BO, DANA)),
        "Slack could not be reached from 11:58 UTC to 12:00 UTC. <@UBO> and <@UDANA> were paged meanwhile.",
    ),
    (
        t.SlackRegained(at=NOON, lost_at=NOON - timedelta(minutes=2)),
        "Slack could not be reached from 11:58 UTC to 12:00 UTC.",
    ),
    (
        t.PageNotSent(at=NOON, of=7, person=BO, pager="pagerduty"),
        "<@UBO> could not be paged by PagerDuty.",
    ),
    (
        t.PageNotSent(at=NOON, of=7, person=BO, pager=""),
        "<@UBO> could not be paged: the policy names no pager for them.",
    ),
    (
        t.Escalated(at=NOON, by=DANA, reason="data is lost", told=(BO, CHEN)),
        "<@UDANA> escalated: data is lost. <@UBO> and <@UCHEN> were told.",
    ),
    (
        t.Escalated(at=NOON, by=DANA, reason="data is lost", told=()),
        "<@UDANA> escalated: data is lost. There was nobody to tell.",
    ),
    (
        t.ActionOpened(at=NOON, by=DANA, text="restart the pool", owner=BO),
        "Action for <@UBO>: restart the pool. Recorded by <@UDANA>.",
    ),
    (
        t.ActionOpened(at=NOON, by=DANA, text="who can restart it?"),
        "Action: who can restart it? Recorded by <@UDANA>.",
    ),
    (
        t.ActionDone(at=NOON, by=BO, of=7, text="restart the pool", note="twice"),
        "<@UBO> finished the action “restart the pool”: twice.",
    ),
    (
        t.DecisionMade(at=NOON, by=DANA, text="we fail over to fra-2"),
        "Decision: we fail over to fra-2. Recorded by <@UDANA>.",
    ),
    (
        t.FollowUpAgreed(at=NOON, by=DANA, text="Alert on it", owner=BO, due=date(2026, 3, 20)),
        "<@UDANA> recorded a follow-up: Alert on it (owner <@UBO>, due 20 Mar 2026).",
    ),
    (
        t.FollowUpAgreed(at=NOON, by=DANA, text="Alert on it"),
        "<@UDANA> recorded a follow-up: Alert on it (no owner, no due date).",
    ),
    (
        t.FollowUpAgreed(
            at=NOON, by=DANA, text="Alert on it", owner=BO, priority=Priority.P3, link="https://tracker.example/7"
        ),
        "<@UDANA> recorded a follow-up: Alert on it (owner <@UBO>, no due date, P3, https://tracker.example/7).",
    ),
    (
        t.FollowUpChanged(at=NOON, by=DANA, of=7, text="Alert on it", owner=BO, due=date(2026, 3, 27)),
        "<@UDANA> changed the follow-up “Alert on it”: owner <@UBO>, due 27 Mar 2026.",
    ),
    (
        t.FollowUpEnded(at=NOON, by=BO, of=7, text="Alert on it", state=FollowUpState.DONE),
        "<@UBO> finished the follow-up “Alert on it”.",
    ),
    (
        t.FollowUpEnded(at=NOON, by=BO, of=7, text="Alert on it", state=FollowUpState.DROPPED, note="retired"),
        "<@UBO> dropped the follow-up “Alert on it”: retired.",
    ),
    (
        t.ReviewStarted(at=NOON, by=DANA, due_at=NOON + timedelta(days=3)),
        "<@UDANA> started the review, due by 7 Mar 2026.",
    ),
    (
        t.ReviewStarted(at=NOON, by=DANA, meeting_at=NOON + timedelta(days=1)),
        "<@UDANA> started the review. A meeting was proposed for 5 Mar 2026, 12:00 UTC.",
    ),
    (t.ApprovalAsked(at=NOON, by=DANA, asked=BO), "<@UDANA> asked <@UBO> to approve the review."),
    (
        t.ReviewReopened(at=NOON, by=BO, reason="the impact was larger"),
        "<@UBO> reopened the review: the impact was larger.",
    ),
    (
        t.ReviewMeetingMoved(at=NOON, by=DANA, meeting_at=NOON + timedelta(days=1)),
        "<@UDANA> moved the meeting about the review to 5 Mar 2026, 12:00 UTC.",
    ),
    (
        t.PastRecalled(
            at=NOON,
            alike=(
                t.PastIncident(IncidentNumber(12), "checkout fails", "rolled back", 3, "restart the pool"),
                t.PastIncident(IncidentNumber(9), "checkout is slow"),
            ),
        ),
        "Similar incidents from before: INC-12 “checkout fails”, fixed by: rolled back; "
        "workaround (PRB-3): restart the pool and INC-9 “checkout is slow”.",
    ),
    (
        t.ProblemLinked(at=NOON, by=DANA, problem=3, title="the pool is small", is_new=True),
        "<@UDANA> opened the problem PRB-3, “the pool is small”.",
    ),
    (
        t.ProblemLinked(at=NOON, by=DANA, problem=3, title="the pool is small", workaround="restart it"),
        "<@UDANA> linked the incident to the problem PRB-3, “the pool is small”. Known workaround: restart it.",
    ),
    (
        t.ProblemUnlinked(at=NOON, by=DANA, problem=3, title="the pool is small", reason="another cause"),
        "<@UDANA> unlinked the incident from the problem PRB-3, “the pool is small”: another cause.",
    ),
    (
        t.ProblemExplained(at=NOON, by=DANA, problem=3, title="the pool is small", cause="load", workaround="wait"),
        "<@UDANA> added the cause to PRB-3: load; workaround: wait.",
    ),
    (
        t.ProblemSolved(at=NOON, by=DANA, problem=3, title="the pool is small", how="a larger pool"),
        "<@UDANA> solved the problem PRB-3, “the pool is small”: a larger pool.",
    ),
    (t.NoteAmended(at=NOON, by=DANA, of=7, text="at 14:07"), "<@UDANA> amended a note: at 14:07."),
    (t.NoteRetracted(at=NOON, by=DANA, of=7, reason="another table"), "<@UDANA> retracted a note: another table."),
    (
        t.EntryCurated(at=NOON, by=DANA, of=7, is_hidden=True, reason="another service"),
        "<@UDANA> left entry 7 out of the review: another service.",
    ),
    (t.EntryCurated(at=NOON, by=DANA, of=7, text="as it was"), "<@UDANA> reworded entry 7 for the review."),
    (t.EntryCurated(at=NOON, by=DANA, of=7), "<@UDANA> shows entry 7 as it was recorded."),
    (t.WordsErased(at=NOON, of=7), "The words of entry 7 were erased."),
    (
        t.RecordRedacted(at=NOON, person=SlackUserId("U0GONEABCDEFGHIJKL"), entries=(1, 4), messages=1),
        "A person was erased from this record; in 2 entries and 1 message they are <@U0GONEABCDEFGHIJKL> now.",
    ),
    (
        t.WordsErased(at=NOON, of=7, after=MessageChange.DELETED),
        "A message was deleted; its words are gone from entry 7.",
    ),
    (
        t.WordsErased(at=NOON, of=7, also=(9, 11), after=MessageChange.EDITED),
        "A message was edited; entries 7, 9 and 11 have its new words.",
    ),
    (
        t.MessageMarked(
            at=NOON, by=DANA, mark=Mark.KEY_MOMENT, channel=ChannelId("C1"), ts=MessageTs("1.0"), author=BO
        ),
        "<@UDANA> marked a message by <@UBO> as a key moment.",
    ),
    (
        t.MarkRemoved(at=NOON, by=DANA, mark=Mark.EVIDENCE, channel=ChannelId("C1"), ts=MessageTs("1.0")),
        "<@UDANA> removed a mark: the message is no longer evidence.",
    ),
    (t.ReviewApproved(at=NOON, by=BO), "<@UBO> approved the review."),
    (
        t.RunbookProposed(at=NOON, by=BO, slug="a", title="A", path="a.md", lesson="", text="", diff=""),
        "<@UBO> proposed a runbook “A” (a).",
    ),
    (
        t.RunbookProposed(at=NOON, by=BO, slug="a", title="A", path="a.md", lesson="a/1", text="Ask", diff=""),
        "<@UBO> proposed a change to the runbook “A” (a): Ask.",
    ),
    (
        t.PullRequestOpened(at=NOON, of=7, url="https://x.example/7", number=12),
        "The pull request with the change to a runbook is open, #12: https://x.example/7",
    ),
    (
        t.PullRequestRefused(at=NOON, of=7, why="there is no branch main"),
        "No pull request could be opened: there is no branch main. The change is here as a file.",
    ),
    (
        t.IssueFiled(at=NOON, of=7, text="rotate keys", tracker="work", id="7", key="#7", url="https://x.example/7"),
        "#7 was opened for the follow-up “rotate keys”: https://x.example/7",
    ),
    (
        t.IssueFiled(at=NOON, of=1, text="", tracker="work", id="7", key="#7", url="https://x.example/7"),
        "#7 was opened for the incident: https://x.example/7",
    ),
    (
        t.IssueChanged(at=NOON, of=7, text="rotate keys", key="#7", state=FollowUpState.DONE, news=("state",)),
        "#7 says of the follow-up “rotate keys”: done.",
    ),
    (
        t.IssueChanged(
            at=NOON,
            of=7,
            text="rotate keys",
            key="#7",
            state=FollowUpState.OPEN,
            owner=BO,
            due=date(2026, 3, 18),
            news=("state", "owner", "due"),
        ),
        "#7 says of the follow-up “rotate keys”: open again, owner <@UBO>, due 18 Mar 2026.",
    ),
    (
        t.IssueChanged(
            at=NOON,
            of=7,
            text="rotate keys",
            key="#7",
            state=FollowUpState.OPEN,
            owner_name="Eva Novak",
            news=("owner", "due"),
        ),
        "#7 says of the follow-up “rotate keys”: owner Eva Novak, no due date any more.",
    ),
    (
        t.IssueChanged(at=NOON, of=1, text="", key="#7", state=FollowUpState.DONE, news=("state",)),
        "#7 was closed in its tracker; that changes nothing about the incident.",
    ),
    (
        t.IssueLost(at=NOON, of=7, text="rotate keys", key="#7"),
        "#7 is not in its tracker any more; from now on the follow-up “rotate keys” is tracked here alone.",
    ),
    (t.ReviewPublished(at=NOON, by=BO), "<@UBO> published the review."),
    (
        t.DocumentWritten(at=NOON, place="wiki", id="7", url="https://x.example/7", version="1", is_new=True),
        "The review was published to wiki: https://x.example/7",
    ),
    (
        t.DocumentWritten(at=NOON, place="wiki", id="7", url="https://x.example/7", version="2", is_new=False),
        "The review was brought up to date in wiki: https://x.example/7",
    ),
    *(
        (
            t.DocumentKept(
                at=NOON, place="wiki", id="7", url="https://x.example/7", version="2", why=why, who=who, asked=BO
            ),
            f"{told} <@UBO> was asked what to do.",
        )
        for why, who, told in (
            (KeptAs.EDITED, "Fay", "Fay edited the review in wiki. Muster left it as it is."),
            (KeptAs.EDITED, "", "The review in wiki was edited there. Muster left it as it is."),
            (KeptAs.UNSURE, "", "The review in wiki may have been edited there. Muster left it as it is."),
            (KeptAs.COMMENTED, "", "There are comments on the review in wiki. Muster left it as it is."),
            (KeptAs.GONE, "", "The review in wiki is not there any more."),
        )
    ),
    (
        t.OverwritingDecided(at=NOON, by=BO, place="wiki", choice=Overwriting.CHILD, version="2"),
        "<@UBO> decided about the review in wiki: it is added beside what is there.",
    ),
    (t.ReviewWaived(at=NOON, by=BO, reason="a drill"), "<@UBO> waived the review: a drill."),
    (
        t.DeadlineReminded(at=NOON, deadline=DeadlineKind.UPDATE, due_at=NOON + timedelta(minutes=5)),
        "A reminder was given: the next update was due in 5 min.",
    ),
    (
        t.AcknowledgementOverdue(at=NOON, due_at=NOON, asked=BO),
        "Nobody had accepted command by 12:00 UTC, when it was due; <@UBO> had been asked.",
    ),
    (
        t.AcknowledgementOverdue(
            at=NOON,
            due_at=NOON,
            asked=BO,
            rungs=t.Rungs(
                taken=1,
                in_channel=True,
                told=(BO, DANA, CHEN),
                asked=BO,
                pages=tuple(t.Page(one, "pagerduty") for one in (BO, MIA, DANA, BO)),
                nobody=("deputy",),
            ),
        ),
        "Nobody had accepted command by 12:00 UTC, when it was due; <@UBO> had been asked. <@UBO> was asked to take "
        "command and paged. <@UDANA> was told and paged. <@UCHEN> was told. <@UMIA> was paged. Nobody further stands "
        "for deputy.",
    ),
    (
        t.UpdateOverdue(at=NOON, due_at=NOON, commander=DANA),
        "The update due at 12:00 UTC was overdue; <@UDANA> had command.",
    ),
    (
        t.EscalationTold(
            at=NOON + timedelta(minutes=10),
            deadline=DeadlineKind.ACKNOWLEDGE,
            due_at=NOON,
            rungs=t.Rungs(taken=2, told=(BO, CHEN), nobody=("commander_dm", "executives"), asked=BO),
        ),
        "The acceptance of command due at 12:00 UTC was still missing after 10 min. <@UBO> was asked to take command. "
        "<@UCHEN> was told. Nobody further stands for commander and executives.",
    ),
    (
        t.LeftUnattended(at=NOON, deadline=DeadlineKind.UPDATE, due_at=NOON),
        "The update due at 12:00 UTC was still missing after everybody had been told; Muster waits for something to "
        "change.",
    ),
    (
        t.TargetMissed(at=NOON, deadline=DeadlineKind.MITIGATE, due_at=NOON, told=(CHEN,)),
        "The service level was missed: the impact had not stopped by 12:00 UTC. <@UCHEN> was told.",
    ),
    (
        t.TargetMissed(at=NOON, deadline=DeadlineKind.RESOLVE, due_at=NOON),
        "The service level was missed: it was not resolved by 12:00 UTC.",
    ),
    (
        t.ReportingTriggered(
            at=NOON,
            by=CHEN,
            regulation="nis2",
            name="NIS2",
            trigger="aware",
            words="awareness",
            happened_at=NOON - timedelta(minutes=5),
            reason="card data was read",
            was=NOON - timedelta(minutes=10),
            stages=(
                t.StageDue("early_warning", "early warning", "24 hours after awareness", NOON + timedelta(hours=24)),
                t.StageDue("final", "final report", "one month after submission of the notification"),
            ),
        ),
        "<@UCHEN> recorded for NIS2: awareness at 11:55 UTC instead of 11:50 UTC: card data was read. "
        "Due: early warning by 5 Mar 2026 12:00 UTC.",
    ),
    (
        t.ReportingRuledOut(at=NOON, by=CHEN, regulation="gdpr", name="GDPR", reason="no personal data"),
        "<@UCHEN> ruled out that it has to be reported under GDPR: no personal data.",
    ),
    (
        t.ReportSubmitted(
            at=NOON,
            by=CHEN,
            regulation="nis2",
            name="NIS2",
            stage="early_warning",
            title="early warning",
            submitted_at=NOON - timedelta(minutes=5),
            due_at=NOON - timedelta(hours=2),
            reference="FI-88213",
            note="by phone",
        ),
        "<@UCHEN> recorded that the NIS2 early warning was submitted at 11:55 UTC (reference FI-88213), "
        "1 h 55 min late: by phone.",
    ),
    (
        t.ReportsAwaited(
            at=NOON,
            deadline=DeadlineKind.REPORT,
            step=DeadlineStep.OVERDUE,
            reports=(
                t.AwaitedReport("nis2", "NIS2", NOON, "early_warning", "early warning", rungs=t.Rungs(1, told=(BO,))),
                t.AwaitedReport("gdpr", "GDPR", NOON, "notification", "notification", rungs=t.Rungs(1, told=(CHEN,))),
            ),
        ),
        "Not recorded as submitted in time: NIS2 early warning, due by 12:00 UTC and GDPR notification, due by "
        "12:00 UTC. <@UBO> and <@UCHEN> were told.",
    ),
    (
        t.Nudged(at=NOON, deadline=DeadlineKind.VERIFY, due_at=NOON, to=BO),
        "The verification was due at 12:00 UTC; <@UBO> was asked for it.",
    ),
    (
        t.Nudged(at=NOON, deadline=DeadlineKind.QUIET, due_at=NOON, to=BO),
        "Nothing had happened since 12:00 UTC; <@UBO> was asked whether it is over.",
    ),
    (
        t.Nudged(at=NOON, deadline=DeadlineKind.ARCHIVE, due_at=NOON, next_at=NOON + timedelta(hours=1)),
        "The channel was told that it will be archived at 13:00 UTC.",
    ),
    (
        t.ActivitySeen(at=NOON, last_at=NOON, next_at=NOON + timedelta(days=1)),
        "The incident was active, last at 12:00 UTC.",
    ),
    (t.ArchivingDecided(at=NOON), "The channel was due to be archived."),
    *(
        (t.ChannelLost(at=NOON, by=by, channel=ChannelId("C1"), loss=why), sentence)
        for by, why, sentence in (
            (BO, ChannelLoss.ARCHIVED, "<@UBO> archived the channel."),
            (BO, ChannelLoss.REMOVED, "<@UBO> removed Muster from the channel."),
            (BO, ChannelLoss.DELETED, "<@UBO> deleted the channel."),
            (None, ChannelLoss.ARCHIVED, "The channel was archived."),
            (None, ChannelLoss.REMOVED, "Muster is no longer in the channel."),
            (None, ChannelLoss.DELETED, "The channel is gone."),
        )
    ),
    (
        t.ChannelReplaced(at=NOON, was=ChannelId("C1"), loss=ChannelLoss.DELETED),
        "The channel is gone. The incident continues in another one.",
    ),
    (
        t.ChannelReplaced(at=NOON, by=BO, was=ChannelId("C1"), loss=ChannelLoss.ARCHIVED, reason="it is archived"),
        "<@UBO> moved the incident to a new channel: it is archived.",
    ),
    (t.ChannelRegained(at=NOON, by=BO, channel=ChannelId("C1")), "<@UBO> brought Muster back into the channel."),
    (t.ChannelRegained(at=NOON, channel=ChannelId("C1")), "Muster is back in the channel."),
    (t.ChannelArchived(at=NOON, channel=ChannelId("C1")), "The channel was archived."),
    (
        t.RemindersSnoozed(at=NOON, by=DANA, until=NOON + timedelta(minutes=30), reason="on the call with the vendor"),
        "<@UDANA> snoozed reminders until 12:30 UTC: on the call with the vendor.",
    ),
    (
        t.CustomerUpdateDrafted(at=NOON, by=DANA, update=FOR_CUSTOMERS),
        "<@UDANA> drafted for customers (investigating): Problems with Shop – Some payments fail.",
    ),
    (
        t.CustomerUpdateInReview(at=NOON, by=DANA, version=7),
        "<@UDANA> asked for somebody to read the draft for customers.",
    ),
    (t.CustomerUpdateApproved(at=NOON, by=BO, version=7), "<@UBO> approved the draft for customers."),
    (
        t.CustomerUpdatePublished(at=NOON, by=DANA, version=7, update=FOR_CUSTOMERS),
        "<@UDANA> told customers on the status page (investigating): Problems with Shop – Some payments fail.",
    ),
    (
        t.UnknownEvent(at=NOON, kind="MoonRose", version=1, body="{}"),
        "Something was recorded that this version of Muster cannot read (MoonRose).",
    ),
]


@pytest.mark.parametrize(("event", "sentence"), SENTENCES, ids=[type(event).__name__ for event, _ in SENTENCES])
def test_an_event_is_told_in_one_plain_sentence(event: t.AnyEvent, sentence: str) -> None:
    assert tell(event) == sentence


def test_every_kind_of_event_has_its_sentence_here() -> None:
    assert {type(event) for event, _ in SENTENCES} == set(t.AnyEvent.__args__)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(), "0 s"),
        (timedelta(seconds=59.9), "59 s"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(hours=1, minutes=5, seconds=30), "1 h 5 min"),
        (timedelta(days=1, minutes=14), "24 h 14 min"),
        (timedelta(hours=48), "48 h"),
        (timedelta(minutes=-3), "0 s"),
    ],
)
def test_spans_are_hours_and_minutes_never_days(span: timedelta, words: str) -> None:
    assert spell(span) == words


def test_lists_and_full_stops() -> None:
    assert [listed(()), listed("a"), listed("ab"), listed("abc")] == ["nobody", "a", "a and b", "a, b and c"]
    assert [ended("it works"), ended("it works. "), ended("does it?")] == ["it works.", "it works.", "does it?"]


def test_a_clock_time_has_its_date_only_on_another_day() -> None:
    assert clock(NOON, NOON) == "12:00 UTC"
    assert clock(NOON - timedelta(days=1), NOON) == "3 Mar 2026 12:00 UTC"
