"""From `/incident declare` until people are in the channel: Slack calls in a row, and time."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from bot.sandbox import Sandbox
from bot.sandbox.journal import Entry
from tests.bench.company import ONCALL, PEOPLE, a_bot, a_slack
from tests.bench.figures import Figure, Unit, percentile

LATENCY = 0.2
"""Seconds that each call of Slack takes in the slow half."""


async def measure(folder: Path) -> list[Figure]:
    """Declares by twenty people, one after the other, first with Slack at its quickest, then slow."""
    async with a_slack(folder) as (sandbox, environment), a_bot(environment, folder):
        quick = [await _declare(sandbox, name) for name in PEOPLE]
        sandbox.latency = LATENCY
        slow = [await _declare(sandbox, name) for name in PEOPLE]
    times, delayed = [seconds for seconds, _ in quick], [seconds for seconds, _ in slow]
    return [
        Figure("declare → people in the channel: calls in a row", max(calls for _, calls in slow), Unit.CALLS, 2),
        Figure("… 0 ms per call, p50", percentile(times, 0.5), Unit.SECONDS),
        Figure("… 0 ms per call, p95", percentile(times, 0.95), Unit.SECONDS),
        Figure("… 200 ms per call, p50", percentile(delayed, 0.5), Unit.SECONDS),
        Figure("… 200 ms per call, p95", percentile(delayed, 0.95), Unit.SECONDS, 0.6),
    ]


async def _declare(sandbox: Sandbox, name: str) -> tuple[float, int]:
    """Seconds, and the longest row of calls that waited for each other, until everybody was in the channel."""
    wanted = {sandbox.person(name).id, sandbox.person(ONCALL).id}
    known = {channel.id for channel in sandbox.channels}
    noted, began = time.monotonic(), time.perf_counter()
    typing = asyncio.create_task(
        sandbox.person(name).types("/incident declare anyway checkout returns 500s", in_="general")
    )
    await sandbox.until(
        lambda: any(one.id not in known and wanted <= set(one.members) for one in sandbox.channels), timeout=20
    )
    seconds = time.perf_counter() - began
    calls = [one for one in sandbox.journal.calls() if one.at >= noted and one.method != "response_url"]
    assert (await typing).ok
    await _until_quiet(sandbox)
    return seconds, _longest_row(calls)


def _longest_row(calls: Sequence[Entry]) -> int:
    """The most calls of which each began after the one before had ended."""
    count, free_at = 0, 0.0
    for one in sorted(calls, key=lambda call: call.at + call.took):
        if one.at >= free_at:
            count, free_at = count + 1, one.at + one.took
    return count


async def _until_quiet(sandbox: Sandbox) -> None:
    """Until no call has come for a while, so that one declare does not disturb the next."""
    calls = -1
    while calls != len(sandbox.journal.entries):
        calls = len(sandbox.journal.entries)
        await asyncio.sleep(2 * sandbox.latency + 0.1)
