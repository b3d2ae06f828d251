"""What every tick asks goes by the indexes of what is open, so that it costs the same however much is over."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import ChannelId, IncidentNumber, MessageTs, SlackUserId, WorkspaceId
from bot.domain.transcript import MessageAt
from bot.store import Database, Writing
from tests.store.given import LEASE, MACHINE, NOON

Ask = Callable[[Writing], Awaitable[object]]


@pytest.fixture
async def connection(sqlite_url: str) -> AsyncIterator[AsyncConnection]:
    database = await Database.open(sqlite_url)
    async with database.write() as connection:
        yield connection
    await database.close()


async def plan(connection: AsyncConnection, ask: Ask) -> str:
    """How SQLite looks for what is asked for."""
    statements: list[str] = []
    driver: Any = (await connection.get_raw_connection()).driver_connection
    await driver.set_trace_callback(statements.append)
    await ask(Writing(connection, WorkspaceId("T1")))
    await driver.set_trace_callback(None)
    lines: list[str] = []
    for statement in statements:
        if not statement.startswith("BEGIN"):
            rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
            lines += [row.detail for row in rows]
    assert lines
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda tx: tx.claim_effects("me", MACHINE, LEASE), "ix_outbox_unfinished (workspace=?)"),
        (lambda tx: tx.next_effect_at(MACHINE), "ix_outbox_unfinished (workspace=?)"),
        (lambda tx: tx.oldest_pending_at(MACHINE), "ix_outbox_unfinished (workspace=?)"),
        (
            lambda tx: tx.claim_deadlines("me", NOON, MACHINE, LEASE),
            "ix_deadlines_open (workspace=? AND due_at<?)",
        ),
        (lambda tx: tx.next_deadline_at(), "ix_deadlines_open (workspace=?)"),
        (lambda tx: tx.overdue_deadlines(NOON), "ix_deadlines_open (workspace=? AND due_at<?)"),
        (
            lambda tx: tx.load_all([IncidentNumber(1), IncidentNumber(2)]),
            "sqlite_autoindex_timeline_1 (workspace=? AND incident=? AND seq>?)",
        ),
        (
            lambda tx: tx.whereabouts(SlackUserId("U1"), ChannelId("C1")),
            "sqlite_autoindex_members_1 (workspace=? AND channel=? AND user=?)",
        ),
        (
            lambda tx: tx.standing(IncidentNumber(1), SlackUserId("U1")),
            "sqlite_autoindex_members_1 (workspace=? AND channel=? AND user=?)",
        ),
        (lambda tx: tx.measured(NOON), "ix_incidents_declared (workspace=? AND declared_at>?)"),
        (lambda tx: tx.measured(NOON), "COVERING INDEX ix_incidents_problem (workspace=? AND problem>?)"),
        (
            lambda tx: tx.incidents(open_only=False, since=NOON, private_only=True),
            "ix_incidents_private (workspace=? AND declared_at>?)",
        ),
        (lambda tx: tx.runbook_uses(NOON), "ix_incidents_declared (workspace=? AND declared_at>?)"),
        (lambda tx: tx.burning(["a", "b"], NOON), "ix_incidents_impact (workspace=? AND service=? AND impact_until>?)"),
        (lambda tx: tx.burning(["a", "b"], NOON), "ix_incidents_impact (workspace=? AND service=? AND impact_until=?)"),
        (lambda tx: tx.unmeasured(0, 100), "ix_incidents_unmeasured (workspace=? AND number>?)"),
        (lambda tx: tx.incidents(), "ix_incidents_open (workspace=?)"),
        (
            lambda tx: tx.follow_ups_of(SlackUserId("U1"), NOON),
            "ix_timeline_follow_ups (workspace=? AND recorded_at>?)",
        ),
        (
            lambda tx: tx.numbers_with_copies(MessageAt(ChannelId("C1"), MessageTs("1.000001"))),
            "ix_incidents_declared_from (workspace=? AND declared_from=?)",
        ),
        (lambda tx: tx.firing_in({"web-1"}), "ix_signals_firing (workspace=? AND key=?)"),
    ],
    ids=[
        *("claim effects", "next effect", "oldest effect", "claim deadlines", "next deadline", "overdue deadlines"),
        *("timelines of what is due", "somebody in a channel", "somebody and an incident"),
        *("metrics", "the first of each problem", "what may be hidden"),
        *("runbooks", "error budgets", "error budgets of what is under way", "unmeasured", "open incidents"),
        *("follow-ups", "copies of a message", "what fires"),
    ],
)
async def test_a_tick_looks_only_at_what_is_open(connection: AsyncConnection, ask: Ask, index: str) -> None:
    found = await plan(connection, ask)
    assert index in found
    assert "SCAN outbox" not in found
    assert "SCAN deadlines" not in found
    assert "SCAN incidents" not in found
    assert "SCAN timeline" not in found
