"""Error budgets: how much of what a service may fail was used by incidents, how fast, and until when the rest lasts.

A minute of impact uses the part of a minute that the service is degraded. A minute in which several incidents are
under way is used once, by the worst of them: they are mostly one failure seen twice, and no service can fail for more
than a minute in a minute.
"""

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain.decision import Decision
from bot.domain.followup import agree
from bot.domain.ids import IncidentNumber
from bot.domain.incident import Incident
from bot.domain.objectives import ErrorBudgets, Objective, Rolling
from bot.domain.policy import Policy
from bot.domain.telling import spell
from bot.domain.timeline import BudgetExhausted
from bot.domain.vocabulary import Priority

LATELY: Final = 4
"""The burn rate is that of the last quarter of the window."""
NO_TIME: Final = timedelta()
A_SECOND: Final = timedelta(seconds=1)

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Burn:
    """An incident as it uses the budget of its service. A span without an end is under way."""

    number: IncidentNumber
    spans: tuple[tuple[datetime, datetime | None], ...]
    share: float
    """What part of the service is degraded, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Burning:
    """An incident that affected users of a service. `degraded`: in hundredths of a percent, where somebody said so."""

    number: IncidentNumber
    declared_at: datetime
    service: str
    priority: Priority
    is_private: bool
    spans: tuple[tuple[datetime, datetime | None], ...]
    degraded: int | None

    def burn(self, shares: Mapping[Priority, float]) -> Burn:
        """`shares`: what counts as degraded at each priority, until somebody says."""
        share = shares[self.priority] if self.degraded is None else self.degraded / 10_000
        return Burn(self.number, self.spans, share)


@dataclass(frozen=True, slots=True)
class Budget:
    """An error budget at an instant."""

    objective: Objective
    at: datetime
    since: datetime
    """When the window begins."""
    renewed_at: datetime | None
    """When the next window begins; None for a rolling one, which gives back what has become too old."""
    allowed: timedelta
    burned: timedelta
    rate: float | None
    """Of the last quarter of the window: 1 uses exactly what there is; None: nothing was used then."""
    used_up_at: datetime | None
    """When it is used up if it goes on like this: while something burns, at that pace, else at the burn rate. None
    where it is used up already, or never will be within the window."""
    by_incident: tuple[tuple[IncidentNumber, timedelta], ...]
    """What each used in the window, as if it had been alone: newest first."""
    burning: tuple[IncidentNumber, ...]
    """Those that use it now."""

    @property
    def left(self) -> timedelta:
        """Below zero where more was used than there is."""
        return self.allowed - self.burned

    @property
    def is_exhausted(self) -> bool:
        return self.left <= NO_TIME

    @property
    def overdrawn(self) -> timedelta:
        """By how much it is exceeded."""
        return max(-self.left, NO_TIME)

    @property
    def part_left(self) -> float:
        """From 0 to 1, never below."""
        return max(self.left / self.allowed, 0.0)

    @property
    def words(self) -> str:
        """`31 min of 40 min left`, `exhausted by 12 min`."""
        if self.is_exhausted:
            by = self.overdrawn >= A_SECOND
            return f"exhausted{f' by {spell(self.overdrawn)}' if by else ''}"
        return f"{spell(self.left)} of {spell(self.allowed)} left"

    def used_by(self, number: IncidentNumber) -> timedelta:
        return dict(self.by_incident).get(number, NO_TIME)

    def concerns(self, number: IncidentNumber) -> bool:
        """Whether the incident used some of it, or begins to."""
        return bool(self.used_by(number)) or number in self.burning


def impact_of(incident: Incident) -> tuple[tuple[datetime, datetime | None], ...]:
    """When users were affected, without the time in which it had stopped before it was reopened. Nothing comes of times
    that contradict each other."""
    begins = [incident.impact_since, *(reopened_at for _, reopened_at in incident.calm)]
    ends = [*(stopped_at for stopped_at, _ in incident.calm), incident.impact_stopped_at or incident.over_at]
    pairs = zip(begins, ends, strict=True)
    return tuple((begin, end) for begin, end in pairs if end is None or end > begin)


def budget(objective: Objective, burns: Iterable[Burn], now: datetime) -> Budget:
    """How an error budget stands; `burns`: of its service, whenever they were."""
    begin, end = objective.window.span(now)
    is_rolling = isinstance(objective.window, Rolling)
    length, spare = end - begin, 1 - objective.target
    allowed = length * spare
    known = sorted(burns, key=lambda one: one.number, reverse=True)
    steps = worst(objective, known, begin, now)
    burned = used(steps)
    lately_for = length / LATELY
    lately = used(worst(objective, known, now - lately_for, now))
    burning = tuple(one.number for one in known if _is_under_way(objective, one, now))
    at_once = max((objective.counted(one.share) for one in known if one.number in burning), default=0.0)
    pace = at_once or lately / lately_for
    alone = ((one.number, used(worst(objective, [one], begin, now))) for one in known)
    return Budget(
        objective=objective,
        at=now,
        since=begin,
        renewed_at=None if is_rolling else end,
        allowed=allowed,
        burned=burned,
        rate=lately / (lately_for * spare) if lately else None,
        used_up_at=_used_up_at(
            steps if is_rolling else [], now, length if is_rolling else end - now, allowed - burned, pace
        ),
        by_incident=tuple((number, took) for number, took in alone if took),
        burning=burning,
    )


def budgets(
    policy: ErrorBudgets, burning: Collection[Burning], now: datetime, only: Collection[str] | None = None
) -> tuple[Budget, ...]:
    """How the error budgets stand, those with the least left first; `only`: of these services."""
    found = [
        budget(objective, [one.burn(policy.shares) for one in burning if one.service == service], now)
        for service, objective in policy.objectives.items()
        if only is None or service in only
    ]
    return tuple(sorted(found, key=lambda one: (one.part_left, -one.overdrawn, one.objective.service)))


def looked_back_to(policy: ErrorBudgets, now: datetime, only: Collection[str] | None = None) -> datetime:
    """The earliest instant that any of the budgets depends on: its window, and the span of its burn rate."""
    begins = []
    for service, objective in policy.objectives.items():
        if only is not None and service not in only:
            continue
        begin, end = objective.window.span(now)
        begins.append(min(begin, now - (end - begin) / LATELY))
    return min(begins, default=now)


def exhaust(incident: Incident, found: Budget | None, before: Budget | None, now: datetime, policy: Policy) -> Decision:
    """Say once that the incident used up the error budget of its service, and agree on what the policy wants then.
    `found`: the budget now; `before`: when the impact began. Nothing follows where it was exhausted before: whoever
    used it up was told."""
    rules, was_told = policy.budgets, incident.has_exhausted_budget
    if was_told or found is None or before is None or not found.is_exhausted or before.is_exhausted:
        return Decision(())
    if not found.used_by(incident.number) or not (rules.tells_channel or rules.follow_up):
        return Decision(())
    name = incident.service_name or found.objective.service
    event = BudgetExhausted(
        at=now, service=name, objective=found.objective.words, allowed=found.allowed, is_quiet=not rules.tells_channel
    )
    if rules.follow_up is None:
        return Decision((event,))
    agreed = agree(None, rules.follow_up.format(service=name), None, None, now, policy)
    return Decision((event, *agreed.events))


def worst(objective: Objective, burns: Iterable[Burn], begin: datetime, end: datetime) -> list[tuple[Span, float]]:
    """When something was bad between two instants, and what part of it: spans that do not overlap, in order."""
    spans = sorted(
        (max(start, begin), min(stop or end, end), share)
        for one in burns
        if (share := objective.counted(one.share)) > 0
        for start, stop in one.spans
    )
    found: list[tuple[Span, float]] = []
    at = begin
    under_way: list[tuple[float, datetime]] = []
    """Those that have begun, the worst first, with their ends."""

    def go_on(to: datetime) -> None:
        nonlocal at
        while under_way and at < to:
            share, stop = under_way[0]
            if stop <= at:
                heapq.heappop(under_way)
                continue
            until = min(stop, to)
            found.append(((at, until), -share))
            at = until
        at = max(at, to)

    for start, stop, share in spans:
        if stop > start:
            go_on(start)
            heapq.heappush(under_way, (-share, stop))
    go_on(end)
    return found


def used(steps: Iterable[tuple[Span, float]]) -> timedelta:
    return sum(((stop - start) * share for (start, stop), share in steps), NO_TIME)


def _is_under_way(objective: Objective, one: Burn, now: datetime) -> bool:
    return objective.counted(one.share) > 0 and any(
        begin <= now and (end is None or end > now) for begin, end in one.spans
    )


def _used_up_at(
    steps: Sequence[tuple[Span, float]], now: datetime, horizon: timedelta, left: timedelta, pace: float
) -> datetime | None:
    """When nothing is left at a pace, in minutes per minute. `steps`: what becomes too old to count as time passes, in
    a rolling window; `horizon`: how far it is looked ahead, which is the length of such a window."""
    if left <= NO_TIME or pace <= 0:
        return None
    at = now
    pieces = [
        (edge + horizon, slope)
        for (start, stop), share in steps
        for edge, slope in ((start, pace), (stop, pace - share))
    ]
    for edge, slope in (*pieces, (now + horizon, pace)):
        if slope > 0 and left <= (edge - at) * slope:
            return at + left / slope
        left -= (edge - at) * slope
        at = edge
    return None
