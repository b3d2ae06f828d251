"""How soon people are answered while the database is away, and how soon all is well once it is back."""

import asyncio
import time
from contextlib import suppress
from pathlib import Path

from bot.blocks.away import NOT_NOW
from bot.store import DatabaseUnreachable
from tests.away import away
from tests.bench.figures import Figure, Unit, percentile
from tests.scenarios.conftest import Company, company_at_work

COMMANDS = 30
"""Typed one after the other while it is away; the first of them before Muster can have noticed."""
NOTE = "INC-1 note all is quiet"
LOOKS_EVERY = 0.02


async def measure(folder: Path) -> list[Figure]:
    url = f"sqlite:///{folder / 'muster.db'}"
    async with company_at_work(folder, url) as company:
        channel = await company.declares("checkout fails")
        async with away(url):
            first = await _seconds(company, NOTE)
            later = [await _seconds(company, NOTE) for _ in range(COMMANDS)]
            declared = await _seconds(company, "declare P1 search fails")
        began = time.monotonic()
        while NOT_NOW in (await company.dana.types(f"/incident {NOTE}", in_=channel.id)).text:
            await asyncio.sleep(LOOKS_EVERY)
        again = time.monotonic() - began
        while await _last_number(company) < 2:
            await asyncio.sleep(LOOKS_EVERY)
        recorded = time.monotonic() - began
    return [
        Figure("SQLite locked for long: the very first command answered", first, Unit.SECONDS),
        Figure("… the following, p50", percentile(later, 0.5) * 1000, Unit.MILLISECONDS),
        Figure("… p99", percentile(later, 0.99) * 1000, Unit.MILLISECONDS),
        Figure("… a declaration answered", declared * 1000, Unit.MILLISECONDS),
        Figure("… back: commands are done again after", again, Unit.SECONDS),
        Figure("… what was declared meanwhile is recorded after", recorded, Unit.SECONDS),
    ]


async def _seconds(company: Company, text: str) -> float:
    began = time.monotonic()
    answer = await company.dana.types(f"/incident {text}", in_="general")
    assert answer.text, answer
    return time.monotonic() - began


async def _last_number(company: Company) -> int:
    with suppress(DatabaseUnreachable):
        async with company.bot.context.store.read() as tx:
            return await tx.last_number()
    return 0
