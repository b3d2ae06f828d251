"""The running Muster takes out by itself what is kept no longer."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.config import policy_loading as policies
from bot.domain.ids import WorkspaceId
from bot.domain.retention import FIRST_AFTER
from bot.domain.timeline import IncidentClosed
from bot.jobs.purging import Purging
from bot.store import Database, Store, WorkspaceRow
from bot.workflows.context import Context
from tests.store.given import NOON
from tests.store.test_retaining import (
    BO,
    CLOSED,
    EVERYTHING,
    LATER,
    events,
    fill,
    on_disk,
    only_the_closed_one,
    redactions,
)

POLICY = replace(policies.load(None), retention=EVERYTHING)


class Watch:
    """The time, as a test has it."""

    def __init__(self) -> None:
        self.at = LATER

    def now(self) -> datetime:
        return self.at


async def test_after_the_time_to_object_it_goes_from_records_and_from_the_files(
    sqlite_url: str, tmp_path: Path
) -> None:
    database = await Database.open(sqlite_url)
    store, watch = Store(database, WorkspaceId("T1")), Watch()
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Test"))
    await fill(store)
    await only_the_closed_one(store)
    purging = Purging(Context(store, POLICY, (), watch.now))
    await purging.purge()
    assert await redactions(store) == [], "an upgrade takes nothing out at once"
    watch.at += FIRST_AFTER - timedelta(seconds=1)
    await purging.purge()
    assert await redactions(store) == []
    watch.at += timedelta(seconds=1)
    await purging.purge()
    assert [one.at for one in await redactions(store)] == [watch.at]
    assert on_disk(tmp_path) == set()
    watch.at += timedelta(hours=6)
    await purging.purge()
    assert len(await redactions(store)) == 1
    await database.close()


async def test_a_purge_that_is_stopped_leaves_the_rest_to_the_next_start(store: Store) -> None:
    watch = Watch()
    await fill(store)
    async with store.write() as tx:
        await tx.begin_retention(LATER - FIRST_AFTER)
        last = await tx.next_number()
        await tx.record(last, events(last, IncidentClosed(at=NOON, by=BO)), NOON)
    purging = Purging(Context(store, POLICY, (), watch.now))
    purging.stop()
    await purging.purge()
    assert [len(await redactions(store, one)) for one in (CLOSED, last)] == [1, 0]
    async with store.read() as reading:
        assert await reading.is_to_scrub()
    await Purging(Context(store, POLICY, (), watch.now)).purge()
    assert [len(await redactions(store, one)) for one in (CLOSED, last)] == [1, 1]
    async with store.read() as reading:
        assert not await reading.is_to_scrub()
