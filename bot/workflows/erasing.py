"""Erasing one person: what stands in the way, what there is to do, and doing it.

A few incidents at a time, so that whoever else writes waits for none of it. Each step finds what is left by looking
for it: after a kill, the same again goes on where it stopped, under the same pseudonym.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.ids import IncidentNumber, SlackUserId, ref
from bot.domain.pseudonyms import StandIns
from bot.domain.timeline import ReviewPublished
from bot.store import Reading, Store
from bot.store.erasing import ELSEWHERE, TIMELINE, TRANSCRIPT, Erasure, Posted
from bot.store.places import PLACES
from bot.store.rows import Summary

AT_ONCE = 20
"""Incidents in one transaction."""
ROUNDS = 3
"""So often it is looked whether somebody came up again meanwhile."""


@dataclass(slots=True)
class Found:
    """Where somebody stands."""

    rows: Counter[str] = field(default_factory=Counter)
    """By table."""
    names: Counter[str] = field(default_factory=Counter)
    """How often they stand in texts, by id and by each name."""
    incidents: set[IncidentNumber] = field(default_factory=set)
    """In whose timelines they stand."""
    channels: set[str] = field(default_factory=set)
    """In whose transcripts they do."""
    still_in: int = 0
    """Channels of incidents that they are in now."""

    @property
    def is_nothing(self) -> bool:
        return not self.rows


async def find(tx: Reading, who: StandIns) -> Found:
    """Everything that there is of somebody."""
    found = Found()
    async for one in tx.traces_of(who, [one for one in PLACES if not one.is_projection]):
        found.rows[one.place.name] += 1
        for name in one.columns:
            found.names.update(who.counted(str(one.row[name])))
        if one.place is TIMELINE:
            found.incidents.add(IncidentNumber(one.row["incident"]))
        elif one.place is TRANSCRIPT:
            found.channels.add(one.row["channel"])
        elif one.place.name == "members":
            found.still_in += one.row["left_at"] is None
    return found


async def in_the_way(tx: Reading, user: SlackUserId, found: Found) -> tuple[str, ...]:
    """Why somebody cannot be erased now, and what to do about it."""
    numbers = {*found.incidents, *(await tx.incidents_of_channels(found.channels)).values()}
    held = sorted(numbers & await tx.held())
    newer = [ref(one) for one in await tx.incidents_of_newer_versions()]
    told = [
        f"{one} was written by a newer version of Muster, which alone can take somebody out of it." for one in newer
    ]
    told += [
        f"{ref(one)} is on legal hold: they stand in its record. `/incident {ref(one)} hold off <reason>` lifts it."
        for one in held
    ]
    for one in await tx.incidents():
        if user in (one.commander, one.asked):
            told.append(_leading(one, user))
    return tuple(told)


def _leading(one: Summary, user: SlackUserId) -> str:
    whose = "they command it" if one.commander == user else "they are asked to command it"
    verb = "handover" if one.commander == user else "commander"
    return f"{ref(one.number)} is open and {whose}. Put somebody else there (`/incident {ref(one.number)} {verb} @x`)."


async def erase(store: Store, erasure: Erasure, now: Callable[[], datetime], at_once: int = AT_ONCE) -> Found:
    """Take somebody out of everything; what is left came up meanwhile. `now`: incident time. The erasure is begun
    already, and does not end here: the database's files still hold them."""
    async with store.read() as tx:
        left = await find(tx, erasure.who)
    for _ in range(ROUNDS):
        if left.is_nothing:
            break
        await _round(store, erasure, left, now, at_once)
        async with store.read() as tx:
            left = await find(tx, erasure.who)
    return left


async def _round(store: Store, erasure: Erasure, found: Found, now: Callable[[], datetime], at_once: int) -> None:
    async with store.read() as tx:
        of_channels = await tx.incidents_of_channels(found.channels)
    work: dict[IncidentNumber, list[str]] = {number: [] for number in sorted({*found.incidents, *of_channels.values()})}
    for channel, number in of_channels.items():
        work[number].append(channel)
    numbers = list(work)
    for start in range(0, len(numbers), at_once):
        async with store.write() as tx:
            part = {number: work[number] for number in numbers[start : start + at_once]}
            await tx.erase_from_incidents(erasure, part, now())
    for channel in sorted(found.channels - of_channels.keys()):
        async with store.write() as tx:
            await tx.erase_from_channels(erasure, [channel])
    for place in ELSEWHERE:
        if found.rows[place.name]:
            async with store.write() as tx:
                await tx.erase_elsewhere(erasure, place)


@dataclass(frozen=True, slots=True)
class Beyond:
    """What stands where Muster does not reach."""

    posted: tuple[Posted, ...]
    """What Muster posted in Slack about the incidents, as far back as effects are kept."""
    channels: Mapping[IncidentNumber, str]
    """The channels of the incidents, by name."""
    issues: tuple[str, ...]
    """Addresses of issues in trackers."""
    published: int
    """Reviews that were published."""


async def beyond(tx: Reading, found: Found) -> Beyond:
    numbers = {*found.incidents, *(await tx.incidents_of_channels(found.channels)).values()}
    names = {one.number: one.channel_name or "" async for one in _summaries(tx, numbers)}
    issues = [one.url for number, one, _ in await tx.issues_filed(None) if number in numbers]
    published = await tx.count_of(ReviewPublished.__name__, numbers)
    return Beyond(await tx.posted_about(numbers), names, tuple(issues), published)


async def _summaries(tx: Reading, numbers: Iterable[IncidentNumber]) -> AsyncIterator[Summary]:
    listed = sorted(numbers)
    for start in range(0, len(listed), 500):
        for one in await tx.summaries(listed[start : start + 500]):
            yield one
