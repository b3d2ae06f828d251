"""The limiter, and what it says."""

import pytest
from slack_sdk.errors import SlackApiError

from tests.sandbox.bolt_app import workspace


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
