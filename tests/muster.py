"""The command line in a process of its own, without importing Muster anew for each: that takes two seconds.

`tests/test_cli.py` starts it as people do.
"""

import multiprocessing
import os
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
        *("bot.demo.live", "bot.demo.sandbox_alone"),
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


def _run(arguments: Sequence[str], cwd: Path, environment: Mapping[str, str], said: Sequence[Path]) -> None:
    from bot.cli import main

    for file, stream in zip(said, (1, 2), strict=True):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), stream)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["muster", *arguments]
    main(arguments, prog_name="muster")
