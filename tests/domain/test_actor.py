"""An integration acts as people do, and never counts as one of them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain import (
    bringing_in,
    duplicates,
    followup,
    merge,
    notes_and_times,
    nudges,
    problem,
    reclassify,
    review,
    status,
)
from bot.domain import runbook as runbooks
from bot.domain.actor import Actor, Integration, Person
from bot.domain.decision import Decision, credited
from bot.domain.declaration import Declaration, declare
from bot.domain.drafting import Record, drafts
from bot.domain.effects import InvitePeople, TellPerson
from bot.domain.ids import IncidentNumber
from bot.domain.incident import Deadline, Incident
from bot.domain.policy import Policy
from bot.domain.problem import Problem
from bot.domain.reclassify import Change
from bot.domain.refusal import NothingToChange
from bot.domain.telling import acting, tell
from bot.domain.timeline import IncidentDeclared, IncidentReopened, Nudged, Update
from bot.domain.update import post_update
from bot.domain.vocabulary import (
    DeadlineKind,
    DeadlineStep,
    FollowUpState,
    Level,
    Section,
    Status,
    StepOutcome,
    TimeName,
)
from tests.domain.given import (
    BO,
    BY_NAME,
    DANA,
    NOON,
    POLICY,
    ROLLBACK,
    XENIA,
    after,
    commanded,
    declared,
    effects,
    fold_all,
    in_status,
    run,
)

ALERTMANAGER = Integration("Alertmanager", "alertmanager")
NOBODY_ON_CALL = replace(POLICY, schedules={}, default_schedule=None)
REPORT = Declaration("checkout returns 500s", Level.HIGH, Level.HIGH, service="checkout", source="alert")


def declaring(policy: Policy = POLICY) -> Decision:
    return credited(declare(IncidentNumber(42), None, REPORT, NOON, policy, [ROLLBACK]), ALERTMANAGER)


def alerted(policy: Policy = POLICY) -> Incident:
    return fold_all(declaring(policy).events)


def test_an_incident_that_an_integration_declared_has_no_person_as_its_declarer() -> None:
    incident = alerted()
    assert (incident.declarer, incident.declared_by) == (ALERTMANAGER, None)
    assert declared().declarer == Person(DANA)
    (event,) = declaring().events
    assert tell(event).startswith("Alertmanager declared the incident, P1: checkout returns 500s.")


def test_only_people_are_invited_and_told() -> None:
    following = effects(None, declaring())
    assert [one.people for one in following if isinstance(one, InvitePeople)] == [(BO,)]
    assert [one.to for one in following if isinstance(one, TellPerson)] == [BO, XENIA]


def test_without_anybody_on_call_nobody_is_asked_and_nobody_invited() -> None:
    decision = declaring(NOBODY_ON_CALL)
    (event,) = decision.events
    assert isinstance(event, IncidentDeclared)
    assert (event.asked, event.asked_because) == (None, "no on-call schedule applies")
    assert "Nobody was asked to take command (no on-call schedule applies)." in tell(event)
    following = effects(None, decision, NOBODY_ON_CALL)
    assert not [one for one in following if isinstance(one, InvitePeople)]
    assert [one.to for one in following if isinstance(one, TellPerson)] == [XENIA]
    assert alerted(NOBODY_ON_CALL).contact is None


@pytest.mark.parametrize("policy", [POLICY, NOBODY_ON_CALL], ids=["Bo on call", "nobody on call"])
def test_what_is_forgotten_is_asked_of_whoever_is_on_call_else_of_the_channel(policy: Policy) -> None:
    due = Deadline(DeadlineKind.VERIFY, DeadlineStep.OVERDUE, 2, after(60), after(60))
    decision = nudges.fire(alerted(policy), due, after(60), policy, NOON)
    (event,) = decision.events
    assert isinstance(event, Nudged)
    asked = [BO] if policy is POLICY else []
    assert event.to == next(iter(asked), None)
    assert [one.to for one in effects(alerted(policy), decision, policy) if isinstance(one, TellPerson)] == asked


def test_when_it_is_reopened_the_declarer_is_asked_where_there_is_one() -> None:
    def asked(incident: Incident) -> object:
        incident = run(incident, lambda it: status.resolve(it, BO, "rolled back", after(1), NOBODY_ON_CALL))
        (event,) = status.reopen(incident, None, "it fires again", after(2), NOBODY_ON_CALL).events
        assert isinstance(event, IncidentReopened)
        return event.asked

    assert asked(alerted(NOBODY_ON_CALL)) is None
    assert asked(run(declared())) == DANA


def test_a_review_says_which_integration_declared_it() -> None:
    incident = alerted()
    drafted = drafts(Record(incident, (), ()))
    assert "by Alertmanager." in drafted[Section.SUMMARY]
    assert drafted[Section.DETECTION].startswith("Alertmanager reported it (source: alert).")


RESOLVED = in_status(Status.RESOLVED)
AGREED = run(commanded(), lambda _: followup.agree(BO, "add an index", None, None, after(1), POLICY))
NOTED = run(commanded(), lambda _: notes_and_times.add_note(BO, "it is slow", NOON, after(1)))
LINKED = run(commanded(), lambda it: problem.open_problem(it, BO, 3, "the pool is small", after(1)))
POOL = Problem(3, "the pool is small", Person(BO), NOON)
NOW = after(2)
DONE: dict[str, Callable[[], Decision]] = {
    "update": lambda: post_update(commanded(), None, Update("errors fall"), None, NOW, POLICY),
    "note": lambda: notes_and_times.add_note(None, "it fires again", NOON, NOW),
    "note amend": lambda: notes_and_times.amend_note(NOTED, None, 1, "it is fast", NOW),
    "note retract": lambda: notes_and_times.retract_note(NOTED, None, 1, "a mistake", NOW),
    "time": lambda: notes_and_times.correct_time(commanded(), None, TimeName.BEGAN, NOON, "from the graph", NOW),
    "mitigate": lambda: status.mitigate(commanded(), None, "rule off", NOW, POLICY),
    "resolve": lambda: status.resolve(commanded(), None, "the alert is over", NOW, POLICY),
    "verify": lambda: status.verify(RESOLVED, None, "the probe is green", NOW),
    "close": lambda: status.close(RESOLVED, None, "nobody can test", NOW, POLICY),
    "reopen": lambda: status.reopen(RESOLVED, None, "it fires again", NOW, POLICY),
    "cancel": lambda: status.cancel(commanded(), None, "a test alert", NOW, POLICY),
    "merge": lambda: merge.merge(commanded(), replace(declared(), number=IncidentNumber(41)), (), None, NOW, POLICY)[0],
    "reclassify": lambda: reclassify.reclassify(commanded(), None, Change(impact=Level.LOW), "less", NOW, POLICY),
    "followup": lambda: followup.agree(None, "add an index", None, None, NOW, POLICY),
    "followup change": lambda: followup.change(AGREED, None, 1, BO, None, NOW, POLICY),
    "followup end": lambda: followup.end(AGREED, None, 1, FollowUpState.DONE, "", NOW),
    "runbook": lambda: runbooks.link(commanded(), None, ROLLBACK, BY_NAME, NOW),
    "step": lambda: runbooks.report_step(commanded(), None, [ROLLBACK], "bad-change", 1, StepOutcome.DONE, "", NOW),
    "problem": lambda: problem.open_problem(commanded(), None, 3, "the pool is small", NOW),
    "problem link": lambda: problem.link(commanded(), None, POOL, NOW),
    "problem unlink": lambda: problem.unlink(None, POOL, "another", NOW),
    "problem explain": lambda: problem.explain(None, POOL, NOW, cause="load"),
    "problem solve": lambda: problem.solve(None, POOL, "a larger pool", NOW),
    "invite": lambda: bringing_in.invite(commanded(), None, [DANA], NOW),
    "page": lambda: bringing_in.page(commanded(), None, POLICY.services["checkout"], NOW, POLICY),
    "escalate": lambda: bringing_in.escalate(commanded(), None, "it fires still", NOW, POLICY),
    "review start": lambda: review.start(RESOLVED, None, NOW, POLICY),
    "report again": lambda: duplicates.join(commanded(), None, "checkout is down", NOW),
}


@pytest.mark.parametrize("verb", DONE)
def test_what_an_integration_does_is_told_as_its_own(verb: str) -> None:
    decision = credited(DONE[verb](), ALERTMANAGER)
    assert {event.actor for event in decision.events} == {ALERTMANAGER}
    assert all(tell(event).startswith("Alertmanager ") for event in decision.events)
    named = [one.of for one in effects(commanded(), decision) if hasattr(one, "of")]
    assert all(of in decision.events for of in named)


def test_an_integration_comes_into_no_channel() -> None:
    with pytest.raises(NothingToChange):
        duplicates.join(commanded(), None, "", NOW)
    following = effects(commanded(), DONE["report again"]())
    assert not [one for one in following if isinstance(one, InvitePeople)]


@pytest.mark.parametrize(
    ("actor", "told"),
    [
        (Person(DANA), "<@UDANA>"),
        (Integration("<@UEVE>\nAlerts <!channel>", "api"), "@UEVE Alerts !channel"),
    ],
)
def test_the_name_of_an_integration_calls_nobody(actor: Actor, told: str) -> None:
    assert acting(actor) == told
