"""Which replicas are at work on the database."""

from datetime import datetime

from sqlalchemy import delete, select

from bot.store import schema
from bot.store.rows import ReplicaRow
from bot.store.session import Session

r = schema.replicas.c


class ReplicaReads(Session):
    async def replicas(self, since: datetime) -> tuple[ReplicaRow, ...]:
        """Those seen since an instant (machine time)."""
        query = select(r.owner, r.seen_at, r.connections).where(r.workspace == self._workspace, r.seen_at >= since)
        return tuple(ReplicaRow(*row) for row in await self._connection.execute(query.order_by(r.owner)))


class ReplicaWrites(ReplicaReads):
    async def keep_replica(self, replica: ReplicaRow) -> None:
        values = {"owner": replica.owner, "seen_at": replica.seen_at, "connections": replica.connections}
        await self._upsert(schema.replicas, [{"workspace": self._workspace, **values}])

    async def forget_replicas(self, before: datetime) -> None:
        """Those that were last seen before an instant (machine time)."""
        await self._connection.execute(
            delete(schema.replicas).where(r.workspace == self._workspace, r.seen_at < before)
        )

    async def forget_replica(self, owner: str) -> None:
        await self._connection.execute(delete(schema.replicas).where(r.workspace == self._workspace, r.owner == owner))
