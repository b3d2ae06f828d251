"""From a command on the wire to its acknowledgement, with twenty people typing at once."""

import asyncio
import time
from pathlib import Path

from bot.sandbox import Sandbox
from tests.bench.company import PEOPLE, a_bot, a_slack
from tests.bench.figures import Figure, Unit, percentile

ROUNDS = 15
PAUSE = 1.0
"""Seconds until a declared incident has come to rest."""


async def measure(folder: Path) -> list[Figure]:
    """Notes, in each round on another incident: all twenty want the same lock, and each is durable before its ack."""
    async with a_slack(folder) as (sandbox, environment), a_bot(environment, folder):
        times: list[float] = []
        for number in range(1, ROUNDS + 1):
            await sandbox.person(PEOPLE[0]).types("/incident declare anyway checkout returns 500s", in_="general")
            await asyncio.sleep(PAUSE)
            found = await asyncio.gather(*(_note(sandbox, name, number) for name in PEOPLE))
            times += found if number > 1 else []  # the first round warms up
    return [
        Figure("command → ack, 20 at once, p50", percentile(times, 0.5) * 1000, Unit.MILLISECONDS),
        Figure("command → ack, 20 at once, p99", percentile(times, 0.99) * 1000, Unit.MILLISECONDS, 100),
    ]


async def _note(sandbox: Sandbox, name: str, number: int) -> float:
    """Seconds."""
    began = time.perf_counter()
    answer = await sandbox.person(name).types(f"/incident INC-{number} note errors fall since 14:02", in_="general")
    seconds = time.perf_counter() - began
    assert answer.ok, answer.text
    return seconds
