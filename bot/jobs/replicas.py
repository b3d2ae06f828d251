"""Replicas know how many they are, because they share what Slack allows."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.delivery.pace import Pace
from bot.store import ReplicaRow, Store

log = structlog.get_logger(__name__)

EVERY = timedelta(seconds=15)
GONE_AFTER = 3 * EVERY
"""A replica that was not seen for so long is gone."""


class Replicas:
    """One of them: it says that it is there, and counts the others."""

    def __init__(
        self,
        store: Store,
        owner: str,
        pace: Pace | None,
        connections: Callable[[], int | None],
        machine_now: Callable[[], datetime],
    ) -> None:
        """`connections`: how many the app has, as Slack last said."""
        self._store = store
        self._owner = owner
        self._pace = pace
        self._connections = connections
        self._machine_now = machine_now

    async def remember(self) -> None:
        """Count what was begun in the last minute, by whichever process, as if it had been begun here."""
        if self._pace is None:
            return
        now = self._machine_now()
        async with self._store.read() as tx:
            begun = await tx.begun_since(now - timedelta(minutes=1))
        for one in begun:
            self._pace.remember(one.kind, one.lane, (now - one.at).total_seconds())

    async def look(self) -> None:
        """Never raises: while the database is away, the shares stay as they are."""
        now = self._machine_now()
        try:
            async with self._store.write() as tx:
                await tx.forget_replicas(now - GONE_AFTER)
                await tx.keep_replica(ReplicaRow(self._owner, now, self._connections()))
                among = len(await tx.replicas(now - GONE_AFTER))
        except Exception:  # the next round may reach the database again
            log.exception("replicas.not_counted")
            return
        if self._pace is not None and among != self._pace.among:
            log.info("replicas.counted", replicas=among)
            self._pace.share(among)

    async def leave(self) -> None:
        """Leave the share to the others. Never raises."""
        try:
            async with self._store.write() as tx:
                await tx.forget_replica(self._owner)
        except Exception:  # the others find it out by themselves
            log.exception("replicas.not_left")
