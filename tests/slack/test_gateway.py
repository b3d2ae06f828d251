"""Calls to Slack over real HTTP, and what comes of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.outcomes import Done, Gone, Retry, Unknown
from bot.domain.ids import ChannelId
from bot.sandbox import Fault, Sandbox
from bot.slack.client import open_client
from bot.slack.gateway import Gateway
from bot.slack.manifest import build_manifest
from bot.slack.people import person_by_email
from bot.slack.preflight import Identity, preflight

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[Sandbox, Gateway]]:
    """A local Slack, and our way to it with the scopes of our own manifest."""
    async with Sandbox(now=lambda: NOW, manifest=build_manifest()) as sandbox:
        given = sandbox.environment()
        async with open_client(given["SLACK_API_URL"], given["SLACK_BOT_TOKEN"]) as client:
            yield sandbox, Gateway(client, await preflight(client, None))


async def test_a_message_arrives_with_its_blocks_and_can_be_found_again() -> None:
    async with connected() as (sandbox, gateway):
        sandbox.add_channel("general", members=[sandbox.bot])
        channel = sandbox.channel("general").id
        block = {"type": "section", "text": {"type": "mrkdwn", "text": "*all* is well & good"}}
        metadata = {"event_type": "muster_effect", "event_payload": {"key": "abc"}}
        posted = await gateway.call(
            "chat.postMessage",
            channel=channel,
            text="all is well",
            blocks=[block],
            metadata=metadata,
            unfurl_links=False,
        )
        assert isinstance(posted, Done)
        history = await gateway.call(
            "conversations.history", channel=channel, include_all_metadata=True, limit=200, cursor="", latest=None
        )
        assert isinstance(history, Done)
        (message,) = [one for one in history.result["messages"] if one["ts"] == posted.result["ts"]]
        assert message["metadata"] == metadata
        assert message["blocks"][0]["text"]["text"] == "*all* is well & good"


@pytest.mark.parametrize(
    ("fault", "written", "read"),
    [
        (
            Fault("*", "rate_limited", times=2, retry_after=7),
            Retry(timedelta(seconds=7), "ratelimited"),
            Retry(timedelta(seconds=7), "ratelimited"),
        ),
        (Fault("*", "error", times=2), Unknown("internal_error"), Retry(None, "internal_error")),
        (Fault("*", "http_500", times=2), Unknown("status 500"), Retry(None, "status 500")),
        (
            Fault("*", "drop_before", times=2),
            Unknown("answer lost: ServerDisconnectedError"),
            Retry(None, "answer lost: ServerDisconnectedError"),
        ),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else "",
)
async def test_when_slack_fails_a_write_may_have_happened_and_a_read_is_asked_again(
    fault: Fault, written: Retry | Unknown, read: Retry
) -> None:
    async with connected() as (sandbox, gateway):
        sandbox.add_channel("general", members=[sandbox.bot])
        sandbox.faults.add(fault)
        assert await gateway.call("chat.postMessage", channel=sandbox.channel("general").id, text="x") == written
        assert await gateway.call("users.info", user=sandbox.bot.id) == read


async def test_a_lost_answer_is_unknown_and_nothing_is_sent_twice() -> None:
    async with connected() as (sandbox, gateway):
        channel = sandbox.add_channel("general", members=[sandbox.bot])
        sandbox.faults.add(Fault("chat.postMessage", "act_then_drop"))
        assert isinstance(await gateway.call("chat.postMessage", channel=channel.id, text="once"), Unknown)
        assert len([message for message in channel.messages if message.text == "once"]) == 1


async def test_a_connection_that_was_never_made_is_only_tried_again() -> None:
    async with open_client("http://127.0.0.1:9/api/", "xoxb-1") as client:
        gateway = Gateway(client, Identity("T1", "Shop", "https://shop.example/", "UBOT"))
        outcome = await gateway.call("chat.postMessage", channel="C1", text="x")
        assert outcome == Retry(None, "not connected: ClientConnectorError")
        assert await gateway.upload("http://127.0.0.1:9/upload", b"x") == outcome


async def test_what_is_so_already_is_done_and_a_no_is_a_no() -> None:
    async with connected() as (sandbox, gateway):
        channel = sandbox.add_channel("general", members=[sandbox.bot])
        posted = await gateway.call("chat.postMessage", channel=channel.id, text="card")
        assert isinstance(posted, Done)
        for _ in range(2):
            pinned = await gateway.call("pins.add", channel=channel.id, timestamp=posted.result["ts"])
            assert isinstance(pinned, Done)
        no = await gateway.call("chat.postMessage", channel="C000", text="x")
        assert isinstance(no, Gone)
        assert no.error == "channel_not_found"


async def test_who_could_not_be_invited_is_told() -> None:
    async with connected() as (sandbox, gateway):
        channel = sandbox.add_channel("general", members=[sandbox.bot])
        dana, left = sandbox.add_person("dana"), sandbox.add_person("left", deactivated=True)
        outcome = await gateway.call(
            "conversations.invite", channel=channel.id, users=f"{dana.id},{left.id}", force=True
        )
        assert isinstance(outcome, Done | Gone)
        assert outcome.result is not None
        assert [one["user"] for one in outcome.result["errors"]] == [left.id]
        assert dana.id in channel.members


async def test_only_our_own_channels_are_looked_through_page_by_page() -> None:
    async with connected() as (sandbox, gateway):
        for number in range(205):
            sandbox.add_channel(f"ours-{number}", members=[sandbox.bot])
        sandbox.add_channel("theirs", members=[])
        channels = await gateway.own_channels()
        assert isinstance(channels, list)
        assert len(channels) == 205
        assert await gateway.own_channel("#ours-204") == ChannelId(sandbox.channel("ours-204").id)
        assert await gateway.own_channel("theirs") is None
        assert not sandbox.journal.calls("conversations.list")


async def test_a_file_is_reserved_sent_and_shown() -> None:
    async with connected() as (sandbox, gateway):
        channel = sandbox.add_channel("general", members=[sandbox.bot])
        content = b"# Review\n" * 200_000
        reserved = await gateway.call("files.getUploadURLExternal", filename="review.md", length=len(content))
        assert isinstance(reserved, Done)
        assert isinstance(await gateway.upload(reserved.result["upload_url"], content), Done)
        files = [{"id": reserved.result["file_id"], "title": "Review"}]
        shown = await gateway.call("files.completeUploadExternal", files=files, channel_id=channel.id)
        assert isinstance(shown, Done)
        assert [file.name for file in channel.files] == ["review.md"]


async def test_a_method_that_is_not_in_the_table_is_a_defect() -> None:
    async with connected() as (_, gateway):
        with pytest.raises(LookupError, match="not in METHODS"):
            await gateway.call("admin.users.list")


async def test_somebody_is_found_by_their_address_where_muster_may_see_addresses() -> None:
    async with connected() as (sandbox, gateway):
        dana = sandbox.add_person("dana", email="dana@example.com")
        assert await person_by_email(gateway, "Dana@example.com") == dana.id
        assert await person_by_email(gateway, "xenia@example.com") is None
        sandbox.faults.add(Fault("users.lookupByEmail", "http_500", times=9))
        with pytest.raises(ConnectionError):
            await person_by_email(gateway, "dana@example.com")
