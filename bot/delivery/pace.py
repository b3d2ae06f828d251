"""How often another system may be called: what it counts is counted here first, so that it need not refuse.

Each replica keeps to its own share, from what it has called itself: no replica waits for another, and no call for the
database. What the other system says all the same goes before any count of ours.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.store import NOTHING_PAUSED, Paused

KEPT: Final = 0.2
"""The part of a budget that is kept for what is urgent."""
SHORTEST_WAIT: Final = 0.02
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls in any stretch of so many seconds."""

    calls: int
    seconds: float

    def shared(self, among: int) -> "Rate":
        """What each of so many may do, so that all of them together keep to it; if they are more than the calls are, on
        average."""
        return Rate(max(1, self.calls // among), self.seconds * max(1.0, among / self.calls))

    @property
    def kept(self) -> int:
        return int(self.calls * KEPT)


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be begun now."""

    most: int | None = None
    """So many effects at once; None: any number."""
    paused: Paused = NOTHING_PAUSED
    changes_in: float | None = None
    """Seconds until something of what is paused may go on; None: nothing is, or what is under way decides it."""
    is_tight: bool = False
    """Whether some budget is so far used up that the most urgent effect should be the next, whichever lane it is in."""


@dataclass(slots=True)
class Spent:
    """The calls of the last stretch, the oldest first, and until when there may be none at all."""

    at: deque[float] = field(default_factory=deque)
    closed_until: float = 0.0

    def forget(self, before: float) -> None:
        while self.at and self.at[0] <= before:
            self.at.popleft()


class Pace:
    """One replica's budgets, by name: a method of the other system, or whatever else it counts."""

    def __init__(
        self,
        rates: Mapping[str, Rate],
        needs: Mapping[str, Collection[str]],
        in_one_place: Rate,
        places: Collection[str],
        begun: Collection[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`needs`: by kind of effect, the budgets that it draws on. `in_one_place`: how often something may be put in
        one place, which is a lane; `places`: the kinds that put something there. `begun`: the budgets that are drawn on
        when an effect is begun, all others when a call was answered. `clock`: machine time, in seconds."""
        self._all_rates, self._all_in_one_place = rates, in_one_place
        self._needs, self._places, self._begun, self._clock = needs, places, begun, clock
        self._kinds = {name: {kind for kind, needed in needs.items() if name in needed} for name in rates}
        self._spent: dict[str, Spent] = {}
        self._lanes: dict[str, Spent] = {}
        self._refused_at: dict[str, float] = {}
        self.share(among=1)

    def share(self, among: int) -> None:
        """Keep to one of so many equal shares."""
        self.among = max(1, among)
        self._rates = {name: rate.shared(self.among) for name, rate in self._all_rates.items()}
        self._in_one_place = self._all_in_one_place.shared(self.among)
        self._most = min(rate.calls - rate.kept for rate in self._rates.values())

    # What happened

    def called(self, name: str) -> None:
        """A call was answered, or nobody knows."""
        if name in self._rates:
            self._of(name).at.append(self._clock())

    def refused(self, name: str, seconds: float, place: str = "") -> None:
        """The other system asks for patience. `place`: where something was to be put, if it counts by place, too: then
        the budget is closed once another place is refused as well, since one place alone says nothing of others."""
        if name not in self._rates:
            return
        now = self._clock()
        elsewhere = [one for one, until in self._refused_at.items() if one != place and until > now]
        if not place or elsewhere:
            spent = self._of(name)
            spent.closed_until = max(spent.closed_until, now + seconds)
        if place:
            self._refused_at = {one: self._refused_at[one] for one in elsewhere} | {place: now + seconds}

    def took(self, kind: str, lane: str) -> None:
        """An effect is begun."""
        now = self._clock()
        if kind in self._places:
            self._lanes.setdefault(lane, Spent()).at.append(now)
        for name in self._begun:
            if kind in self._kinds[name]:
                self._of(name).at.append(now)

    def remember(self, kind: str, lane: str, ago: float) -> None:
        """An effect was begun before this process was there, so many seconds ago; the oldest are told first."""
        at = self._clock() - ago
        for name in self._needs.get(kind, ()):
            self._of(name).at.append(at)
        if kind in self._places:
            self._lanes.setdefault(lane, Spent()).at.append(at)

    def _of(self, name: str) -> Spent:
        return self._spent.setdefault(name, Spent())

    # What follows from it

    def limits(self, under_way: Iterable[str] = ()) -> Limits:
        """What may be begun now, while effects of these kinds are under way and have not been counted yet."""
        now = self._clock()
        busy = Counter(name for kind in under_way for name in self._needs.get(kind, ()))
        most, is_tight, changes = self._most, False, list[float]()
        stopped, scarce = set[str](), set[str]()
        for name in self._spent.keys() | busy.keys():
            rate = self._rates[name]
            left, frees_at = self._left(name, now)
            left -= busy[name]
            if left <= rate.kept:
                (scarce if left > 0 else stopped).update(self._kinds[name])
                if frees_at is not None:
                    changes.append(frees_at - now)
            room = left if left <= rate.kept else left - rate.kept
            if room > 0:
                most, is_tight = min(most, room), is_tight or room < rate.calls / 4
        lanes = self._full_lanes(now, changes)
        if not (stopped or scarce or lanes):
            return Limits(most, is_tight=is_tight)
        paused = Paused(frozenset(stopped), frozenset(scarce - stopped), lanes)
        return Limits(most, paused, max(SHORTEST_WAIT, min(changes)) if changes else None, is_tight)

    def _left(self, name: str, now: float) -> tuple[int, float | None]:
        """How many calls, and when there are more."""
        rate, spent = self._rates[name], self._of(name)
        spent.forget(now - rate.seconds)
        if spent.closed_until > now:
            return 0, spent.closed_until
        return rate.calls - len(spent.at), spent.at[0] + rate.seconds if spent.at else None

    def _full_lanes(self, now: float, changes: list[float]) -> frozenset[str]:
        rate, full = self._in_one_place, []
        for lane, spent in list(self._lanes.items()):
            spent.forget(now - rate.seconds)
            if not spent.at:
                del self._lanes[lane]
            elif len(spent.at) >= rate.calls:
                full.append(lane)
                changes.append(spent.at[0] + rate.seconds - now)
        return frozenset(full)

    def used(self) -> dict[str, float]:
        """Of each budget that was drawn on lately, the part that is used up."""
        now = self._clock()
        return {name: 1 - self._left(name, now)[0] / self._rates[name].calls for name in self._spent}

    async def turn(self, name: str) -> None:
        """Wait until something that nobody waits for may draw on a budget."""
        while name in self._rates:
            now = self._clock()
            left, frees_at = self._left(name, now)
            if left > self._rates[name].kept or frees_at is None:
                return
            await asyncio.sleep(max(SHORTEST_WAIT, frees_at - now))
