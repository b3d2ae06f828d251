"""The projection of deadlines, and their leases."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from sqlalchemy import ColumnElement, Integer, and_, bindparam, func, or_, select, tuple_, update

from bot.domain.ids import IncidentNumber, ref
from bot.domain.incident import Deadline, Incident
from bot.domain.vocabulary import DeadlineKind, DeadlineStep
from bot.store import schema
from bot.store.prepared import Prepared
from bot.store.rows import DueDeadline
from bot.store.session import Session

log = structlog.get_logger(__name__)

d = schema.deadlines.c
KEY = (d.workspace, d.incident, d.kind, d.step, d.set_by)
DUE = (
    select(*KEY)
    .where(
        d.workspace == bindparam("of"),
        d.done_at.is_(None),
        d.cancelled_at.is_(None),
        d.due_at <= bindparam("now"),
        or_(d.lease_until.is_(None), d.lease_until <= bindparam("machine_now")),
    )
    .order_by(d.due_at)
    .limit(bindparam("most", type_=Integer()))
    .with_for_update(skip_locked=True, of=schema.deadlines)
    .cte("due")
    .prefix_with("MATERIALIZED", dialect="postgresql")
)
CLAIM = Prepared(
    update(schema.deadlines)
    .where(tuple_(*KEY).in_(select(*DUE.c)))
    .values(lease_until=bindparam("until"), owner=bindparam("by"))
    .returning(d.incident, d.kind, d.step, d.set_by, d.due_at, d.promised_at)
)
NEXT = Prepared(
    select(func.min(d.due_at)).where(
        d.workspace == bindparam("workspace"), d.done_at.is_(None), d.cancelled_at.is_(None)
    )
)


class DeadlineReads(Session):
    async def next_deadline_at(self) -> datetime | None:
        """When the next open deadline is due, in incident time."""
        ((found,),) = await NEXT.rows(self._connection, {"workspace": self._workspace})
        return cast(datetime | None, found)

    async def overdue_deadlines(self, before: datetime) -> int:
        """How many open deadlines were due before an instant (incident time) and nobody has acted on."""
        query = select(func.count()).where(
            d.workspace == self._workspace, d.done_at.is_(None), d.cancelled_at.is_(None), d.due_at < before
        )
        found: int = (await self._connection.execute(query)).scalar_one()
        return found

    async def deadlines(self, number: IncidentNumber) -> tuple[Deadline, ...]:
        """The rows of an incident, in the order they were set."""
        rows = await self._connection.execute(
            select(schema.deadlines)
            .where(d.workspace == self._workspace, d.incident == number)
            .order_by(d.set_by, d.kind, d.step.desc())
        )
        return tuple(
            Deadline(
                kind,
                DeadlineStep(row["step"]),
                row["set_by"],
                row["due_at"],
                row["promised_at"],
                row["done_at"],
                row["cancelled_at"],
                audience,
            )
            for row in rows.mappings()
            for kind, audience in [_kind_of(row["kind"])]
        )


class DeadlineWrites(DeadlineReads):
    def _deadline_rows(self, after: Incident, before: Incident | None) -> list[dict[str, Any]]:
        """The rows that a decision set, did or cancelled. Nobody holds them once they are written: whoever did has
        acted, or it is another time now."""
        return [self._deadline_row(after.number, deadline) for deadline in _changed(after, before)]

    def _deadline_row(self, number: IncidentNumber, one: Deadline) -> dict[str, Any]:
        return {
            "workspace": self._workspace,
            "incident": number,
            "kind": _named(one.kind, one.audience),
            "step": one.step.value,
            "set_by": one.set_by,
            "due_at": one.due_at,
            "promised_at": one.promised_at,
            "done_at": one.done_at,
            "cancelled_at": one.cancelled_at,
        }

    async def claim_deadlines(
        self, owner: str, incident_now: datetime, machine_now: datetime, lease: timedelta, limit: int = 100
    ) -> tuple[DueDeadline, ...]:
        """Lease the deadlines that are due, oldest first; one statement for both engines."""
        rows = await CLAIM.rows(
            self._connection,
            {
                "of": self._workspace,
                "now": incident_now,
                "machine_now": machine_now,
                "until": machine_now + lease,
                "by": owner,
                "most": limit,
            },
        )
        found = [due for row in rows if (due := _due(*row)) is not None]
        return tuple(sorted(found, key=lambda one: (one.due_at, one.number)))

    async def renew_deadlines(self, claimed: Sequence[DueDeadline], owner: str, until: datetime) -> None:
        """Hold what was claimed for longer; what another owner has taken by now stays theirs."""
        held = update(schema.deadlines).where(self._held(claimed, owner))
        await self._connection.execute(held.values(lease_until=until))

    async def release_deadlines(self, claimed: Sequence[DueDeadline], owner: str) -> None:
        """Give leases back, so that another owner may act at once."""
        free = update(schema.deadlines).where(self._held(claimed, owner)).values(lease_until=None, owner=None)
        await self._connection.execute(free)

    def _held(self, claimed: Sequence[DueDeadline], owner: str) -> ColumnElement[bool]:
        keys = [
            (self._workspace, one.number, _named(one.kind, one.audience), one.step.value, one.set_by) for one in claimed
        ]
        return and_(tuple_(*KEY).in_(keys), d.owner == owner, d.done_at.is_(None))


def _due(
    incident: int, named: str, step: str, set_by: int, due_at: datetime, promised_at: datetime
) -> DueDeadline | None:
    """None for a kind that a newer version has set, or nobody knows: it keeps its lease and holds up no other."""
    try:
        kind, audience = _kind_of(named)
        return DueDeadline(IncidentNumber(incident), kind, DeadlineStep(step), set_by, due_at, promised_at, audience)
    except ValueError:
        log.warning("deadline.unknown", incident=ref(IncidentNumber(incident)), kind=named, step=step)
        return None


def _named(kind: DeadlineKind, audience: str) -> str:
    """`audience/executives`: of these one event may set several."""
    return f"{kind.value}/{audience}" if audience else kind.value


def _kind_of(named: str) -> tuple[DeadlineKind, str]:
    kind, _, audience = named.partition("/")
    return DeadlineKind(kind), audience


def _changed(after: Incident, before: Incident | None) -> list[Deadline]:
    """The deadlines that are not as they were, each once as it stands; every deadline where nothing was before."""
    if before is None:
        return list(after.deadlines)
    settled = after.settled[len(before.settled) :]
    waiting = (deadline for deadline in after.waiting if deadline not in before.waiting)
    return list({deadline.key: deadline for deadline in (*settled, *waiting)}.values())
