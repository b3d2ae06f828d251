"""How well incidents were handled: times, promises kept, and how often they come back; by priority, service and month.

Means mislead where a few long incidents outweigh the rest, so medians and 90th percentiles stand beside them. Drills,
and what was cancelled or merged, are left out and counted. What each figure means stands in `docs/metrics.md`.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from math import fsum
from typing import NamedTuple, TypeVar

from bot.domain.vocabulary import Priority, Status

NOT_HANDLED = (Status.CANCELLED, Status.MERGED)
MOSTLY = 0.9
"""The percentile beside the median."""
K = TypeVar("K", str, tuple[int, int])
T = TypeVar("T")


class Measured(NamedTuple):
    """The measurements of one incident. A time is None until it has come, and where nobody recorded it."""

    priority: Priority
    service: str | None
    status: Status
    is_drill: bool
    declared_at: datetime
    acknowledged_at: datetime | None = None
    first_update_at: datetime | None = None
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None
    kept_acknowledge: bool | None = None
    """Whether this service level was kept; None where that is open."""
    kept_update_first: bool | None = None
    kept_mitigate: bool | None = None
    kept_resolve: bool | None = None
    updates_due: int = 0
    updates_on_time: int = 0
    times_reopened: int = 0
    was_escalated: bool = False
    is_repeat: bool = False
    """An earlier incident had the same cause: both are linked to one problem."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How a span is distributed over incidents."""

    count: int
    mean: timedelta
    median: timedelta
    mostly: timedelta
    """Nine of ten are not longer."""


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


def report(incidents: Iterable[Measured], since: datetime, until: datetime) -> Report:
    """The figures of what was declared between two instants; earlier ones are compared with."""
    earliest = since - (until - since)
    inside = [one for one in incidents if earliest <= one.declared_at < until]
    now = [one for one in inside if one.declared_at >= since]
    handled = [one for one in now if _counts(one)]
    columns = _columns(handled)
    months = _grouped(columns, [(one.declared_at.year, one.declared_at.month) for one in handled])
    return Report(
        since=since,
        until=until,
        whole=_figures(columns),
        before=figures([one for one in inside if one.declared_at < since and _counts(one)]),
        by_priority=_grouped(columns, [one.priority.value for one in handled]),
        by_service=_grouped(columns, [one.service or "" for one in handled]),
        by_month={f"{year:04}-{month:02}": figures for (year, month), figures in months.items()},
        drills=sum(one.is_drill for one in now),
        not_handled=sum(one.status in NOT_HANDLED and not one.is_drill for one in now),
    )


def _counts(one: Measured) -> bool:
    return not one.is_drill and one.status not in NOT_HANDLED


@dataclass(slots=True)
class _Columns:
    """What counts of some incidents, column by column: thousands of rows took longer to make than to count."""

    declared: list[float]
    """In seconds, as all times are here: they are quicker to sort and to add than spans of time."""
    took: list[list[float | None]]
    """From the declaration to each end of `SPANS`, in their order."""
    kept: list[list[bool | None]]
    """The service level of each of them."""
    updates_due: list[int]
    updates_on_time: list[int]
    is_open: list[bool]
    is_resolved: list[bool]
    is_first_contact: list[bool]
    is_reopened: list[bool]
    is_repeat: list[bool]

    def at(self, places: Sequence[int]) -> "_Columns":
        """The same of those incidents that stand in these places."""

        def of(column: Sequence[T]) -> list[T]:
            return [column[place] for place in places]

        return _Columns(
            of(self.declared),
            [of(column) for column in self.took],
            [of(column) for column in self.kept],
            of(self.updates_due),
            of(self.updates_on_time),
            of(self.is_open),
            of(self.is_resolved),
            of(self.is_first_contact),
            of(self.is_reopened),
            of(self.is_repeat),
        )


def _columns(incidents: Sequence[Measured]) -> _Columns:
    ends = (
        [(one.declared_at, one.acknowledged_at) for one in incidents],
        [(one.declared_at, one.first_update_at) for one in incidents],
        [(one.declared_at, one.mitigated_at) for one in incidents],
        [(one.declared_at, one.resolved_at) for one in incidents],
    )
    return _Columns(
        [one.declared_at.timestamp() for one in incidents],
        [[None if end is None else (end - declared).total_seconds() for declared, end in column] for column in ends],
        [
            [one.kept_acknowledge for one in incidents],
            [one.kept_update_first for one in incidents],
            [one.kept_mitigate for one in incidents],
            [one.kept_resolve for one in incidents],
        ],
        [one.updates_due for one in incidents],
        [one.updates_on_time for one in incidents],
        [one.resolved_at is None and not one.status.is_over for one in incidents],
        [one.resolved_at is not None for one in incidents],
        [one.resolved_at is not None and not (one.was_escalated or one.times_reopened) for one in incidents],
        [one.times_reopened > 0 for one in incidents],
        [one.is_repeat for one in incidents],
    )


def _grouped(columns: _Columns, keys: Iterable[K]) -> dict[K, Figures]:
    """`keys`: what each incident is grouped by."""
    groups: dict[K, list[int]] = {}
    for place, key in enumerate(keys):
        groups.setdefault(key, []).append(place)
    return {key: _figures(columns.at(groups[key])) for key in sorted(groups)}


def figures(incidents: Sequence[Measured]) -> Figures:
    """The figures of all these."""
    return _figures(_columns(incidents))


def _figures(columns: _Columns) -> Figures:
    took = [sorted([span for span in column if span is not None]) for column in columns.took]
    impossible = [bisect_left(spans, 0) for spans in took]
    number = len(columns.declared)
    return Figures(
        incidents=number,
        open=sum(columns.is_open),
        times={name: _spread(spans[none:]) for name, spans, none in zip(SPANS, took, impossible, strict=True)},
        between=_spread(sorted([later - earlier for earlier, later in pairwise(sorted(columns.declared))])),
        kept={
            name: Share(given.count(True), number - given.count(None))
            for name, given in zip(SPANS, columns.kept, strict=True)
        },
        updates=Share(sum(columns.updates_on_time), sum(columns.updates_due)),
        first_contact=Share(sum(columns.is_first_contact), sum(columns.is_resolved)),
        reopened=Share(sum(columns.is_reopened), number),
        repeated=Share(sum(columns.is_repeat), number),
        impossible=sum(impossible),
    )


def spread(spans: Iterable[timedelta]) -> Spread | None:
    """Mean, median and 90th percentile, between neighbours in proportion; None of nothing."""
    return _spread(sorted([span.total_seconds() for span in spans]))


def _spread(ordered: Sequence[float]) -> Spread | None:
    if not ordered:
        return None
    mean = timedelta(seconds=fsum(ordered) / len(ordered))
    return Spread(len(ordered), mean, _percentile(ordered, 0.5), _percentile(ordered, MOSTLY))


def _percentile(ordered: Sequence[float], part: float) -> timedelta:
    place = (len(ordered) - 1) * part
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return timedelta(seconds=ordered[below] + (ordered[above] - ordered[below]) * (place - below))
