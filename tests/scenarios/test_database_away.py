"""The database goes away: people are answered at once, incidents are opened all the same, and the record catches up."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.blocks.away import NOT_NOW
from bot.demo.clock import SteppedClock
from bot.domain import timeline as t
from bot.domain.declaration import Declaration
from bot.domain.emergency import Emergency
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId
from bot.sandbox import Channel, Fault, Sandbox
from bot.store import Journal
from tests.away import away
from tests.scenarios.conftest import Company, at_work

TOLD = "Muster cannot reach its database right now."
"""What a channel is told that was opened without it."""

pytestmark = [pytest.mark.both_engines, pytest.mark.timeout(90)]


@pytest.fixture
def slack_ack_within() -> float:
    """Slack delivers again soon what Muster could not take, and does not keep the test waiting."""
    return 5.0


async def found_away(company: Company) -> None:
    """Until Muster has noticed, as its tick does within a second."""
    database = company.bot.context.store.database
    await company.sandbox.until(lambda: database.away is not None)


def new_channels(company: Company) -> list[Channel]:
    return [one for one in company.sandbox.channels if one.name.startswith("inc-")]


async def events(company: Company, number: int = 1) -> list[t.AnyEvent]:
    async with company.bot.context.store.read() as tx:
        return [one.event for one in await tx.timeline(IncidentNumber(number))]


async def test_what_is_declared_while_the_database_is_away_opens_a_channel_and_is_recorded_once(
    company: Company, database_url: str
) -> None:
    async with away(database_url):
        await found_away(company)
        refused = await company.dana.types("/incident list", in_="general")
        answer = await company.eli.types("/incident declare P1 checkout fails service:checkout", in_="general")
        again = await company.eli.types("/incident declare P1 Checkout fails", in_="general")
        readiness = await company.bot.readiness()
        await company.sandbox.until(lambda: new_channels(company) and new_channels(company)[0].shows(TOLD))
        (channel,) = new_channels(company)
        await company.eli.says("it began at three", in_=channel.id)
        journal = next(company.folder.glob("*.declared"), None) or Path("muster.declared")
        assert journal.stat().st_mode & 0o777 == 0o600
        first = json.loads(journal.read_text(encoding="utf-8").splitlines()[0])

    assert refused.text == NOT_NOW
    assert answer.text.startswith("Noted, P1: checkout fails. Opening #inc-new-")
    assert again.text.startswith("You have declared that already")
    assert [one.code for one in readiness.reasons] == ["database_unreachable"]
    assert "declarations_waiting" in [one.code for one in readiness.warnings]
    assert {company.eli.id, company.dana.id} <= set(channel.members), "whoever is on call is invited, too"
    assert first["declared"]["report"]["title"] == "checkout fails"

    await company.settle()
    assert channel.name == "inc-1-checkout-fails"
    assert new_channels(company) == [channel]
    opened, *_ = [one for one in await events(company) if isinstance(one, t.ChannelOpened)]
    assert (opened.channel, opened.is_provisional) == (channel.id, True)
    assert channel.shows("please take command")
    assert len([one for one in channel.posted if TOLD in one.plain]) == 1
    async with company.bot.context.store.read() as tx:
        assert [one.text for one in await tx.transcript(ChannelId(channel.id)) if one.author == company.eli.id] == [
            "it began at three"
        ]
        assert await tx.last_number() == 1
    assert not journal.exists()
    assert (await company.bot.readiness()).is_ready


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_start_without_its_database_takes_declarations_down_and_goes_on_when_it_is_there(
    slack: Sandbox, clock: SteppedClock, tmp_path: Path, database_url: str
) -> None:
    """Also what a process before it had taken down: it died after it had opened the channel, and before it noted it."""

    async def start() -> None:
        async with at_work(slack, clock, tmp_path, database_url) as company:
            await company.settle()
            async with company.bot.context.store.read() as tx:
                found = [await tx.incident(number) for number in await tx.numbers()]
            assert [(one.title, one.is_private) for one in found if one] == [("the left one", True), ("x fails", False)]
            ours = [one for one in slack.channels if one.name.startswith("inc-")]
            assert {one.name: one.id for one in ours} == {one.channel_name: one.channel for one in found if one}
            assert [one.name for one in ours] == ["inc-1", "inc-2-x-fails"]
            assert ours[0].is_private

    journal = Journal(tmp_path / "muster.db.declared")
    left = Declaration("the left one", is_private=True)
    by = SlackUserId(slack.add_person("left").id)
    await journal.add(Emergency("1.2.x", by, None, clock.now(), left, "inc-new-abcd", "cafe" * 8))
    slack.faults.add(Fault("conversations.create", "act_then_drop"))
    async with away(database_url):
        starting = asyncio.create_task(start())
        await slack.until(lambda: starting.done() or slack.connections >= 1)
        dana = slack.person("dana")
        assert (await dana.types("/incident list", in_="general")).text == NOT_NOW
        assert (await dana.types("/incident declare x fails", in_="general")).text.startswith("Noted")
        await slack.until(lambda: len([one for one in slack.channels if one.name.startswith("inc-new-")]) == 2)
    await starting
