"""The audit log of what no timeline tells: refusals, and what operators did. Rows are only ever added."""

from datetime import datetime

from sqlalchemy import delete, select

from bot.domain.ids import IncidentNumber
from bot.store import schema
from bot.store.chain import ChainWrites
from bot.store.rows import Audited
from bot.store.session import Session, machine_now

a = schema.audit.c


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

    async def purge_audit(self, before: datetime) -> int:
        """Drop what was recorded before an instant (machine time); how many rows."""
        await self.forget_salts_of_acts(before)
        gone = await self._connection.execute(
            delete(schema.audit).where(a.workspace == self._workspace, a.recorded_at < before)
        )
        return gone.rowcount
