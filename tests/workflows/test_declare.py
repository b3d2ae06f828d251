"""A declaration that is only rehearsed is worked out to its end, and leaves nothing behind."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.config import policy_loading as policies
from bot.domain.actor import Person
from bot.domain.declaration import Declaration
from bot.domain.timeline import IncidentDeclared
from bot.door.caller import SLACK, Caller
from bot.store import Store
from bot.store.schema import metadata
from bot.workflows.context import Context, Rehearsed
from bot.workflows.declare import declare
from tests.store.given import DANA, NOON

CALLER = Caller(Person(DANA), SLACK, "trigger-1")
REPORT = Declaration("Errors after the deployment")


async def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """The rows of each table."""
    async with store.database.read() as connection:
        return {
            table.name: [tuple(row) for row in await connection.execute(select(table))]
            for table in metadata.sorted_tables
        }


async def test_a_rehearsal_leaves_nothing_behind_and_takes_no_number(store: Store) -> None:
    context = Context(store, policies.load(None), (), lambda: NOON)
    before = await everything(store)
    with pytest.raises(Rehearsed) as rehearsed:
        await declare(context, replace(CALLER, is_rehearsing=True), REPORT)
    assert isinstance(rehearsed.value.decided.decision.events[0], IncidentDeclared)
    assert await everything(store) == before
    assert not store.wake.is_set()
    declared = await declare(context, CALLER, REPORT)
    assert declared.incident.number == rehearsed.value.decided.number == 1
