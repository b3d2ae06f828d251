"""Who was added to a private channel, or put out of it, while Muster was away is known before anybody is told of it."""

import asyncio
from pathlib import Path

import pytest

from bot.demo.clock import SteppedClock
from bot.domain.ids import ChannelId, SlackUserId
from bot.domain.transcript import MemberJoined
from bot.sandbox import Sandbox
from tests.scenarios.conftest import Company, at_work, eventually

pytestmark = pytest.mark.both_engines

SECRET = "the payroll leaked"


async def private_one(company: Company) -> str:
    """INC-1, private: declared by dana, commanded by chen, with eli in its channel."""
    channel = await company.declares(f"{SECRET} --private service:payments")
    for name in ("chen", "eli"):
        await company.dana.types(f"/incident invite @{name}", in_=channel.id)
    await company.settle()
    await company.chen.types("/incident accept", in_=channel.id)
    await company.settle()
    assert (await company.incident()).commander == company.chen.id
    assert SECRET in (await company.eli.types("/incident INC-1", in_="general")).text
    return channel.id


async def test_membership_is_read_back_after_an_absence(
    slack: Sandbox, clock: SteppedClock, tmp_path: Path, database_url: str
) -> None:
    async with at_work(slack, clock, tmp_path, database_url) as company:
        channel = await private_one(company)
    dana, eli, bo, chen = (slack.person(name) for name in ("dana", "eli", "bo", "chen"))
    await dana.removes(eli, from_=channel)
    await dana.invites(bo, to=channel)
    await chen.leaves(channel)

    async with at_work(slack, clock, tmp_path, database_url) as company:
        for typed in ("status", "timeline", "review"):
            answer = (await eli.types(f"/incident INC-1 {typed}", in_="general")).text
            assert "There is no incident INC-1" in answer, typed
            assert SECRET not in answer
        assert SECRET in (await bo.types("/incident INC-1", in_="general")).text

        async def is_missed() -> bool:
            return (await company.incident()).commander is None

        await eventually(is_missed)
        await company.settle()
        assert slack.channel(channel).shows("no longer commands: they left the channel")


async def test_until_it_is_known_only_the_asked_the_commander_and_the_declarer_see_a_private_incident(
    company: Company,
) -> None:
    channel = await private_one(company)
    await company.dana.removes(company.sandbox.bot, from_=channel)
    await company.settle()
    company.bot.catching_up.disconnected()
    assert "There is no incident" in (await company.eli.types("/incident INC-1", in_="general")).text
    for knows in (company.dana, company.chen):
        assert SECRET in (await knows.types("/incident INC-1", in_="general")).text


async def test_whoever_was_put_out_unseen_gets_no_link_to_a_private_review(company: Company) -> None:
    channel = await private_one(company)
    await company.chen.types("/incident resolve access was withdrawn", in_=channel)
    await company.chen.types("/incident review start", in_=channel)
    await company.settle()
    given = await company.eli.types("/incident INC-1 review", in_="general")
    assert "/reviews/INC-1" in str(given.blocks)
    await company.dana.removes(company.eli, from_=channel)
    await company.settle()
    async with company.bot.context.store.write() as tx:  # as if Slack had never told of it
        await tx.apply(MemberJoined(ChannelId(channel), SlackUserId(company.eli.id), company.clock.now()))
    answer = (await company.eli.types("/incident INC-1 review", in_="general")).text
    assert "There is no incident INC-1" in answer


async def test_a_connection_lost_while_channels_are_read_back_does_not_count_as_hearing(company: Company) -> None:
    await private_one(company)
    catching_up = company.bot.catching_up
    incident = await company.incident()

    async def is_heard() -> bool:
        return catching_up.heard_to(incident) is not None

    await eventually(is_heard)  # the first reading back, which the start began, is over
    reading = asyncio.create_task(catching_up.everything())
    await asyncio.sleep(0)
    catching_up.disconnected()
    await reading
    assert incident.channel is not None
    assert catching_up.heard_to(incident) is None
    assert not company.bot.context.presence.is_known(incident.number, incident.channel)
