"""When the stages of regulations are due: the figures of the law, calendar months, and the relief at weekends."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.regulations import (
    BUILT_IN,
    CRA,
    DORA,
    FILLED,
    GDPR,
    NIS2,
    Limit,
    Regulation,
    Within,
    WorkingDays,
    basis,
    due,
    months_after,
    reminded,
    within_hours,
)
from tests.domain.given import hours

MINUTE = timedelta(minutes=1)
MADRID = WorkingDays(ZoneInfo("Europe/Madrid"), frozenset({date(2026, 10, 12)}))
"""Monday, 12 October is a holiday."""

INSTANTS = st.integers(0, 60 * 365 * 24 * 60).map(lambda minute: datetime(2020, 1, 1, tzinfo=UTC) + minute * MINUTE)
MONTHS = st.integers(1, 30)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def due_at(law: Regulation, stage: str, known: dict[str, str], relief: WorkingDays | None = None) -> datetime | None:
    found = law.stage(stage)
    assert found is not None
    return due(found, {name: at(value) for name, value in known.items()}, relief)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31T14:05", 1, "2026-02-28T14:05"),
        ("2028-01-31T14:05", 1, "2028-02-29T14:05"),
        ("2026-02-28T14:05", 1, "2026-03-28T14:05"),
        ("2026-12-15T00:00", 1, "2027-01-15T00:00"),
        ("2026-08-31T23:59", 6, "2027-02-28T23:59"),
    ],
)
def test_a_month_is_the_same_day_of_the_next_one_or_its_last(start: str, months: int, end: str) -> None:
    assert months_after(at(start), months) == at(end)


@given(INSTANTS, MONTHS)
def test_months_keep_the_time_of_day_and_never_leave_their_month(start: datetime, months: int) -> None:
    end = months_after(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.timetz() == start.timetz()
    assert end.day == min(start.day, monthrange(end.year, end.month)[1])


@given(INSTANTS, st.integers(1, 48), MONTHS)
def test_what_comes_later_is_never_due_on_an_earlier_day(start: datetime, later: int, months: int) -> None:
    assert months_after(start + timedelta(hours=later), months).date() >= months_after(start, months).date()


@given(INSTANTS, MONTHS, st.integers(-12, 14))
def test_months_are_counted_in_utc_wherever_it_is_said_from(start: datetime, months: int, zone: int) -> None:
    said = start.astimezone(timezone(timedelta(hours=zone)))
    assert months_after(said, months) == months_after(start, months)


def test_hours_are_hours_when_summer_time_begins() -> None:
    """In Madrid the clocks went forward on 29 March 2026 at 02:00."""
    aware = datetime(2026, 3, 28, 14, 5, tzinfo=MADRID.timezone)
    stage = NIS2.stages[0]
    found = due(stage, {"aware": aware})
    assert found is not None
    assert found - aware == hours(24)
    assert found.astimezone(MADRID.timezone).hour == 15


@pytest.mark.parametrize(
    ("law", "stage", "known", "end"),
    [
        (NIS2, "early_warning", {"aware": "2026-03-04T14:05"}, "2026-03-05T14:05"),
        (NIS2, "notification", {"aware": "2026-03-04T14:05"}, "2026-03-07T14:05"),
        (NIS2, "final", {"aware": "2026-01-01T00:00"}, None),
        (NIS2, "final", {"aware": "2026-01-28T14:05", "notification": "2026-01-31T09:00"}, "2026-02-28T09:00"),
        (DORA, "initial", {"major": "2026-03-04T14:05"}, "2026-03-04T18:05"),
        (DORA, "initial", {"aware": "2026-03-04T14:05"}, None),
        (DORA, "initial", {"aware": "2026-03-04T10:00", "major": "2026-03-04T12:00"}, "2026-03-04T16:00"),
        (DORA, "initial", {"aware": "2026-03-04T10:00", "major": "2026-03-05T09:00"}, "2026-03-05T10:00"),
        (DORA, "initial", {"aware": "2026-03-04T10:00", "major": "2026-03-05T10:00"}, "2026-03-05T10:00"),
        (DORA, "initial", {"aware": "2026-03-04T10:00", "major": "2026-03-05T11:00"}, "2026-03-05T15:00"),
        (DORA, "intermediate", {"major": "2026-03-04T14:05"}, None),
        (DORA, "intermediate", {"major": "2026-03-04T14:05", "initial": "2026-03-04T16:00"}, "2026-03-07T16:00"),
        (DORA, "final", {"initial": "2026-03-04T16:00", "intermediate": "2026-03-06T09:30"}, "2026-04-06T09:30"),
        (GDPR, "notification", {"aware": "2026-02-27T14:05"}, "2026-03-02T14:05"),
        (CRA, "early_warning", {"vulnerability": "2026-09-12T08:00"}, "2026-09-13T08:00"),
        (CRA, "early_warning", {"incident": "2026-09-12T08:00"}, "2026-09-13T08:00"),
        (CRA, "notification", {"incident": "2026-09-12T08:00"}, "2026-09-15T08:00"),
        (CRA, "final", {"vulnerability": "2026-09-12T08:00", "notification": "2026-09-14T08:00"}, None),
        (CRA, "final", {"vulnerability": "2026-09-12T08:00", "fixed": "2026-09-20T08:00"}, "2026-10-04T08:00"),
        (CRA, "final", {"incident": "2026-09-12T08:00", "fixed": "2026-09-13T08:00"}, None),
        (CRA, "final", {"incident": "2026-09-12T08:00", "notification": "2026-09-14T08:00"}, "2026-10-14T08:00"),
    ],
)
def test_each_stage_counts_from_what_the_law_says(
    law: Regulation, stage: str, known: dict[str, str], end: str | None
) -> None:
    assert due_at(law, stage, known) == (at(end) if end else None)


@pytest.mark.parametrize(
    ("initial", "end"),
    [
        ("2026-03-04T16:00", "2026-03-09T11:00"),  # on Saturday: noon of Monday, in Madrid
        ("2026-10-09T16:00", "2026-10-13T10:00"),  # on the holiday: noon of Tuesday, in summer
        ("2026-03-03T16:00", "2026-03-06T16:00"),  # on Friday: as it is
        ("2026-03-04T23:30", "2026-03-09T11:00"),  # Sunday in Madrid
        ("2026-03-05T23:30", "2026-03-08T23:30"),  # Monday there, Sunday in UTC
    ],
)
def test_relief_waits_until_noon_of_the_next_working_day(initial: str, end: str) -> None:
    assert due_at(DORA, "intermediate", {"initial": initial}, MADRID) == at(end)


def test_where_the_law_gives_no_relief_none_is_taken() -> None:
    assert due_at(NIS2, "notification", {"aware": "2026-03-04T14:05"}, MADRID) == at("2026-03-07T14:05")
    assert due_at(GDPR, "notification", {"aware": "2026-03-04T14:05"}, MADRID) == at("2026-03-07T14:05")
    assert due_at(CRA, "notification", {"incident": "2026-09-10T08:00"}, MADRID) == at("2026-09-13T08:00")


@given(INSTANTS)
def test_relief_never_makes_anything_earlier_and_ends_on_a_working_day(end: datetime) -> None:
    moved = MADRID.noon_after(end)
    assert moved >= end
    assert MADRID.has(moved.astimezone(MADRID.timezone).date())
    assert moved == end or moved.astimezone(MADRID.timezone).hour == 12


@given(INSTANTS, INSTANTS)
def test_dora_is_due_four_hours_after_classification_at_the_latest(aware: datetime, major: datetime) -> None:
    found = due(DORA.stages[0], {"aware": aware, "major": major})
    assert found is not None
    assert found <= major + hours(4)
    assert found == major + hours(4) or found == aware + hours(24) >= major


def test_a_stage_is_reminded_of_when_a_sixth_of_its_time_is_left() -> None:
    major = at("2026-03-04T14:05")
    assert reminded(DORA.stages[0], {"major": major}, major + hours(4)) == major + timedelta(hours=3, minutes=20)


def test_it_says_from_what_a_stage_counts() -> None:
    assert basis(NIS2, NIS2.stages[0], {}) == "24 hours after awareness"
    assert basis(NIS2, NIS2.stages[2], {}) == "one month after submission of the incident notification"
    assert basis(DORA, DORA.stages[0], {"major"}) == "4 hours after classification as major or 24 hours after awareness"
    final = CRA.stages[2]
    assert basis(CRA, final, {"vulnerability"}) == "14 days after the fix"
    assert basis(CRA, final, {"incident"}) == "one month after submission of the notification"


@pytest.mark.parametrize(
    ("within", "words"),
    [
        (within_hours(1), "1 hour"),
        (within_hours(72), "72 hours"),
        (Within(timedelta(days=14)), "14 days"),
        (Within(timedelta(minutes=90)), "90 minutes"),
        (Within(months=1), "one month"),
        (Within(months=3), "3 months"),
    ],
)
def test_a_time_limit_reads_as_the_law_says_it(within: Within, words: str) -> None:
    assert within.words == words


def test_the_table_of_laws_is_whole() -> None:
    """Each stage counts from triggers and earlier stages, names its article, and says what stands in its draft."""
    for law in BUILT_IN.values():
        known = {one.name for one in law.triggers}
        assert any(one.answers for one in law.triggers)
        for stage in law.stages:
            anchors: list[Limit] = list(stage.limits)
            assert anchors
            assert {one.after for one in anchors} <= known
            assert {one.only for one in anchors} - {""} <= known
            assert stage.article
            assert stage.headings
            assert {one.filled for one in stage.headings} - {""} <= set(FILLED)
            known.add(stage.name)
