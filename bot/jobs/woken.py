"""A loop that works when it is woken, until it is stopped, and outlives whatever goes wrong in one round."""

import asyncio
from abc import ABC, abstractmethod

import structlog

log = structlog.get_logger(__name__)


class Woken(ABC):
    """What is to be done stands in the database; whoever wakes it remembers nothing."""

    failed: str
    """What the log says of a round that failed."""

    def __init__(self, awake: asyncio.Event | None = None) -> None:
        """`awake`: the event that wakes it, where somebody else sets one."""
        self._awake = awake or asyncio.Event()
        self._stopping = False
        self.is_idle = True

    def wake(self) -> None:
        self._awake.set()

    def stop(self) -> None:
        self._stopping = True
        self._awake.set()

    async def run(self) -> None:
        """Tick whenever woken, until stopped."""
        while not self._stopping:
            await self._awake.wait()
            self._awake.clear()
            self.is_idle = False
            try:
                await self.tick()
            except Exception:  # the loop must not die: the database may be away for a while
                log.exception(self.failed)
            finally:
                self.is_idle = not self._awake.is_set()

    @abstractmethod
    async def tick(self) -> object:
        """One round: everything that is due now."""
