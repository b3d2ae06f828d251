"""The work that goes on after an answer was given, so that it can be finished before the process ends."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

log = structlog.get_logger(__name__)

T = TypeVar("T")


class Tasks:
    """Keeps hold of what was started: bolt and asyncio both forget it."""

    def __init__(self) -> None:
        self._under_way: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start it. What it raises is logged."""
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        return task

    async def drain(self, seconds: float) -> None:
        """Wait up to `seconds` for what is under way, and for what it starts; then give up the rest."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while self._under_way and loop.time() < until:
            await asyncio.wait(self._under_way, timeout=until - loop.time(), return_when=asyncio.FIRST_COMPLETED)
        if self._under_way:
            log.warning("tasks.given_up", count=len(self._under_way))
            for task in (left := list(self._under_way)):
                task.cancel()
            await asyncio.wait(left)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("tasks.failed", exc_info=error)
