"""`muster run` as processes that are killed, stopped, frozen and started again."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import aiohttp

ENDS_WITHIN = 10.0
"""Seconds after SIGTERM, as Muster promises."""


class Replica:
    """One process at a time, which is started again whenever it has ended."""

    def __init__(self, number: int, environment: Mapping[str, str], folder: Path) -> None:
        self.number = number
        self.port = _free_port()
        self.log = folder / f"replica-{number}.log"
        self.complaints: list[str] = []
        """How it ended otherwise than it should."""
        self.turn = asyncio.Lock()
        """Held while something is done to it."""
        self.journal = folder / f"replica-{number}.declared"
        own = {"MUSTER_HTTP_PORT": str(self.port), "MUSTER_LOG_FORMAT": "json", "MUSTER_JOURNAL": str(self.journal)}
        self._environment = {**environment, **own}
        self._folder = folder
        self._process: Process | None = None

    async def start(self) -> None:
        """Start it, unless it is running."""
        if self.is_running:
            return
        self._look()
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"), env=self._environment, cwd=self._folder, stdout=log, stderr=log
            )

    def _look(self) -> None:
        """Whether it ended although nobody ended it."""
        if self._process is not None and self._process.returncode is not None:
            self.complaints.append(f"replica {self.number} ended by itself, with {self._process.returncode}")
            self._process = None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def kill(self) -> None:
        self._look()
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
            self._process = None

    async def terminate(self) -> None:
        """As whoever updates it does; kill it when it does not end in time."""
        self._look()
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(2 * ENDS_WITHIN):  # a busy machine; what counts is that it ends by itself
                status = await self._process.wait()
        except TimeoutError:
            self.complaints.append(f"replica {self.number} did not end after SIGTERM")
        else:
            if status not in (0, -signal.SIGTERM):  # killed by the signal: it had not begun to listen for it
                self.complaints.append(f"replica {self.number} ended with {status} after SIGTERM")
            self._process = None
        await self.kill()

    async def freeze(self, seconds: float) -> None:
        """Nothing of it runs meanwhile."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGCONT)

    async def is_ready(self) -> bool:
        with suppress(aiohttp.ClientError, OSError, TimeoutError):
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(5)) as session,
                session.get(f"http://127.0.0.1:{self.port}/readyz") as response,
            ):
                return response.status == 200
        return False


def base_environment() -> dict[str, str]:
    """They run the code that stands beside these tests."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
