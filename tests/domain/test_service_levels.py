"""Service levels: warned of, recorded when missed, counted from the declaration on the clock of the priority."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain import service_levels as levels
from bot.domain import timeline as t
from bot.domain.cadence import business_after, part_before
from bot.domain.effects import TellPerson
from bot.domain.incident import Deadline, Incident
from bot.domain.policy import PriorityRules
from bot.domain.reclassify import Change, reclassify
from bot.domain.roles import accept
from bot.domain.status import mitigate, reopen, resolve
from bot.domain.vocabulary import Clock, DeadlineKind, DeadlineStep, Priority
from tests.domain.given import (
    BO,
    CHEN,
    MIA,
    NOON,
    OFFICE,
    POLICY,
    after,
    days,
    declared,
    due,
    effects,
    hours,
    kinds,
    minutes,
    run,
    updating,
)

DEMANDING = replace(POLICY.priorities[Priority.P1], mitigate_within=hours(1), resolve_within=hours(4))
EASIER = replace(POLICY.priorities[Priority.P2], mitigate_within=hours(2), resolve_within=hours(8))
OFFICE_HOURS = replace(POLICY.priorities[Priority.P3], resolve_within=days(2))
LEVELS = replace(
    POLICY,
    priorities={
        **POLICY.priorities,
        Priority.P1: DEMANDING,
        Priority.P2: EASIER,
        Priority.P3: OFFICE_HOURS,
    },
)
TIGHT = replace(LEVELS, tiers={1: {Priority.P1: replace(DEMANDING, resolve_within=hours(2))}})


def open_one(incident: Incident, kind: DeadlineKind, step: DeadlineStep) -> Deadline:
    return next(one for one in incident.open_deadlines() if (one.kind, one.step) == (kind, step))


def commanded(priority: Priority = Priority.P1) -> Incident:
    return run(declared(priority, policy=LEVELS), lambda it: accept(it, BO, NOON))


def measured(incident: Incident) -> dict[str, bool | None]:
    return {one.name: one.is_kept for one in levels.measured(incident)}


def test_a_breach_is_warned_of_when_a_quarter_of_the_time_is_left() -> None:
    incident = declared(policy=LEVELS)
    assert due(incident, DeadlineKind.MITIGATE) == after(60)
    assert due(incident, DeadlineKind.MITIGATE, DeadlineStep.REMIND) == after(45)
    assert due(incident, DeadlineKind.RESOLVE) == after(240)
    assert due(incident, DeadlineKind.RESOLVE, DeadlineStep.REMIND) == after(180)


def test_on_the_business_clock_it_is_a_quarter_of_the_business_time() -> None:
    incident = declared(Priority.P3, policy=LEVELS)
    assert due(incident, DeadlineKind.RESOLVE) == NOON + days(2)
    assert due(incident, DeadlineKind.RESOLVE, DeadlineStep.REMIND) == NOON + days(1) + hours(4.5)


def test_the_services_of_a_tier_may_be_held_to_more() -> None:
    assert due(declared(policy=TIGHT), DeadlineKind.RESOLVE) == after(120)
    assert due(declared(policy=LEVELS), DeadlineKind.RESOLVE) == after(240)


def test_the_warning_goes_to_the_channel_and_the_commander() -> None:
    incident = commanded()
    warning = open_one(incident, DeadlineKind.MITIGATE, DeadlineStep.REMIND)
    decision = levels.fire(incident, warning, after(45), LEVELS)
    assert [type(one) for one in decision.events] == [t.DeadlineReminded]
    assert kinds(effects(incident, decision, LEVELS)) == ["Announce", "TellPerson"]


def test_a_breach_is_recorded_once_and_a_manager_told() -> None:
    incident = commanded()
    decision = levels.fire(incident, open_one(incident, DeadlineKind.RESOLVE, DeadlineStep.OVERDUE), after(240), LEVELS)
    assert decision.events == (
        t.TargetMissed(at=after(240), deadline=DeadlineKind.RESOLVE, due_at=after(240), told=(MIA,)),
    )
    assert [one.to for one in effects(incident, decision, LEVELS) if isinstance(one, TellPerson)] == [MIA]
    late = run(incident, decision)
    assert [one for one in late.open_deadlines() if one.kind is DeadlineKind.RESOLVE] == []
    assert measured(late)["resolve"] is False


def test_a_late_tick_records_the_breach_and_warns_no_more() -> None:
    incident = commanded()
    warning = open_one(incident, DeadlineKind.MITIGATE, DeadlineStep.REMIND)
    late = run(incident, levels.fire(incident, warning, after(90), LEVELS))
    assert [one for one in late.open_deadlines() if one.kind is DeadlineKind.MITIGATE] == []
    assert measured(late)["mitigate"] is False


def test_what_is_mitigated_in_time_is_kept_and_not_warned_of() -> None:
    incident = run(commanded(), updating(after(5)), lambda it: mitigate(it, CHEN, "rule off", after(30), LEVELS))
    assert due(incident, DeadlineKind.MITIGATE) is None
    assert due(incident, DeadlineKind.RESOLVE) == after(240)
    assert measured(incident) == {"acknowledge": True, "update first": True, "mitigate": True, "resolve": None}


def test_resolving_ends_both_and_says_how_they_turned_out() -> None:
    incident = run(commanded(), lambda it: resolve(it, CHEN, "rolled back", after(100), LEVELS))
    assert {DeadlineKind.MITIGATE, DeadlineKind.RESOLVE} & {one.kind for one in incident.open_deadlines()} == set()
    assert measured(incident) == {"acknowledge": True, "update first": False, "mitigate": False, "resolve": True}


def test_reopening_counts_anew() -> None:
    incident = run(
        commanded(),
        lambda it: resolve(it, CHEN, "rolled back", after(100), LEVELS),
        lambda it: reopen(it, CHEN, "it is back", after(200), LEVELS),
    )
    assert due(incident, DeadlineKind.MITIGATE) == after(260)
    assert measured(incident)["resolve"] is None


def test_a_better_priority_gives_more_time_and_a_worse_one_less() -> None:
    relaxed = run(
        commanded(), lambda it: reclassify(it, CHEN, Change(priority=Priority.P2), "one region", after(10), LEVELS)
    )
    assert due(relaxed, DeadlineKind.RESOLVE) == after(480)
    worse = run(relaxed, lambda it: reclassify(it, CHEN, Change(priority=Priority.P1), "all of it", after(20), LEVELS))
    assert due(worse, DeadlineKind.RESOLVE) == after(240)


def test_another_service_brings_its_own_service_levels() -> None:
    elsewhere = run(
        declared(policy=TIGHT),
        lambda it: reclassify(it, CHEN, Change(service="search"), "it is the search", after(10), TIGHT),
    )
    assert due(elsewhere, DeadlineKind.RESOLVE) == after(240)


@given(
    span=st.integers(1, 60 * 60).map(minutes),
    start=st.integers(0, 60 * 24 * 21).map(minutes),
    clock=st.sampled_from(Clock),
)
def test_a_warning_lies_between_the_start_and_the_breach(span: timedelta, start: timedelta, clock: Clock) -> None:
    rules: PriorityRules = replace(DEMANDING, clock=clock, resolve_within=span, mitigate_within=None)
    now: datetime = NOON + start
    (owed,) = levels.targets(now, rules, OFFICE)
    assert owed.due_at > now
    assert owed.remind_at is None or now < owed.remind_at < owed.due_at


def test_a_part_of_business_time_is_counted_back_from_the_end() -> None:
    end = business_after(NOON, days(4), OFFICE)
    assert part_before(end, days(4), 0.25, OFFICE_HOURS, OFFICE) == datetime(2026, 3, 9, 12, tzinfo=UTC)


def test_of_a_private_incident_no_manager_hears_who_was_not_let_in() -> None:
    secret = run(declared(policy=LEVELS, is_private=True), lambda it: accept(it, BO, NOON))
    breach = open_one(secret, DeadlineKind.RESOLVE, DeadlineStep.OVERDUE)
    decision = levels.fire(secret, breach, after(240), LEVELS)
    assert kinds(effects(secret, decision, LEVELS))[:2] == ["Announce", "RefreshCard"]
