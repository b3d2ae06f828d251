"""Recomputing the projections from the timelines."""

from sqlalchemy import select, update

from bot.domain.ids import IncidentNumber
from bot.domain.timeline import CommandAccepted, IncidentReopened, IncidentResolved, Promise, Update, UpdatePosted
from bot.store import Store, measure_all, rebuild
from bot.store.schema import deadlines, incidents, timeline
from tests.store.given import BO, NOON, declare, declare_with_channel, make_unreadable, minutes, note, record


async def a_life(store: Store) -> IncidentNumber:
    """An incident with deadlines that were set, met and cancelled, and set anew."""
    number = await declare_with_channel(store)
    await record(store, number, CommandAccepted(at=NOON + minutes(1), by=BO))
    posted = UpdatePosted(at=NOON + minutes(9), by=BO, update=Update("x"), next_update=Promise(NOON + minutes(24)))
    await record(store, number, posted)
    await record(store, number, IncidentResolved(at=NOON + minutes(20), by=BO, what="rolled back"))
    back = IncidentReopened(at=NOON + minutes(30), by=BO, reason="it is back", next_update=Promise(NOON + minutes(45)))
    await record(store, number, back)
    return number


async def everything(store: Store) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    async with store.database.read() as connection:
        for table in (incidents, deadlines):
            rows = await connection.execute(select(table).order_by(*table.primary_key.columns))
            found += [tuple(row) for row in rows]
    return found


async def test_rebuilding_changes_nothing(store: Store) -> None:
    await a_life(store)
    await declare(store)
    before = await everything(store)
    report = await rebuild(store)
    assert (report.incidents, report.differences) == (2, [])
    assert await everything(store) == before


async def test_rebuilding_mends_rows_that_differ_and_says_which(store: Store) -> None:
    number = await a_life(store)
    before = await everything(store)
    async with store.database.write() as connection:
        await connection.execute(update(incidents).values(title="a secret", status="closed"))
        await connection.execute(update(deadlines).values(done_at=NOON))

    report = await rebuild(store)
    assert sorted(report.differences) == [
        f"INC-{number}: deadlines differed",
        f"INC-{number}: status differed",
        f"INC-{number}: title differed",
    ]
    assert await everything(store) == before
    assert (await rebuild(store)).differences == []


async def test_rebuilding_lists_what_was_lost_and_drops_what_never_was(store: Store) -> None:
    lost = await declare(store)
    never = await declare(store)
    async with store.database.write() as connection:
        await connection.execute(incidents.delete().where(incidents.c.number == lost))
        await connection.execute(timeline.delete().where(timeline.c.incident == never))

    report = await rebuild(store)
    assert report.differences == [f"INC-{lost} was not listed", f"INC-{never} was listed without a timeline"]
    async with store.read() as tx:
        assert [one.number for one in await tx.incidents()] == [lost]
        assert await tx.deadlines(never) == ()


async def test_rebuilding_leaves_incidents_of_a_newer_version_alone(store: Store) -> None:
    number = await declare(store)
    await record(store, number, note())
    await make_unreadable(store, number)
    async with store.database.write() as connection:
        await connection.execute(update(incidents).values(title="as the newer version sees it"))
    before = await everything(store)
    assert (await rebuild(store)).differences == []
    assert await everything(store) == before


async def test_what_an_earlier_version_did_not_measure_is_measured_at_the_start(store: Store) -> None:
    await a_life(store)
    await declare(store)
    before = await everything(store)
    async with store.database.write() as connection:
        await connection.execute(
            update(incidents).values(
                impact=None,
                alerts=None,
                updates_due=None,
                acknowledged_at=None,
                resolved_at=None,
                kept_acknowledge=None,
            )
        )
    assert await measure_all(store) == 2
    assert await everything(store) == before
    assert await measure_all(store) == 0


async def test_what_a_newer_version_wrote_is_not_measured_and_holds_nothing_up(store: Store) -> None:
    number = await a_life(store)
    await make_unreadable(store, number)
    async with store.database.write() as connection:
        await connection.execute(update(incidents).values(impact=None))
    assert await measure_all(store) == 1
    assert await measure_all(store) == 1, "it waits for the version that can read it"
