"""Takes out what is kept no longer, several times a day: each replica what it finds."""

import asyncio
from datetime import timedelta
from typing import Final

import structlog

from bot.domain.retention import FIRST_AFTER
from bot.workflows.context import Context
from bot.workflows.retaining import purge_records, purge_rest

log = structlog.get_logger(__name__)

PURGED_EVERY: Final = timedelta(hours=6)
GIVES_WAY_FOR: Final = 1.0
"""Seconds, to whoever waits for an answer."""
RESTS_FOR: Final = 0.02
"""Seconds after each transaction, which takes less: thousands of records are no hurry."""
WRITTEN_ANEW_UP_TO: Final = 100_000_000
"""Bytes. A larger file of SQLite's is not written anew beside people at work, who would wait for longer than the half
second that this takes: `muster purge` does it."""


class Purging:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._is_under_way = False
        self._is_stopped = False

    def stop(self) -> None:
        """Leave the rest to the next start."""
        self._is_stopped = True

    async def purge(self) -> None:
        """Do all that is to be done now."""
        if self._is_under_way:
            return
        self._is_under_way = True
        try:
            await self._purge()
        finally:
            self._is_under_way = False

    async def _purge(self) -> None:
        store, now = self._context.store, self._context.now
        retention = self._context.policy.retention
        await purge_rest(store, retention, now)
        async with store.write() as tx:
            begun = await tx.begin_retention(now())
        if now() < begun + FIRST_AFTER:
            return
        if count := await purge_records(store, retention, now, self._goes_on):
            log.info("records.purged", incidents=count)
        async with store.read() as tx:
            is_to_scrub = await tx.is_to_scrub()
        if is_to_scrub and not self._is_stopped and (store.database.size or 0) <= WRITTEN_ANEW_UP_TO:
            await store.database.scrub()
            async with store.write() as tx:
                await tx.scrubbed()

    async def _goes_on(self) -> bool:
        await self._context.waiting.give_way(GIVES_WAY_FOR)
        await asyncio.sleep(RESTS_FOR)
        return not self._is_stopped
