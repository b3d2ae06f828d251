"""Take in what Slack tells: each delivery once, durable before it is acknowledged, many in one transaction."""

import asyncio
from collections.abc import Sequence

from bot.domain.transcript import SlackEvent
from bot.workflows import copies, departures, mark, reach
from bot.workflows.context import Context

AT_ONCE = 500
"""Deliveries in one transaction at the most."""


class Intake:
    """Collects the deliveries that arrive while a transaction is under way, and commits them together in the next one.

    One transaction per delivery would wait for the disk every time; together they share one wait.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._waiting: list[tuple[SlackEvent, asyncio.Future[None]]] = []
        self._turn = asyncio.Lock()

    async def take(self, event: SlackEvent) -> None:
        """Returns once the delivery is durable. Raises what the database raised: then Slack should send it again."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((event, done))
        async with self._turn:
            while not done.done():
                await self._commit()
        await done

    async def _commit(self) -> None:
        batch, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
        try:
            await self._answer(batch)
        finally:  # whoever commits may be cancelled: the others' deliveries are then taken in by the next of them
            self._waiting = [(event, done) for event, done in batch if not done.done()] + self._waiting

    async def _answer(self, batch: Sequence[tuple[SlackEvent, asyncio.Future[None]]]) -> None:
        try:
            await self._apply([event for event, _ in batch])
        except Exception:  # noqa: BLE001 - whatever it was, each delivery is told of its own failure below
            await self._commit_one_by_one(batch)
            return
        for _, done in batch:
            if not done.done():
                done.set_result(None)

    async def _commit_one_by_one(self, batch: Sequence[tuple[SlackEvent, asyncio.Future[None]]]) -> None:
        """One bad delivery must not take the others with it."""
        for event, done in batch:
            try:
                await self._apply([event])
            except Exception as error:  # noqa: BLE001 - raised again in whoever waits for this delivery
                if not done.done():
                    done.set_exception(error)
            else:
                if not done.done():
                    done.set_result(None)

    async def _apply(self, events: Sequence[SlackEvent]) -> None:
        async with self._context.store.write() as tx:
            await tx.apply_all(events, keep_deleted=self._context.policy.retention.deleted_words is not None)
            gone = await departures.who_is_gone(tx, events)
            marked = await mark.concerned(self._context, tx, events)
            changed = await copies.changed(tx, events)
            channels = await reach.told_of(tx, events)
            copied = {number for one in changed for number in one.incidents}
            reached = {number for number, _ in channels if number is not None}
            concerned = {number for number, _ in gone} | marked | copied | reached
            for number in sorted(concerned):  # locked in order before any of them changes
                await tx.load(number)
            await departures.notice(self._context, tx, gone)
            await mark.notice(self._context, tx, events)
            await reach.notice(self._context, tx, channels)
            await copies.follow(self._context, tx, changed)
