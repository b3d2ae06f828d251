"""From `/incident declare` until people are in the channel: Slack calls in a row, time, and Muster's share of it."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox import Sandbox
from bot.sandbox.journal import Entry
from tests.bench.company import ONCALL, PEOPLE, a_bot, a_slack
from tests.bench.figures import Figure, Unit, percentile
from tests.bench.postgres import a_postgres

LATENCY = 0.2
"""Seconds that each call of Slack takes in the slow half."""
ON_THE_WAY = ("conversations.create", "conversations.invite")
"""The calls that people wait for; every other one goes on beside them."""


@dataclass(frozen=True, slots=True)
class Declared:
    """One declare. Times in seconds."""

    total: float
    own: float
    """Not spent waiting for Slack."""
    calls: int
    """The longest row of calls that waited for each other."""


async def measure(folder: Path) -> list[Figure]:
    """Declares by twenty people, one after the other, first with Slack at its quickest, then slow."""
    async with a_slack(folder) as (sandbox, environment), a_bot(environment, folder):
        quick = await _everybody(sandbox)
        sandbox.latency = LATENCY
        slow = await _everybody(sandbox)
    calls = max(declared.calls for declared in slow)
    figures = [
        Figure("declare → people in the channel: calls in a row", calls, Unit.CALLS, 2),
        *_figures("0 ms per call", quick, None),
        *_figures("200 ms per call", slow, 0.48),
    ]
    async with a_postgres() as url:
        if url:
            figures += _figures("0 ms per call, PostgreSQL", await _on(folder, url), None)
    return figures


async def _on(folder: Path, url: str) -> list[Declared]:
    async with a_slack(folder) as (sandbox, environment):
        environment["MUSTER_DATABASE_URL"] = url
        async with a_bot(environment, folder):
            return await _everybody(sandbox)


async def _everybody(sandbox: Sandbox) -> list[Declared]:
    return [await _declare(sandbox, name) for name in PEOPLE]


def _figures(latency: str, declared: Sequence[Declared], budget: float | None) -> list[Figure]:
    total, own = [one.total for one in declared], [one.own * 1000 for one in declared]
    return [
        Figure(f"… {latency}, p50", percentile(total, 0.5), Unit.SECONDS, budget),
        Figure(f"… {latency}, p99", percentile(total, 0.99), Unit.SECONDS, budget),
        Figure(f"… {latency}, without waiting for Slack, p50", percentile(own, 0.5), Unit.MILLISECONDS, 40),
        Figure(f"… {latency}, without waiting for Slack, p99", percentile(own, 0.99), Unit.MILLISECONDS, 40),
    ]


async def _declare(sandbox: Sandbox, name: str) -> Declared:
    """One by one, until the declarer and the on-call are in the channel."""
    wanted = {sandbox.person(name).id, sandbox.person(ONCALL).id}
    before = {channel.id for channel in sandbox.channels}
    began = time.monotonic()
    typing = asyncio.create_task(
        sandbox.person(name).types("/incident declare --anyway checkout returns 500s", in_="general")
    )
    await sandbox.until(
        lambda: any(channel.id not in before and wanted <= set(channel.members) for channel in sandbox.channels),
        timeout=60,
    )
    ended = time.monotonic()
    row = _longest_row([call for call in sandbox.journal.calls() if call.at >= began and call.method != "response_url"])
    assert (await typing).ok
    await _until_quiet(sandbox)
    calls = [call for call in sandbox.journal.calls() if began <= call.at < ended]
    return Declared(ended - began, ended - began - _waited(calls, ended), row)


def _waited(calls: Sequence[Entry], ended: float) -> float:
    """Seconds until `ended` in which Slack was at work on what people waited for."""
    return sum(min(call.at + call.took, ended) - call.at for call in calls if call.method in ON_THE_WAY)


def _longest_row(calls: Sequence[Entry]) -> int:
    """The most calls of which each began after the one before had ended."""
    count, free_at = 0, 0.0
    for call in sorted(calls, key=lambda call: call.at + call.took):
        if call.at >= free_at:
            count, free_at = count + 1, call.at + call.took
    return count


async def _until_quiet(sandbox: Sandbox) -> None:
    """Until no call has come for a while, so that one declare does not disturb the next."""
    calls = -1
    while calls != len(sandbox.journal.entries):
        calls = len(sandbox.journal.entries)
        await asyncio.sleep(2 * sandbox.latency + 0.1)
