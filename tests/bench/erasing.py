"""Erasing a person who took part in many incidents: `python -m tests.bench.erasing [INCIDENTS]`, on SQLite.

Each incident has ten events and ten messages; she stands in six of the events, and wrote or is mentioned in four of the
messages. What counts is processor time: the machine may be busy.
"""

import asyncio
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId, WorkspaceId
from bot.domain.pseudonyms import RANDOM_BYTES, pseudonym
from bot.domain.timeline import AnyEvent, ChannelOpened, CommandAccepted, IncidentClosed, NoteAdded
from bot.store import Database, Store, ToRecord, WorkspaceRow, rebuild, schema
from bot.store.erasing import Erasure
from bot.workflows.erasing import erase
from tests.store.given import BO, NOON, declaration

HER, NAME = SlackUserId("U01ALICE"), "Zaliqa Zquiroga"
ERASURE = Erasure(pseudonym(bytes(range(RANDOM_BYTES))), HER, (NAME,))
AT_ONCE = 100


async def fill(store: Store, incidents: int) -> None:
    for _ in range(0, incidents, AT_ONCE):
        async with store.write() as tx:
            numbers = [await tx.next_number() for _ in range(AT_ONCE)]
            await tx.record_all([ToRecord(number, _events(number)) for number in numbers], NOON)
        async with store.database.write() as connection:
            await connection.execute(schema.transcript.insert(), [row for one in numbers for row in _messages(one)])


def _events(number: IncidentNumber) -> list[AnyEvent]:
    looks = [NoteAdded(at=NOON, by=HER if n < 3 else BO, text="look") for n in range(5)]
    notes = [*looks, NoteAdded(at=NOON, by=BO, text=f"ask {NAME}")]
    opened = ChannelOpened(at=NOON, channel=ChannelId(f"C{number}"), name=f"inc-{number}")
    accepted, closed = CommandAccepted(at=NOON, by=HER), IncidentClosed(at=NOON, by=BO)
    return [replace(declaration(number), asked=HER), opened, accepted, *notes, closed]


def _messages(number: IncidentNumber) -> list[dict[str, object]]:
    return [
        {
            "workspace": "T1",
            "channel": f"C{number}",
            "ts": f"1772625600.{n:06}",
            "posted_at": NOON,
            "author": HER if n < 3 else BO,
            "text": f"<@{HER}> looks" if n == 3 else "something else",
            "files": [],
            "reactions": [],
            "is_bot": False,
        }
        for n in range(10)
    ]


async def main(incidents: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(f"sqlite+aiosqlite:///{Path(folder) / 'muster.db'}")
        store = Store(database, WorkspaceId("T1"))
        async with store.write() as tx:
            await tx.keep_workspace(WorkspaceRow("T1", "Test"))
        await fill(store, incidents)
        size = (Path(folder) / "muster.db").stat().st_size / 1e6
        began, clock = time.process_time(), time.monotonic()
        async with store.write() as tx:
            await tx.begin_erasure(ERASURE, "", {}, datetime.now(UTC))
        assert (await erase(store, ERASURE, lambda: datetime.now(UTC))).is_nothing
        erased, took = time.process_time() - began, time.monotonic() - clock
        began = time.process_time()
        await database.scrub()
        scrubbed = time.process_time() - began
        differences = len((await rebuild(store)).differences)
        await database.close()
    print(
        f"{incidents:,} incidents, {size:.0f} MB: erased in {erased:.1f} s of processor time, {took:.0f} s by the clock"
    )
    print(f"file written anew in {scrubbed:.1f} s of processor time; rebuild differs in {differences}")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
