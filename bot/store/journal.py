"""The journal: what was declared while the database was away, in a file, until the database has it.

One JSON object a line, each on disk before it counts: what was declared, that its channel is open and was told, and
that it is settled. The file is its owner's alone, and goes when nothing in it waits any more.
"""

import asyncio
import fcntl
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import structlog
from pydantic import TypeAdapter, ValidationError

from bot.domain.emergency import Emergency, Room

log = structlog.get_logger(__name__)

OWNER_ALONE: Final = 0o600
EMERGENCY: Final = TypeAdapter(Emergency)
ROOM: Final = TypeAdapter(Room)
Line = dict[str, Any]


class Journal:
    """One process's; another that finds the file at its start goes on with what waits in it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.waiting: Mapping[str, Emergency] = {}
        """What is still to be recorded, by its request, oldest first; also what no disk would take."""
        try:
            self.waiting, self.unreadable = _read(path)
        except OSError as error:
            self.unreadable = 1
            log.error("journal.unreadable", file=path.name, why=error.strerror)

    async def add(self, emergency: Emergency) -> bool:
        """Keep it; whether it is on disk. Otherwise it lasts as long as this process."""
        self.waiting = {**self.waiting, emergency.id: emergency}
        return await self._append({"id": emergency.id, "declared": EMERGENCY.dump_python(emergency, mode="json")})

    async def opened(self, emergency: Emergency, room: Room | None) -> Emergency:
        """Its channel is open; None: Slack will not have one."""
        told = ROOM.dump_python(room, mode="json") if room else None
        return await self._note(replace(emergency, room=room, has_no_room=room is None), {"room": told})

    async def told(self, emergency: Emergency) -> Emergency:
        """The channel was told what it is."""
        return await self._note(replace(emergency, is_told=True), {"told": True})

    async def settled(self, emergency: Emergency, how: str) -> None:
        """It was recorded, or refused. `how`: a reference, or the kind of the refusal."""
        self.waiting = {request: one for request, one in self.waiting.items() if request != emergency.id}
        await self._append({"id": emergency.id, "settled": how})
        if not self.waiting:
            await asyncio.to_thread(self._tidy)

    async def _note(self, emergency: Emergency, line: Line) -> Emergency:
        self.waiting = {**self.waiting, emergency.id: emergency}
        await self._append({"id": emergency.id, **line})
        return emergency

    async def _append(self, line: Line) -> bool:
        try:
            await asyncio.to_thread(_append, self._path, line)
        except OSError as error:
            log.critical("journal.not_on_disk", file=self._path.name, why=error.strerror)
            return False
        return True

    def _tidy(self) -> None:
        """Take the file away, unless somebody cannot read it, or has written to it."""
        with suppress(OSError):
            file = os.open(self._path, os.O_RDWR)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                waiting, unreadable = _read(self._path)
                if not waiting and not unreadable and _is(self._path, file):
                    self._path.unlink()
            finally:
                os.close(file)


def _append(path: Path, line: Line) -> None:
    """Write it and wait for the disk. Raises OSError."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, OWNER_ALONE)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if not _is(path, file):  # it was taken away while we waited
                continue
            os.fchmod(file, OWNER_ALONE)
            size = os.fstat(file).st_size
            is_torn = size > 0 and os.pread(file, 1, size - 1) != b"\n"
            _write(file, (b"\n" if is_torn else b"") + json.dumps(line, ensure_ascii=False).encode() + b"\n")
            os.fsync(file)
            if not size:
                _sync_folder(path.parent)
            return
        finally:
            os.close(file)


def _write(file: int, content: bytes) -> None:
    while content:
        content = content[os.write(file, content) :]


def _sync_folder(folder: Path) -> None:
    """So that a power cut leaves the file's name in it."""
    found = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(found)
    finally:
        os.close(found)


def _is(path: Path, file: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file))
    except FileNotFoundError:
        return False


def _read(path: Path) -> tuple[dict[str, Emergency], int]:
    """What waits, and how many lines could not be read. Raises OSError."""
    found: dict[str, Emergency] = {}
    unreadable = 0
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return found, 0
    for place, line in enumerate(lines, start=1):
        try:
            _apply(found, json.loads(line))
        except (ValueError, KeyError, TypeError, ValidationError) as error:
            unreadable += 1
            log.error("journal.line_unreadable", file=path.name, line=place, why=type(error).__name__)
    return found, unreadable


def _apply(found: dict[str, Emergency], line: Line) -> None:
    """What a line says, if what it is about still waits."""
    request = line["id"]
    known = found.get(request)
    if "declared" in line:
        found[request] = EMERGENCY.validate_python(line["declared"])
    elif known is None:
        return
    elif "settled" in line:
        del found[request]
    elif "room" in line:
        room = None if line["room"] is None else ROOM.validate_python(line["room"])
        found[request] = replace(known, room=room, has_no_room=room is None)
    elif "told" in line:
        found[request] = replace(known, is_told=True)
