"""Who waits for an answer now: what nobody waits for gives way, for a while."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Waiting:
    """Counts the people who have asked and have no answer yet."""

    def __init__(self) -> None:
        self._people = 0
        self._nobody = asyncio.Event()
        self._nobody.set()

    @contextmanager
    def somebody(self) -> Iterator[None]:
        """Somebody waits while the body runs."""
        self._people += 1
        self._nobody.clear()
        try:
            yield
        finally:
            self._people -= 1
            if not self._people:
                self._nobody.set()

    async def give_way(self, within: float) -> None:
        """Wait until nobody waits, `within` seconds at the most: what comes after answers must come, too."""
        if self._people:
            with suppress(TimeoutError):
                async with asyncio.timeout(within):
                    await self._nobody.wait()
