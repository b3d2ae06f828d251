"""Every verb of the table, by a person and by an integration: who is credited, who is refused, and what is audited."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.actor import Actor, Person
from bot.domain.alerts import Alert
from bot.domain.decision import Decision
from bot.domain.declaration import Declaration
from bot.domain.ids import ChannelId, IncidentNumber, MessageTs, Reference
from bot.domain.mark import NoSuchMessage
from bot.domain.refusal import NotFound
from bot.domain.timeline import DocumentKept, Update
from bot.domain.vocabulary import (
    AlertState,
    FollowUpState,
    Handling,
    KeptAs,
    Level,
    Mark,
    Overwriting,
    Priority,
    ReviewStep,
    Role,
    Section,
    Severity,
    Stage,
    StepOutcome,
    TimeName,
)
from bot.door.caller import Caller, Door
from bot.verbs import requests as r
from bot.verbs.perform import Wordless, perform
from bot.verbs.requests import Request
from bot.verbs.table import TABLE, VERBS
from bot.verbs.verb import About, ForPeople
from bot.workflows.context import record
from bot.workflows.sections import Text
from tests.domain.given import BO, CHEN, DANA, NOON, minutes
from tests.verbs.conftest import ALERTMANAGER, PERSON, Workplace

TEST = Door("test")
REPORT = Declaration("checkout returns 500s", priority=Priority.P3, service="checkout")
OTHER = r.Declare(Declaration("the search is slow", priority=Priority.P3, service="search"))

FIRING = Alert(
    1, "generic", "generic/checkout", Handling.ASK, "checkout fails", NOON, NOON, NOON + minutes(60), AlertState.ASKED
)

EDITED = DocumentKept(at=NOON, place="wiki", id="7", url="https://x.example/7", version="2", why=KeptAs.EDITED)

Step = tuple[Person, Request[Any]]
RESOLVED: tuple[Step, ...] = ((PERSON, r.Resolve("rolled back")),)
COMMANDED: tuple[Step, ...] = ((PERSON, r.Accept()),)
NOTED: tuple[Step, ...] = ((PERSON, r.AddNote("the probes fail")),)
AGREED: tuple[Step, ...] = ((PERSON, r.AgreeFollowUp("add an index")),)
STARTED: tuple[Step, ...] = ((Person(DANA), r.Accept()), (PERSON, r.StartRunbook("bad-change")))
PROPOSED: tuple[Step, ...] = (*STARTED, (Person(DANA), r.ProposeRun("bad-change", 3)))
IN_REVIEW: tuple[Step, ...] = (*RESOLVED, (Person(DANA), r.TakeReviewStep(ReviewStep.START)))
AWARE: tuple[Step, ...] = ((PERSON, r.TriggerClock("nis2", "aware", "card data was read")),)
BY_HAND: tuple[Step, ...] = ((PERSON, r.OpenAction("tell support")), (PERSON, r.FinishAction(1)))
WITH_PROBLEM: tuple[Step, ...] = ((PERSON, r.OpenProblem("the pool is too small")),)
CHEN_COMMANDS: tuple[Step, ...] = ((PERSON, r.AskCommander(CHEN)), (Person(CHEN), r.Accept()))

DRAFTED: tuple[Step, ...] = ((Person(DANA), r.DraftForCustomers(Stage.INVESTIGATING, "Some payments fail.")),)
READ: tuple[Step, ...] = (*DRAFTED, (Person(DANA), r.AskForCustomerReview()))
APPROVED: tuple[Step, ...] = (*READ, (PERSON, r.ApproveForCustomers(2)))

WANTED: dict[type[Request[Any]], tuple[tuple[Step, ...], Request[Any]]] = {
    type(want): (before, want)
    for before, want in (
        ((), OTHER),
        ((), r.PostUpdate(Update("half of them fail"))),
        ((), r.Accept()),
        ((), r.Decline("on a train")),
        ((), r.AskCommander(CHEN)),
        (COMMANDED, r.OfferHandover(CHEN)),
        (CHEN_COMMANDS, r.TakeOver()),
        ((), r.AssignRole(Role.DEPUTY, CHEN)),
        ((), r.SetPriority(Priority.P1, "it spreads")),
        ((), r.SetImpact(Level.HIGH, "every region")),
        ((), r.SetUrgency(Level.LOW, "nobody buys at night")),
        ((), r.SetSeverity(Severity.SEV2, "one node")),
        ((), r.CorrectAffected("Search", "it is not the shop")),
        ((), r.CorrectCategory("Security", "a key was leaked")),
        ((), r.CorrectTitle("checkout answers with 500s")),
        ((), r.CorrectDrill(True, "it is the exercise")),
        ((), r.Mitigate("moved traffic")),
        ((), r.Resolve("rolled back")),
        (RESOLVED, r.Verify("graphs are flat")),
        (RESOLVED, r.Close("nobody can test it")),
        (RESOLVED, r.Reopen("errors are back")),
        ((), r.Cancel("a test alert")),
        (((PERSON, OTHER),), r.Merge(Reference("INC-2"))),
        ((), r.AddNote("the probes fail")),
        (NOTED, r.AmendNote(1, "the probes failed")),
        (NOTED, r.RetractNote(1, "another service")),
        ((), r.MarkMessage(Mark.EVIDENCE, ChannelId("C1"), MessageTs("1.1"))),
        ((), r.CorrectTime(TimeName.BEGAN, NOON - minutes(20), "the deploy")),
        ((), r.OpenRunbook("bad-change")),
        ((), r.ReportStep("bad-change", 1, StepOutcome.DONE)),
        ((), r.StartRunbook("bad-change")),
        (((PERSON, r.StartRunbook("bad-change")),), r.StopRunbook("mitigated meanwhile")),
        ((), r.JudgeRunbook("bad-change", helped=False, note="it is out of date")),
        (((PERSON, r.StartRunbook("bad-change")),), r.TakeStep("bad-change", 1, minutes(10))),
        (STARTED, r.ProposeRun("bad-change", 2, ("region=eu",))),
        (PROPOSED, r.ApproveRun("bad-change", 3, 1)),
        (PROPOSED, r.DeclineRun("bad-change", 3, 1, "not now")),
        ((), r.Escalate("data is lost")),
        ((), r.SetBridge("https://meet.example/inc-42")),
        ((), r.Snooze(minutes(50), "on the call with the vendor")),
        ((), r.StateDegraded(30, "only card payments fail")),
        ((), r.Hold("case 2026-17")),
        (((PERSON, r.Hold("case 2026-17")),), r.LiftHold("the case is closed")),
        ((), r.Page("Checkout")),
        ((), r.TryPagers()),
        ((), r.Invite((CHEN,))),
        ((), r.Disclose("customers were told")),
        ((), r.Follow()),
        (((PERSON, r.Follow()),), r.Unfollow()),
        ((), r.Join("I see it too")),
        ((), r.JoinAlert(1)),
        ((), r.IgnoreAlert(1, minutes(60))),
        ((), r.OpenAction("restart the pool", CHEN)),
        (((PERSON, r.OpenAction("restart the pool")),), r.FinishAction(1)),
        ((), r.MakeDecision("we fail over")),
        ((), r.AgreeFollowUp("add an index", CHEN)),
        (AGREED, r.ChangeFollowUp(1, CHEN)),
        (AGREED, r.EndFollowUp(1, FollowUpState.DONE)),
        (RESOLVED, r.TakeReviewStep(ReviewStep.START)),
        (IN_REVIEW, r.MoveReviewMeeting(NOON + timedelta(days=2))),
        (IN_REVIEW, r.AskForApproval(CHEN)),
        ((), r.DecideOverwriting("wiki", Overwriting.REPLACE)),
        (BY_HAND, r.ProposeChange("action/1", "bad-change")),
        (BY_HAND, r.ProposeRunbook()),
        (RESOLVED, r.CurateEntry(1, is_hidden=True)),
        (RESOLVED, r.WriteSections({Section.IMPACT: Text("half of them", 0)})),
        ((), DRAFTED[0][1]),
        (DRAFTED, r.AskForCustomerReview()),
        (READ, r.ApproveForCustomers(2)),
        (APPROVED, r.PublishForCustomers()),
        ((), r.TriggerClock("nis2", "aware", "card data was read")),
        ((), r.RuleOutReporting("nis2", "no data was read")),
        (AWARE, r.RecordSubmission("nis2", "early_warning", reference="FI-88213")),
        ((), r.OpenProblem("the pool is too small")),
        (((PERSON, OTHER), *WITH_PROBLEM), r.LinkProblem(1)),
        (WITH_PROBLEM, r.UnlinkProblem("another cause")),
        (WITH_PROBLEM, r.ExplainProblem(cause="50 connections")),
        (WITH_PROBLEM, r.SolveProblem("a larger pool")),
    )
}
"""Request → what happened before it, and an example of it."""
FOR_PEOPLE = {
    *(
        r.Accept,
        r.Decline,
        r.AskCommander,
        r.OfferHandover,
        r.TakeOver,
        r.AssignRole,
        r.MarkMessage,
        r.TakeStep,
        r.ApproveRun,
        r.DeclineRun,
        r.ApproveForCustomers,
        r.PublishForCustomers,
        r.Snooze,
        r.Hold,
        r.LiftHold,
        r.Disclose,
    ),
    *(r.Follow, r.Unfollow, r.MoveReviewMeeting, r.AskForApproval, r.WriteSections, r.IgnoreAlert, r.TryPagers),
    r.DecideOverwriting,
}
DONE_WITHOUT_AN_EVENT = {r.WriteSections, r.IgnoreAlert, r.TryPagers}


def test_every_verb_has_an_example() -> None:
    assert WANTED.keys() == {one.request for one in TABLE}


class Course:
    """One incident, and requests about it that are all different."""

    def __init__(self, workplace: Workplace) -> None:
        self.workplace = workplace
        self._ids = (f"request-{number}" for number in itertools.count(1))

    async def begins(self, want: Request[Any], before: tuple[Step, ...]) -> str:
        """The reference of the incident that the request is about."""
        is_private = isinstance(want, r.Disclose)
        is_own = is_private or isinstance(want, r.Close)  # without Slack there is no channel to be a member of
        report = Declaration(REPORT.title, priority=REPORT.priority, service=REPORT.service, is_private=is_private)
        await self.asks(PERSON if is_own else Person(DANA), r.Declare(report))
        about = "INC-2" if isinstance(want, r.LinkProblem) else "INC-1"
        if isinstance(want, r.JoinAlert | r.IgnoreAlert):
            async with self.workplace.store.write() as tx:
                await tx.keep_alerts([FIRING])
        if isinstance(want, r.DecideOverwriting):
            async with self.workplace.store.write() as tx:
                await record(self.workplace.dependencies.context, tx, IncidentNumber(1), Decision((EDITED,)))
        for person, earlier in before:
            self.workplace.later(minutes(1))
            await self.asks(person, earlier, "INC-1")
        self.workplace.later(timedelta(hours=8) if isinstance(want, r.TakeOver) else minutes(1))
        return about

    async def asks(self, actor: Actor, want: Request[Any], reference: str = "INC-1", again: str = "") -> Any:
        caller = Caller(actor, TEST, again or next(self._ids))
        about = None if VERBS[type(want)].about is About.NOTHING else reference
        return await perform(self.workplace.dependencies, caller, want, about)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One engine is enough here: `tests/scenarios/test_verbs.py` has every verb on both."""
    return sqlite_url


@pytest.mark.parametrize("kind", WANTED, ids=lambda kind: kind.__name__)
async def test_a_person_is_credited_once_however_often_it_is_delivered(
    workplace: Workplace, kind: type[Request[Any]]
) -> None:
    before, want = WANTED[kind]
    course = Course(workplace)
    about = await course.begins(want, before)
    if kind is r.MarkMessage:  # there is no channel without Slack
        with pytest.raises(NoSuchMessage):
            await course.asks(PERSON, want, about)
        assert [(one.verb, one.detail) for one in await workplace.refusals()] == [("mark", "NoSuchMessage")]
        return
    first = await course.asks(PERSON, want, about, again="once")
    if kind in DONE_WITHOUT_AN_EVENT:
        return
    recorded = await workplace.timeline(first.incident.number)
    assert recorded[-1].event.actor == PERSON
    again = await course.asks(PERSON, want, about, again="once")
    assert again.incident == first.incident
    assert await workplace.timeline(first.incident.number) == recorded
    assert await workplace.refusals() == []


@pytest.mark.parametrize("kind", WANTED, ids=lambda kind: kind.__name__)
async def test_an_integration_is_credited_or_told_that_it_is_for_people(
    workplace: Workplace, kind: type[Request[Any]]
) -> None:
    before, want = WANTED[kind]
    course = Course(workplace)
    about = await course.begins(want, before)
    if kind not in FOR_PEOPLE:
        outcome = await course.asks(ALERTMANAGER, want, about)
        number = outcome.incident.number
        last = (await workplace.timeline(number))[-1].event
        assert last.actor == ALERTMANAGER
        assert await workplace.refusals() == []
        return
    timeline = await workplace.timeline()
    refusal = NotFound if kind is r.Disclose else ForPeople  # a private incident is there for its people alone
    with pytest.raises(refusal):
        await course.asks(ALERTMANAGER, want, about)
    assert await workplace.timeline() == timeline
    (kept,) = await workplace.refusals()
    assert (kept.actor_kind, kept.actor_name, kept.verb, kept.number, kept.detail) == (
        "integration",
        "Alertmanager",
        VERBS[kind].name,
        None if VERBS[kind].about is About.NOTHING else 1,
        refusal.__name__,
    )


@pytest.mark.parametrize(
    "want",
    [r.AddNote("  "), r.PostUpdate(Update("")), r.TakeReviewStep(ReviewStep.WAIVE), r.AmendNote(1, "")],
    ids=lambda want: type(want).__name__,
)
async def test_words_that_a_door_forgot_are_asked_for(workplace: Workplace, want: Request[Any]) -> None:
    course = Course(workplace)
    await course.begins(want, ())
    with pytest.raises(Wordless):
        await course.asks(PERSON, want)
    name = VERBS[type(want)].name
    assert [(one.actor, one.verb, one.detail) for one in await workplace.refusals()] == [(BO, name, "Wordless")]
