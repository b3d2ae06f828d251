"""What a new classification does: the priority, the clocks, the runbooks, who is asked."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.decision import Decision
from bot.domain.declaration import Declaration
from bot.domain.incident import Incident
from bot.domain.policy import ContextRule, Policy
from bot.domain.reclassify import Change, reclassify
from bot.domain.refusal import NothingToChange
from bot.domain.status import resolve
from bot.domain.timeline import Reclassified
from bot.domain.vocabulary import DeadlineKind, DeadlineStep, Level, Priority, Severity, Status
from tests.domain.given import (
    AFTERWARDS,
    BO,
    CHEN,
    DANA,
    NOON,
    POLICY,
    ROLLBACK,
    Verb,
    after,
    commanded,
    declared,
    declaring,
    due,
    effects,
    fold_all,
    hours,
    in_status,
    kinds,
    minutes,
    run,
    updating,
)

HIGH, MEDIUM, LOW = Level
P1, P2, P3, P4 = Priority


def with_context(*rules: ContextRule) -> Policy:
    return replace(POLICY, context=rules)


def changing(priority: Priority, at: datetime) -> Verb:
    return lambda it: reclassify(it, CHEN, Change(priority=priority), "seen worse", at, POLICY)


def reclassified(decision: Decision) -> Reclassified:
    (event,) = decision.events
    assert isinstance(event, Reclassified)
    return event


def test_a_later_change_does_not_raise_the_urgency_a_second_time() -> None:
    policy = with_context(ContextRule(service="checkout"))
    report = Declaration("slow", MEDIUM, LOW, service="checkout")
    incident = fold_all(declaring(report, policy=policy).events)
    assert incident.priority is P3
    assert reclassified(reclassify(incident, CHEN, Change(impact=HIGH), "all shops", after(1), policy)).priority is P2


def test_a_change_keeps_what_was_and_why() -> None:
    event = reclassified(reclassify(declared(), CHEN, Change(impact=LOW), "one shop", after(1), POLICY))
    assert (event.was, event.priority, event.impact, event.urgency) == (P1, P3, LOW, HIGH)
    assert (event.changed, event.reason, event.why) == ("impact", "one shop", "impact low, urgency high")


def test_a_priority_set_by_hand_keeps_impact_and_urgency() -> None:
    event = reclassified(reclassify(declared(), CHEN, Change(priority=P3), "one shop", after(1), POLICY))
    assert (event.priority, event.impact, event.urgency, event.is_priority_given) == (P3, HIGH, HIGH, True)


def test_a_new_impact_puts_a_given_priority_back_under_the_matrix() -> None:
    given_by_hand = declared(P4)
    incident = run(given_by_hand, reclassify(given_by_hand, CHEN, Change(impact=MEDIUM), "two shops", after(1), POLICY))
    assert (incident.priority, incident.is_priority_given) == (P2, False)


def test_an_impact_that_leaves_the_priority_leaves_the_clocks() -> None:
    incident = run(declared(P4), updating(after(1)))
    changed = run(
        incident, reclassify(replace(incident, urgency=LOW), CHEN, Change(impact=LOW), "one shop", after(2), POLICY)
    )
    assert changed.impact is LOW
    assert changed.open_deadlines() == incident.open_deadlines()


def test_a_worse_priority_is_counted_from_the_last_update() -> None:
    incident = run(commanded(P2), updating(after(1)), changing(P1, after(5)))
    assert due(incident, DeadlineKind.UPDATE) == after(16)
    assert due(incident, DeadlineKind.UPDATE, DeadlineStep.REMIND) == after(11)


def test_a_worse_priority_asks_for_acceptance_sooner() -> None:
    incident = run(declared(P2), changing(P1, after(1)))
    assert due(incident, DeadlineKind.ACKNOWLEDGE) == after(5)


def test_a_better_priority_relaxes_both_clocks() -> None:
    incident = run(declared(P1), changing(P2, after(1)))
    assert due(incident, DeadlineKind.ACKNOWLEDGE) == after(15)
    assert due(incident, DeadlineKind.UPDATE) == after(30)


def test_what_the_new_priority_would_have_had_long_ago_is_due_a_cadence_from_now() -> None:
    incident = run(declared(P3), changing(P1, after(45)))
    assert due(incident, DeadlineKind.ACKNOWLEDGE) == after(50)
    assert due(incident, DeadlineKind.UPDATE) == after(60)


def test_a_promise_made_by_hand_is_kept_when_it_comes_sooner() -> None:
    incident = run(commanded(P2), updating(after(1), minutes(6)), changing(P1, after(2)))
    assert due(incident, DeadlineKind.UPDATE) == after(7)


def test_a_resolved_incident_may_be_classified_anew_and_still_owes_nothing() -> None:
    resolved = run(commanded(), lambda it: resolve(it, CHEN, "rolled back", after(5), POLICY), changing(P3, after(6)))
    assert resolved.priority is P3
    assert {one.kind for one in resolved.open_deadlines()} <= AFTERWARDS


@given(
    old=st.sampled_from(Priority),
    new=st.sampled_from(Priority),
    updated_after=st.integers(0, 600),
    changed_after=st.integers(0, 3000),
    next_in=st.none() | st.integers(1, 240),
    start=st.integers(0, 7 * 24 * 60),
)
def test_a_change_never_puts_a_deadline_into_the_past_and_a_worse_priority_never_waits_longer(
    old: Priority, new: Priority, updated_after: int, changed_after: int, next_in: int | None, start: int
) -> None:
    begin = NOON + minutes(start)
    updated = begin + minutes(updated_after)
    now = updated + minutes(changed_after)
    incident = run(declared(old, begin), updating(updated, minutes(next_in) if next_in else None))
    if old is new:
        return
    changed = run(incident, changing(new, now))
    for was, then in owed(incident, changed):
        assert then is not None
        assert then > now or then == was
        if new.is_worse_than(old) and was is not None and was > now:
            assert then <= was


def owed(before: Incident, afterwards: Incident) -> list[tuple[datetime | None, datetime | None]]:
    return [
        (before.update_due_at, afterwards.update_due_at),
        (before.acknowledge_due_at, afterwards.acknowledge_due_at),
    ]


def test_the_business_clock_of_a_milder_priority_waits_for_the_morning() -> None:
    evening = NOON + hours(5)
    incident = run(commanded(P1, evening), changing(P3, evening + minutes(5)))
    assert due(incident, DeadlineKind.UPDATE) == NOON + hours(24)


def saying(change: Change, policy: Policy = POLICY) -> Verb:
    return lambda it: reclassify(it, CHEN, change, "seen better", after(1), policy, (ROLLBACK,))


def elsewhere(title: str = "slow", priority: Priority | None = None) -> Incident:
    """An incident of the search, which has no schedule."""
    return fold_all(declaring(Declaration(title, MEDIUM, LOW, priority, service="search")).events)


def test_a_severity_changes_nothing_else() -> None:
    before = elsewhere()
    incident = run(before, saying(Change(severity=Severity.SEV2)))
    assert incident.severity is Severity.SEV2
    assert (incident.priority, incident.why, incident.deadlines) == (before.priority, before.why, before.deadlines)


def test_another_service_is_measured_by_its_own_context() -> None:
    policy = with_context(ContextRule(service="checkout"))
    incident = run(elsewhere(), saying(Change(service="checkout"), policy))
    assert (incident.service, incident.service_name, incident.priority) == ("checkout", "Checkout", P3)


def test_another_service_leaves_a_priority_that_was_given() -> None:
    policy = with_context(ContextRule(service="checkout"))
    incident = run(elsewhere(priority=P1), saying(Change(service="checkout"), policy))
    assert (incident.priority, incident.is_priority_given) == (P1, True)


def test_while_nobody_commands_the_on_call_of_the_new_service_is_asked() -> None:
    before = elsewhere()
    assert before.asked == DANA
    decision = saying(Change(service="checkout"))(before)
    incident = run(before, decision)
    assert (incident.asked, incident.asked_because) == (BO, "on call for Checkout")
    assert {"TellPerson", "InvitePeople"} <= set(kinds(effects(before, decision)))


def test_a_commander_stays_whatever_the_service() -> None:
    decision = saying(Change(service="search"))(commanded())
    assert run(commanded(), decision).commander == BO
    assert "TellPerson" not in kinds(effects(commanded(), decision))


def test_runbooks_that_fit_the_new_category_are_linked_once() -> None:
    incident = run(elsewhere(), saying(Change(category="outage")))
    assert [one.slug for one in incident.runbooks] == ["bad-change"]
    again = run(incident, saying(Change(category="security")), saying(Change(category="outage")))
    assert [one.slug for one in again.runbooks] == ["bad-change"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (Change(priority=P1), "INC-42 is already P1"),
        (Change(impact=HIGH), "The impact of INC-42 is already high"),
        (Change(urgency=HIGH), "The urgency of INC-42 is already high"),
        (Change(service="checkout"), "The service of INC-42 is already Checkout"),
        (Change(category="outage"), "The category of INC-42 is already outage"),
        (Change(severity=Severity.SEV1), "The severity of INC-42 is already SEV-1"),
    ],
)
def test_what_is_so_already_is_not_said_anew(change: Change, says: str) -> None:
    report = Declaration("slow", HIGH, HIGH, service="checkout", category="outage", severity=Severity.SEV1)
    with pytest.raises(NothingToChange, match=f"{says}; nothing was changed"):
        saying(change)(fold_all(declaring(report).events))


def test_nobody_is_asked_any_more_once_it_is_resolved() -> None:
    resolved = in_status(Status.RESOLVED)
    assert "TellPerson" not in kinds(effects(resolved, saying(Change(service="search"))(resolved)))
