"""What came of runbooks stands in a column of each incident, follows its timeline, and is counted by it."""

from dataclasses import replace

from sqlalchemy import text

from bot.domain.effectiveness import Used
from bot.domain.ids import IncidentNumber
from bot.domain.timeline import (
    AnyEvent,
    IncidentCancelled,
    IncidentResolved,
    LinkedRunbook,
    RunbookJudged,
    RunbookLinked,
)
from bot.store import Store, rebuild
from tests.store.given import BO, NOON, declaration, minutes

RUNBOOK = LinkedRunbook("rollback", "Rolling back", "")
LINKED = RunbookLinked(at=NOON, by=BO, runbook=RUNBOOK)
HELPED = RunbookJudged(at=NOON, by=BO, runbook=RUNBOOK, helped=True)
RESOLVED = IncidentResolved(at=NOON + minutes(30), by=BO, what="rolled back")


async def happened(store: Store, *events: AnyEvent, is_drill: bool = False) -> IncidentNumber:
    async with store.write() as tx:
        number = await tx.next_number()
        await tx.record(number, [replace(declaration(number), is_drill=is_drill), *events], NOON)
        return number


async def test_only_incidents_that_count_tell_of_runbooks(store: Store) -> None:
    await happened(store)
    await happened(store, LINKED, HELPED, RESOLVED)
    hidden = await happened(store, LINKED)
    await happened(store, LINKED, is_drill=True)
    await happened(store, LINKED, IncidentCancelled(at=NOON, by=BO, reason="a test"))
    async with store.read() as tx:
        (found,) = await tx.runbook_uses(NOON - minutes(1), apart_from=[hidden])
        assert await tx.runbook_uses(NOON + minutes(1)) == []
    at = found.declared_at
    assert found == Used({"rollback": "ouh"}, at, None, NOON + minutes(30))


async def test_a_row_of_before_is_told_anew_by_rebuild(store: Store) -> None:
    number = await happened(store, LINKED)
    async with store.database.write() as connection:
        await connection.execute(text("UPDATE incidents SET runbooks = NULL"))
    report = await rebuild(store)
    assert report.differences == [f"INC-{number}: runbooks differed"]
    async with store.read() as tx:
        assert [one.uses for one in await tx.runbook_uses(NOON - minutes(1))] == [{"rollback": "o"}]
