"""The hours within which a rotation counts, as instants: by the wall clock, past midnight and through clock changes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from bot.domain.policy import OnCallHours

DAY = timedelta(days=1)


def is_within(hours: OnCallHours, zone: ZoneInfo, at: datetime) -> bool:
    """Whether an instant is within the hours: in those that begin on its day, or began the day before."""
    today = at.astimezone(zone).date()
    stretches = (_stretch(hours, zone, day) for day in (today - DAY, today) if day.weekday() in hours.days)
    return any(begins <= at < ends for begins, ends in stretches)


def edges_of(hours: OnCallHours, zone: ZoneInfo, at: datetime) -> Iterator[datetime]:
    """The instants after `at` at which the hours begin or end, in their order and without an end."""
    yesterday = at.astimezone(zone).date() - DAY
    days = (yesterday + number * DAY for number in count())
    for day in days:
        if day.weekday() in hours.days:
            yield from (edge for edge in _stretch(hours, zone, day) if edge > at)


def _stretch(hours: OnCallHours, zone: ZoneInfo, day: date) -> tuple[datetime, datetime]:
    """From when to when the hours that begin on a day are."""
    last = day if hours.begins < hours.ends else day + DAY
    begins, ends = datetime.combine(day, hours.begins, zone), datetime.combine(last, hours.ends, zone)
    return begins.astimezone(UTC), ends.astimezone(UTC)
