"""Folded states, kept in the process so that an incident's timeline is not read and folded again from its beginning.

A kept state is never believed: it counts only together with the row of its last event, compared within the
reading transaction. Only what was committed is kept.
"""

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import NamedTuple

from bot.domain.folding import begin, evolve
from bot.domain.ids import IncidentNumber
from bot.domain.incident import Incident
from bot.domain.log import Log
from bot.domain.timeline import Recorded

INCIDENTS_KEPT = 256
EVENTS_KEPT = 50_000
"""So many events may stand behind all kept states together: what was noted and agreed stays in them."""
CHECKPOINT_EVERY = 64
"""Events between two states that are kept for good: no state as of an event is further away than that."""
RECENT = 16
"""The last states, which effects ask for."""


class Seal(NamedTuple):
    """What tells a row of a timeline from any other that could stand in its place."""

    kind: str
    version: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """An incident as of its last event, with states as of earlier ones."""

    state: Incident
    seal: Seal
    """Of the row of its last event."""
    checkpoints: "Log[Kept]" = field(default_factory=Log, repr=False)
    """Every sixty-fourth state, oldest first, each without states of its own."""
    recent: tuple[Incident, ...] = field(default=(), repr=False)

    @property
    def seq(self) -> int:
        return self.state.last_seq

    def before(self, seq: int) -> Incident | None:
        """The nearest state that is known as of an event or an earlier one."""
        known = chain((self.state,), reversed(self.recent), (kept.state for kept in reversed(self.checkpoints)))
        return next((state for state in known if state.last_seq <= seq), None)

    def earlier(self) -> "Kept | None":
        """An earlier state to begin with, where this one is ahead of what a transaction sees."""
        behind = [checkpoint for checkpoint in self.checkpoints[-2:] if checkpoint.seq < self.seq]
        if not behind:
            return None
        known = (checkpoint for checkpoint in self.checkpoints if checkpoint.seq <= behind[-1].seq)
        return replace(behind[-1], checkpoints=Log(known))


def grown(kept: Kept | None, recorded: Recorded, seal: Seal) -> Kept:
    """What is kept after one more event. Raises ValueError for a first event that is no declaration."""
    if kept is None:
        return Kept(begin(recorded), seal)
    state = evolve(kept.state, recorded)
    checkpoints = kept.checkpoints
    if state.last_seq % CHECKPOINT_EVERY == 0:
        checkpoints = checkpoints.with_item(Kept(state, seal))
    return Kept(state, seal, checkpoints, (*kept.recent, kept.state)[-RECENT:])


class States:
    """The states of the incidents that were used last: of a process, or of one transaction until it is committed."""

    def __init__(self, incidents: int = INCIDENTS_KEPT, events: int = EVENTS_KEPT) -> None:
        self._kept: OrderedDict[IncidentNumber, Kept] = OrderedDict()
        self._most_incidents = incidents
        self._most_events = events
        self._events = 0

    def get(self, number: IncidentNumber) -> Kept | None:
        kept = self._kept.get(number)
        if kept is not None:
            self._kept.move_to_end(number)
        return kept

    def keep(self, kept: Kept) -> None:
        """Keep a committed state, unless a later one is kept already."""
        number = kept.state.number
        known = self._kept.get(number)
        if known is not None and known.seq > kept.seq:
            return
        self._forget(number)
        self._kept[number] = kept
        self._events += kept.seq
        while self._kept and (len(self._kept) > self._most_incidents or self._events > self._most_events):
            self._forget(next(iter(self._kept)))

    def drop(self, number: IncidentNumber) -> None:
        """Forget an incident: it is folded from its beginning when it is needed again."""
        self._forget(number)

    def _forget(self, number: IncidentNumber) -> None:
        known = self._kept.pop(number, None)
        if known is not None:
            self._events -= known.seq

    def __len__(self) -> int:
        return len(self._kept)


class Uncommitted(States):
    """The states that a writing transaction sees. Only its commit hands them on; they are dropped with it otherwise."""

    def __init__(self, committed: States) -> None:
        super().__init__()
        self._committed = committed
        self._dropped: set[IncidentNumber] = set()

    def get(self, number: IncidentNumber) -> Kept | None:
        own = super().get(number)
        return own if own or number in self._dropped else self._committed.get(number)

    def drop(self, number: IncidentNumber) -> None:
        super().drop(number)
        self._dropped.add(number)

    def commit(self) -> None:
        """Hand on what is true from now on."""
        for number in self._dropped:
            self._committed.drop(number)
        for kept in self._kept.values():
            self._committed.keep(kept)
