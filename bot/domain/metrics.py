"""How well incidents were handled: times, promises kept, and how often they come back; by priority, service and month.

Means mislead where a few long incidents outweigh the rest, so medians and 90th percentiles stand beside them. Drills,
and what was cancelled or merged, are left out and counted. What each figure means stands in `docs/metrics.md`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from bot.domain.vocabulary import Priority, Status

NOT_HANDLED = (Status.CANCELLED, Status.MERGED)
MOSTLY = 0.9
"""The percentile beside the median."""
MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
    length = until - since
    inside = [one for one in incidents if since - length <= one.declared_at < until]
    now = [one for one in inside if one.declared_at >= since]
    handled = [_taken(one) for one in now if _counts(one)]
    return Report(
        since=since,
        until=until,
        whole=_figures(handled),
        before=figures([one for one in inside if one.declared_at < since and _counts(one)]),
        by_priority=_grouped(handled, lambda taken: taken.one.priority.value),
        by_service=_grouped(handled, lambda taken: taken.one.service or ""),
        by_month=_grouped(handled, lambda taken: f"{taken.one.declared_at.year:04}-{taken.one.declared_at.month:02}"),
        drills=sum(one.is_drill for one in now),
        not_handled=sum(one.status in NOT_HANDLED and not one.is_drill for one in now),
    )


class _Taken(NamedTuple):
    """An incident that counts, in microseconds, which are quicker to sort and to add than spans of time."""

    one: Measured
    declared: int
    spans: tuple[int | None, ...]
    """From the declaration to each end of `SPANS`, in their order."""


def _taken(one: Measured) -> _Taken:
    declared = one.declared_at
    ends = (one.acknowledged_at, one.first_update_at, one.mitigated_at, one.resolved_at)
    spans = tuple([None if end is None else (end - declared) // MICROSECOND for end in ends])
    return _Taken(one, (declared - EPOCH) // MICROSECOND, spans)


def _counts(one: Measured) -> bool:
    return not one.is_drill and one.status not in NOT_HANDLED


def _grouped(incidents: Iterable[_Taken], key: Callable[[_Taken], str]) -> dict[str, Figures]:
    groups: dict[str, list[_Taken]] = {}
    for one in incidents:
        groups.setdefault(key(one), []).append(one)
    return {name: _figures(groups[name]) for name in sorted(groups)}


def figures(incidents: Iterable[Measured]) -> Figures:
    """The figures of all these."""
    return _figures([_taken(one) for one in incidents])


def _figures(taken: Sequence[_Taken]) -> Figures:
    incidents = [one.one for one in taken]
    took = {name: [span for one in taken if (span := one.spans[place]) is not None] for place, name in enumerate(SPANS)}
    possible = {name: [span for span in spans if span >= 0] for name, spans in took.items()}
    resolved = [one for one in incidents if one.resolved_at is not None]
    declared = sorted([one.declared for one in taken])
    return Figures(
        incidents=len(incidents),
        open=sum([not one.status.is_over for one in incidents if one.resolved_at is None]),
        times={name: _spread(spans) for name, spans in possible.items()},
        between=_spread([later - earlier for earlier, later in pairwise(declared)]),
        kept={name: _kept(incidents, name) for name in SPANS},
        updates=Share(sum([one.updates_on_time for one in incidents]), sum([one.updates_due for one in incidents])),
        first_contact=Share(sum([_at_first_contact(one) for one in resolved]), len(resolved)),
        reopened=Share(sum([one.times_reopened > 0 for one in incidents]), len(incidents)),
        repeated=Share(sum([one.is_repeat for one in incidents]), len(incidents)),
        impossible=sum([len(took[name]) - len(possible[name]) for name in took]),
    )


def _kept(incidents: Iterable[Measured], name: str) -> Share:
    decided = [kept for one in incidents if one.kept and (kept := one.kept.get(name)) is not None]
    return Share(sum(decided), len(decided))


def _at_first_contact(one: Measured) -> bool:
    return not one.was_escalated and not one.times_reopened


def spread(spans: Iterable[timedelta]) -> Spread | None:
    """Mean, median and 90th percentile, between neighbours in proportion; None of nothing."""
    return _spread([span // MICROSECOND for span in spans])


def _spread(spans: list[int]) -> Spread | None:
    if not spans:
        return None
    ordered = sorted(spans)
    mean = timedelta(microseconds=sum(ordered)) / len(ordered)
    return Spread(len(ordered), mean, _percentile(ordered, 0.5), _percentile(ordered, MOSTLY))


def _percentile(ordered: Sequence[int], part: float) -> timedelta:
    place = (len(ordered) - 1) * part
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    lower, upper = timedelta(microseconds=ordered[below]), timedelta(microseconds=ordered[above])
    return lower + (upper - lower) * (place - below)
