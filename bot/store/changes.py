"""What was deployed, for as long as it may have to do with an incident."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter
from sqlalchemy import delete, select, update

from bot.domain.changes import Change
from bot.store import schema
from bot.store.inbox import InboxWrites
from bot.store.session import Session

c = schema.changes.c


@cache
def _change() -> TypeAdapter[Change]:
    return TypeAdapter(Change)


class ChangeReads(Session):
    async def changes_of(self, service: str, since: datetime) -> tuple[Change, ...]:
        """What was deployed of a service since an instant (incident time), in order."""
        query = (
            select(c.body)
            .where(c.workspace == self._workspace, c.service == service, c.at >= since)
            .order_by(c.at, c.id)
        )
        return tuple(_change().validate_json(body) for (body,) in await self._connection.execute(query))

    async def changes_waiting(self, limit: int = 100) -> tuple[tuple[int, str, Change], ...]:
        """Those that no incident was told of yet, with their ids and the slugs of their services."""
        query = (
            select(c.id, c.service, c.body)
            .where(c.workspace == self._workspace, c.is_told.is_(False))
            .order_by(c.id)
            .limit(limit)
        )
        rows = await self._connection.execute(query)
        return tuple((number, service, _change().validate_json(body)) for number, service, body in rows)


class ChangeWrites(InboxWrites, ChangeReads):
    async def receive_changes(self, delivery_id: str, changes: Sequence[tuple[str, Change]]) -> bool:
        """Keep what came, each with the slug of its service, once; False when the same was delivered before."""
        if not await self.take(delivery_id):
            return False
        rows = [
            {
                "workspace": self._workspace,
                "service": service,
                "at": change.at,
                "is_told": False,
                "body": _change().dump_json(change).decode(),
            }
            for service, change in changes
        ]
        if rows:
            await self._connection.execute(schema.changes.insert(), rows)
        return True

    async def changes_told(self, ids: Sequence[int]) -> None:
        await self._connection.execute(update(schema.changes).where(c.id.in_(ids)).values(is_told=True))

    async def purge_changes(self, before: datetime) -> None:
        """Forget what was deployed before an instant (incident time): timelines have what matters of it."""
        await self._connection.execute(
            delete(schema.changes).where(c.workspace == self._workspace, c.at < before, c.is_told)
        )
