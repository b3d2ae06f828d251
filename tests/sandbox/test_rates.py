"""The limiter, and what it says."""

import pytest
from slack_sdk.errors import SlackApiError

from tests.sandbox.bolt_app import office, workspace


async def test_the_twenty_first_call_of_a_minute_waits_in_tier_two() -> None:
    async with workspace(rate_limits=True) as office:
        for _ in range(20):
            await office.client.users_list()
        with pytest.raises(SlackApiError) as refused:
            await office.client.users_list()
        assert refused.value.response.status_code == 429
        assert refused.value.response["error"] == "ratelimited"
        assert 1 <= int(refused.value.response.headers["Retry-After"]) <= 60


async def test_one_channel_takes_a_short_burst_and_then_a_message_a_second() -> None:
    async with workspace(rate_limits=True) as office:
        elsewhere = office.sandbox.add_channel("elsewhere", members=[office.sandbox.bot]).id
        for _ in range(5):
            await office.client.chat_postMessage(channel=office.general, text="x")
        with pytest.raises(SlackApiError) as refused:
            await office.client.chat_postMessage(channel=office.general, text="x")
        assert refused.value.response.headers["Retry-After"] == "1"
        assert (await office.client.chat_postMessage(channel=elsewhere, text="x"))["ok"]


async def test_nothing_is_limited_unless_asked_for() -> None:
    async with workspace() as office:
        for _ in range(30):
            await office.client.users_list()


async def test_the_whole_workspace_takes_so_many_posts_a_minute() -> None:
    async with workspace(rate_limits=True) as office:
        office.sandbox.rates.posts_per_minute = 3
        channels = [office.sandbox.add_channel(name, members=[office.sandbox.bot]).id for name in "abcd"]
        for channel in channels[:3]:
            await office.client.chat_postMessage(channel=channel, text="x")
        with pytest.raises(SlackApiError) as refused:
            await office.client.chat_postMessage(channel=channels[3], text="x")
        assert 1 <= int(refused.value.response.headers["Retry-After"]) <= 60


async def test_past_so_many_events_an_hour_the_app_is_told_once_a_minute_that_there_were_more() -> None:
    async with office() as found:
        rates = found.sandbox.rates
        rates.is_on, rates.deliveries_per_hour = True, 2
        for number in range(5):
            await found.dana.says(str(number), in_="general")
        await found.sandbox.settled()
        assert [one["text"] for one in found.heard("message")] == ["0", "1"]
        (told,) = found.limits
        assert (told["team_id"], told["minute_rate_limited"] % 60) == (found.sandbox.team_id, 0)
        assert len(found.sandbox.journal.find("limited")) == 3
