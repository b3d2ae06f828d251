"""A game day: a scenario is played to people in a drill, over the API, and says how they did."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.domain.actor import Integration
from bot.operator.asking import OverHttp
from bot.operator.commands import NotPossible
from bot.operator.gameday import line, play
from bot.operator.gameday_scenario import Scenario, load, shipped
from bot.sandbox import Channel
from bot.web.api.asking import Asking
from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.test_led_over_http import token


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: nothing here is stored in a way of its own."""
    return sqlite_url


def drills_of(company: Company) -> list[Channel]:
    return [one for one in company.sandbox.channels if one.name.startswith("drill-")]


def drill_of(company: Company) -> Channel:
    (channel,) = drills_of(company)
    return channel


EVERY = timedelta(minutes=5)
Acts = dict[int, Callable[[Company], Awaitable[object]]]
"""Minute of the scenario → what the players do then."""


async def played(company: Company, scenario: Scenario, acts: Acts, service: str | None = "checkout") -> list[str]:
    """What is said of each goal."""
    passed = timedelta()

    async def wait(span: timedelta) -> None:
        nonlocal passed
        until = passed + span
        for minute in [one for one in sorted(acts) if passed <= timedelta(minutes=one) < until]:
            await company.later(seconds=(timedelta(minutes=minute) - passed).total_seconds())
            passed = timedelta(minutes=minute)
            await acts.pop(minute)(company)
        await company.later(seconds=(until - passed).total_seconds())
        passed = until

    @asynccontextmanager
    async def reach(_: str | None) -> AsyncIterator[Asking]:
        headers = {"Authorization": f"Bearer {await token(company, Integration('Game day', 'exercise'))}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            yield OverHttp(session, f"http://127.0.0.1:{company.bot.port}")

    return [line(one) for one in await play(scenario, reach, None, 1, service, wait, EVERY)]


def types(who: str, text: str) -> Callable[[Company], Awaitable[object]]:
    async def act(company: Company) -> object:
        person = company.sandbox.person(who)
        return await person.types(f"/incident {text}", in_=drill_of(company).id)

    return act


async def test_players_who_do_it_all_meet_every_goal(tmp_path: Path, database_url: str) -> None:
    acts: Acts = {
        2: types("dana", "accept"),
        6: types("dana", "update a third of payments fails; asking the provider next:30m"),
        35: types("dana", "update the provider looks next:30m"),
        61: types("dana", "mitigate the provider mended it"),
        62: types("dana", "resolve the provider mended it"),
        63: types("dana", "review start"),
    }
    async with company_at_work(tmp_path, database_url, {}) as company:
        found = await played(company, load(shipped()["third-party"]), acts)
        assert found == [
            "met: Command accepted, within 5 min – after 2 min",
            "met: First update, within 15 min – after 6 min",
            "met: Mitigated, within 1 h 15 min – after 1 h 1 min",
            "met: Resolved, within 1 h 25 min – after 1 h 2 min",
            "met: Updates, none overdue – 2 posted, 0 overdue",
            "met: Review, started – started",
        ]
        channel = drill_of(company)
        told = [one.plain for one in channel.messages]
        assert "drill" in told[0].lower()
        assert sum("Exercise: Press: a journalist asks" in one for one in told) == 1
        assert sum("Exercise: It is over. 6 of 6 goals met." in one for one in told) == 1


async def test_a_commander_who_does_not_answer_has_to_be_noticed(tmp_path: Path, database_url: str) -> None:
    acts: Acts = {2: types("dana", "accept"), 33: types("bo", "takeover she does not answer")}
    async with company_at_work(tmp_path, database_url, {}) as company:
        found = await played(company, load(shipped()["lost-commander"]), acts)
        assert found[:2] == [
            "met: Command accepted, within 15 min – after 2 min",
            "missed: First update, within 30 min – not done",
        ]
        assert found[2] == "met: Somebody else in command, within 25 min – after 23 min"
        assert found[3].startswith("missed: Mitigated")
        assert found[5].startswith("missed: Updates, none overdue – 0 posted")
        channel = drill_of(company)
        assert sum(f"<@{company.dana.id}> cannot be reached from now on" in one.text for one in channel.messages) == 1


async def test_a_service_that_is_not_there_is_said_and_nothing_begins(tmp_path: Path, database_url: str) -> None:
    async with company_at_work(tmp_path, database_url, {}) as company:
        with pytest.raises(NotPossible, match="could not be declared"):
            await played(company, load(shipped()["third-party"]), {}, service="nothing")
        assert not drills_of(company)
