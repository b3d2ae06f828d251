"""The figures over incidents that their rows give are those that their timelines give, to the microsecond."""

import random
import statistics
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

import pytest

from bot.domain.ids import IncidentNumber
from bot.domain.metrics import Figures, Share, Spread, report
from bot.domain.timeline import (
    AnyEvent,
    CommandAccepted,
    Escalated,
    IncidentCancelled,
    IncidentDeclared,
    IncidentMitigated,
    IncidentReopened,
    IncidentResolved,
    ProblemLinked,
    Promise,
    Update,
    UpdatePosted,
)
from bot.domain.vocabulary import Priority
from bot.store import Store, Writing
from tests.store.given import BO, NOON, declaration

SINCE = NOON - timedelta(days=60)
MICROSECOND = timedelta(microseconds=1)
PROMISE = Promise(NOON)
ENDS: dict[str, type[AnyEvent]] = {
    "acknowledge": CommandAccepted,
    "update first": UpdatePosted,
    "mitigate": IncidentMitigated,
    "resolve": IncidentResolved,
}
MANY = 100


class Life(NamedTuple):
    number: int
    declared: IncidentDeclared
    events: Sequence[AnyEvent]

    def at(self, kind: type[AnyEvent]) -> datetime | None:
        """When something like that happened first; of what a reopening takes back, since then."""
        back = max((place for place, one in enumerate(self.events) if isinstance(one, IncidentReopened)), default=0)
        events = self.events[back:] if kind in (IncidentMitigated, IncidentResolved) else self.events
        return next((one.at for one in events if isinstance(one, kind)), None)

    @property
    def problem(self) -> int | None:
        return next((one.problem for one in self.events if isinstance(one, ProblemLinked)), None)


async def live(tx: Writing, dice: random.Random) -> Life:
    """Declare an incident; some of what may become of one follows."""
    at = SINCE + MICROSECOND * dice.randrange(50 * 86_400 * 10**6)
    accepted, escalated, told, linked, mitigated, over, back, again = (
        at := at + MICROSECOND * dice.randrange(1, 10**10) for _ in range(8)
    )
    some: list[tuple[float, Sequence[AnyEvent]]] = [
        (0.8, [CommandAccepted(at=accepted, by=BO)]),
        (0.2, [Escalated(at=escalated, by=BO, reason="it spreads", told=())]),
        (0.7, [UpdatePosted(at=told, by=BO, update=Update("x"), next_update=PROMISE)]),
        (0.5, [ProblemLinked(at=linked, by=BO, problem=dice.randrange(1, 6), title="a leak")]),
        (0.5, [IncidentMitigated(at=mitigated, by=BO, what="x")]),
    ]
    resolved = IncidentResolved(at=over, by=BO, what="x")
    reopened = IncidentReopened(at=back, by=BO, reason="it is back", next_update=PROMISE)
    ends: tuple[Sequence[AnyEvent], ...] = (
        [],
        [IncidentCancelled(at=over, by=BO, reason="a false alarm")],
        [resolved],
        [resolved, reopened],
        [resolved, reopened, replace(resolved, at=again)],
    )
    number = await tx.next_number()
    declared = replace(
        declaration(number),
        at=accepted - MICROSECOND * dice.randrange(1, 10**9),
        priority=dice.choice((Priority.P1, Priority.P2)),
        is_drill=dice.random() < 0.1,
    )
    steps = (one for chance, step in some if dice.random() < chance for one in step)
    life = Life(number, declared, (*steps, *dice.choice(ends)))
    await tx.record(number, [declared, *life.events], NOON)
    return life


def shares(found: Figures) -> tuple[object, ...]:
    return found.incidents, found.open, found.first_contact, found.reopened, found.repeated


def assert_spread(found: Spread | None, spans: Sequence[timedelta]) -> None:
    """By the standard library."""
    assert found is not None
    counted = [span / MICROSECOND for span in spans]
    ninth = statistics.quantiles(counted, n=10, method="inclusive")[8]
    expected = [MICROSECOND * one for one in (statistics.fmean(counted), statistics.median(counted), ninth)]
    assert found.count == len(spans)
    assert [one / MICROSECOND for one in (found.mean, found.median, found.mostly)] == pytest.approx(
        [one / MICROSECOND for one in expected], abs=1
    )


def assert_same(found: Figures, lives: Sequence[Life], first: dict[int, int]) -> None:
    """`first`: the number of the first incident of each problem."""
    for name, kind in ENDS.items():
        ends = ((life.declared.at, life.at(kind)) for life in lives)
        assert_spread(found.times[name], [end - begin for begin, end in ends if end])
    assert_spread(found.between, [b - a for a, b in pairwise(sorted(life.declared.at for life in lives))])
    resolved = [life for life in lives if life.at(IncidentResolved)]
    assert shares(found) == (
        len(lives),
        len(lives) - len(resolved),
        Share(sum(not (one.at(Escalated) or one.at(IncidentReopened)) for one in resolved), len(resolved)),
        Share(sum(bool(one.at(IncidentReopened)) for one in lives), len(lives)),
        Share(sum(one.problem is not None and first[one.problem] < one.number for one in lives), len(lives)),
    )


async def test_figures_by_the_rows_are_those_by_the_timelines(store: Store) -> None:
    dice = random.Random(13)  # noqa: S311 - the same lives every time
    async with store.write() as tx:
        lives = [await live(tx, dice) for _ in range(MANY)]
    hidden = [IncidentNumber(life.number) for life in lives if life.number % 7 == 0]
    async with store.read() as tx:
        found = report(await tx.measured(SINCE - timedelta(days=1), apart_from=hidden), SINCE, NOON)
        nothing = report(await tx.measured(NOON), SINCE, NOON)

    seen = [life for life in lives if life.number not in hidden and life.declared.at >= SINCE]
    real = [life for life in seen if not life.declared.is_drill]
    counted = [life for life in real if not life.at(IncidentCancelled)]
    assert (found.drills, found.not_handled) == (len(seen) - len(real), len(real) - len(counted))
    first: dict[int, int] = {}
    for life in lives:
        if life.problem is not None:
            first.setdefault(life.problem, life.number)
    assert_same(found.whole, counted, first)
    for priority, figures in found.by_priority.items():
        assert_same(figures, [life for life in counted if life.declared.priority.value == priority], first)
    for month, figures in found.by_month.items():
        assert figures.incidents == sum(f"{life.declared.at:%Y-%m}" == month for life in counted)
    assert nothing.whole.incidents == 0
