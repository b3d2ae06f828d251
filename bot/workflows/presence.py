"""Whether it is known who is in a channel: after an absence of ours, people may have come and gone unseen."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.domain.ids import ChannelId, IncidentNumber

ASKED_FOR = 1.0
"""Seconds that an answer waits for Slack to say who is in a channel."""


async def _cannot_ask(_: IncidentNumber) -> bool:
    return False


class Presence:
    """Of which incidents' channels we know the members. Beside a running bot – an export, the doctor – nothing is
    doubted: whoever may use the database may read it."""

    def __init__(self) -> None:
        self._is_whole = True
        self._last: IncidentNumber | None = None
        self._confirmed: set[ChannelId] = set()
        self.ask: Callable[[IncidentNumber], Awaitable[bool]] = _cannot_ask
        """Reads the members of an incident's channel back; whether Slack answered."""

    def lost(self) -> None:
        """Slack does not reach us: from here on somebody may come or go unseen."""
        self._is_whole = False
        self._last = None
        self._confirmed.clear()

    def resumed(self, last: IncidentNumber) -> None:
        """Slack reaches us again. Of incidents declared after `last` everything is heard."""
        self._last = last

    def confirmed(self, channel: ChannelId) -> None:
        """Slack has said who is in the channel. While it does not reach us, that holds for the moment only."""
        if self._last is not None:
            self._confirmed.add(channel)

    def is_known(self, number: IncidentNumber, channel: ChannelId) -> bool:
        is_newer = self._last is not None and number > self._last
        return self._is_whole or is_newer or channel in self._confirmed

    async def confirm(self, number: IncidentNumber) -> bool:
        """Ask Slack now who is in the channel, for as long as an answer can wait; whether it is known then."""
        try:
            async with asyncio.timeout(ASKED_FOR):
                return await self.ask(number)
        except TimeoutError:
            return False
