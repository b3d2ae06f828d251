"""What people write in reviews, on both engines: every revision is kept, the last one counts."""

from datetime import timedelta

import pytest

from bot.domain.ids import IncidentNumber
from bot.domain.sections import Written
from bot.domain.vocabulary import Section
from bot.store import Store
from tests.store.given import BO, DANA, NOON, declare

ONE = IncidentNumber(1)


async def test_the_last_revision_of_each_section_counts_and_all_are_kept(store: Store) -> None:
    await declare(store)
    first = Written(Section.IMPACT, 1, "nobody could pay", DANA, NOON)
    second = Written(Section.IMPACT, 2, "half could not pay", BO, NOON + timedelta(hours=1))
    luck = Written(Section.LUCK, 1, "it was night", BO, NOON)
    async with store.write() as tx:
        for one in (first, second, luck):
            await tx.keep_written(ONE, one)
    async with store.read() as tx:
        assert await tx.written(ONE) == {Section.IMPACT: second, Section.LUCK: luck}
        assert await tx.revisions(ONE, Section.IMPACT) == (second, first)
        assert await tx.written(IncidentNumber(2)) == {}


async def test_the_same_revision_again_is_the_same_sitting(store: Store) -> None:
    await declare(store)
    async with store.write() as tx:
        for text in ("nobody", "nobody could pay"):
            await tx.keep_written(ONE, Written(Section.IMPACT, 1, text, DANA, NOON))
    async with store.read() as tx:
        assert [one.text for one in await tx.revisions(ONE, Section.IMPACT)] == ["nobody could pay"]


async def test_what_was_heard_is_never_taken_back(store: Store) -> None:
    later, earlier = NOON + timedelta(minutes=5), NOON
    for at in (earlier, later, earlier):
        async with store.write() as tx:
            await tx.keep_heard_to(at)
    async with store.read() as tx:
        assert await tx.heard_to() == later


async def test_the_key_of_links_stays_until_it_is_replaced(store: Store) -> None:
    async with store.read() as tx:
        with pytest.raises(LookupError):
            await tx.link_key()
    keys = []
    for change in ("make", "make", "replace"):
        async with store.write() as tx:
            await (tx.make_link_key() if change == "make" else tx.replace_link_key())
            keys.append(await tx.link_key())
    assert keys[0] == keys[1] != keys[2]
    assert {len(key) for key in keys} == {32}


async def test_what_was_taken_is_known_as_taken(store: Store) -> None:
    async with store.write() as tx:
        assert not await tx.was_taken("link/a")
        assert await tx.take("link/a")
    async with store.write() as tx:
        assert await tx.was_taken("link/a")
        assert not await tx.was_taken("link/b")
        assert not await tx.take("link/a")
