"""How well incidents were handled: times, promises kept, and how often they come back; by priority, service and month.

Means mislead where a few long incidents outweigh the rest, so medians and 90th percentiles stand beside them. Drills,
and what was cancelled or merged, are left out and counted. What each figure means stands in `docs/metrics.md`.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple, TypeVar

from bot.domain.vocabulary import Priority, Status

NOT_HANDLED = (Status.CANCELLED, Status.MERGED)
MOSTLY = 0.9
"""The percentile beside the median."""
MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
K = TypeVar("K", str, tuple[int, int])


@dataclass(slots=True)
class Measured:
    """The measurements of one incident. A time is None until it has come, and where nobody recorded it.

    Not frozen: one report is made of thousands, and to make a frozen one takes three times as long.
    """

    priority: Priority
    service: str | None
    status: Status
    is_drill: bool
    declared_at: datetime
    acknowledged_at: datetime | None = None
    first_update_at: datetime | None = None
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None
    kept: Mapping[str, bool | None] | None = None
    """Service level → whether it was kept; None where that is open."""
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


def report(incidents: Iterable[Measured], since: datetime, until: datetime) -> Report:
    """The figures of what was declared between two instants; earlier ones are compared with."""
    earliest = since - (until - since)
    inside = [one for one in incidents if earliest <= one.declared_at < until]
    now = [one for one in inside if one.declared_at >= since]
    handled = [(one, _row(one)) for one in now if _counts(one)]
    return Report(
        since=since,
        until=until,
        whole=_figures([row for _, row in handled]),
        before=figures([one for one in inside if one.declared_at < since and _counts(one)]),
        by_priority=_grouped(handled, lambda one: one.priority.value),
        by_service=_grouped(handled, lambda one: one.service or ""),
        by_month=_by_month(handled),
        drills=sum(one.is_drill for one in now),
        not_handled=sum(one.status in NOT_HANDLED and not one.is_drill for one in now),
    )


class _Row(NamedTuple):
    """What counts of an incident, worked out once: it stands in the whole and in three groups."""

    declared: int
    """In microseconds, as all times are here: they are quicker to sort and to add than spans of time."""
    spans: tuple[int | None, ...]
    """From the declaration to each end of `SPANS`, in their order."""
    kept: tuple[bool | None, ...]
    """The service level of each of them."""
    updates_due: int
    updates_on_time: int
    is_open: bool
    is_resolved: bool
    is_first_contact: bool
    is_reopened: bool
    is_repeat: bool


def _row(one: Measured) -> _Row:
    declared, kept = one.declared_at, one.kept or {}
    ends = (one.acknowledged_at, one.first_update_at, one.mitigated_at, one.resolved_at)
    is_resolved, is_reopened = one.resolved_at is not None, one.times_reopened > 0
    return _Row(
        (declared - EPOCH) // MICROSECOND,
        tuple([None if end is None else (end - declared) // MICROSECOND for end in ends]),
        tuple([kept.get(name) for name in SPANS]),
        one.updates_due,
        one.updates_on_time,
        not (is_resolved or one.status.is_over),
        is_resolved,
        is_resolved and not (one.was_escalated or is_reopened),
        is_reopened,
        one.is_repeat,
    )


def _counts(one: Measured) -> bool:
    return not one.is_drill and one.status not in NOT_HANDLED


def _grouped(incidents: Iterable[tuple[Measured, _Row]], key: Callable[[Measured], K]) -> dict[K, Figures]:
    groups: dict[K, list[_Row]] = {}
    for one, row in incidents:
        groups.setdefault(key(one), []).append(row)
    return {name: _figures(groups[name]) for name in sorted(groups)}


def _by_month(incidents: Iterable[tuple[Measured, _Row]]) -> dict[str, Figures]:
    found = _grouped(incidents, lambda one: (one.declared_at.year, one.declared_at.month))
    return {f"{year:04}-{month:02}": figures for (year, month), figures in found.items()}


def figures(incidents: Iterable[Measured]) -> Figures:
    """The figures of all these."""
    return _figures([_row(one) for one in incidents])


def _figures(rows: Sequence[_Row]) -> Figures:
    """Column by column: to count one is quicker than to ask each row for it."""
    declared, spans, kept, due, on_time, is_open, is_resolved, is_first_contact, is_reopened, is_repeat = (
        zip(*rows, strict=True) if rows else ((),) * len(_Row._fields)
    )
    ends = zip(*spans, strict=True) if rows else ((),) * len(SPANS)
    took = [sorted([span for span in end if span is not None]) for end in ends]
    answers = zip(*kept, strict=True) if rows else ((),) * len(SPANS)
    impossible = [bisect_left(spans, 0) for spans in took]
    return Figures(
        incidents=len(rows),
        open=sum(is_open),
        times={name: _spread(spans[none:]) for name, spans, none in zip(SPANS, took, impossible, strict=True)},
        between=_spread(sorted([later - earlier for earlier, later in pairwise(sorted(declared))])),
        kept={
            name: Share(given.count(True), len(given) - given.count(None))
            for name, given in zip(SPANS, answers, strict=True)
        },
        updates=Share(sum(on_time), sum(due)),
        first_contact=Share(sum(is_first_contact), sum(is_resolved)),
        reopened=Share(sum(is_reopened), len(rows)),
        repeated=Share(sum(is_repeat), len(rows)),
        impossible=sum(impossible),
    )


def spread(spans: Iterable[timedelta]) -> Spread | None:
    """Mean, median and 90th percentile, between neighbours in proportion; None of nothing."""
    return _spread(sorted([span // MICROSECOND for span in spans]))


def _spread(ordered: Sequence[int]) -> Spread | None:
    if not ordered:
        return None
    mean = timedelta(microseconds=sum(ordered)) / len(ordered)
    return Spread(len(ordered), mean, _percentile(ordered, 0.5), _percentile(ordered, MOSTLY))


def _percentile(ordered: Sequence[int], part: float) -> timedelta:
    place = (len(ordered) - 1) * part
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    lower, upper = timedelta(microseconds=ordered[below]), timedelta(microseconds=ordered[above])
    return lower + (upper - lower) * (place - below)
