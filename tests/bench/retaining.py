"""Taking out of many records what is kept no longer: `python -m tests.bench.retaining [INCIDENTS]`, on SQLite.

The incidents are those of `tests.bench.erasing`: ten events and ten messages each. What counts is processor time: the
machine may be busy. The longest turn is how long the loop was held, at the most, by everything together.
"""

import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.ids import WorkspaceId
from bot.domain.retention import Retention
from bot.domain.vocabulary import DataClass
from bot.store import Database, Store, WorkspaceRow, rebuild
from bot.workflows.retaining import purge_records, would_go
from tests.bench.erasing import fill

EVERYTHING = Retention(dict.fromkeys(DataClass, timedelta(days=30)))


def now() -> datetime:
    return datetime.now(UTC) + timedelta(days=400)


async def longest_turn(until: asyncio.Event) -> float:
    """In seconds of the loop's own processor time."""
    longest = 0.0
    while not until.is_set():
        began = time.thread_time()
        await asyncio.sleep(0.001)
        longest = max(longest, time.thread_time() - began)
    return longest


async def main(incidents: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(f"sqlite+aiosqlite:///{Path(folder) / 'muster.db'}")
        store = Store(database, WorkspaceId("T1"))
        async with store.write() as tx:
            await tx.keep_workspace(WorkspaceRow("T1", "Test"))
        await fill(store, incidents)
        began = time.process_time()
        async with store.read() as tx:
            rows = (await would_go(tx, EVERYTHING, now())).rows
        looked = time.process_time() - began
        done = asyncio.Event()
        watching = asyncio.create_task(longest_turn(done))
        began, clock = time.process_time(), time.monotonic()
        count = await purge_records(store, EVERYTHING, now)
        purged, took = time.process_time() - began, time.monotonic() - clock
        done.set()
        began = time.process_time()
        assert await purge_records(store, EVERYTHING, now) == 0
        again = time.process_time() - began
        differences = len((await rebuild(store)).differences)
        await database.close()
    print(f"{count:,} of {incidents:,} incidents, {rows['messages']:,} messages, {rows['entries']:,} entries")
    print(f"purged in {purged:.1f} s of processor time, {took:.0f} s by the clock; a dry run takes {looked:.1f} s")
    print(
        f"longest turn {await watching * 1000:.0f} ms; with nothing to do {again:.2f} s; {differences} differ rebuilt"
    )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
