"""A folder of reviews, committed where it lies in a git repository. Nothing is pushed: that is the repository's own."""

import asyncio
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

WITHIN = 20.0
"""Seconds that git may take."""
NEEDED = re.compile(
    r"PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|XDG_CONFIG_HOME|SSH_AUTH_SOCK|SSH_AGENT_PID|GIT_(?:SSH|SSH_COMMAND"
    r"|SSH_VARIANT|AUTHOR_\w+|COMMITTER_\w+|CONFIG_GLOBAL|CONFIG_NOSYSTEM|SSL_\w+)|[hH][tT][tT][pP][sS]?_[pP][rR][oO][xX][yY]"
    r"|NO_PROXY|no_proxy"
)
"""Variables that git and its hooks may see. A repository's hooks belong to whoever may configure it: tokens are none of
theirs."""
AUTHOR = ("-c", "user.name=Muster", "-c", "user.email=muster@localhost", "-c", "commit.gpgsign=false")


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """What git is given of our environment."""
    return {name: value for name, value in ours.items() if NEEDED.fullmatch(name)} | {"GIT_TERMINAL_PROMPT": "0"}


class NotWritten(Exception):
    """The file is not there, or not committed; the text says why."""


class Folder:
    """Writes files and commits them, one at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = asyncio.Lock()

    async def keep(self, name: str, content: str, message: str) -> None:
        """Write the file whole or not at all, and commit it alone; again, nothing changes. Raises NotWritten."""
        async with self._turn:
            try:
                await asyncio.to_thread(self._write, name, content)
            except OSError as error:
                raise NotWritten(f"{name} could not be written: {error.strerror or type(error).__name__}") from error
            if await self._is_repository():
                await self._commit(name, message)

    def _write(self, name: str, content: str) -> None:
        self._path.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self._path, prefix=f".{name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(content)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(self._path / name)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    async def _is_repository(self) -> bool:
        status, said = await self._git("rev-parse", "--is-inside-work-tree")
        return status == 0 and said.strip() == "true"

    async def _commit(self, name: str, message: str) -> None:
        for verb, arguments in (("add", ()), ("commit", ("--quiet", "--only", "-m", message))):
            status, said = await self._git(*AUTHOR, verb, *arguments, "--", name)
            if status != 0 and not await self._is_clean(name):
                raise NotWritten(f"git {verb} failed: {said.strip()[:200]}")

    async def _is_clean(self, name: str) -> bool:
        """Whether the file is committed as it stands."""
        status, said = await self._git("status", "--porcelain", "--", name)
        return status == 0 and not said.strip()

    async def _git(self, *arguments: str) -> tuple[int, str]:
        try:
            process = await asyncio.create_subprocess_exec(
                "git",
                *arguments,
                cwd=self._path,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env=environment(os.environ),
            )
        except OSError:
            return 127, "git is not installed"
        try:
            async with asyncio.timeout(WITHIN):
                said, _ = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            return 124, "git took too long"
        return process.returncode or 0, said.decode("utf-8", "replace")
