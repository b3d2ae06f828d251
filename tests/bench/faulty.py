"""How fast things are told while every tenth call to Slack fails, against none; with the patience of production."""

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

from bot.delivery.patience import Patience
from bot.sandbox import Fault
from bot.sandbox.faults import CALL, KINDS, Kind
from bot.sandbox.journal import Entry
from tests.bench.figures import Figure, Unit, percentile
from tests.scenarios.conftest import Company, company_at_work, eventually

INCIDENTS, NOTES = 20, 30
"""In each incident so many notes, one after the other; in all of them at the same time."""
EVERY = 10
"""So many calls, of which one fails."""
WITHIN = 900.0
LIKELY_CALLS = 2_000
"""At the most."""
FAILING: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if KINDS[kind].hits == CALL and kind != "latency")
"""In turn: refused with a time to wait, failed in three ways, cut off before it was done, and after."""


async def measure(folder: Path) -> list[Figure]:
    """The local Slack allows everything, so that it is Muster that is measured."""
    found = []
    rates = {}
    for name, every in (("no call fails", 0), ("a tenth of the calls fails", EVERY)):
        place = folder / f"every-{every}"
        place.mkdir()
        async with company_at_work(place, f"sqlite:///{place / 'muster.db'}", patience=Patience()) as company:
            rates[every], waits, failed = await _told(company, every)
        found += [
            Figure(f"{INCIDENTS * NOTES} notes in {INCIDENTS} incidents, {name}: told", rates[every], Unit.PER_SECOND),
            Figure("… acknowledged until told, p50", percentile(waits, 0.5), Unit.SECONDS),
            Figure("… p99", percentile(waits, 0.99), Unit.SECONDS),
            Figure("… calls that failed", failed, Unit.COUNT),
        ]
    return [*found, Figure("throughput with faults against without", rates[EVERY] / rates[0], Unit.RATIO)]


async def _told(company: Company, every: int) -> tuple[float, list[float], int]:
    """Notes told a second, how long each waited for it, and how many calls failed."""
    channels = [await company.declares(f"number {number} fails") for number in range(INCIDENTS)]
    journal = company.sandbox.journal
    before = journal.last_number
    for fault in _faults(every):
        company.sandbox.faults.add(fault)
    answered: dict[str, float] = {}

    async def notes(number: int) -> None:
        for place in range(NOTES):
            word = f"n{number:02}x{place:02}"
            answer = await company.dana.types(f"/incident note {word} errors fall", in_=channels[number].id)
            assert answer.ok, answer.text
            answered[word] = time.monotonic()

    began = time.monotonic()
    await asyncio.gather(*map(notes, range(INCIDENTS)))

    async def is_told() -> bool:
        return company.bot.delivery.is_idle and not await company.bot.under_way()

    await eventually(is_told, WITHIN)
    shown = {word: _told_at(journal.calls("chat.postMessage"), word) for word in answered}
    stands = {word: sum(word in one.plain for one in channels[int(word[1:3])].posted) for word in answered}
    assert set(stands.values()) == {1}, {word: times for word, times in stands.items() if times != 1}
    waits = [max(0.0, shown[word] - at) for word, at in answered.items()]
    failed = len(journal.find("fault", since=before))
    return len(answered) / (max(shown.values()) - began), waits, failed


def _told_at(calls: Sequence[Entry], word: str) -> float:
    """When the last call ended that told it; one whose answer was lost may be looked for later."""
    return max(one.at + one.took for one in calls if word in str(one.arguments))


def _faults(every: int) -> Iterator[Fault]:
    """One fault for each so many calls, of each kind in turn."""
    kinds = itertools.cycle(FAILING)
    for number in range(1, LIKELY_CALLS // every + 1 if every else 0):
        yield Fault("*", next(kinds), after=number * every, retry_after=1)
