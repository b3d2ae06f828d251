"""What was said while the bot was away is read back at its start: 5,000 messages."""

import time
from pathlib import Path

from bot.demo.clock import SteppedClock
from bot.domain.ids import ChannelId
from bot.sandbox import Sandbox
from bot.sandbox.pytest import PATIENCE
from bot.slack.history import PAUSE
from bot.slack.manifest import build_manifest
from tests.bench.figures import Figure, Unit
from tests.scenarios.conftest import STARTS_AT, at_work, eventually

MISSED = 5_000


async def measure(folder: Path) -> list[Figure]:
    """The pauses that Slack's rate tier asks for between pages are counted, not waited for."""
    url, clock = f"sqlite:///{folder / 'muster.db'}", SteppedClock(STARTS_AT)
    async with Sandbox(now=clock.now, manifest=build_manifest(), patience=PATIENCE) as slack:
        async with at_work(slack, clock, folder, url) as company:
            channel = await company.declares("checkout fails service:checkout")
            await company.chen.joins(channel.id)
            await company.settle()
        chen = slack.person("chen")
        for number in range(MISSED):
            await chen.says(f"message {number}", in_=channel.id)
        before = len(slack.journal.calls("conversations.history"))
        began = time.perf_counter()
        async with at_work(slack, clock, folder, url) as company:

            async def is_whole() -> bool:
                async with company.bot.context.store.read() as tx:
                    return len(await tx.transcript(ChannelId(channel.id))) >= MISSED

            await eventually(is_whole, within=120)
            took = time.perf_counter() - began
            pages = len(slack.journal.calls("conversations.history")) - before
    return [
        Figure(f"gap of {MISSED:,} messages read back, from the start of the bot", took, Unit.SECONDS),
        Figure("… pages of history", pages, Unit.COUNT),
        Figure("… with the pauses of Slack's rate tier", took + pages * PAUSE.total_seconds(), Unit.SECONDS),
    ]
