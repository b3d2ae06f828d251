"""A local Slack in this process, and `muster run` as a process of its own in front of it."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import yaml

from bot.sandbox import Sandbox
from bot.slack.manifest import build_manifest

PEOPLE = tuple(f"person{number:02}" for number in range(20))
ONCALL = "oncall"
READY_WITHIN = 30.0
"""Seconds."""


@asynccontextmanager
async def a_slack(folder: Path) -> AsyncIterator[tuple[Sandbox, dict[str, str]]]:
    """People, #general and #incidents, and the environment that points a process there."""
    async with Sandbox(manifest=build_manifest()) as sandbox:
        people = [sandbox.add_person(name) for name in (*PEOPLE, ONCALL)]
        for name in ("general", "incidents"):
            sandbox.add_channel(name, members=[*people, sandbox.bot])
        policy = folder / "policy.yml"
        policy.write_text(yaml.safe_dump(policy_of(sandbox)), encoding="utf-8")
        yield (
            sandbox,
            {
                "PATH": os.environ["PATH"],
                **sandbox.environment(),
                "MUSTER_DATABASE_URL": f"sqlite:///{folder / 'muster.db'}",
                "MUSTER_POLICY": str(policy),
                "MUSTER_HTTP_PORT": str(_free_port()),
                "MUSTER_SLACK_PACE": "off",
            },
        )


def processor_seconds(pid: int) -> float:
    """What a process has used of processors so far; proc(5): `utime` and `stime` of its stat, in ticks."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def policy_of(sandbox: Sandbox) -> dict[str, object]:
    """One person is on call."""
    members = [sandbox.person(ONCALL).id]
    return {"default_schedule": "shop", "schedules": {"shop": {"rotation": "weekly", "members": members}}}


@asynccontextmanager
async def a_bot(environment: dict[str, str], folder: Path) -> AsyncIterator[Process]:
    """`muster run`, from the moment when `/readyz` says 200; stopped at the end. Raises RuntimeError if it ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=Path.cwd(), env=environment, stdout=DEVNULL, stderr=PIPE
    )
    reading = asyncio.create_task(_read(process))
    try:
        await _until_ready(process, reading, f"http://127.0.0.1:{environment['MUSTER_HTTP_PORT']}/readyz")
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await reading
        await process.wait()


async def _until_ready(process: Process, reading: asyncio.Task[str], url: str) -> None:
    async with asyncio.timeout(READY_WITHIN), aiohttp.ClientSession() as session:
        while True:
            if process.returncode is not None:
                raise RuntimeError(f"muster run ended with {process.returncode}:\n{await reading}")
            try:
                async with session.get(url) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.01)


async def _read(process: Process) -> str:
    """Keep reading what it logs, so that it never waits for us."""
    assert process.stderr is not None
    return (await process.stderr.read()).decode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
