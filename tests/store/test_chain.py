"""The chain over timelines and audit log: whatever is changed, removed or put in by hand is found and named."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import delete, insert, select, text, update

from bot.domain.actor import MUSTER
from bot.domain.ids import IncidentNumber
from bot.domain.proof import Checking
from bot.store import Audited, Database, Store
from bot.store.schema import audit, chain_ends, chain_heads, chain_links, incidents, timeline
from tests.store.given import MACHINE, NOON, declare_with_channel, minutes, note, record

SECRET = "the password is hunter2"


async def linked(store: Store, limit: int = 100) -> int:
    async with store.write() as tx:
        return await tx.extend_chain(limit)


async def checked(store: Store, at_once: int = 100) -> Checking:
    async with store.read() as tx:
        return await tx.check_chain(at_once)


async def acted(store: Store, *verbs: str) -> None:
    """Long enough ago to be linked."""
    async with store.write() as tx:
        for verb in verbs:
            await tx.keep_audit(Audited.of(NOON, MUSTER, verb, None, "refused", "NotForYou"))
    async with store.database.write() as connection:
        await connection.execute(update(audit).values(recorded_at=MACHINE - minutes(5)))


@pytest.fixture
async def number(store: Store) -> IncidentNumber:
    """Two incidents and three acts, linked, with a head."""
    await declare_with_channel(store)
    async with store.write() as tx:
        second = await tx.next_number()
    assert second == 2
    await record(store, IncidentNumber(1), note("one"), note("two"), note("three"))
    await acted(store, "close", "export", "rebuild")
    assert await linked(store) == 8
    assert await linked(store) == 0
    async with store.write() as tx:
        assert (await tx.make_head(NOON, 0)) is not None
    async with store.write() as tx:
        assert await tx.make_head(NOON, 1) is None, "nothing has grown since"
        assert await tx.make_head(NOON, 0) is None, "another replica was quicker"
    return IncidentNumber(1)


async def test_an_untouched_record_holds(store: Store, number: IncidentNumber) -> None:
    checking = await checked(store)
    assert checking.findings == []
    assert (checking.entries, checking.erased) == (8, 0)


async def test_what_comes_later_is_linked_to_what_was_there(store: Store, number: IncidentNumber) -> None:
    await record(store, number, note("four"))
    async with store.read() as tx:
        assert await tx.out_of_chain() == (1, [])
    assert await linked(store) == 1
    assert (await checked(store)).findings == []
    async with store.write() as tx:
        head = await tx.make_head(NOON + minutes(1), 1)
    assert head is not None
    assert [(one.book, one.position) for one in head.ends] == [(1, 6)]


async def test_a_long_record_is_linked_and_read_in_parts(store: Store, number: IncidentNumber) -> None:
    await record(store, number, *(note(f"note {one}") for one in range(5)))
    assert [await linked(store, 2) for _ in range(4)] == [2, 2, 1, 0]
    assert (await checked(store, 3)).findings == []


Tamper = Callable[[Database], Awaitable[None]]


def by_hand(*statements: object) -> Tamper:
    async def tamper(database: Database) -> None:
        async with database.write() as connection:
            for one in statements:
                await connection.execute(one)  # type: ignore[call-overload]

    return tamper


t, a, l = timeline.c, audit.c, chain_links.c  # noqa: E741
CHANGED = "INC-1 entry 3 (NoteAdded) was changed"
THIRD = (t.incident == 1, t.seq == 3)
LINK = (l.book == 1, l.position == 3)
A_ROW = insert(timeline).from_select(
    list(timeline.c),
    select(t.workspace, t.incident, text("6"), *(one for one in list(t)[3:-1]), text("NULL")).where(*THIRD),
)


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (by_hand(update(timeline).where(*THIRD).values(body='{"text":"nothing"}')), CHANGED),
        (by_hand(update(timeline).where(*THIRD).values(by="UEVE")), CHANGED),
        (by_hand(update(timeline).where(*THIRD).values(occurred_at=NOON)), CHANGED),
        (by_hand(update(timeline).where(*THIRD).values(kind="NoteSung")), "INC-1 entry 3 (NoteSung) was changed"),
        (by_hand(delete(timeline).where(*THIRD)), "INC-1 entry 3 is gone"),
        (by_hand(delete(timeline).where(t.seq == 5)), "INC-1 entry 5 is gone"),
        (by_hand(A_ROW), "INC-1 entry 6 (NoteAdded) was put in"),
        (
            by_hand(delete(timeline).where(*THIRD), delete(chain_links).where(*LINK)),
            "INC-1: the link of entry 3 is gone",
        ),
        (
            by_hand(delete(timeline).where(t.incident == 1), delete(chain_links).where(l.book == 1)),
            "INC-1 entry 5 is named by a head and is gone, and its link too",
        ),
        (
            by_hand(update(chain_links).where(*LINK).values(link=b"x" * 32)),
            "INC-1 entry 3 (NoteAdded): its link does not follow from the one before",
        ),
        (
            by_hand(
                update(timeline).where(*THIRD).values(body='{"text":"nothing"}'),
                update(chain_links).where(*LINK).values(salt=b""),
            ),
            "INC-1 entry 3 (NoteAdded) was replaced, and no entry says that its words were erased",
        ),
        (by_hand(update(audit).where(a.verb == "export").values(actor="UEVE")), "audit entry 2 (export) was changed"),
        (by_hand(delete(audit).where(a.verb == "export")), "audit entry 2 is gone"),
        (by_hand(update(chain_heads).values(text=chain_heads.c.text + " ")), "head 1 was changed"),
        (by_hand(update(incidents).values(last_seq=7)), "INC-1: its last entries are gone; it had 7, and has 5"),
    ],
)  # fmt: skip
async def test_what_was_done_by_hand_is_found_and_named(
    store: Store, number: IncidentNumber, tamper: Tamper, found: str
) -> None:
    await tamper(store.database)
    assert found in (await checked(store)).findings


async def test_whoever_makes_the_whole_chain_anew_is_found_by_a_head(store: Store, number: IncidentNumber) -> None:
    await by_hand(
        update(timeline).where(*THIRD).values(body='{"text":"nothing"}'),
        delete(chain_links).where(l.book == 1),
        delete(chain_ends).where(chain_ends.c.book == 1),
    )(store.database)
    assert await linked(store) == 5
    assert (await checked(store)).findings == [
        "INC-1 entry 5 (NoteAdded) is not what a head says of it: the chain was rewritten"
    ]


async def test_erased_words_leave_a_chain_that_holds(store: Store, number: IncidentNumber) -> None:
    await record(store, number, note(SECRET))
    await linked(store)
    async with store.write() as tx:
        assert await tx.erase_words(number, 6, NOON + minutes(5))
    before = await checked(store)
    await linked(store)
    after = await checked(store)
    assert (before.findings, before.erased) == (
        ["INC-1 entry 6 (NoteAdded) was replaced, and no entry says that its words were erased"],
        1,
    ), "what says so has no link yet"
    assert (after.findings, after.erased) == ([], 1)


async def test_words_that_were_erased_before_they_had_a_link_are_linked_as_they_are(
    store: Store, number: IncidentNumber
) -> None:
    await record(store, number, note(SECRET))
    async with store.write() as tx:
        assert await tx.erase_words(number, 6, NOON + minutes(5))
    await linked(store)
    checking = await checked(store)
    assert (checking.findings, checking.erased) == ([], 0)


async def test_what_the_audit_log_drops_by_age_breaks_nothing(store: Store, number: IncidentNumber) -> None:
    await acted(store, "erase")
    await linked(store)
    async with store.database.write() as connection:
        await connection.execute(update(audit).where(a.verb != "erase").values(recorded_at=MACHINE - minutes(500)))
    async with store.write() as tx:
        assert await tx.purge_audit(MACHINE - minutes(100)) == 3
    checking = await checked(store)
    assert (checking.findings, checking.deleted_by_age) == ([], 3)
