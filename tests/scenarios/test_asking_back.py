"""What can be read in two ways, over the wire: two buttons, their typed twins, and nothing recorded until then."""

from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest

from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import recorded, traces


@pytest.fixture
async def company(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Company]:
    """What is asked back is never recorded, so that the engine does not matter."""
    async with company_at_work(tmp_path, sqlite_url) as company:
        yield company


async def test_a_word_that_may_be_an_option_is_asked_back_and_either_button_answers(company: Company) -> None:
    before = await traces(company)
    asked = await company.dana.types("/incident declare private key & more leaked by @bo", in_="general")
    assert asked.text.startswith("Not done: Nothing is declared yet")
    assert asked.response_type == "ephemeral"
    for option in ("--private", "--no-private"):
        assert f"/incident declare {option} private key & more leaked by @bo" in unescape(asked.text)
    assert await traces(company) == before

    await company.dana.clicks("It is not private", in_="general")
    channel = await company.channel()
    assert channel.name == "inc-1-private-key-more-leaked-by-bo"
    assert not channel.is_private
    assert (await company.incident()).title == f"private key & more leaked by <@{company.bo.id}|bo>"

    assert "Not done" in (await company.dana.types("/incident declare payroll leaks privately", in_="general")).text
    shown = len(company.broadcast.messages)
    await company.dana.clicks("It is private", in_="general")
    secret = await company.channel(2)
    assert (secret.is_private, secret.name) == (True, "inc-2")
    assert (await company.incident(2)).title == "payroll leaks privately"
    assert len(company.broadcast.messages) == shown


async def test_a_command_that_names_another_incident_is_corrected_by_a_button(company: Company) -> None:
    first, second = await company.declares("checkout is down"), await company.declares("carts are empty")
    before = await traces(company)
    refused = await company.dana.types("/incident cancel INC-1 false alarm", in_=second.id)
    assert refused.text.startswith("Not done: ")
    assert "/incident INC-1 cancel false alarm" in refused.text
    assert await traces(company) == before

    await company.dana.clicks("Do it in INC-1", in_=second.id)
    await company.settle()
    assert (await company.incident(1)).status == "cancelled"
    assert (await company.incident(2)).status == "declared"
    assert first.shows("false alarm")

    status = await company.dana.types("/incident status INC-1", in_=second.id)
    assert "INC-1" in status.text
    assert "checkout is down" in status.text
    assert "carts" not in status.text


async def test_a_text_that_names_very_many_people_calls_none_of_them(company: Company) -> None:
    crowd = [company.sandbox.add_person(f"guest{number}") for number in range(21)]
    channel = await company.declares("checkout is down")
    await company.dana.types(f"/incident update told {' '.join(f'@{one.name}' for one in crowd)}", in_=channel.id)
    await company.dana.types("/incident update told @bo and @chen", in_=channel.id)
    await company.settle()
    posted = [one for one in channel.messages if "told" in one.plain and one.user == company.sandbox.bot.id]
    assert "guest20" in "".join(one.plain for one in posted)
    wire = "".join(f"{one.text}{one.blocks}" for one in posted)
    assert not [one.name for one in crowd if f"<@{one.id}" in wire]
    assert f"<@{company.bo.id}>" in wire
    assert len([one for one in await recorded(company) if type(one).__name__ == "UpdatePosted"]) == 2
