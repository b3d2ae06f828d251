"""The digest of a week: due once a week by the clock of the policy, over weeks that follow each other without a gap."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.policy import WeeklyDigest
from bot.domain.trends import DAY, Promised
from bot.domain.vocabulary import Priority, Status
from bot.domain.weekly import LATEST, WEEK, last_due, missed_between, span_of, weekly
from tests.domain.measuring import Measured, measures

SUNDAY = date(2026, 11, 22)
MADRID = ZoneInfo("Europe/Madrid")
RULES = st.builds(
    WeeklyDigest,
    timezone=st.sampled_from([ZoneInfo(name) for name in ("UTC", "Europe/Madrid", "Australia/Sydney", "Etc/GMT+12")]),
    day=st.integers(0, 6),
    at=st.times().map(lambda one: one.replace(second=0, microsecond=0)),
)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("now", "at", "last"),
    [
        (datetime(2026, 11, 23, 7, 59, tzinfo=UTC), datetime(2026, 11, 16, 8, tzinfo=UTC), SUNDAY - WEEK),
        (datetime(2026, 11, 23, 8, 0, tzinfo=UTC), datetime(2026, 11, 23, 8, tzinfo=UTC), SUNDAY),
        (datetime(2026, 11, 29, 23, 0, tzinfo=UTC), datetime(2026, 11, 23, 8, tzinfo=UTC), SUNDAY),
        (datetime(2026, 7, 6, 7, 0, tzinfo=UTC), datetime(2026, 7, 6, 7, tzinfo=UTC), date(2026, 7, 5)),
    ],
)
def test_on_monday_at_nine_in_madrid_the_week_up_to_sunday_is_told(now: datetime, at: datetime, last: date) -> None:
    due = last_due(WeeklyDigest(MADRID), now)
    assert (due.at.astimezone(UTC), due.last) == (at, last)


@given(RULES, MOMENTS)
def test_weeks_follow_each_other_and_are_over_when_they_are_told(rules: WeeklyDigest, now: datetime) -> None:
    due = last_due(rules, now)
    assert due.at <= now < due.at + WEEK + timedelta(hours=2), "clocks that change make a week longer or shorter"
    assert (due.at.weekday(), due.at.time()) == (rules.day, rules.at)
    assert datetime.combine(due.last + DAY, time(), UTC) <= due.at, "its last day is over"
    following = last_due(rules, due.at + WEEK + timedelta(hours=2))
    assert following.last == due.last + WEEK


def test_a_late_digest_is_sent_for_three_days_and_gaps_are_counted() -> None:
    due = last_due(WeeklyDigest(MADRID), datetime(2026, 11, 24, tzinfo=UTC))
    assert not due.is_too_late(due.at + LATEST)
    assert due.is_too_late(due.at + LATEST + timedelta(seconds=1))
    assert missed_between(None, SUNDAY) == 0
    assert missed_between(SUNDAY - WEEK, SUNDAY) == 0
    assert missed_between(SUNDAY - 3 * WEEK, SUNDAY) == 2
    assert missed_between(SUNDAY - timedelta(days=4), SUNDAY) == 0, "the day was changed in the policy"


def on(day: date, **more: object) -> Measured:
    return Measured(declared_at=datetime.combine(day, time(12), UTC), **more)  # type: ignore[arg-type]


def test_each_incident_counts_in_its_week_and_drills_and_cancelled_ones_in_none() -> None:
    some = [
        on(SUNDAY, priority=Priority.P1),
        on(SUNDAY - 6 * DAY, service="payments"),
        on(SUNDAY, service="payments"),
        on(SUNDAY, is_drill=True),
        on(SUNDAY, status=Status.CANCELLED),
        on(SUNDAY - 7 * DAY),
        on(SUNDAY - 34 * DAY),
        on(SUNDAY - 35 * DAY),
        on(SUNDAY + DAY),
    ]
    found = weekly(measures(some), SUNDAY, [], datetime(2026, 11, 23, tzinfo=UTC))
    assert (found.first, found.figures.incidents, found.before.incidents) == (SUNDAY - 6 * DAY, 3, 2)
    assert [sum(one.by_priority.values()) for one in found.weeks] == [1, 0, 0, 1, 3]
    assert found.weeks[-1].by_priority == {"P1": 1, "P2": 2, "P3": 0, "P4": 0}
    assert found.by_service == [("payments", 2), ("checkout", 1)]
    assert span_of(SUNDAY).days == 35


def test_follow_ups_of_any_day_count_but_for_those_of_drills() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    long_ago, tomorrow = (None, date(2026, 1, 1)), (now, date(2026, 11, 24))
    promised = [
        Promised(1, Priority.P1, "checkout", None, False, Status.CLOSED, (long_ago, tomorrow)),  # type: ignore[arg-type]
        Promised(2, Priority.P1, None, None, True, Status.CLOSED, (long_ago,)),  # type: ignore[arg-type]
    ]
    found = weekly(measures([]), SUNDAY, promised, now)
    assert (found.follow_ups, found.overdue) == (2, 1)
