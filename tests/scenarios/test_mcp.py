"""A program proposes by the Model Context Protocol; people see it in Slack, and one of them has it done."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters

from bot.domain.actor import Person
from bot.domain.ids import SlackUserId
from bot.domain.timeline import Reclassified
from bot.domain.vocabulary import Priority
from bot.door.token import Scope, Token, digest_of, mint
from tests.house.sources import ROOT
from tests.scenarios.conftest import Company
from tests.scenarios.looking import recorded, said_by_bot
from tests.web.mcp.conftest import asks, client


async def token_of(company: Company, name: str) -> str:
    minted, user = mint(), SlackUserId(company.sandbox.person(name).id)
    scopes = frozenset({Scope.READ, Scope.WRITE})
    token = Token(minted.id, "a laptop", Person(user), scopes, datetime.now(UTC))
    async with company.bot.context.store.write() as tx:
        await tx.keep_token(token, digest_of(minted.text))
    return minted.text


@pytest.mark.both_engines
async def test_what_a_program_proposes_is_done_once_when_two_people_say_yes(company: Company) -> None:
    channel = await company.declares("P2 checkout returns 500s")
    await company.bo.joins(channel.name)
    async with client(company.bot.port, await token_of(company, "dana")) as claude:
        made = await asks(
            claude, "set_priority", incident="INC-1", priority="P3", reason="<!channel> only the *old* shop"
        )
        await company.settle()
        (asked,) = [one for one in said_by_bot(company, channel) if "proposes" in one.plain]
        assert "*Claude*, for " in asked.plain
        assert "proposes to lower INC-1 from P2 to P3." in asked.plain
        assert "<!channel>" not in str(asked.blocks)
        assert (await company.incident()).priority is Priority.P2

        await asyncio.gather(
            company.dana.clicks("Do it", in_=channel.name), company.bo.clicks("Do it", in_=channel.name)
        )
        await company.settle()
        assert (await company.incident()).priority is Priority.P3
        (done,) = [one for one in await recorded(company) if isinstance(one, Reclassified)]
        assert done.proposed is not None
        assert (done.proposed.program, done.proposed.person) == ("Claude", company.dana.id)
        (asked,) = [one for one in said_by_bot(company, channel) if "proposes" in one.plain]
        assert "said yes." in asked.plain
        assert "Do it" not in str(asked.blocks)
        after = await asks(claude, "check_proposal", proposal=made["proposal"])
        assert (after["state"], after["became"]) == ("done", "INC-1")


async def test_an_incident_is_proposed_to_whom_it_is_for_and_answered_by_typing(company: Company) -> None:
    async with client(company.bot.port, await token_of(company, "dana"), "legacy") as claude:
        await asks(claude, "declare_incident", title="the search is slow", priority="P3")
        await asks(claude, "declare_incident", title="a door is open", priority="P4")
    await company.settle()
    first, second = company.dana.dms
    assert "*a laptop*, for " in first.plain
    assert "declare an incident" in first.plain
    assert "a door is open" in second.plain
    assert "There is no proposal 1" in (await company.bo.types("/incident proposal 1 do", in_="general")).text
    assert "proposal 2" in (await company.dana.types("/incident proposal", in_="general")).text
    assert "INC-1 declared" in (await company.dana.types("/incident proposal 1 do", in_="general")).text
    assert "INC-1 was declared" in (await company.dana.types("/incident proposal 1 do", in_="general")).text
    await company.later(minutes=30)
    first, second = company.dana.dms[:2]
    assert "said yes; INC-1 was declared." in first.plain
    assert "Nobody answered it within 30 minutes." in second.plain
    assert "Nobody answered that proposal" in (await company.dana.types("/incident proposal 2 no", in_="general")).text


def started_here(folder: Path, *arguments: str, **environment: str) -> StdioServerParameters:
    """`muster mcp`, as a client starts it."""
    command = ["-m", "bot", "mcp", *arguments]
    env = {"PYTHONPATH": str(ROOT), **environment}
    return StdioServerParameters(command=sys.executable, args=command, cwd=folder, env=env)


async def test_a_client_may_start_muster_itself_by_the_api_or_by_the_database(
    company: Company, tmp_path: Path, database_url: str
) -> None:
    channel = await company.declares("P2 checkout returns 500s")
    address, token = f"http://127.0.0.1:{company.bot.port}", await token_of(company, "dana")
    async with Client(started_here(tmp_path, MUSTER_URL=address, MUSTER_TOKEN=token)) as one:
        assert (await asks(one, "get_incident", incident="INC-1"))["priority"] == "P2"
        await asks(one, "add_note", incident="INC-1", text="the probes fail")
    await company.bo.types("/incident declare --private a key was stolen", in_="general")
    await company.chen.types("/incident list", in_="general")  # Muster knows who that is
    as_chen = started_here(tmp_path, "--as", company.chen.id, MUSTER_DATABASE_URL=database_url)
    async with Client(as_chen) as one:
        seen = await asks(one, "search_incidents")
        assert [each["ref"] for each in seen["incidents"]] == ["INC-1"]
        await asks(one, "add_note", incident="INC-1", text="so does the disk")
    await company.settle()
    proposed = [one.plain for one in said_by_bot(company, channel) if "proposes to add a note" in one.plain]
    assert ["the probes fail" in proposed[0], "so does the disk" in proposed[1]] == [True, True]
