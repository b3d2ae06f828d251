"""The local Slack, as a process of its own: its Web API, its memory, its events, its page."""

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.bench.figures import Figure, Unit
from tests.bench.sandbox_page import MESSAGES as LONG_CHANNEL
from tests.bench.sandbox_page import measure_page

REQUESTS = 2_000
HISTORY = 200
"""Messages in the channel whose newest hundred are asked for."""
EVENTS = 3_000
CHANNELS, MESSAGES = 100, 1_000
TICKS = os.sysconf("SC_CLK_TCK")
LONGEST_LINE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Alone:
    """A local Slack in another process."""

    process: Process
    environment: Mapping[str, str]

    async def asked(self, request: str) -> dict[str, Any]:
        """See sandbox_alone."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{request}\n".encode())
        return await _line(self.process)

    @property
    def url(self) -> str:
        return self.environment["SANDBOX_URL"]

    @property
    def cpu(self) -> float:
        """Seconds that it has computed until now, in its own code and in the kernel's; proc(5), `stat`."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    @property
    def memory(self) -> float:
        """Megabytes in memory now; proc(5), `VmRSS` in kB of 1024 bytes."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) * 1024 / 1e6


@asynccontextmanager
async def a_sandbox() -> AsyncIterator[Alone]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.sandbox_alone", stdin=PIPE, stdout=PIPE, limit=LONGEST_LINE
    )
    try:
        yield Alone(process, await _line(process))
    finally:
        process.terminate()
        await process.wait()


async def _line(process: Process) -> dict[str, Any]:
    assert process.stdout is not None
    found: dict[str, Any] = json.loads(await process.stdout.readline())
    return found


async def measure(folder: Path) -> list[Figure]:
    figures = []
    for part in (_measure_requests, _measure_memory, _measure_events, _measure_page):
        async with a_sandbox() as alone:
            figures += await part(alone)
    return figures


async def _measure_requests(alone: Alone) -> list[Figure]:
    """One client, one request after the other on one connection."""
    headers = {"Authorization": f"Bearer {alone.environment['SLACK_BOT_TOKEN']}"}
    filled = await alone.asked(f"fill 1 {HISTORY}")
    async with aiohttp.ClientSession(headers=headers, base_url=alone.environment["SLACK_API_URL"]) as session:

        async def post(number: int) -> None:
            await _call(session, "chat.postMessage", channel="general", text=f"{number}: errors fall since 14:02")

        async def read(_: int) -> None:
            await _call(session, "conversations.history", channel=filled["channel"], limit=100)

        return [
            *await _rate(alone, "chat.postMessage", post),
            *await _rate(alone, "conversations.history of 100", read),
        ]


async def _call(session: aiohttp.ClientSession, method: str, **arguments: Any) -> None:
    async with session.post(method, json=arguments) as response:
        answer = await response.json()
        assert answer["ok"], answer


async def _rate(alone: Alone, what: str, request: Callable[[int], Awaitable[None]]) -> list[Figure]:
    """Per second as the client sees it, and per second that the server computes: so many can one core serve."""
    for number in range(REQUESTS // 10):  # warms up
        await request(number)
    began, computed = time.perf_counter(), alone.cpu
    for number in range(REQUESTS):
        await request(number)
    seconds, computed = time.perf_counter() - began, alone.cpu - computed
    return [
        Figure(f"local Slack: {what}, one client", REQUESTS / seconds, Unit.PER_SECOND),
        Figure("… per second of the server's core", REQUESTS / computed, Unit.PER_SECOND, RATES[what]),
    ]


RATES = {"chat.postMessage": 2_000, "conversations.history of 100": 500}
"""Requests per second of a core, at least."""


async def _measure_memory(alone: Alone) -> list[Figure]:
    empty = alone.memory
    await alone.asked(f"fill {CHANNELS} {MESSAGES}")
    what = f"local Slack: {CHANNELS} channels of {MESSAGES:,} messages"
    return [Figure(what, alone.memory, Unit.MEGABYTES, 300), Figure("… and empty", empty, Unit.MEGABYTES, 80)]


async def _measure_events(alone: Alone) -> list[Figure]:
    """To a bot in this process, over one WebSocket, each acknowledged."""
    heard = 0
    client = AsyncWebClient(alone.environment["SLACK_BOT_TOKEN"], base_url=alone.environment["SLACK_API_URL"])
    app = AsyncApp(client=client, signing_secret=alone.environment["SLACK_SIGNING_SECRET"])

    @app.event("message")
    async def listen() -> None:
        nonlocal heard
        heard += 1

    token = alone.environment["SLACK_APP_TOKEN"]
    sockets = AsyncWebClient(token, base_url=alone.environment["SLACK_API_URL"])
    bot = AsyncSocketModeHandler(app, token, web_client=sockets)
    await bot.connect_async()  # type: ignore[no-untyped-call]
    try:
        await alone.asked("say 300")  # warms up
        said = await alone.asked(f"say {EVENTS}")
    finally:
        await bot.close_async()  # type: ignore[no-untyped-call]
    assert heard == EVENTS + 300, f"{heard} were heard"
    return [Figure("local Slack: events to a bot, acknowledged", EVENTS / said["seconds"], Unit.PER_SECOND, 1_000)]


async def _measure_page(alone: Alone) -> list[Figure]:
    filled = await alone.asked(f"fill 1 {LONG_CHANNEL}")
    return await measure_page(f"{alone.url}/?as=person00#{filled['channel']}", filled["newest"])
