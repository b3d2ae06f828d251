"""A published review in a wiki: written once, shown where people look, and never written over what they did there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.sandbox import Channel
from tests.integrations.documents.fake_confluence import FakeConfluence
from tests.integrations.documents.fakes import TOKEN, VARIABLE, Fake, serving
from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import everything_said_by_bot


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: what differs between the engines is tested with the store."""
    return sqlite_url


@asynccontextmanager
async def with_a_wiki(folder: Path, database_url: str, token: str = TOKEN) -> AsyncIterator[tuple[Company, Fake]]:
    async with serving(FakeConfluence()) as fake:
        policy = {"documents": {"wiki": fake.part()}}
        async with company_at_work(folder, database_url, policy, environment={VARIABLE: token}) as company:
            yield company, fake


async def published(company: Company) -> Channel:
    channel = await company.declares("checkout fails service:checkout P1")
    await company.bo.joins(channel.id)
    for text in ("accept", "resolve rolled back", "review start"):
        await company.dana.types(f"/incident {text}", in_=channel.id)
    await publishes(company, channel)
    return channel


async def publishes(company: Company, channel: Channel) -> None:
    await company.bo.types("/incident review approve anyway", in_=channel.id)
    await company.dana.types("/incident review publish", in_=channel.id)
    await company.settle()


async def test_it_stands_there_once_and_what_people_changed_is_asked_about(tmp_path: Path, database_url: str) -> None:
    async with with_a_wiki(tmp_path, database_url) as (company, fake):
        channel = await published(company)
        (page,) = fake.there()
        assert page.title == "INC-1: checkout fails"
        link = f"https://shop.example/wiki/spaces/OPS/pages/{page.id}"
        told = [one.text for one in everything_said_by_bot(company) if link in one.text]
        assert len(told) == 1
        shown = await company.dana.types("/incident review", in_=channel.id)
        assert f"Published in <{link}|wiki>." in str(shown.blocks)

        fake.edit(page)
        before = fake.says(page)
        await company.dana.types("/incident review reopen the impact was larger", in_=channel.id)
        await publishes(company, channel)
        assert fake.says(page) == before
        (asked,) = [one for one in everything_said_by_bot(company) if "should happen to the copy in wiki" in one.text]
        assert "Fay Okafor edited the review in wiki." in str(asked.blocks)
        await company.dana.clicks("Replace it")
        await company.settle()
        assert fake.says(page) != before
        assert "being replaced in wiki" in asked.text
        assert not [one for one in asked.blocks if one["type"] == "actions"]
        assert len(fake.there()) == 1
        again = await company.dana.types("/incident review document wiki leave", in_=channel.id)
        assert "Nothing is asked about the review of INC-1 in wiki" in again.text


async def test_what_the_wiki_refuses_is_said_and_holds_nothing_up(tmp_path: Path, database_url: str) -> None:
    async with with_a_wiki(tmp_path, database_url, "another") as (company, fake):
        channel = await published(company)
        assert channel.shows("review published by")
        told = [one.text for one in everything_said_by_bot(company) if "could not bring the review" in one.text]
        assert len(told) == 1
        assert "the review of INC-1 to wiki: Confluence answered “the token is not accepted" in told[0]
        assert fake.there() == []
