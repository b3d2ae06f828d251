"""The client of the control API does what people do, from another process."""

import pytest

from bot.sandbox import Client, NotThere
from tests.sandbox.bolt_app import office


async def test_a_story_is_told_over_http() -> None:
    async with office() as found, Client(found.sandbox.url) as slack:
        dana = slack.user("dana")
        ts = await dana.says("hello", in_="general")
        await slack.user("bo").reacts("wave", to=ts, in_="general")
        assert await dana.reads("hello", in_="general") == "hello"
        answer = await dana.types("/lunch", in_="general")
        assert answer["ok"]
        assert found.commands[0]["text"] == ""
        calls = await slack.journal(kind="event", method="reaction_added")
        assert len(calls) == 1


async def test_what_is_not_there_is_raised_in_the_servers_words() -> None:
    async with office() as found, Client(found.sandbox.url) as slack:
        with pytest.raises(NotThere, match="nobody called gus"):
            await slack.user("gus").says("hello", in_="general")
        with pytest.raises(NotThere, match="sees no “Agree”"):
            await slack.user("dana").clicks("Agree", in_="general")
        with pytest.raises(NotThere, match="there are: rate_limited"):
            await slack.fault("chat.postMessage", "boredom")


async def test_failures_are_ordered_and_taken_back() -> None:
    async with office() as found, Client(found.sandbox.url) as slack:
        await slack.fault("chat.postMessage", "error", error="fatal_error", times=2)
        assert len(found.sandbox.faults.waiting) == 1
        await slack.no_faults()
        assert found.sandbox.faults.waiting == []
        assert await slack.break_connections("latency", seconds=0.01)
        await slack.outage(30)
        assert found.sandbox.is_out
        await slack.end_outage()
        assert not found.sandbox.is_out
