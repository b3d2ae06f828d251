"""The company of the live demo, with the real Muster at work in it, on the machine's clock."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.app import Started, machine_now
from bot.demo.guide import guide
from bot.demo.live import move_in
from bot.domain.ids import IncidentNumber
from bot.sandbox import Channel, Sandbox
from bot.slack.manifest import build_manifest

ANSWER_WITHIN = 20.0
"""Seconds: as in the scenarios, the machine may be busy."""


@dataclass(frozen=True, slots=True)
class Company:
    """The local Slack and the bot."""

    slack: Sandbox
    bot: Started

    async def declares(self, text: str, by: str = "dana") -> Channel:
        """The incident's channel, once everything has come to rest."""
        answer = await self.slack.person(by).types(f"/incident declare {text}", in_="general")
        return await self.channel(int(answer.text.partition("INC-")[2].split()[0]))

    async def channel(self, number: int = 1) -> Channel:
        """Of an incident, once everything has come to rest."""
        await self.settled()
        async with self.bot.context.store.read() as tx:
            incident = await tx.incident(IncidentNumber(number))
        assert incident is not None
        assert incident.channel is not None
        return self.slack.channel(incident.channel)

    async def settled(self) -> None:
        """Nothing is on its way, in either direction."""

        async def rests() -> bool:
            await self.slack.settled()
            return not await self.bot.under_way()

        await eventually(rests)


async def eventually(condition: Callable[[], Awaitable[bool]], within: float = 20.0) -> None:
    """Wait on a condition, never on time."""
    async with asyncio.timeout(within):
        while not await condition():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def a_company(folder: Path, now: Callable[[], datetime] = machine_now) -> AsyncIterator[Company]:
    """`now`: another clock than the machine's, for people and bot alike."""
    async with Sandbox(now, manifest=build_manifest(), ack_within=ANSWER_WITHIN) as slack:
        bot = move_in(slack, folder, now)
        async with bot.running() as started:
            guiding = asyncio.create_task(guide(slack, started))
            yield Company(slack, started)
            guiding.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await guiding
