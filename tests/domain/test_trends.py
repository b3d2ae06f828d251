"""Trends: every incident counts in one bucket, a selection is what it says, and a figure's list is what it counts."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import IncidentNumber
from bot.domain.metrics import SPANS
from bot.domain.trends import (
    BEHIND,
    BY_WEEK,
    FOLLOW_UPS,
    LONGEST,
    NONE,
    OVERDUE,
    Promised,
    Selection,
    behind,
    buckets,
    by_age,
    to_be_done,
    trends,
)
from bot.domain.vocabulary import Priority, Status
from tests.domain.measuring import Measured, measures

DAY = timedelta(days=1)
TODAY = date(2026, 3, 31)
NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
MONTH = Selection(first=date(2026, 3, 1), last=TODAY)


@st.composite
def incidents(draw: st.DrawFn) -> Measured:
    at = NOON - DAY * draw(st.floats(0, 70))
    after = st.none() | st.floats(-1, 60).map(lambda minutes: at + timedelta(minutes=minutes))
    due = draw(st.integers(0, 5))
    return Measured(
        declared_at=at,
        priority=draw(st.sampled_from(Priority)),
        service=draw(st.sampled_from([None, "checkout", "payments"])),
        category=draw(st.sampled_from([None, "outage"])),
        status=draw(st.sampled_from(Status)),
        is_drill=draw(st.booleans()),
        acknowledged_at=draw(after),
        first_update_at=draw(after),
        mitigated_at=draw(after),
        resolved_at=draw(after),
        kept_resolve=draw(st.sampled_from([None, True, False])),
        updates_due=due,
        updates_on_time=draw(st.integers(0, due)),
        times_reopened=draw(st.integers(0, 2)),
        was_escalated=draw(st.booleans()),
        is_repeat=draw(st.booleans()),
    )


SELECTIONS = st.builds(
    Selection,
    first=st.dates(date(2026, 2, 1), TODAY),
    last=st.just(TODAY),
    priority=st.none() | st.sampled_from(Priority),
    service=st.sampled_from([None, NONE, "checkout", "payments"]),
    category=st.sampled_from([None, NONE, "outage"]),
    drills=st.booleans(),
)


@given(st.dates(date(2019, 1, 1), date(2027, 1, 1)), st.integers(0, LONGEST - 1), st.booleans())
def test_the_buckets_of_a_span_are_its_days_each_once(first: date, days: int, is_on_paper: bool) -> None:
    found = buckets(Selection(first=first, last=first + days * DAY, is_on_paper=is_on_paper))
    each = [begin + number * DAY for begin, end in found for number in range((end - begin).days + 1)]
    assert each == [first + number * DAY for number in range(days + 1)]
    assert len(found) <= 32
    assert all(begin.weekday() == 0 or begin.day == 1 or days < 31 for begin, _ in found[1:])


@given(st.lists(incidents(), max_size=40), SELECTIONS)
def test_parts_add_up_to_the_whole_and_lists_to_their_figures(some: list[Measured], wanted: Selection) -> None:
    columns = measures(some)
    found = trends(columns, wanted)
    whole = found.whole
    for parts in (found.by_priority, found.by_service, found.by_category):
        assert sum(one.incidents for one in parts.values()) == whole.incidents
        assert sum(one.updates.of for one in parts.values()) == whole.updates.of
    assert sum(one.figures.incidents for one in found.over_time) == whole.incidents
    for one in found.over_time:
        assert sum(one.by_priority.values()) == one.figures.incidents

    def count(word: str) -> int:
        return len(behind(columns, wanted, word))

    assert count("") == whole.incidents
    for name in SPANS:
        spread = whole.times[name]
        assert count(name.replace(" ", "-")) == (spread.count if spread else 0)
    assert (count("open"), count("reopened"), count("repeated")) == (
        whole.open,
        whole.reopened.part,
        whole.repeated.part,
    )
    assert (count("late") > 0) == (whole.updates.part < whole.updates.of)
    assert count("missed") == whole.kept["resolve"].of - whole.kept["resolve"].part
    assert count("decided") == whole.kept["resolve"].of
    assert (count("impossible") > 0) == (whole.impossible > 0)
    assert all(0 <= count(word) <= whole.incidents for word in BEHIND)


def test_a_day_is_one_in_utc_and_a_span_has_both_its_ends() -> None:
    edges = [datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 31, 23, 59, 59, 999999, tzinfo=UTC)]
    outside = [edges[0] - timedelta(microseconds=1), edges[1] + timedelta(microseconds=1)]
    found = trends(measures([Measured(at) for at in (*edges, *outside)]), MONTH)
    assert found.whole.incidents == 2
    assert [one.figures.incidents for one in found.over_time] == [1, *[0] * 29, 1]
    assert found.before is not None
    assert found.before.incidents == 1


def test_a_long_span_is_not_compared_with_the_one_before() -> None:
    long = Selection(first=TODAY - BY_WEEK * DAY, last=TODAY)
    assert long.before is None
    assert trends(measures([]), long).before is None


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.MERGED])
def test_what_does_not_count_is_counted_apart(status: Status) -> None:
    some = [Measured(NOON, status=status), Measured(NOON, is_drill=True), Measured(NOON)]
    found = trends(measures(some), MONTH)
    assert (found.whole.incidents, found.drills, found.not_handled) == (1, 1, 1)
    drills = trends(measures(some), Selection(first=MONTH.first, last=MONTH.last, drills=True))
    assert (drills.whole.incidents, drills.drills, drills.not_handled) == (1, 0, 0)


def test_follow_ups_are_found_by_their_age_and_by_whether_they_are_overdue() -> None:
    kept: dict[str, Any] = {"priority": Priority.P1, "service": None, "category": None}
    some = [
        Promised(IncidentNumber(number), **kept, is_drill=False, status=Status.CLOSED, follow_ups=(each,))
        for number, each in enumerate(
            [(NOON, None), (NOON - 20 * DAY, TODAY - DAY), (NOON - 20 * DAY, TODAY), (None, date(2020, 1, 1))], start=1
        )
    ]
    ages = by_age(some, NOON)
    assert {age: (one.open, one.overdue) for age, one in ages.items() if one.open} == {
        "up to a week": (1, 0),
        "up to a month": (2, 1),
        "older": (1, 1),
    }
    for age, one in ages.items():
        assert len(to_be_done(some, FOLLOW_UPS, age, NOON)) == one.open
        assert len(to_be_done(some, OVERDUE, age, NOON)) == one.overdue
    assert to_be_done(some, FOLLOW_UPS, "", NOON) == [4, 3, 2, 1]
    assert to_be_done(some, OVERDUE, "", NOON) == [4, 2]
