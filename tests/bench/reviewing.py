"""The review of a long incident in its three formats: time, and the memory of a process that does nothing else.

`python -m tests.bench.reviewing DATABASE` is that process: it prints seconds and megabytes.
"""

import asyncio
import sys
import time
from asyncio.subprocess import PIPE
from datetime import timedelta
from pathlib import Path

from bot.config import policy_loading as policies
from bot.domain.ids import IncidentNumber, WorkspaceId
from bot.domain.incident import Incident
from bot.domain.timeline import IncidentClosed
from bot.domain.transcript import MessagePosted, SlackEvent
from bot.review import WRITERS, redact, render_pdf, written
from bot.slack.review_files import write_review
from bot.store import Database, Store, WorkspaceRow
from bot.workflows.compiling import compile_for
from bot.workflows.context import Context
from tests.bench.figures import Figure, Unit
from tests.bench.intake import STARTS_AT, a_message
from tests.store.given import CHANNEL, declare_with_channel

BUDGETS = {10_000: 2.0, 100_000: 20.0}
"""Messages → seconds."""
PARTS = ("compile", "look for secrets", "Markdown", "HTML", "JSON", "PDF (without a transcript of this length)")
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
        seconds, megabytes, *each = map(float, printed.split())
        figures += [
            Figure(f"review of {messages:,} messages, md + html + json", seconds, Unit.SECONDS, budget),
            Figure("… peak memory of the process", megabytes, Unit.MEGABYTES, MEMORY),
            *(Figure(f"… {name}", one, Unit.SECONDS) for name, one in zip(PARTS, each, strict=False)),
            Figure("… size of the HTML", each[-1], Unit.MEGABYTES),
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
        context = Context(Store(database, WORKSPACE), policies.load(None), (), lambda: STARTS_AT + timedelta(days=2))
        async with context.store.read() as tx:
            incident = await tx.incident(IncidentNumber(1))
        assert incident is not None
        began = time.perf_counter()
        for file in (await write_review(context, incident, None, IncidentClosed(at=STARTS_AT))).files:
            file.write()
        took, peak = time.perf_counter() - began, _peak()
        print(took, peak, *await _each(context, incident))
    finally:
        await database.close()


async def _each(context: Context, incident: Incident) -> list[float]:
    """Seconds of each part alone, in the order of `PARTS`, then megabytes of the HTML."""
    began = time.perf_counter()
    review = await compile_for(context, incident)
    took = [time.perf_counter() - began]
    began = time.perf_counter()
    clean = redact(review)
    took.append(time.perf_counter() - began)
    sizes = {}
    for ending in WRITERS:
        began = time.perf_counter()
        sizes[ending] = len(written(clean, ending))
        took.append(time.perf_counter() - began)
    began = time.perf_counter()
    render_pdf(clean)
    took.append(time.perf_counter() - began)
    return [*took, sizes["html"] / 1e6]


def _peak() -> float:
    """Megabytes that this process had in memory at the most; proc(5), `VmHWM` in kB of 1024 bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) * 1024 / 1e6


if __name__ == "__main__":
    asyncio.run(_write(sys.argv[1]))
