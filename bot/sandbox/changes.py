"""Telling whoever waits on a condition that something is different now."""

import asyncio
import contextlib


class Changes:
    """One for the whole sandbox: messages, calls, acknowledgements and connections all count."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def touched(self) -> None:
        """Wakes everybody who waits."""
        self._next.set()
        self._next = asyncio.Event()

    def moment(self) -> asyncio.Event:
        """Set as soon as something is different from now on."""
        return self._next

    async def next(self, within: float | None = None) -> None:
        """Until something is different, or so many seconds have passed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._next.wait()
