"""Messages for later, on the workspace's clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from tests.sandbox.bolt_app import NOW, furnish
from tests.sandbox.test_conversations import refusal

TIME = int(NOW.timestamp())


class Hands:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def forward(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)


@asynccontextmanager
async def on_time() -> AsyncIterator[tuple[Sandbox, AsyncWebClient, Hands]]:
    hands = Hands()
    async with Sandbox(lambda: hands.now) as sandbox:
        furnish(sandbox)
        given = sandbox.environment()
        yield sandbox, AsyncWebClient(given["SLACK_BOT_TOKEN"], base_url=given["SLACK_API_URL"]), hands


async def test_a_message_comes_when_its_time_has_come_and_not_before() -> None:
    async with on_time() as (sandbox, client, hands):
        general = sandbox.channel("general")
        made = await client.chat_scheduleMessage(channel=general.id, text="Lunch!", post_at=TIME + 600)
        assert made["post_at"] == TIME + 600
        assert not general.shows("Lunch!")
        hands.forward(601)
        await sandbox.until(lambda: general.shows("Lunch!"))
        assert float(general.messages[-1].ts) >= TIME + 600
        assert (await client.chat_scheduledMessages_list())["scheduled_messages"] == []


async def test_what_waits_can_be_listed_and_taken_back() -> None:
    async with on_time() as (sandbox, client, hands):
        general = sandbox.channel("general").id
        late, soon = [
            (await client.chat_scheduleMessage(channel=general, text="x", post_at=TIME + after))["scheduled_message_id"]
            for after in (900, 100)
        ]
        listed = (await client.chat_scheduledMessages_list(channel=general))["scheduled_messages"]
        assert [one["id"] for one in listed] == [soon, late]
        await client.chat_deleteScheduledMessage(channel=general, scheduled_message_id=late)
        hands.forward(60)
        gone = client.chat_deleteScheduledMessage(channel=general, scheduled_message_id=soon)
        assert await refusal(gone) == "invalid_scheduled_message_id"


@pytest.mark.parametrize(
    ("after", "error"), [(0, "time_in_past"), (-60, "time_in_past"), (121 * 86_400, "time_too_far")]
)
async def test_a_time_that_cannot_be_is_refused(after: int, error: str) -> None:
    async with on_time() as (sandbox, client, _):
        call = client.chat_scheduleMessage(channel=sandbox.channel("general").id, text="x", post_at=TIME + after)
        assert await refusal(call) == error


async def test_thirty_messages_within_five_minutes_are_enough() -> None:
    async with on_time() as (sandbox, client, _):
        general = sandbox.channel("general").id
        for number in range(30):
            await client.chat_scheduleMessage(channel=general, text="x", post_at=TIME + 1000 + number)
        call = client.chat_scheduleMessage(channel=general, text="x", post_at=TIME + 1100)
        assert await refusal(call) == "restricted_too_many"
        assert (await client.chat_scheduleMessage(channel=general, text="x", post_at=TIME + 2000))["ok"]


async def test_a_message_for_a_channel_that_was_archived_never_comes() -> None:
    async with on_time() as (sandbox, client, hands):
        lunch = sandbox.add_channel("lunch", members=[sandbox.bot, sandbox.person("dana")])
        await client.chat_scheduleMessage(channel=lunch.id, text="Lunch!", post_at=TIME + 60)
        await client.chat_scheduleMessage(channel=sandbox.channel("general").id, text="Tea!", post_at=TIME + 61)
        await sandbox.person("dana").archives("lunch")
        hands.forward(61)
        await sandbox.until(lambda: sandbox.channel("general").shows("Tea!"))
        assert not lunch.shows("Lunch!")
