"""The outbox: effects waiting to be delivered, lane by lane."""

import secrets
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, case, exists, func, literal, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.domain import effects as e
from bot.domain.incident import Incident
from bot.domain.timeline import Recorded
from bot.store import schema
from bot.store.codec import REFRESHES, effect_body
from bot.store.rows import Claimed, OutboxRow
from bot.store.session import Session, machine_now

o, i = schema.outbox.c, schema.incidents.c
UNFINISHED = ("pending", "in_flight")
IS_UNFINISHED = o.ended_at.is_(None)
"""Said without a parameter, so that both engines use the partial index of unfinished effects."""


class OutboxReads(Session):
    async def outbox(self, states: Sequence[str] = UNFINISHED, limit: int = 1000) -> tuple[OutboxRow, ...]:
        """Effects in the given states, oldest first."""
        rows = await self._connection.execute(
            select(schema.outbox).where(o.workspace == self._workspace, o.state.in_(states)).order_by(o.id).limit(limit)
        )
        return tuple(_row(row) for row in rows.mappings())

    async def outbox_counts(self) -> dict[str, int]:
        """How many effects are in each state."""
        rows = await self._connection.execute(
            select(o.state, func.count()).where(o.workspace == self._workspace).group_by(o.state)
        )
        return {row[0]: row[1] for row in rows}

    async def oldest_pending_at(self, now: datetime) -> datetime | None:
        """When the oldest effect that could be delivered by now was queued (machine time)."""
        query = select(func.min(o.queued_at)).where(
            o.workspace == self._workspace,
            IS_UNFINISHED,
            or_(o.not_before.is_(None), o.not_before <= now),
        )
        found: datetime | None = (await self._connection.execute(query)).scalar_one()
        return found

    async def next_effect_at(self) -> datetime | None:
        """When the next head of a lane may be claimed (machine time); None when none waits."""
        head = self._head()
        at = case(
            (head.c.state == "in_flight", head.c.lease_until), else_=func.coalesce(head.c.not_before, head.c.queued_at)
        )
        query = select(func.min(at)).where(self._has_channel(head.c))
        found = (await self._connection.execute(query)).scalar_one()
        return schema.Instant().process_result_value(_parsed(found), self._connection.dialect)

    def _head(self) -> Any:
        """The oldest unfinished effect of each lane."""
        oldest = (
            select(func.min(o.id))
            .where(o.workspace == self._workspace, IS_UNFINISHED)
            .group_by(o.lane)
            .scalar_subquery()
        )
        return select(schema.outbox).where(o.id.in_(oldest)).subquery()

    def _has_channel(self, columns: Any) -> ColumnElement[bool]:
        """Whether an effect that needs the incident's channel can have it."""
        known = exists().where(i.workspace == columns.workspace, i.number == columns.incident, i.channel.is_not(None))
        return or_(columns.needs_channel.is_(False), known)


class OutboxWrites(OutboxReads):
    async def _queue(self, incident: Incident, effects: Sequence[e.Effect], timeline: Sequence[Recorded]) -> None:
        """Stamp, address and store a decision's effects; a refresh that waits already is not queued again."""
        rows = [self._effect_row(incident, effect, timeline) for effect in effects]
        if rows:
            await self._connection.execute(self._insert(schema.outbox).on_conflict_do_nothing(), rows)
            self.frees_effects = True

    def _effect_row(self, incident: Incident, effect: e.Effect, timeline: Sequence[Recorded]) -> dict[str, Any]:
        kind = type(effect).__name__
        to = e.address(effect, incident.number)
        is_refresh = kind in REFRESHES
        of = getattr(effect, "of", None)
        seq = next((one.seq for one in reversed(timeline) if one.event == of), None) if of is not None else None
        if of is not None and seq is None:
            raise LookupError(f"the effect {kind} names an event that is not on the timeline")
        return {
            "workspace": self._workspace,
            "incident": incident.number,
            "seq": seq,
            "kind": kind,
            "destination": to.destination,
            "lane": to.lane,
            "key": f"inc:{incident.number}/{kind}/{to.destination}" if is_refresh else secrets.token_hex(16),
            "body": effect_body(effect),
            "is_refresh": is_refresh,
            "needs_channel": to.needs_channel,
            "state": "pending",
            "queued_at": machine_now(),
            "result": {},
        }

    async def claim_effects(self, owner: str, now: datetime, lease: timedelta, limit: int = 8) -> tuple[Claimed, ...]:
        """Lease the heads of lanes that may be delivered now; one statement for both engines.

        One whose lease ran out comes back with an unknown outcome: somebody may have sent it and died. A dead effect
        that was freed again goes ahead of its lane, but not beside a later one that is being delivered.
        """
        other = schema.outbox.alias("other")
        is_ahead = or_(other.c.id < o.id, and_(other.c.state == "in_flight", other.c.lease_until > now))
        is_head = ~exists().where(
            other.c.workspace == o.workspace,
            other.c.lane == o.lane,
            other.c.ended_at.is_(None),
            other.c.id != o.id,
            is_ahead,
        )
        is_free = or_(
            and_(o.state == "pending", or_(o.not_before.is_(None), o.not_before <= now)),
            and_(o.state == "in_flight", o.lease_until <= now),
        )
        due = (
            select(o.id)
            .where(
                o.workspace == self._workspace,
                IS_UNFINISHED,
                is_free,
                is_head,
                self._has_channel(o),
            )
            .order_by(o.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=schema.outbox)
            .cte("due")
            .prefix_with("MATERIALIZED", dialect="postgresql")
        )
        rows = await self._connection.execute(
            update(schema.outbox)
            .where(o.id.in_(select(due.c.id)))
            .values(
                state="in_flight",
                owner=owner,
                lease_until=now + lease,
                is_unknown=or_(o.is_unknown, and_(o.state == "in_flight", o.called_at.is_not(None))),
            )
            .returning(schema.outbox)
        )
        return tuple(sorted((_row(row) for row in rows.mappings()), key=lambda one: one.id))

    async def effect_called(self, effect: int, owner: str, now: datetime) -> bool:
        """Note that a call begins now. False when the lease was lost."""
        return await self._of_owner(
            effect,
            owner,
            attempts=o.attempts + 1,
            called_at=now,
            first_called_at=func.coalesce(o.first_called_at, literal(now, schema.Instant())),
        )

    async def effect_partial(self, effect: int, owner: str, result: dict[str, Any]) -> bool:
        """Keep what one of several calls brought, beside what earlier ones did."""
        row = (await self._connection.execute(select(o.result).where(o.id == effect))).scalar_one_or_none()
        return await self._of_owner(effect, owner, result={**(row or {}), **result})

    async def finish_effect(self, effect: int, owner: str, result: dict[str, Any]) -> bool:
        """The effect is done. False when the lease was lost: then somebody else has it."""
        row = (await self._connection.execute(select(o.result).where(o.id == effect))).scalar_one_or_none()
        return await self._end(effect, owner, "done", result={**(row or {}), **result}, error=None)

    async def bury_effect(self, effect: int, owner: str, error: str) -> bool:
        """Give the effect up, until somebody retries it."""
        return await self._end(effect, owner, "dead", error=error)

    async def retry_effect(self, effect: int, owner: str, not_before: datetime, why: str, *, unknown: bool) -> bool:
        """Back to waiting; a refresh that meets a newer one of its kind ends `superseded`.

        `unknown`: Slack may have acted on the last call. Otherwise that call is over and forgotten.
        """
        self.frees_effects = True
        values: dict[str, Any] = {"owner": None, "lease_until": None, "not_before": not_before, "error": why}
        if not unknown:
            values["called_at"] = None
        try:
            async with self._connection.begin_nested():
                return await self._of_owner(effect, owner, state="pending", is_unknown=unknown, **values)
        except IntegrityError:  # one refresh of a kind waits at a time
            return await self._end(effect, owner, "superseded", error=why)

    async def release_effects(self, owner: str) -> int:
        """Hand back what an owner still holds; what it had begun to send is unknown."""
        return await self._release(o.owner == owner)

    async def release_all_effects(self) -> int:
        """Hand back everything: for the only process, at its start."""
        return await self._release(o.owner.is_not(None))

    async def _release(self, which: ColumnElement[bool]) -> int:
        rows = await self._connection.execute(
            select(o.id, o.owner, o.called_at, o.is_unknown).where(
                o.workspace == self._workspace, o.state == "in_flight", which
            )
        )
        released = 0
        for row in rows.all():
            unknown = bool(row.is_unknown or row.called_at is not None)
            released += await self.retry_effect(row.id, row.owner, machine_now(), "handed back", unknown=unknown)
        return released

    async def retry_dead(self, ids: Sequence[int] | None = None) -> int:
        """Free dead effects; how many. Of several refreshes of a kind one is enough: the others end `superseded`."""
        which = [o.workspace == self._workspace, o.state == "dead"]
        if ids is not None:
            which.append(o.id.in_(ids))
        dead = (await self._connection.execute(select(o.id).where(*which).order_by(o.id.desc()))).scalars().all()
        for effect in dead:
            await self._revive(effect)
        return len(dead)

    async def _revive(self, effect: int) -> None:
        self.frees_effects = True
        freed = update(schema.outbox).where(o.id == effect, o.state == "dead")
        waiting = {"state": "pending", "attempts": 0, "not_before": None, "ended_at": None, "error": None}
        try:
            async with self._connection.begin_nested():
                await self._connection.execute(freed.values(**waiting))
        except IntegrityError:
            await self._connection.execute(freed.values(state="superseded"))

    async def _end(self, effect: int, owner: str, state: str, **values: Any) -> bool:
        self.frees_effects = True  # the next of its lane
        return await self._of_owner(
            effect, owner, state=state, ended_at=machine_now(), lease_until=None, owner=None, **values
        )

    async def _of_owner(self, effect: int, owner_now: str, /, **values: Any) -> bool:
        """Change an effect only while its lease is ours."""
        changed = await self._connection.execute(
            update(schema.outbox).where(o.id == effect, o.owner == owner_now, o.state == "in_flight").values(**values)
        )
        return changed.rowcount == 1


def _row(row: RowMapping) -> OutboxRow:
    values = {one.name: row[one.name] for one in fields(OutboxRow) if one.name != "number"}
    return OutboxRow(number=row["incident"], **values)


def _parsed(found: Any) -> datetime | None:
    """SQLite gives a computed instant back as text."""
    return datetime.fromisoformat(found) if isinstance(found, str) else found
