"""What programs propose, and what became of it."""

from datetime import datetime
from functools import cache
from typing import Any, cast

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, bindparam, delete, func, literal_column, select

from bot.domain.ids import SlackUserId
from bot.domain.proposals import Proposal
from bot.store import schema
from bot.store.outbox import OutboxWrites
from bot.store.prepared import Prepared
from bot.store.session import Session

p = schema.proposals.c
IS_WAITING = p.state == literal_column("'waiting'")
"""Said without a parameter, so that both engines use the partial index."""
NEXT = Prepared(select(func.min(p.ends_at)).where(p.workspace == bindparam("workspace"), IS_WAITING))


@cache
def _proposal() -> TypeAdapter[Proposal]:
    return TypeAdapter(Proposal)


class ProposalReads(Session):
    async def proposal(self, number: int) -> Proposal | None:
        return next(iter(await self._proposals(p.number == number)), None)

    async def proposal_of(self, handle: str) -> Proposal | None:
        return next(iter(await self._proposals(p.handle == handle)), None)

    async def last_proposed(self, asked: str, now: datetime) -> Proposal | None:
        """The last proposal of the same for the same person, if its time is not over (incident time)."""
        return next(iter((await self._proposals(p.asked == asked, p.ends_at > now))[-1:]), None)

    async def proposals_waiting(self, now: datetime, by: SlackUserId | None = None) -> tuple[Proposal, ...]:
        """Those that people may answer at an instant (incident time); `by`: those for one person."""
        mine = [p.by == by] if by is not None else []
        return await self._proposals(IS_WAITING, p.ends_at > now, *mine)

    async def proposals_ended(self, now: datetime) -> tuple[Proposal, ...]:
        """Those that nobody answered in time."""
        return await self._proposals(IS_WAITING, p.ends_at <= now)

    async def next_proposal_at(self) -> datetime | None:
        """When the next one expires, unless somebody answers it before."""
        ((found,),) = await NEXT.rows(self._connection, {"workspace": self._workspace})
        return cast(datetime | None, found)

    async def next_proposal(self) -> int:
        """A number for another one, while the workspace is locked."""
        query = select(func.max(p.number)).where(p.workspace == self._workspace)
        return int((await self._connection.execute(query)).scalar_one() or 0) + 1

    async def _proposals(self, *which: ColumnElement[bool]) -> tuple[Proposal, ...]:
        query: Any = select(p.body).where(p.workspace == self._workspace, *which).order_by(p.number)
        return tuple(_proposal().validate_json(body) for (body,) in await self._connection.execute(query))


class ProposalWrites(OutboxWrites, ProposalReads):
    async def lock_proposal(self, number: int) -> Proposal | None:
        """The proposal, which nobody else answers until the transaction ends. Before anything else is locked."""
        query = select(p.body).where(p.workspace == self._workspace, p.number == number)
        body = (await self._connection.execute(query if self._is_alone else query.with_for_update())).scalar()
        return _proposal().validate_json(body) if body is not None else None

    async def keep_proposal(self, one: Proposal) -> None:
        row = {
            "workspace": self._workspace,
            "number": one.number,
            "handle": one.handle,
            "asked": one.asked,
            "by": one.by,
            "incident": one.incident,
            "state": one.state,
            "ends_at": one.ends_at,
            "body": _proposal().dump_json(one).decode(),
        }
        await self._upsert(schema.proposals, [row])

    async def purge_proposals(self, before: datetime) -> None:
        """Forget those whose time was over before an instant (incident time), but the last, whose number is not given
        again: a button with it may stand somewhere."""
        last = select(func.max(p.number)).where(p.workspace == self._workspace).scalar_subquery()
        gone = delete(schema.proposals).where(p.workspace == self._workspace, p.ends_at < before, p.number < last)
        await self._connection.execute(gone)
