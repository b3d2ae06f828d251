"""The inbox: what was delivered before, so that a second delivery changes nothing."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import String, bindparam, func, select

from bot.store import schema
from bot.store.prepared import Prepared
from bot.store.rows import Answered
from bot.store.session import Session, insert_into, machine_now

n = schema.inbox.c
ANSWERED = Prepared(
    select(n.incident, n.first_seq, n.last_seq, n.asked).where(
        n.workspace == bindparam("workspace"), n.sender_id == bindparam("sender"), n.incident.is_not(None)
    )
)
ALONE = Prepared(select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("request", type_=String()), 0))))
"""PostgreSQL's."""
REMEMBER = Prepared(schema.inbox.insert())


class InboxReads(Session):
    async def answered(self, sender_id: str) -> Answered | None:
        """What a request brought about when it was delivered before."""
        row = await ANSWERED.row(self._connection, {"workspace": self._workspace, "sender": sender_id})
        return Answered(*row) if row else None

    async def was_taken(self, event_id: str) -> bool:
        """Whether a delivery was noted."""
        query = select(n.sender_id).where(n.workspace == self._workspace, n.sender_id == event_id)
        return (await self._connection.execute(query)).first() is not None


class InboxWrites(InboxReads):
    async def answered(self, sender_id: str) -> Answered | None:
        """As when reading; and until this transaction ends no other one answers the same request."""
        if self._connection.dialect.name == "postgresql":
            await ALONE.row(self._connection, {"request": f"{self._workspace}/{sender_id}"})
        return await super().answered(sender_id)

    async def answer(self, sender_id: str, answered: Answered) -> None:
        """Remember what a request brought about: references, no text."""
        row = {
            "workspace": self._workspace,
            "sender_id": sender_id,
            "incident": answered.number,
            "first_seq": answered.first_seq,
            "last_seq": answered.last_seq,
            "asked": answered.asked,
            "seen_at": machine_now(),
        }
        await REMEMBER.change(self._connection, [row])

    async def take(self, event_id: str) -> bool:
        """Note a delivery; False when it was seen before."""
        return bool(await self.take_all([event_id]))

    async def take_within(self, event_id: str, span: timedelta) -> bool:
        """Note a delivery that has no id of its own; False when the same was seen within the span (machine time)."""
        now = machine_now()
        row = {"workspace": self._workspace, "sender_id": event_id, "seen_at": now}
        insert = self._insert(schema.inbox)
        again = insert.on_conflict_do_update(
            index_elements=[n.workspace, n.sender_id], set_={"seen_at": now}, where=n.seen_at <= now - span
        )
        return (await self._connection.execute(again.returning(n.sender_id), row)).first() is not None

    async def take_all(self, event_ids: Sequence[str]) -> set[str]:
        """Note deliveries; those that are new."""
        if not event_ids:
            return set()
        now = machine_now()
        once = sorted(set(event_ids))  # in one order, so that two processes do not wait for each other
        rows = [{"workspace": self._workspace, "sender_id": one, "seen_at": now} for one in once]
        new = await self._connection.execute(_take(self._connection.dialect.name), rows)
        return {sender_id for (sender_id,) in new}


@cache
def _take(dialect: str) -> Any:
    """Made once, as every event of Slack's is noted."""
    return insert_into(schema.inbox, dialect).on_conflict_do_nothing().returning(n.sender_id)
