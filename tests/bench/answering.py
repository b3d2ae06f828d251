"""From a command on the wire to its acknowledgement, with twenty people typing at once."""

import asyncio
import time
from pathlib import Path

from bot.sandbox import Sandbox
from tests.bench.company import PEOPLE, a_bot, a_slack
from tests.bench.figures import Figure, Unit, percentile

ROUNDS = 15
PAUSE = 0.3
"""Seconds between two rounds."""


async def measure(folder: Path) -> list[Figure]:
    """Notes on one incident: all twenty commands of a round want the same lock, and each is durable before its ack."""
    async with a_slack(folder) as (sandbox, environment), a_bot(environment, folder):
        await sandbox.person(PEOPLE[0]).types("/incident declare checkout returns 500s", in_="general")
        await asyncio.sleep(1)
        times: list[float] = []
        for number in range(ROUNDS):
            found = await asyncio.gather(*(_note(sandbox, name, number) for name in PEOPLE))
            times += found if number else []  # the first round warms up
            await asyncio.sleep(PAUSE)
    return [
        Figure("command → ack, 20 at once, p50", percentile(times, 0.5) * 1000, Unit.MILLISECONDS),
        Figure("command → ack, 20 at once, p99", percentile(times, 0.99) * 1000, Unit.MILLISECONDS, 100),
    ]


async def _note(sandbox: Sandbox, name: str, number: int) -> float:
    """Seconds."""
    began = time.perf_counter()
    answer = await sandbox.person(name).types(f"/incident INC-1 note saw it for the {number}. time", in_="general")
    seconds = time.perf_counter() - began
    assert answer.ok, answer.text
    return seconds
