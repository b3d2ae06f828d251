"""What was said while the bot was away is read back: messages, replies, edits, deletions, reactions, each once."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.demo.clock import SteppedClock
from bot.sandbox import Sandbox
from tests.scenarios.conftest import Company, at_work, eventually, rename
from tests.scenarios.looking import review_of

pytestmark = pytest.mark.both_engines

TALK = [f"message {number}" for number in range(450)]


async def texts(company: Company) -> list[str]:
    return [one["text"] for one in (await review_of(company))["transcript"]]


async def all_is_read(company: Company) -> None:
    """To look at the review again and again would take the time that reading takes."""
    incident = await company.incident()
    await company.sandbox.until(lambda: company.bot.catching_up.heard_to(incident) is not None, timeout=100)


async def caught_up(company: Company, last: str) -> list[dict[str, Any]]:
    async def is_there() -> bool:
        return last in await texts(company)

    await eventually(is_there, within=30)
    await company.settle()
    return list((await review_of(company))["transcript"])


async def test_everything_of_a_gap_is_read_back_once_and_in_order(
    slack: Sandbox, clock: SteppedClock, tmp_path: Path, database_url: str
) -> None:
    async with at_work(slack, clock, tmp_path, database_url) as company:
        channel = await company.declares("checkout fails service:checkout")
        await company.chen.joins(channel.id)
        first = await company.chen.says("the index is gone", in_=channel.id)
        second = await company.chen.says("the password is hunter2", in_=channel.id)
        third = await company.chen.says("the other one is hunter2, too", in_=channel.id)
        reply = await company.chen.says("so is this: hunter2", in_=channel.id, thread_of=first)
        alone = await company.chen.says("a thread that goes", in_=channel.id)
        last = await company.chen.says("all of it: hunter2", in_=channel.id, thread_of=alone)
        await company.settle()
    slack.rates.is_on, slack.rates.deliveries_per_hour = True, 0  # Slack keeps no event of the gap
    chen, dana = slack.person("chen"), slack.person("dana")
    for text in TALK:
        await chen.says(text, in_=channel.id)
    await chen.says("it was the migration", in_=channel.id, thread_of=first)
    await chen.edits(first, "the index is missing", in_=channel.id)
    await chen.says("please delete that", in_=channel.id, thread_of=third)
    for ts in (second, third, reply, last, alone):  # of the third Slack leaves a tombstone, with its reply
        await chen.deletes(ts, in_=channel.id)
    await dana.reacts("pushpin", to=first, in_=channel.id)
    await chen.says("back to normal", in_=channel.id)
    slack.rates.is_on = False

    async with at_work(slack, clock, tmp_path, database_url) as company:
        await all_is_read(company)
        transcript = await caught_up(company, "back to normal")
        assert "hunter2" not in str(await review_of(company))
        said = [one["text"] for one in transcript]
        assert [text for text in said if text.startswith("message ")] == TALK
        assert said[0] == "the index is missing"
        assert transcript[0]["edited"]
        (answer,) = [one for one in transcript if one["text"] == "it was the migration"]
        assert answer["thread_ts"] == first
        assert "please delete that" in said
        assert len((await company.incident()).marked) == 1
        await company.settle()
        assert [one["text"] for one in (await review_of(company))["transcript"]] == said


async def test_a_gap_is_read_back_although_the_database_went_away_meanwhile(
    slack: Sandbox, clock: SteppedClock, tmp_path: Path, sqlite_url: str
) -> None:
    async with at_work(slack, clock, tmp_path, sqlite_url) as company:
        channel = await company.declares("checkout fails service:checkout")
        await company.chen.joins(channel.id)
        await company.settle()
    slack.rates.is_on, slack.rates.deliveries_per_hour = True, 0  # Slack keeps no event of the gap
    await slack.person("chen").says("it was the migration", in_=channel.id)
    await rename(tmp_path, "transcript", "away")
    with capture_logs() as logged:
        async with at_work(slack, clock, tmp_path, sqlite_url) as company:
            await slack.until(lambda: "catching_up.failed" in [one["event"] for one in logged])
            await rename(tmp_path, "away", "transcript")
            await caught_up(company, "it was the migration")


async def test_a_process_that_stood_still_reads_back_what_was_said_meanwhile(
    slack: Sandbox, clock: SteppedClock, tmp_path: Path, sqlite_url: str
) -> None:
    async with at_work(slack, clock, tmp_path, sqlite_url) as company:
        channel = await company.declares("checkout fails service:checkout")
        await company.chen.joins(channel.id)
        await company.settle()
        slack.rates.is_on, slack.rates.deliveries_per_hour = True, 0  # nobody takes them, and Slack gives them up
        await company.chen.says("it was the migration", in_=channel.id)
        company.bot.connection.looked_at -= 3600
        await caught_up(company, "it was the migration")


async def test_channels_are_read_back_once_more_however_often_connections_are_lost_meanwhile(
    slack: Sandbox, clock: SteppedClock, tmp_path: Path, sqlite_url: str
) -> None:
    async with at_work(slack, clock, tmp_path, sqlite_url) as company:
        await company.declares("checkout fails service:checkout")
        await company.settle()
        incident, catching_up = await company.incident(), company.bot.catching_up
        await all_is_read(company)
        before = len(slack.journal.find("call", "conversations.history"))
        await asyncio.gather(*(catching_up.everything() for _ in range(10)))
        assert len(slack.journal.find("call", "conversations.history")) - before in (1, 2)
        assert catching_up.heard_to(incident) is not None


async def test_nothing_is_read_twice_when_nothing_was_missed(
    slack: Sandbox, clock: SteppedClock, tmp_path: Path, sqlite_url: str
) -> None:
    async with at_work(slack, clock, tmp_path, sqlite_url) as company:
        channel = await company.declares("checkout fails service:checkout")
        await company.dana.says("looking", in_=channel.id)
        await company.dana.types("/incident accept", in_=channel.id)
        await company.dana.types("/incident resolve rolled back", in_=channel.id)
        await company.dana.types("/incident close unverified nobody can test", in_=channel.id)
        await company.settle()
        before = (await review_of(company))["transcript"]
        assert [one["text"] for one in before] == ["looking"]
    async with at_work(slack, clock, tmp_path, sqlite_url) as company:
        await company.settle()
        assert (await review_of(company))["transcript"] == before
