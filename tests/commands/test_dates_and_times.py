"""Durations, clock times and dates as people type them."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.dates_and_times import calendar_date, clock_time, span_or_time
from bot.domain.refusal import Refusal
from bot.domain.spans import LONGEST, duration

MADRID = ZoneInfo("Europe/Madrid")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Madrid", "America/New_York", "Asia/Kathmandu", "Pacific/Apia")]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("45s", 45), ("15m", 900), ("1h30m", 5400), ("4h", 14400), ("2d", 172800), ("90m", 5400), ("1D12H", 129600)],
)
def test_a_duration_is_a_number_and_a_unit(typed: str, seconds: int) -> None:
    assert duration(typed) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "typed",
    ["", "0m", "0h0m", "15", "m", "-5m", "1.5h", "30m1h", "1h1h", "15 m", "fifteen", "1w", "١٥m", "9" * 12 + "d"],
)
def test_what_is_no_duration_is_refused_with_examples(typed: str) -> None:
    with pytest.raises(Refusal, match="`45s`, `15m`, `1h30m`"):
        duration(typed)


def test_a_duration_longer_than_a_year_is_refused() -> None:
    assert duration("365d") == LONGEST
    for typed in ("366d", "9999999d", "999999999h"):
        with pytest.raises(Refusal, match="longer than a year"):
            duration(typed)


def test_a_date_is_a_day_of_the_calendar() -> None:
    assert calendar_date("2028-02-29") == date(2028, 2, 29)
    for typed in ("2026-02-29", "2026-13-01", "01.12.2026", "2026-1-2", "20261201", "0000-01-01", ""):
        with pytest.raises(Refusal, match="2026-12-01"):
            calendar_date(typed)


@pytest.mark.parametrize(
    ("typed", "zone", "now", "meant"),
    [
        ("12:59", MADRID, "2026-11-20T12:00", "2026-11-20T11:59"),
        ("13:00", MADRID, "2026-11-20T12:00", "2026-11-20T12:00"),
        ("13:01", MADRID, "2026-11-20T12:00", "2026-11-19T12:01"),
        ("9:05", MADRID, "2026-11-20T12:00", "2026-11-20T08:05"),
        ("23:59:30", MADRID, "2026-11-20T12:00", "2026-11-19T22:59:30"),
        ("00:00", MADRID, "2026-11-20T12:00", "2026-11-19T23:00"),
        # 02:30 does not exist on 29 March 2026 in Madrid: that of the day before.
        ("02:30", MADRID, "2026-03-29T12:00", "2026-03-28T01:30"),
        # 02:30 comes twice on 25 October 2026: the later, unless that is still to come.
        ("02:30", MADRID, "2026-10-25T12:00", "2026-10-25T01:30"),
        ("02:30", MADRID, "2026-10-25T01:00", "2026-10-25T00:30"),
        # Samoa had no 30 December 2011.
        ("14:00", ZoneInfo("Pacific/Apia"), "2011-12-30T12:00", "2011-12-30T00:00"),
        ("2026-11-18T14:05", MADRID, "2026-11-20T12:00", "2026-11-18T13:05"),
        ("2026-11-18 14:05", MADRID, "2026-11-20T12:00", "2026-11-18T13:05"),
        ("2026-11-18T14:05Z", MADRID, "2026-11-20T12:00", "2026-11-18T14:05"),
        ("2026-11-18t14:05:30z", MADRID, "2026-11-20T12:00", "2026-11-18T14:05:30"),
        ("2026-11-18T14:05+05:30", MADRID, "2026-11-20T12:00", "2026-11-18T08:35"),
        ("2026-11-18T14:05-0800", MADRID, "2026-11-20T12:00", "2026-11-18T22:05"),
        ("2026-10-25T02:30", MADRID, "2026-11-20T12:00", "2026-10-25T01:30"),
        ("2027-01-01T00:00", MADRID, "2026-11-20T12:00", "2026-12-31T23:00"),
    ],
)
def test_a_clock_time_is_the_typists_latest_such_time(typed: str, zone: ZoneInfo, now: str, meant: str) -> None:
    assert clock_time(typed, zone, utc(now)) == utc(meant)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "noon",
        "24:00",
        "12:60",
        "1405",
        "2:05pm",
        "14:05 Madrid",
        "2026-11-20",
        "2026-02-30T10:00",
        "١٤:٠٥",
        "2026-11-20T14",
        "0001-01-01T00:00Z",
        "2026-11-20T14:05+99:00",
        "2026-11-20T14:05Z[UTC]",
    ],
)
def test_what_is_no_time_is_refused_with_examples(typed: str) -> None:
    with pytest.raises(Refusal, match="`14:05`"):
        clock_time(typed, MADRID, NOON)


def test_a_local_time_that_the_clocks_skipped_is_refused() -> None:
    with pytest.raises(Refusal, match="no 2026-03-29 02:30 in Europe/Madrid"):
        clock_time("2026-03-29T02:30", MADRID, NOON)


@given(
    st.times(),
    st.sampled_from(ZONES),
    st.datetimes(min_value=datetime(2001, 1, 1), max_value=datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_a_clock_time_is_never_after_now_and_shows_what_was_typed(clock: object, zone: ZoneInfo, now: datetime) -> None:
    typed = f"{clock:%H:%M}"
    meant = clock_time(typed, zone, now)
    assert meant <= now
    assert now - meant < timedelta(days=3)
    assert f"{meant.astimezone(zone):%H:%M}" == typed


@given(st.text(max_size=40) | st.from_regex(r"[0-9:TZ+\- ]{1,30}", fullmatch=True), st.sampled_from(ZONES))
def test_anything_typed_yields_a_value_or_a_refusal(typed: str, zone: ZoneInfo) -> None:
    readings: list[Callable[[str], object]] = [duration, calendar_date, lambda text: clock_time(text, zone, NOON)]
    for reading in readings:
        with suppress(Refusal):
            reading(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("30m", timedelta(minutes=30)),
        ("14:05", utc("2026-11-20T13:05")),
        ("13:00", utc("2026-11-21T12:00")),
        ("12:59", utc("2026-11-21T11:59")),
        ("2026-11-20T14:30Z", utc("2026-11-20T14:30")),
        ("2026-11-20T11:00Z", utc("2026-11-20T11:00")),
    ],
)
def test_the_next_update_is_a_span_or_the_next_such_time(typed: str, meant: timedelta | datetime) -> None:
    assert span_or_time(typed, MADRID, NOON) == meant


@pytest.mark.parametrize("typed", ["25:00", "soon", "14:5", "2026-02-30T10:00"])
def test_neither_a_span_nor_a_time_is_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="Try"):
        span_or_time(typed, MADRID, NOON)
