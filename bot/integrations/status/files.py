"""Our own page as files in a folder, which any server can hand out while Muster is down."""

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final

from bot.delivery.destination import Absent, Finding
from bot.delivery.job import Job
from bot.delivery.outcomes import Done, Outcome, Retry
from bot.status_page import Site, built

READABLE: Final = 0o644
"""Everybody may read what customers are told."""


def write_page(folder: Path, files: Mapping[str, bytes]) -> int:
    """Write what is new or other than it was, each file whole or not at all, the first page last; how many that were.
    Raises OSError."""
    written = 0
    for path, content in sorted(files.items(), key=lambda one: one[0] == "index.html"):
        to = folder / path
        to.parent.mkdir(parents=True, exist_ok=True)
        if to.is_file() and to.read_bytes() == content:
            continue
        handle, temporary = tempfile.mkstemp(dir=to.parent, prefix=".writing-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(temporary).chmod(READABLE)
            Path(temporary).replace(to)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        written += 1
    return written


class Files:
    """Writes the whole page as it stands: written twice it is the same."""

    name = "The folder of the status page"

    def __init__(self, folder: Path, site: Callable[[], Awaitable[Site]]) -> None:
        self._folder = folder
        self._site = site
        self._turn = asyncio.Lock()

    async def deliver(self, _: Job) -> Outcome:
        async with self._turn:
            site = await self._site()
            try:
                written = await asyncio.to_thread(lambda: write_page(self._folder, built(site)))
            except OSError as error:
                return Retry(None, f"{self._folder} could not be written: {error.strerror or type(error).__name__}")
        return Done({"files": written})

    async def find(self, _: Job) -> Finding:
        return Absent()
