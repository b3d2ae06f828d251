"""While nobody reacts, the next person is told: once, on time, and whatever was restarted in between."""

from pathlib import Path

import pytest

from bot.demo.clock import SteppedClock
from bot.sandbox import Person, Sandbox
from tests.scenarios.conftest import Company, at_work
from tests.scenarios.looking import recorded, said_by_bot


def told(person: Person, words: str) -> int:
    return sum(words in message.plain for message in person.dms)


async def test_at_three_in_the_morning_with_two_people_asleep_the_manager_takes_command(company: Company) -> None:
    channel = await company.declares("P1 checkout is down service:checkout", by="eli")
    assert told(company.dana, "You are asked to take command") == 1

    await company.later(minutes=5)
    assert channel.shows("Nobody has taken command of INC-1 yet")
    assert told(company.bo, "You are asked to take it") == 1
    assert company.bo.id in channel.members
    assert f"<@{company.bo.id}> asked" in channel.messages[0].plain

    await company.later(minutes=15)
    assert told(company.fay, "Nobody has taken command yet") == 1
    await company.fay.clicks("Accept command")
    await company.settle()

    assert (await company.incident()).commander == company.fay.id
    await company.later(minutes=9)  # the update was due as well, and is owed until it comes
    said = len(said_by_bot(company, channel))
    await company.fay.types("/incident update Conditions: rolling back", in_=channel.id)
    await company.later(minutes=9)
    assert len(said_by_bot(company, channel)) == said + 1


async def test_whoever_was_asked_first_may_still_accept(company: Company) -> None:
    channel = await company.declares("P1 checkout is down service:checkout", by="eli")
    await company.later(minutes=6)
    await company.dana.types("/incident accept", in_=channel.id)
    assert (await company.incident()).commander == company.dana.id


async def test_after_the_last_step_it_is_said_once_and_then_there_is_silence(company: Company) -> None:
    channel = await company.declares("P1 checkout is down service:checkout", by="eli")
    await company.later(hours=2)
    said = said_by_bot(company, channel)

    await company.later(hours=22)

    later = [one.plain for one in said_by_bot(company, channel)[len(said) :]]
    assert len(later) == 3, "the service level warned of and missed, and a day without a word"
    assert (
        "should be resolved by" in later[0],
        "should have been resolved by" in later[1],
        "is it over?" in later[2],
    ) == (True,) * 3
    unattended = [one for one in said if "INC-1 is unattended" in one.plain]
    assert len(unattended) == 2, "once for command, once for the update"
    assert "Unattended: nobody has taken command" in channel.messages[0].plain
    assert "Unattended" in company.broadcast.messages[0].plain
    answer = await company.chen.types("/incident INC-1 status", in_="general")
    assert "Unattended" in str(answer.blocks)


async def test_what_reaches_nobody_stands_in_the_timeline(company: Company) -> None:
    await company.declares("P1 checkout is down service:checkout", by="eli")
    await company.later(hours=2)
    shown = [getattr(one, "rungs", None) for one in await recorded(company)]
    assert any(rungs and rungs.nobody for rungs in shown)


@pytest.mark.parametrize("stops_after", [5, 10, 20])
async def test_a_restart_between_two_steps_tells_nobody_twice(
    slack: Sandbox, clock: SteppedClock, tmp_path: Path, stops_after: int
) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    async with at_work(slack, clock, tmp_path, database) as company:
        await company.declares("P1 checkout is down service:checkout", by="eli")
        await company.later(minutes=stops_after)
    async with at_work(slack, clock, tmp_path, database) as company:
        await company.later(hours=3)
        for person in (company.dana, company.bo, company.fay):
            texts = [message.plain for message in person.dms]
            assert len(texts) == len(set(texts))
        assert told(company.fay, "Nobody has taken command yet") == 1
