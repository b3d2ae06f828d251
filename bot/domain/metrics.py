"""How well incidents were handled: times, promises kept, and how often they come back; by priority, service and month.

Means mislead where a few long incidents outweigh the rest, so medians and 90th percentiles stand beside them. Drills,
and what was cancelled or merged, are left out and counted. What each figure means stands in `docs/metrics.md`.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import fsum
from typing import TypeVar

from bot.domain.vocabulary import Priority, Status

NOT_HANDLED = (Status.CANCELLED, Status.MERGED)
MOSTLY = 0.9
"""The percentile beside the median."""
DAY = 86_400
"""Seconds."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What is measured of some incidents, column by column: thousands of rows take longer to make than to count."""

    number: Sequence[int]
    priority: Sequence[Priority]
    service: Sequence[str | None]
    category: Sequence[str | None]
    status: Sequence[Status]
    is_drill: Sequence[bool]
    declared: Sequence[float]
    """In seconds since 1970, as all times are here: they are quicker to sort and to add than spans of time."""
    took: Sequence[Sequence[float | None]]
    """From the declaration to each end of `SPANS`, in their order; None until it has come, and where nobody recorded
    it."""
    kept: Sequence[Sequence[bool | None]]
    """Whether the service level of each of them was kept; None where that is open."""
    updates_due: Sequence[int]
    updates_on_time: Sequence[int]
    times_reopened: Sequence[int]
    was_escalated: Sequence[bool]
    alerts: Sequence[int]
    """How many belong to it."""
    is_repeat: Sequence[bool]
    """An earlier incident had the same cause: both are linked to one problem."""

    def at(self, places: Sequence[int]) -> "Measures":
        """The same of those incidents that stand in these places."""

        def of(column: Sequence[T]) -> list[T]:
            return [column[place] for place in places]

        return Measures(
            number=of(self.number),
            priority=of(self.priority),
            service=of(self.service),
            category=of(self.category),
            status=of(self.status),
            is_drill=of(self.is_drill),
            declared=of(self.declared),
            took=[of(column) for column in self.took],
            kept=[of(column) for column in self.kept],
            updates_due=of(self.updates_due),
            updates_on_time=of(self.updates_on_time),
            times_reopened=of(self.times_reopened),
            was_escalated=of(self.was_escalated),
            alerts=of(self.alerts),
            is_repeat=of(self.is_repeat),
        )


@dataclass(frozen=True, slots=True)
class Spread:
    """How a span is distributed over incidents."""

    count: int
    mean: timedelta
    median: timedelta
    mostly: timedelta
    """Nine of ten are not longer."""
    middle: tuple[timedelta, timedelta]
    """Half of them lie between these two."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part and the whole."""

    part: int
    of: int

    @property
    def percent(self) -> int | None:
        """Rounded; None of nothing."""
        return round(100 * self.part / self.of) if self.of else None


SPANS = ("acknowledge", "update first", "mitigate", "resolve")
"""What is measured from the declaration."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of some incidents."""

    incidents: int
    open: int
    times: Mapping[str, Spread | None]
    """How long it took to acknowledge, update first, mitigate and resolve; None where no incident tells."""
    between: Spread | None
    """From one declaration to the next."""
    kept: Mapping[str, Share]
    """How many service levels of those that are decided were kept."""
    updates: Share
    """Updates that came by their time, of those that were due."""
    first_contact: Share
    """Resolved without anybody being told further up, and not reopened since, of those resolved."""
    reopened: Share
    """Of all."""
    repeated: Share
    """Linked to a problem that an earlier incident is linked to, of all."""
    impossible: int
    """Spans that end before they begin, because somebody corrected a time; left out."""

    @property
    def targets(self) -> Share:
        """Service levels kept, whichever they are, of all those that are decided."""
        return Share(sum(one.part for one in self.kept.values()), sum(one.of for one in self.kept.values()))


@dataclass(frozen=True, slots=True)
class Report:
    since: datetime
    until: datetime
    whole: Figures
    before: Figures
    """Of the period before, equally long."""
    by_priority: Mapping[str, Figures]
    by_service: Mapping[str, Figures]
    by_month: Mapping[str, Figures]
    drills: int
    not_handled: int
    """Cancelled or merged."""
    suggestions: Mapping[str, Share] = field(default_factory=dict)
    """What similar incidents suggested at the declaration, by what it was: how often the incident ended up as it said.
    Of resolved incidents that are not private."""
    audiences: Mapping[str, Share] = field(default_factory=dict)
    """Of those that have a clock of their own: updates that came by their time, of those that were due to them."""


def kept_to(told: Iterable[Mapping[str, Sequence[int]]]) -> dict[str, Share]:
    """The sum of incidents, each with audience → updates due and on time."""
    found: dict[str, Share] = {}
    for one in told:
        for audience, (due, on_time) in one.items():
            before = found.get(audience, Share(0, 0))
            found[audience] = Share(before.part + on_time, before.of + due)
    return {audience: found[audience] for audience in sorted(found)}


def report(measures: Measures, since: datetime, until: datetime) -> Report:
    """The figures of what was declared between two instants; earlier ones are compared with."""
    begin, end = since.timestamp(), until.timestamp()
    earliest = begin - (end - begin)
    now = [place for place, at in enumerate(measures.declared) if begin <= at < end]
    before = [place for place, at in enumerate(measures.declared) if earliest <= at < begin]
    is_drill, status = measures.is_drill, measures.status
    handled = measures.at([place for place in now if not is_drill[place] and status[place] not in NOT_HANDLED])
    days = [int(at // DAY) for at in handled.declared]
    months = {day: f"{datetime.fromtimestamp(day * DAY, UTC):%Y-%m}" for day in set(days)}
    return Report(
        since=since,
        until=until,
        whole=figures(handled),
        before=figures(measures.at([one for one in before if not is_drill[one] and status[one] not in NOT_HANDLED])),
        by_priority=grouped(handled, [one.value for one in handled.priority]),
        by_service=grouped(handled, [one or "" for one in handled.service]),
        by_month=grouped(handled, [months[day] for day in days]),
        drills=sum(is_drill[place] for place in now),
        not_handled=sum(status[place] in NOT_HANDLED and not is_drill[place] for place in now),
    )


def grouped(measures: Measures, keys: Iterable[str]) -> dict[str, Figures]:
    """`keys`: what each incident is grouped by."""
    groups: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        groups.setdefault(key, []).append(place)
    return {key: figures(measures.at(groups[key])) for key in sorted(groups)}


def figures(measures: Measures) -> Figures:
    """The figures of all these."""
    took = [sorted([span for span in column if span is not None]) for column in measures.took]
    impossible = [bisect_left(spans, 0) for spans in took]
    number = len(measures.declared)
    resolve = measures.took[SPANS.index("resolve")]
    helped = zip(resolve, measures.was_escalated, measures.times_reopened, strict=True)
    return Figures(
        incidents=number,
        open=sum(took is None and not status.is_over for took, status in zip(resolve, measures.status, strict=True)),
        times={name: _spread(spans[none:]) for name, spans, none in zip(SPANS, took, impossible, strict=True)},
        between=_spread(sorted([later - earlier for earlier, later in pairwise(sorted(measures.declared))])),
        kept={
            name: Share(given.count(True), number - given.count(None))
            for name, given in zip(SPANS, measures.kept, strict=True)
        },
        updates=Share(sum(measures.updates_on_time), sum(measures.updates_due)),
        first_contact=Share(
            sum(took is not None and not (escalated or reopened) for took, escalated, reopened in helped),
            number - resolve.count(None),
        ),
        reopened=Share(number - measures.times_reopened.count(0), number),
        repeated=Share(sum(measures.is_repeat), number),
        impossible=sum(impossible),
    )


def spread(spans: Iterable[timedelta]) -> Spread | None:
    """Mean, median and 90th percentile, between neighbours in proportion; None of nothing."""
    return _spread(sorted([span.total_seconds() for span in spans]))


def _spread(ordered: Sequence[float]) -> Spread | None:
    if not ordered:
        return None
    mean = timedelta(seconds=fsum(ordered) / len(ordered))
    low, median, high, mostly = (_percentile(ordered, part) for part in (0.25, 0.5, 0.75, MOSTLY))
    return Spread(len(ordered), mean, median, mostly, (low, high))


def _percentile(ordered: Sequence[float], part: float) -> timedelta:
    place = (len(ordered) - 1) * part
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return timedelta(seconds=ordered[below] + (ordered[above] - ordered[below]) * (place - below))
