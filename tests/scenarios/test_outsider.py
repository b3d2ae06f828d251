"""A private incident through every surface, as somebody who is not in it: nothing of it is there."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.commands.table import COMMANDS
from bot.demo.clock import SteppedClock
from bot.sandbox import Sandbox
from bot.verbs.verb import About
from tests.scenarios.conftest import Company, at_work
from tests.scenarios.test_home import home_of

TITLE = "the payroll leaked"
ABOUT_NONE = [one for one in COMMANDS if one.about is About.NOTHING and one.name != "declare"]


@pytest.fixture
async def private(slack: Sandbox, clock: SteppedClock, tmp_path: Path) -> AsyncIterator[Company]:
    """INC-1, private; eli is not in it."""
    database = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    policy = {"duplicates": {"within": "30m"}, "people": {"executives": [], "managers": []}}
    async with at_work(slack, clock, tmp_path, database, policy) as company:
        await company.declares(f"{TITLE} P1 --private service:payments")
        yield company


async def test_no_verb_about_nothing_in_particular_tells_of_it(private: Company) -> None:
    for command in ABOUT_NONE:
        answer = await private.eli.types(f"/incident {command.example}", in_="general")
        assert TITLE not in answer.text, command.name
        assert "INC-1" not in answer.text.replace(command.example, ""), command.name


async def test_nowhere_else_is_anything_of_it(private: Company, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    same = await private.eli.types(f"/incident declare {TITLE} service:payments", in_="general")
    assert "INC-2 declared" in same.text  # no duplicate is offered, not even as a count
    await private.later(hours=3)
    home = await home_of(private, private.eli)
    assert "INC-1" not in str(home.content)

    seen = [one for one in private.sandbox.workspace.channels.values() if one.kind == "channels"]
    public = [message.plain for channel in seen for message in channel.posted]
    direct = [one.plain for one in [*private.eli.dms, *private.eli.ephemerals]]
    assert not [text for text in [*public, *direct] if "INC-1" in text]
    assert not [channel.topic for channel in seen if "INC-1" in channel.topic]

    async with private.bot.context.store.read() as tx:
        effects = await tx.outbox(states=("pending", "in_flight", "done", "dead"))
    assert not [one for one in effects if "payroll" in f"{one.key}{one.lane}{one.destination}{one.body}"]
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{private.bot.port}/metrics") as answer,
    ):
        assert "payroll" not in await answer.text()
    assert "payroll" not in caplog.text
