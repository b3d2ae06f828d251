"""The heartbeat: a request to an address outside, for as long as all is well.

Whoever watches there raises the alarm when it stays away, also when the whole machine or its network is gone.

A GET is what healthchecks.io (healthchecks.io/docs/http_api) and push monitors of Uptime Kuma take.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.policy import Way
from bot.integrations.outgoing import NotReached, Outgoing, PrivateAddress

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=1)
LOOKED_AGAIN = timedelta(seconds=5)
"""After so long, where something was not well."""
PRIVATE = "the address leads into a private network; MUSTER_HEARTBEAT_ALLOW_PRIVATE_ADDRESS=true lets Muster go there"


@dataclass(frozen=True, slots=True)
class Monitor:
    """Who is told. The address is a secret: whoever has it can say that all is well."""

    url: str
    may_be_private: bool = False


class Heartbeat:
    """Beats while `is_well`. Only a change is logged, not each beat."""

    def __init__(
        self,
        monitor: Monitor,
        outgoing: Outgoing,
        is_well: Callable[[], Awaitable[bool]],
        machine_now: Callable[[], datetime],
    ) -> None:
        self._monitor = monitor
        self._outgoing = outgoing
        self._is_well = is_well
        self._machine_now = machine_now
        self._next_at: datetime | None = None
        self._is_beating = False
        self._trouble = ""

    async def beat_when_due(self) -> None:
        """To be called each second: it knows itself when the next beat is due."""
        now = self._machine_now()
        if self._is_beating or (self._next_at is not None and now < self._next_at):
            return
        self._is_beating = True
        self._next_at = now + LOOKED_AGAIN
        try:
            if await self._is_well() and await self._beat():
                self._next_at = now + EVERY
        finally:
            self._is_beating = False

    async def _beat(self) -> bool:
        """Whether the monitor took it."""
        trouble = await self._told()
        if trouble and trouble != self._trouble:
            log.warning("heartbeat.not_sent", why=trouble)
        elif self._trouble and not trouble:
            log.info("heartbeat.sent_again")
        self._trouble = trouble
        return not trouble

    async def _told(self) -> str:
        """Why the monitor was not told; empty where it was."""
        monitor = self._monitor
        try:
            way = Way(allow_private_address=monitor.may_be_private)
            answered = await self._outgoing.send("GET", monitor.url, way=way)
        except PrivateAddress:
            return PRIVATE
        except NotReached as error:
            return error.why
        return "" if 200 <= answered.status < 300 else f"it answered {answered.status}"
