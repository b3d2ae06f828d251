"""The audit log of what no timeline tells: refusals, and what operators did. Rows are only ever added."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, or_, select

from bot.domain.ids import IncidentNumber
from bot.store import schema
from bot.store.chain import ChainWrites
from bot.store.rows import Audited
from bot.store.session import Session, machine_now

a, i = schema.audit.c, schema.incidents.c


class AuditReads(Session):
    async def audit(self) -> tuple[Audited, ...]:
        """Every entry, oldest first."""
        rows = await self._connection.execute(
            select(a.at, a.actor, a.verb, a.incident, a.outcome, a.detail, a.actor_kind, a.actor_name)
            .where(a.workspace == self._workspace)
            .order_by(a.id)
        )
        return tuple(
            Audited(at, actor, verb, IncidentNumber(number) if number is not None else None, *rest)
            for at, actor, verb, number, *rest in rows
        )

    async def audit_goes_before(self, before: datetime, held: Collection[IncidentNumber] = ()) -> datetime:
        """Up to when entries may go that were recorded before an instant (machine time). All stay from the first on
        that is about an open incident or one on legal hold: a gap within the log would break its chain."""
        is_open = select(i.number).where(i.workspace == self._workspace, ~i.is_over)
        query = select(func.min(a.recorded_at)).where(
            a.workspace == self._workspace, or_(a.incident.in_(is_open), a.incident.in_(held))
        )
        first: datetime | None = (await self._connection.execute(query)).scalar_one()
        return min(before, first) if first else before

    async def audit_before(self, before: datetime, held: Collection[IncidentNumber] = ()) -> int:
        """How many entries would go."""
        goes_before = await self.audit_goes_before(before, held)
        query = select(func.count()).where(a.workspace == self._workspace, a.recorded_at < goes_before)
        count: int = (await self._connection.execute(query)).scalar_one()
        return count


class AuditWrites(AuditReads, ChainWrites):
    async def keep_audit(self, entry: Audited) -> None:
        """Add an entry; no text that somebody typed stands in one."""
        await self._connection.execute(
            schema.audit.insert(),
            {
                "workspace": self._workspace,
                "at": entry.at,
                "recorded_at": machine_now(),
                "actor": entry.actor[:64],
                "actor_kind": entry.actor_kind,
                "actor_name": entry.actor_name,
                "verb": entry.verb[:64],
                "incident": entry.number,
                "outcome": entry.outcome,
                "detail": entry.detail[:64],
            },
        )

    async def purge_audit(self, before: datetime, held: Collection[IncidentNumber] = ()) -> int:
        """Drop what was recorded before an instant (machine time); how many rows. `held`: as in `audit_goes_before`."""
        before = await self.audit_goes_before(before, held)
        await self.forget_salts_of_acts(before)
        gone = await self._connection.execute(
            delete(schema.audit).where(a.workspace == self._workspace, a.recorded_at < before)
        )
        return gone.rowcount
