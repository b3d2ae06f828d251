"""Messages over the wire."""

import json
from typing import Any

import aiohttp
import pytest

from tests.sandbox.bolt_app import BUTTON, workspace
from tests.sandbox.test_conversations import refusal


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


async def test_a_message_is_posted_changed_and_deleted() -> None:
    async with workspace() as office:
        general = office.sandbox.channel("general")
        posted = await office.client.chat_postMessage(channel=office.general, text="one", blocks=[section("*one*")])
        assert posted["message"]["bot_id"].startswith("B")
        assert general.shows("*one*")
        await office.client.chat_update(channel=office.general, ts=posted["ts"], text="two", blocks=[section("*two*")])
        assert [one.plain for one in general.messages] == ["two\n*two*"]
        assert general.messages[0].edited
        await office.client.chat_delete(channel=office.general, ts=posted["ts"])
        assert not general.messages
        call = office.client.chat_update(channel=office.general, ts=posted["ts"], text="three")
        assert await refusal(call) == "message_not_found"


async def test_a_message_of_somebody_else_is_not_the_apps_to_change() -> None:
    async with workspace() as office:
        ts = await office.dana.says("mine", in_="general")
        where: dict[str, Any] = {"channel": office.general, "ts": ts}
        assert await refusal(office.client.chat_update(**where, text="yours")) == "cant_update_message"
        assert await refusal(office.client.chat_delete(**where)) == "cant_delete_message"


async def test_a_reply_can_also_be_sent_to_the_channel() -> None:
    async with workspace() as office:
        general = office.sandbox.channel("general")
        root = await office.dana.says("root", in_="general")
        await office.client.chat_postMessage(channel=office.general, text="quiet", thread_ts=root)
        await office.client.chat_postMessage(channel=office.general, text="loud", thread_ts=root, reply_broadcast=True)
        assert [one.text for one in general.messages] == ["root", "loud"]
        assert [one.text for one in general.thread(root)] == ["root", "quiet", "loud"]


async def test_an_ephemeral_message_is_seen_by_one_person_and_in_no_history() -> None:
    async with workspace() as office:
        await office.client.chat_postEphemeral(channel=office.general, user=office.dana.id, text="psst")
        assert [one.text for one in office.dana.ephemerals] == ["psst"]
        assert not office.bo.ephemerals
        assert not (await office.client.conversations_history(channel=office.general))["messages"]
        outsider = office.sandbox.add_person("eli")
        call = office.client.chat_postEphemeral(channel=office.general, user=outsider.id, text="psst")
        assert await refusal(call) == "user_not_in_channel"


async def test_a_permanent_link_names_channel_and_time() -> None:
    async with workspace() as office:
        ts = await office.dana.says("x", in_="general")
        link = (await office.client.chat_getPermalink(channel=office.general, message_ts=ts))["permalink"]
        assert link == f"{office.sandbox.url}/archives/{office.general}/p{ts.replace('.', '')}"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"blocks": "not json"}, "invalid_blocks_format"),
        ({"blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
        ({"blocks": [section("x" * 3001)]}, "invalid_blocks"),
        ({"blocks": [section("x")] * 51}, "invalid_blocks"),
        ({"blocks": [section("x" * 2900)] * 5}, "msg_blocks_too_long"),
        ({"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]}, "invalid_blocks"),
        ({"blocks": [{**BUTTON, "elements": BUTTON["elements"] * 2}]}, "invalid_blocks"),
        ({"text": "x", "metadata": {"event_type": "lunch"}}, "invalid_metadata_format"),
        ({"text": "x", "thread_ts": "1.000000"}, "thread_not_found"),
    ],
)
async def test_a_malformed_message_is_refused_and_nothing_is_posted(arguments: dict[str, Any], error: str) -> None:
    async with workspace() as office:
        given = {name: json.dumps(one) if isinstance(one, list | dict) else one for name, one in arguments.items()}
        call = office.client.api_call("chat.postMessage", params={"channel": office.general, **given})
        assert await refusal(call) == error
        assert not office.sandbox.channel("general").messages


async def test_the_place_of_a_mistake_in_blocks_is_named() -> None:
    async with workspace() as office:
        async with aiohttp.ClientSession() as session:
            body = {"channel": office.general, "blocks": [section("fine"), section("")]}
            headers = {"Authorization": f"Bearer {office.client.token}"}
            url = f"{office.sandbox.url}/api/chat.postMessage"
            async with session.post(url, json=body, headers=headers) as response:
                answer = await response.json()
        assert answer["error"] == "invalid_blocks"
        assert answer["response_metadata"]["messages"] == [
            "[ERROR] must be more than 0 characters [json-pointer:/blocks/1/text/text]"
        ]


@pytest.mark.parametrize("way", ["query", "form", "json", "multipart"])
async def test_arguments_come_in_every_way_that_slack_takes(way: str) -> None:
    async with workspace() as office, aiohttp.ClientSession() as session:
        arguments = {"channel": office.general, "text": "héllo & <b>"}
        headers = {"Authorization": f"Bearer {office.client.token}"}
        parts = aiohttp.FormData()
        for name, value in arguments.items():
            parts.add_field(name, value, content_type="text/plain")
        bodies: dict[str, Any] = {
            "query": {"params": arguments},
            "form": {"data": arguments},
            "json": {"json": arguments},
            "multipart": {"data": parts},
        }
        url = f"{office.sandbox.url}/api/chat.postMessage"
        async with session.post(url, headers=headers, **bodies[way]) as response:
            assert (await response.json())["ok"]
        assert office.sandbox.channel("general").shows("héllo")


@pytest.mark.parametrize("body", ["", "[]", "{", '"x"', '{"channel": {"a": 1}}', '{"channel": null, "blocks": 7}'])
async def test_no_malformed_request_brings_the_sandbox_down(body: str) -> None:
    async with workspace() as office, aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {office.client.token}", "Content-Type": "application/json"}
        for method in ("chat.postMessage", "views.open", "conversations.invite", "files.completeUploadExternal"):
            async with session.post(f"{office.sandbox.url}/api/{method}", data=body, headers=headers) as response:
                assert response.status == 200
                assert (await response.json())["ok"] is False


async def test_a_message_can_bear_another_name_with_the_scope_for_it() -> None:
    async with workspace() as office:
        posted = await office.client.chat_postMessage(
            channel=office.general, text="x", username="Cook", icon_emoji=":bread:"
        )
        assert (posted["message"]["username"], posted["message"]["icons"]) == ("Cook", {"emoji": ":bread:"})
    async with workspace({"oauth_config": {"scopes": {"bot": ["chat:write"]}}}) as office:
        call = office.client.chat_postMessage(channel=office.general, text="x", username="Cook")
        assert await refusal(call) == "missing_scope"


async def test_names_become_mentions_where_the_app_asks_for_it() -> None:
    async with workspace() as office:
        office.sandbox.add_group("cooks", [office.dana])
        text = "@dana @cooks #general"
        posted = await office.client.chat_postMessage(channel=office.general, text=text, link_names=True)
        group = next(iter(office.sandbox.workspace.groups))
        assert posted["message"]["text"] == (
            f"<@{office.dana.id}> <!subteam^{group}|@cooks> <#{office.general}|general>"
        )
        assert (await office.client.chat_postMessage(channel=office.general, text=text))["message"]["text"] == text


async def test_links_in_a_message_are_unfurled() -> None:
    async with workspace() as office:
        address, unfurl = "https://a.example/?x=1&y=2", office.client.chat_unfurl
        ts = await office.dana.says(f"see {address}", in_="general")
        await unfurl(channel=office.general, ts=ts, unfurls={address: {"text": "Soup"}})
        [message] = (await office.client.conversations_history(channel=office.general))["messages"]
        assert [(one["from_url"], one["text"]) for one in message["attachments"]] == [(address, "Soup")]
        other = unfurl(channel=office.general, ts=ts, unfurls={"https://b.example": {"text": "x"}})
        assert await refusal(other) == "cannot_unfurl_url"
        assert await refusal(unfurl(channel=office.general, ts="1.0", unfurls={address: {}})) == "cannot_find_message"
        assert await refusal(unfurl(channel=office.general, unfurls={address: {}})) == "missing_ts"


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"attachments": "no JSON"}, "invalid_attachments"),
        ({"attachments": ["x"]}, "invalid_attachments"),
        ({"attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
        ({"attachments": [{"blocks": [{"type": "section"}]}]}, "invalid_blocks"),
        ({"metadata": "no JSON"}, "invalid_metadata_format"),
        ({"blocks": "no JSON"}, "invalid_blocks_format"),
        ({"thread_ts": "1.0"}, "thread_not_found"),
        ({"markdown_text": "x"}, "markdown_text_conflict"),
    ],
)
async def test_what_cannot_be_posted_is_refused(more: dict[str, Any], error: str) -> None:
    async with workspace() as office:
        call = office.client.chat_postMessage(channel=office.general, text="x", **more)
        assert await refusal(call) == error
        assert not office.sandbox.channel("general").messages


async def test_nobody_replies_to_slacks_own_lines() -> None:
    async with workspace() as office:
        await office.client.conversations_setTopic(channel=office.general, topic="Lunch")
        [line] = (await office.client.conversations_history(channel=office.general))["messages"]
        call = office.client.chat_postMessage(channel=office.general, text="x", thread_ts=line["ts"])
        assert await refusal(call) == "cannot_reply_to_message"
