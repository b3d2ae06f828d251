"""The calendar windows in which business context applies."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.business_context import is_within
from bot.domain.policy import BusinessHours, Days
from bot.domain.vocabulary import Window
from tests.domain.given import OFFICE


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
    assert is_within(Window.MONTH_END, at, OFFICE) is is_end


def test_holidays_move_the_month_end_forward() -> None:
    hours_of_spain = replace(OFFICE, holidays=frozenset({date(2026, 12, 31)}))
    ends = [
        day
        for day in range(1, 32)
        if is_within(Window.MONTH_END, datetime(2026, 12, day, 12, tzinfo=UTC), hours_of_spain)
    ]
    assert ends == [29, 30]


def test_month_end_is_a_matter_of_the_local_day() -> None:
    tokyo = replace(OFFICE, timezone=ZoneInfo("Asia/Tokyo"))
    first_of_april_there = datetime(2026, 3, 31, 20, 0, tzinfo=UTC)
    assert is_within(Window.MONTH_END, first_of_april_there, OFFICE)
    assert not is_within(Window.MONTH_END, first_of_april_there, tokyo)


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
    assert [day for day in month_of_days if is_within(Window.MONTH_END, day, office)] == business[-2:]


@pytest.mark.parametrize(("day", "is_end"), [("2026-03-31", True), ("2026-04-30", False), ("2026-12-30", True)])
def test_a_quarter_ends_with_its_last_month(day: str, is_end: bool) -> None:
    at = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)
    assert is_within(Window.QUARTER_END, at, OFFICE) is is_end


def test_the_weekend_is_the_days_on_which_nobody_works() -> None:
    week = [datetime(2026, 3, day, 12, tzinfo=UTC) for day in range(2, 9)]
    assert [is_within(Window.WEEKEND, day, OFFICE) for day in week] == [False] * 5 + [True] * 2
    on_a_holiday = replace(OFFICE, holidays=frozenset({date(2026, 3, 2)}))
    assert not is_within(Window.WEEKEND, week[0], on_a_holiday)
    assert is_within(Window.OUTSIDE_BUSINESS_HOURS, week[0], on_a_holiday)


@pytest.mark.parametrize(
    ("clock", "is_outside"), [("08:59", True), ("09:00", False), ("17:59", False), ("18:00", True)]
)
def test_business_hours_begin_and_end_to_the_minute(clock: str, is_outside: bool) -> None:
    at = datetime.fromisoformat(f"2026-03-04T{clock}+00:00")
    assert is_within(Window.OUTSIDE_BUSINESS_HOURS, at, OFFICE) is is_outside


def test_days_of_ones_own_are_local_days_with_both_ends() -> None:
    window = Days(date(2026, 11, 27), date(2026, 11, 30))
    tokyo = replace(OFFICE, timezone=ZoneInfo("Asia/Tokyo"))
    before, inside, last = (datetime(2026, 11, day, 20, 0, tzinfo=UTC) for day in (26, 28, 30))
    assert [is_within(window, at, OFFICE) for at in (before, inside, last)] == [False, True, True]
    assert [is_within(window, at, tokyo) for at in (before, inside, last)] == [True, True, False]
