"""What is known of a person: from the store, else from Slack, with little patience."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.delivery.outcomes import Gone
from bot.domain.ids import SlackUserId
from bot.domain.people import Profile
from bot.domain.refusal import Refusal
from bot.slack.gateway import Gateway
from bot.slack.people import fetch_person
from bot.store import Store

FRESH = timedelta(days=1)
RECENT = timedelta(minutes=5)
"""For the pages, which somebody may keep open after Slack deactivated them while Muster was away."""
PATIENCE = 1.0
"""Seconds Slack may take: the person waits, and an answer is due within three."""


class UnknownPerson(Refusal):
    """Slack knows nobody with the id {user}. Name a person of this workspace with @."""


class LookUp:
    """Reads a person through the store; asks Slack about each when what is known is older than `fresh`."""

    def __init__(self, store: Store, gateway: Gateway, now: Callable[[], datetime], fresh: timedelta = FRESH) -> None:
        self._store = store
        self._fresh = fresh
        self._gateway = gateway
        self._now = now

    async def __call__(self, user: SlackUserId) -> Profile:
        """The person; unconfirmed when Slack does not answer in time. Raises UnknownPerson when Slack knows nobody."""
        async with self._store.read() as tx:
            known = await tx.person_fetched(user)
        if known is not None and self._now() - known[1] < self._fresh:
            return known[0]
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await fetch_person(self._gateway, user)
        except TimeoutError:
            answer = None
        if isinstance(answer, Profile):
            async with self._store.write() as tx:
                await tx.keep_person(answer, self._now())
            return answer
        if isinstance(answer, Gone) and answer.error in ("user_not_found", "user_not_visible"):
            raise UnknownPerson(user=user)
        return known[0] if known else Profile(user, user, is_confirmed=False)
