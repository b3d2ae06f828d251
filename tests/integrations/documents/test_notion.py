"""What is Notion's alone: a page is written in several requests, and emptied with all that is below it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.delivery.outcomes import Done, Gone, Unknown
from bot.domain.vocabulary import KeptAs, Overwriting
from tests.integrations.documents.fake_notion import FakeNotion
from tests.integrations.documents.test_documents import Play, Played


@pytest.fixture
def kind() -> type[FakeNotion]:
    return FakeNotion


from tests.integrations.documents.test_documents import play as play  # noqa: E402, PLC0414 - a fixture


@asynccontextmanager
async def long_review(play: Play) -> AsyncIterator[Played]:
    async with play() as it:
        it.words = "\n\n".join(f"Cause {number}" for number in range(230))
        yield it


async def test_a_long_one_comes_in_parts_and_whoever_is_interrupted_goes_on(play: Play) -> None:
    async with long_review(play) as it:
        job = it.publishes()
        it.fake.acts = ["", "", "drops after"]
        assert isinstance(await it.documents.deliver(job), Unknown)
        assert isinstance(await it.brings(job), Done)
        said = it.fake.says(it.only)
        assert [said.count(f"Cause {number}\n") for number in (0, 120, 229)] == [1, 1, 1]
        it.words, it.fake.acts = "It was the cache.", ["", "drops after"]
        job = it.publishes()
        assert isinstance(await it.documents.deliver(job), Unknown)
        await it.brings(job)
        assert it.asked() is None
        assert "It was the cache." in it.fake.says(it.only)
        assert "Cause 0" not in it.fake.says(it.only)


async def test_pages_below_it_are_not_thrown_away(play: Play) -> None:
    async with play() as it:
        await it.brings(it.publishes())
        one = it.only
        it.fake.add("Notes of the team", []).parent = one.id
        await it.brings(it.publishes())
        assert it.asked() is KeptAs.EDITED
        refused = await it.documents.deliver(it.answers(Overwriting.REPLACE))
        assert isinstance(refused, Gone)
        assert "pages below it" in refused.error
        assert len(it.fake.there()) == 2
