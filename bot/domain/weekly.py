"""The digest of a week: which one is due when, and its figures beside those of the four weeks before.

Like all trends it counts by whole days in UTC, so that its link shows the same figures to whoever opens it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.domain.metrics import Figures, Measures, figures
from bot.domain.policy import WeeklyDigest
from bot.domain.trends import DAY, Promised, Selection, is_overdue
from bot.domain.vocabulary import Priority

WEEK: Final = timedelta(days=7)
WEEKS_BEFORE: Final = 4
LATEST: Final = timedelta(days=3)
"""So long after its hour a digest is still worth sending; a later one is dropped, and the next one says so."""


@dataclass(frozen=True, slots=True)
class Due:
    """A digest that was due at an instant; `last`: the last day that it tells of."""

    at: datetime
    last: date

    def is_too_late(self, now: datetime) -> bool:
        return now - self.at > LATEST


@dataclass(frozen=True, slots=True)
class CountedWeek:
    """How many incidents were declared in seven days, by priority."""

    first: date
    by_priority: dict[str, int]


@dataclass(frozen=True, slots=True)
class Weekly:
    """A week's figures. `before`: of the four weeks before, taken together."""

    last: date
    figures: Figures
    before: Figures
    weeks: Sequence[CountedWeek]
    """The four weeks before and this one, in their order."""
    by_service: Sequence[tuple[str | None, int]]
    """Slug and how many, most first; None for those without a service."""
    follow_ups: int
    """Open as it is read, of incidents of any day."""
    overdue: int

    @property
    def first(self) -> date:
        return _first_of(self.last)


def last_due(rules: WeeklyDigest, now: datetime) -> Due:
    """The digest that was due last."""
    today = now.astimezone(rules.timezone).date()
    day = today - (today.weekday() - rules.day) % 7 * DAY
    at = datetime.combine(day, rules.at, rules.timezone)
    if at > now:
        day -= WEEK
        at = datetime.combine(day, rules.at, rules.timezone)
    return Due(at, _last_day_before(day, rules))


def _last_day_before(day: date, rules: WeeklyDigest) -> date:
    """The last day in UTC that is over at that hour of a day, in summer as in winter: weeks follow each other without a
    gap when clocks change."""
    seasons = (datetime.combine(day.replace(month=month, day=1), rules.at, rules.timezone) for month in (1, 7))
    ahead = max(one.utcoffset() or timedelta() for one in seasons)
    return (datetime.combine(day, rules.at) - ahead).date() - DAY


def missed_between(earlier: date | None, last: date) -> int:
    """How many digests were not sent between two that end on these days."""
    return 0 if earlier is None else max(0, (last - earlier) // WEEK - 1)


def span_of(last: date) -> Selection:
    """What has to be measured for the digest of a week: it and the weeks before."""
    return Selection(first=_first_of(last) - WEEKS_BEFORE * WEEK, last=last)


def weekly(measures: Measures, last: date, promised: Iterable[Promised], now: datetime) -> Weekly:
    """`measures`: of `span_of(last)`, without what is private, as is `promised`."""
    ends = [last - back * WEEK for back in range(WEEKS_BEFORE, -1, -1)]
    weeks = [_of(measures, Selection(first=_first_of(end), last=end)) for end in ends]
    follow_ups = [one for each in promised if Selection(first=last, last=last).has(each) for one in each.follow_ups]
    of_service = Counter(weeks[-1].service)
    return Weekly(
        last,
        figures(weeks[-1]),
        figures(_of(measures, Selection(first=span_of(last).first, last=last - WEEK))),
        [
            CountedWeek(_first_of(end), {name.value: list(week.priority).count(name) for name in Priority})
            for end, week in zip(ends, weeks, strict=True)
        ],
        sorted(of_service.items(), key=lambda one: (-one[1], one[0] or "")),
        len(follow_ups),
        sum(is_overdue(due, now) for _, due in follow_ups),
    )


def _of(measures: Measures, wanted: Selection) -> Measures:
    return measures.at(wanted.places(measures, wanted.since, wanted.until))


def _first_of(last: date) -> date:
    return last - WEEK + DAY
