"""From the start of the process until it is ready, its memory when idle, and the help."""

import asyncio
import sys
import time
from pathlib import Path

from tests.bench.company import a_bot, a_slack
from tests.bench.figures import Figure, Unit, percentile

STARTS = 5
HELPS = 7
IDLE = 3.0
"""Seconds that it is left alone before its memory is read."""


async def measure(folder: Path) -> list[Figure]:
    """The first start makes the database; the others find it."""
    times: list[float] = []
    memory = 0.0
    async with a_slack(folder) as (_, environment):
        for number in range(STARTS):
            began = time.perf_counter()
            async with a_bot(environment, folder) as process:
                times.append(time.perf_counter() - began)
                if number == STARTS - 1:
                    await asyncio.sleep(IDLE)
                    memory = _resident(process.pid)
    helps = [await _help() for _ in range(HELPS)]
    return [
        Figure("start → ready, with a new database", times[0], Unit.SECONDS, 1.5),
        Figure("start → ready, p50", percentile(times[1:], 0.5), Unit.SECONDS, 1.5),
        Figure("idle memory", memory, Unit.MEGABYTES, 130),
        Figure("muster --help, p50", percentile(helps, 0.5), Unit.SECONDS, 0.2),
    ]


def _resident(pid: int) -> float:
    """Megabytes in memory now; proc(5), `VmRSS` in kB of 1024 bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) * 1024 / 1e6


async def _help() -> float:
    """Seconds."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "--help", stdout=asyncio.subprocess.DEVNULL
    )
    assert await process.wait() == 0
    return time.perf_counter() - began
