"""How impact, urgency and business context become a priority, and what a change of it does to the clocks."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.decision import Decision
from bot.domain.declaration import Declaration
from bot.domain.incident import Incident
from bot.domain.policy import BusinessHours, ContextRule, Policy
from bot.domain.priority import Circumstances, assess, is_month_end, set_impact, set_priority, set_urgency
from bot.domain.refusal import NothingToChange
from bot.domain.status import resolve
from bot.domain.timeline import Reclassified
from bot.domain.vocabulary import DeadlineKind, DeadlineStep, Level, Priority
from tests.domain.given import (
    CHEN,
    NOON,
    OFFICE,
    POLICY,
    Verb,
    after,
    commanded,
    declared,
    declaring,
    due,
    fold_all,
    hours,
    minutes,
    run,
    updating,
)

HIGH, MEDIUM, LOW = Level
P1, P2, P3, P4 = Priority
LAST_DAY = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
"""A Tuesday, the last day of its month."""

NOWHERE = Circumstances(service=None, category=None, at=NOON)
AT_MONTH_END = ContextRule(service="checkout", calendar="month_end")


def with_context(*rules: ContextRule) -> Policy:
    return replace(POLICY, context=rules)


def changing(priority: Priority, at: datetime) -> Verb:
    return lambda it: set_priority(it, CHEN, priority, "seen worse", at, POLICY)


def reclassified(decision: Decision) -> Reclassified:
    (event,) = decision.events
    assert isinstance(event, Reclassified)
    return event


@pytest.mark.parametrize(
    ("impact", "urgency", "priority"),
    [
        (HIGH, HIGH, P1),
        (HIGH, MEDIUM, P2),
        (HIGH, LOW, P3),
        (MEDIUM, HIGH, P2),
        (MEDIUM, MEDIUM, P3),
        (MEDIUM, LOW, P4),
        (LOW, HIGH, P3),
        (LOW, MEDIUM, P4),
        (LOW, LOW, P4),
    ],
)
def test_impact_and_urgency_give_the_priority_by_the_matrix(impact: Level, urgency: Level, priority: Priority) -> None:
    found = assess(POLICY, NOWHERE, impact, urgency)
    assert (found.priority, found.why, found.is_given) == (priority, f"impact {impact}, urgency {urgency}", False)


def test_what_nobody_told_is_assumed_and_said_to_be() -> None:
    found = assess(POLICY, NOWHERE)
    assert (found.priority, found.why) == (P2, "impact medium (assumed), urgency high (assumed)")


def test_a_priority_given_outright_stands_whatever_the_matrix_says() -> None:
    found = assess(with_context(ContextRule()), NOWHERE, LOW, LOW, given=P1)
    assert (found.priority, found.is_given) == (P1, True)
    assert found.why == "given by the person who declared it"


@pytest.mark.parametrize(
    ("rule", "around", "because"),
    [
        (ContextRule(service="checkout"), Circumstances("checkout", None, NOON), "service checkout"),
        (ContextRule(category="security"), Circumstances(None, "security", NOON), "category security"),
        (ContextRule(tier=1), Circumstances("checkout", None, NOON), "tier 1"),
        (ContextRule(calendar="month_end"), Circumstances(None, None, LAST_DAY), "month end"),
        (AT_MONTH_END, Circumstances("checkout", "outage", LAST_DAY), "service checkout, month end"),
        (ContextRule(), NOWHERE, "business context"),
    ],
)
def test_business_context_raises_the_urgency_and_says_why(
    rule: ContextRule, around: Circumstances, because: str
) -> None:
    found = assess(with_context(rule), around, HIGH, MEDIUM)
    assert found.priority is P1
    assert found.why == f"impact high, urgency medium, urgency raised to high ({because})"


@pytest.mark.parametrize(
    ("rule", "around"),
    [
        (ContextRule(service="checkout"), Circumstances("search", None, NOON)),
        (ContextRule(service="checkout"), NOWHERE),
        (ContextRule(category="security"), Circumstances(None, "outage", NOON)),
        (ContextRule(tier=1), Circumstances("search", None, NOON)),
        (ContextRule(tier=1), Circumstances("a service nobody knows", None, NOON)),
        (AT_MONTH_END, Circumstances("checkout", None, NOON)),
        (AT_MONTH_END, Circumstances("search", None, LAST_DAY)),
    ],
)
def test_context_that_does_not_match_in_every_part_raises_nothing(rule: ContextRule, around: Circumstances) -> None:
    assert assess(with_context(rule), around, HIGH, MEDIUM).priority is P2


def test_the_urgency_is_raised_by_one_level_however_many_rules_match() -> None:
    policy = with_context(ContextRule(), ContextRule(tier=1), ContextRule(service="checkout"))
    assert assess(policy, Circumstances("checkout", None, NOON), HIGH, LOW).priority is P2


def test_the_highest_urgency_is_not_raised() -> None:
    found = assess(with_context(ContextRule()), NOWHERE, HIGH, HIGH)
    assert (found.priority, found.why) == (P1, "impact high, urgency high")


def test_a_later_change_does_not_raise_the_urgency_a_second_time() -> None:
    policy = with_context(ContextRule(service="checkout"))
    report = Declaration("slow", MEDIUM, LOW, service="checkout")
    incident = fold_all(declaring(report, policy=policy).events)
    assert incident.priority is P3
    assert reclassified(set_impact(incident, CHEN, HIGH, "all shops", after(1), policy)).priority is P2


@pytest.mark.parametrize(
    ("day", "is_end"),
    [
        ("2026-03-29", False),  # a Sunday
        ("2026-03-30", True),
        ("2026-03-31", True),
        ("2026-04-01", False),
        ("2026-05-28", True),  # a Thursday; the 30th and 31st are a weekend
        ("2026-05-29", True),
        ("2026-05-30", False),
        ("2026-05-31", False),
        ("2026-05-27", False),
        ("2028-02-28", True),  # a leap year
        ("2028-02-29", True),
        ("2028-02-25", False),
        ("2026-12-31", True),
        ("2026-12-30", True),
    ],
)
def test_month_end_is_the_last_two_business_days(day: str, is_end: bool) -> None:
    at = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)
    assert is_month_end(at, OFFICE) is is_end


def test_holidays_move_the_month_end_forward() -> None:
    hours_of_spain = replace(OFFICE, holidays=frozenset({date(2026, 12, 31)}))
    ends = [day for day in range(1, 32) if is_month_end(datetime(2026, 12, day, 12, tzinfo=UTC), hours_of_spain)]
    assert ends == [29, 30]


def test_month_end_is_a_matter_of_the_local_day() -> None:
    tokyo = replace(OFFICE, timezone=ZoneInfo("Asia/Tokyo"))
    first_of_april_there = datetime(2026, 3, 31, 20, 0, tzinfo=UTC)
    assert is_month_end(first_of_april_there, OFFICE)
    assert not is_month_end(first_of_april_there, tokyo)


@given(
    st.integers(2020, 2035),
    st.integers(1, 12),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.frozensets(st.dates(date(2020, 1, 1), date(2035, 12, 31)), max_size=5),
)
def test_every_month_ends_on_exactly_two_business_days(
    year: int, month: int, days: frozenset[int], holidays: frozenset[date]
) -> None:
    office = BusinessHours(days, OFFICE.opens, OFFICE.closes, OFFICE.timezone, holidays)
    noon = datetime(year, month, 1, 12, tzinfo=UTC)
    month_of_days = [noon + timedelta(days=back) for back in range(31) if (noon + timedelta(days=back)).month == month]
    business = [day for day in month_of_days if day.weekday() in days and day.date() not in holidays]
    assert [day for day in month_of_days if is_month_end(day, office)] == business[-2:]


def test_a_change_keeps_what_was_and_why() -> None:
    event = reclassified(set_impact(declared(), CHEN, LOW, "one shop", after(1), POLICY))
    assert (event.was, event.priority, event.impact, event.urgency) == (P1, P3, LOW, HIGH)
    assert (event.changed, event.reason, event.why) == ("impact", "one shop", "impact low, urgency high")


def test_a_priority_set_by_hand_keeps_impact_and_urgency() -> None:
    event = reclassified(set_priority(declared(), CHEN, P3, "one shop", after(1), POLICY))
    assert (event.priority, event.impact, event.urgency, event.is_priority_given) == (P3, HIGH, HIGH, True)


def test_a_new_impact_puts_a_given_priority_back_under_the_matrix() -> None:
    given_by_hand = declared(P4)
    incident = run(given_by_hand, set_impact(given_by_hand, CHEN, MEDIUM, "two shops", after(1), POLICY))
    assert (incident.priority, incident.is_priority_given) == (P2, False)


@pytest.mark.parametrize(
    ("decide", "says"),
    [
        (lambda it: set_priority(it, CHEN, P1, "worse", NOON, POLICY), "INC-42 is P1 already"),
        (lambda it: set_impact(it, CHEN, HIGH, "worse", NOON, POLICY), "The impact of INC-42 is high already"),
        (lambda it: set_urgency(it, CHEN, HIGH, "worse", NOON, POLICY), "The urgency of INC-42 is high already"),
    ],
)
def test_a_change_that_changes_nothing_is_refused(decide: Verb, says: str) -> None:
    with pytest.raises(NothingToChange, match=f"{says}; nothing was changed"):
        decide(declared())


def test_an_impact_that_leaves_the_priority_leaves_the_clocks() -> None:
    incident = run(declared(P4), updating(after(1)))
    changed = run(incident, set_impact(replace(incident, urgency=LOW), CHEN, LOW, "one shop", after(2), POLICY))
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
    assert resolved.open_deadlines() == ()


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
