"""Looks for runbooks again where something was said that tells what an incident is about."""

import asyncio

from bot.jobs.woken import Woken
from bot.workflows.context import Context
from bot.workflows.offering import offer_runbooks
from bot.workflows.runbook_index import RunbookIndex

REST = 0.1
"""Seconds between two rounds: however fast people write, each incident is looked at once in a round."""
GIVES_WAY_FOR = 0.5
"""Seconds for which a round lets answers go first."""


class Offering(Woken):
    """Woken by the commits that brought the words. What is lost with the process is made up for by the next word."""

    failed = "offering.tick_failed"

    def __init__(self, context: Context, index: RunbookIndex) -> None:
        super().__init__(context.store.heard)
        self._context = context
        self._index = index

    async def tick(self) -> None:
        await asyncio.sleep(REST)
        news = self._context.store.take_news()
        while news and not self._stopping:
            await self._context.waiting.give_way(GIVES_WAY_FOR)
            await offer_runbooks(self._context, self._index, news.pop())
