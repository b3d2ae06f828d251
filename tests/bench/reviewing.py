"""The review of a long incident in its three formats: time, and the memory of a process that does nothing else.

`python -m tests.bench.reviewing DATABASE` is that process: it prints seconds and megabytes.
"""

import asyncio
import sys
import time
from asyncio.subprocess import PIPE
from datetime import timedelta
from pathlib import Path

from bot import policy as policies
from bot.domain.ids import IncidentNumber, WorkspaceId
from bot.domain.transcript import MessagePosted, SlackEvent
from bot.jobs.review_file import write_review
from bot.store import Database, Store, WorkspaceRow
from bot.workflows.desk import Desk
from tests.bench.figures import Figure, Unit
from tests.bench.intake import STARTS_AT, a_message
from tests.store.given import CHANNEL, declare_with_channel

BUDGETS = {10_000: 2.0, 100_000: 20.0}
"""Messages → seconds."""
MEMORY = 300
"""Megabytes."""
AT_ONCE = 5_000
WORKSPACE = WorkspaceId("T1")


async def measure(folder: Path) -> list[Figure]:
    figures = []
    for messages, budget in BUDGETS.items():
        url = f"sqlite+aiosqlite:///{folder / f'review-{messages}.db'}"
        await _fill(url, messages)
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.bench.reviewing", url, stdout=PIPE)
        printed, _ = await process.communicate()
        assert process.returncode == 0
        seconds, megabytes = map(float, printed.split())
        figures += [
            Figure(f"review of {messages:,} messages, md + html + json", seconds, Unit.SECONDS, budget),
            Figure("… peak memory of the process", megabytes, Unit.MEGABYTES, MEMORY),
        ]
    return figures


async def _fill(url: str, messages: int) -> None:
    """An incident and so many messages in its channel."""
    database = await Database.open(url, migrate=True)
    try:
        store = Store(database, WORKSPACE)
        async with store.write() as tx:
            await tx.keep_workspace(WorkspaceRow(WORKSPACE, "Bench", "https://bench.example/", "UBOT"))
        await declare_with_channel(store)
        for begin in range(0, messages, AT_ONCE):
            numbers = range(begin, min(begin + AT_ONCE, messages))
            async with store.write() as tx:
                await tx.apply_all([SlackEvent(f"Ev{one}", MessagePosted(a_message(CHANNEL, one))) for one in numbers])
    finally:
        await database.close()


async def _write(url: str) -> None:
    database = await Database.open(url, migrate=False)
    try:
        desk = Desk(Store(database, WORKSPACE), policies.load(None), (), lambda: STARTS_AT + timedelta(days=2))
        async with desk.store.read() as tx:
            incident = await tx.incident(IncidentNumber(1))
        assert incident is not None
        began = time.perf_counter()
        await write_review(desk, incident, None)
        print(time.perf_counter() - began, _peak())
    finally:
        await database.close()


def _peak() -> float:
    """Megabytes that this process had in memory at the most; proc(5), `VmHWM` in kB of 1024 bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) * 1024 / 1e6


if __name__ == "__main__":
    asyncio.run(_write(sys.argv[1]))
