"""Whether Slack can be reached, and what follows when it cannot for a while."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from bot.workflows import outages
from bot.workflows.context import Context

log = structlog.get_logger(__name__)


class Outage:
    """Looked at with every tick. Nothing is called for what ends sooner than the policy says."""

    def __init__(
        self, context: Context, is_reached: Callable[[], Awaitable[bool]], machine_now: Callable[[], datetime]
    ) -> None:
        self._context = context
        self._is_reached = is_reached
        self._machine_now = machine_now
        self._since: datetime | None = None
        """Machine time; None while Slack is reached."""
        self._may_be_told = True
        """Whether an incident may still say that Slack is lost: one of before a start, or of this outage."""
        self._is_looking = False

    async def look(self) -> None:
        """Never raises."""
        after = self._context.policy.paging.slack_down_after
        if after is None or not self._context.policy.paging.is_on or self._is_looking:
            return
        self._is_looking = True
        try:
            if await self._is_reached():
                self._since = None
                if self._may_be_told:
                    await outages.regained(self._context)
                    self._may_be_told = False
                return
            self._since = self._since or self._machine_now()
            if self._machine_now() - self._since >= after:
                self._may_be_told = True
                await outages.lost(self._context)
        except Exception:  # the next tick tries again: the database may be away for a while
            log.exception("outage.look_failed")
        finally:
            self._is_looking = False
