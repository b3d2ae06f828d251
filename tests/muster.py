"""The command line in a process of its own, without importing Muster anew for each: that takes two seconds.

`tests/test_cli.py` starts it as people do; so does a test of `tests/scenarios/test_killed.py` that starts the bot.
"""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

WITHIN = 60.0
"""Seconds after which a command is given up."""
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        *("bot.cli", "bot.operator.commands", "bot.operator.doctor", "bot.operator.export", "bot.operator.incidents"),
        *("bot.operator.run", "bot.demo.live", "bot.demo.sandbox_alone"),
    ]
)


def muster(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What `muster` said, and its exit code. Raises TimeoutError."""
    with tempfile.TemporaryDirectory() as folder:
        said = [Path(folder) / name for name in ("stdout", "stderr")]
        settings = {"PATH": os.environ["PATH"], **environment}
        process = FORKS.Process(target=_run, args=(arguments, cwd, settings, said))
        process.start()
        process.join(WITHIN)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"muster {' '.join(arguments)}")
        out, err = (one.read_text(encoding="utf-8") for one in said)
        return subprocess.CompletedProcess(arguments, process.exitcode, out, err)


class Running:
    """`muster` at work, until it ends or gets a signal. It does not outlive the test run."""

    def __init__(self, *arguments: str, cwd: Path, environment: Mapping[str, str]) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._said = [Path(self._folder.name) / name for name in ("stdout", "stderr")]
        self._process = FORKS.Process(target=_run, args=(arguments, cwd, environment, self._said), daemon=True)
        self._process.start()

    @property
    def returncode(self) -> int | None:
        """As `subprocess` tells it; None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    async def ended(self) -> str:
        """Wait for its end; what it said on stderr. Raises TimeoutError."""
        await asyncio.to_thread(self._process.join, WITHIN)
        if self.returncode is None:
            raise TimeoutError
        said = self._said[1].read_text(encoding="utf-8") if self._said[1].exists() else ""
        self._folder.cleanup()
        return said


def _run(arguments: Sequence[str], cwd: Path, environment: Mapping[str, str], said: Sequence[Path]) -> None:
    from bot.cli import main

    for file, stream in zip(said, (1, 2), strict=True):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), stream)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["muster", *arguments]
    main(arguments, prog_name="muster")
