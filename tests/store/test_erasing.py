"""Words can be taken out of a timeline: the entry stays, its digest holds, and every process forgets them."""

import pytest
from sqlalchemy import select

from bot.domain.effects import SendWebhook, webhook
from bot.domain.erasing import ERASED
from bot.domain.ids import IncidentNumber
from bot.domain.timeline import LegalHoldSet, NoteAdded, Update, UpdatePosted, WordsErased
from bot.store import Store, rebuild
from bot.store.schema import outbox, timeline
from tests.store.given import BO, NOON, declare, incident, make_unreadable, minutes, note, record

SECRET = "the password is hunter2"


async def erase(store: Store, number: IncidentNumber, seq: int) -> bool:
    async with store.write() as tx:
        return await tx.erase_words(number, seq, NOON + minutes(5))


async def test_erased_words_are_in_no_row_and_in_no_state_of_any_process(store: Store) -> None:
    number = await declare(store)
    await record(store, number, note(SECRET), note("harmless"))
    other = Store(store.database, store.workspace)
    for process in (store, other):
        assert [one.text for one in (await incident(process, number)).notes] == [SECRET, "harmless"]

    assert await erase(store, number, 2)

    for process in (store, other):
        assert [one.text for one in (await incident(process, number)).notes] == [ERASED, "harmless"]
        async with process.read() as tx:
            entries = await tx.timeline(number)
            assert await tx.incident_as_of(number, 2) is not None
        assert SECRET not in repr(entries)
        assert entries[1].event == NoteAdded(at=NOON + minutes(1), by=note().by, text=ERASED)
        assert entries[-1].event == WordsErased(at=NOON + minutes(5), of=2)
    assert (await rebuild(store)).differences == []


async def test_the_digest_stays_and_the_salt_goes(store: Store) -> None:
    number = await declare(store)
    await record(store, number, note(SECRET))
    columns = select(timeline.c.digest, timeline.c.salt).where(timeline.c.incident == number, timeline.c.seq == 2)
    async with store.database.read() as connection:
        before, salt = (await connection.execute(columns)).one()
    assert salt
    await erase(store, number, 2)
    async with store.database.read() as connection:
        assert tuple((await connection.execute(columns)).one()) == (before, b"")


async def test_words_within_an_update_go_as_well_and_times_stay(store: Store) -> None:
    number = await declare(store)
    posted = UpdatePosted(at=NOON + minutes(3), by=BO, update=Update("it is down", "we look", SECRET))
    await record(store, number, posted)
    assert await erase(store, number, 2)
    last = (await incident(store, number)).last_update
    assert last is not None
    assert (last.update, last.at, last.by) == (Update(ERASED, ERASED, ERASED), NOON + minutes(3), BO)


async def test_where_nothing_was_typed_nothing_is_erased(store: Store) -> None:
    number = await declare(store)
    await record(store, number, note(SECRET))
    await erase(store, number, 2)
    before = (await incident(store, number)).last_seq
    assert not await erase(store, number, 3), "the record of the erasing itself"
    assert not await erase(store, number, 2), "erased already"
    assert (await incident(store, number)).last_seq == before


async def test_an_entry_that_there_is_not_is_refused(store: Store) -> None:
    number = await declare(store)
    for missing, seq in ((number, 9), (IncidentNumber(99), 1)):
        with pytest.raises(LookupError, match=f"no entry {seq} of INC-{missing}"):
            await erase(store, missing, seq)
    await record(store, number, note())
    await make_unreadable(store, number)
    with pytest.raises(LookupError):
        await erase(store, number, 1)


async def test_nothing_is_erased_from_a_record_on_legal_hold(store: Store) -> None:
    number = await declare(store)
    await record(store, number, note(SECRET), LegalHoldSet(at=NOON, by=BO, is_held=True, reason="case 2026-17"))
    with pytest.raises(LookupError, match="INC-1 is on legal hold"):
        await erase(store, number, 2)


async def test_a_webhook_that_may_have_received_the_words_is_told_and_no_other(store: Store) -> None:
    number = await declare(store)
    posted = note(SECRET)
    async with store.write() as tx:
        await tx.record(number, [posted], NOON, [SendWebhook(posted, "cmdb"), SendWebhook(posted, "board")])
    async with store.database.write() as connection:
        sent = outbox.c.destination == webhook("cmdb")
        await connection.execute(outbox.update().where(sent).values(first_called_at=NOON))
    await erase(store, number, 2)
    async with store.read() as tx:
        told = [row for row in await tx.outbox() if row.seq == 3 and row.kind == "SendWebhook"]
    assert [row.lane for row in told] == [webhook("cmdb")]
