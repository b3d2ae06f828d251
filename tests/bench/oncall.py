"""Who is on call: ten years after a rotation began, with an override in every week; and by the fullest calendar."""

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.ids import SlackUserId
from bot.domain.oncall import on_call
from bot.domain.policy import Feed, Override, Schedule, Shift
from bot.jobs.ical_events import MOST_INSTANCES
from tests.bench.figures import Figure, Unit, percentile

BEGAN = datetime(2016, 1, 4, 9, tzinfo=UTC)
WEEKS = 520
MEMBERS = tuple(SlackUserId(f"U{number}") for number in range(8))


async def measure(_: Path) -> list[Figure]:
    """Asked at a thousand instants all over the ten years."""
    overrides = tuple(
        Override(BEGAN + timedelta(weeks=week), BEGAN + timedelta(weeks=week, hours=12), MEMBERS[week % 8])
        for week in range(WEEKS)
    )
    schedule = Schedule(
        "shop", MEMBERS, MEMBERS[1:3], start=date(2016, 1, 4), timezone=ZoneInfo("Europe/Madrid"), overrides=overrides
    )
    times = _timed(schedule)
    calendar = _timed(_calendar())
    return [
        Figure(
            "who is on call, ten years of weekly turns and overrides, p50",
            percentile(times, 0.5) * 1000,
            Unit.MILLISECONDS,
            5,
        ),
        Figure("… p99", percentile(times, 0.99) * 1000, Unit.MILLISECONDS, 5),
        Figure(
            f"… by a calendar of {MOST_INSTANCES:,}, p99",
            percentile(calendar, 0.99) * 1000,
            Unit.MILLISECONDS,
            5,
        ),
    ]


def _calendar() -> Schedule:
    """As many shifts as are read, one after the other, each of somebody else."""
    length = timedelta(weeks=WEEKS) / MOST_INSTANCES
    begins = [BEGAN + length * number for number in range(MOST_INSTANCES)]
    shifts = tuple(Shift(one, one + length, MEMBERS[number % 8]) for number, one in enumerate(begins))
    return Schedule("ops", feed=Feed("https://calendar.example/a.ics", {}, timedelta(minutes=15)), shifts=shifts)


def _timed(schedule: Schedule) -> list[float]:
    times = []
    for number in range(1000):
        at = BEGAN + timedelta(weeks=WEEKS) * number / 1000
        began = time.perf_counter()
        on_call(schedule, at)
        times.append(time.perf_counter() - began)
    return times
