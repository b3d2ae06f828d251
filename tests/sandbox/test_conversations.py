"""Channels over the wire, with the unmodified client."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.sandbox.bolt_app import Office, workspace


async def refusal(call: Any) -> str:
    """The error that a call is answered with."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


async def test_a_channel_is_made_with_the_app_in_it() -> None:
    async with workspace() as office:
        made = (await office.client.conversations_create(name="inc-1-x"))["channel"]
        assert made["id"].startswith("C")
        assert (made["name"], made["creator"], made["is_private"]) == ("inc-1-x", office.sandbox.bot.id, False)
        members = await office.client.conversations_members(channel=made["id"])
        assert members["members"] == [office.sandbox.bot.id]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("general", "name_taken"),
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("Capitals", "invalid_name_specials"),
        ("with space", "invalid_name_specials"),
        ("---", "invalid_name_punctuation"),
    ],
)
async def test_a_name_that_cannot_be_is_refused(name: str, error: str) -> None:
    async with workspace() as office:
        assert await refusal(office.client.conversations_create(name=name)) == error


async def test_an_archived_channel_keeps_its_name_and_cannot_be_opened_again_by_a_bot() -> None:
    async with workspace() as office:
        made = (await office.client.conversations_create(name="old"))["channel"]["id"]
        await office.client.conversations_archive(channel=made)
        assert await refusal(office.client.conversations_create(name="old")) == "name_taken"
        assert await refusal(office.client.conversations_unarchive(channel=made)) == "not_in_channel"
        assert await refusal(office.client.chat_postMessage(channel=made, text="x")) == "is_archived"


async def test_an_invitation_brings_in_all_or_nobody() -> None:
    async with workspace() as office:
        made = (await office.client.conversations_create(name="x"))["channel"]["id"]
        users = [office.dana.id, "U0NOBODY"]
        assert await refusal(office.client.conversations_invite(channel=made, users=users)) == "user_not_found"
        assert office.dana.id not in office.sandbox.channel("x").members


async def test_a_forced_invitation_brings_in_those_it_can_and_reports_the_others() -> None:
    async with workspace() as office:
        guest = office.sandbox.add_person("guest", is_guest=True)
        gone = office.sandbox.add_person("gone", deactivated=True)
        made = (await office.client.conversations_create(name="x"))["channel"]["id"]
        users = [office.dana.id, guest.id, gone.id, "U0NOBODY", office.sandbox.bot.id]
        answer = await office.client.conversations_invite(channel=made, users=users, force=True)
        assert {one["user"]: one["error"] for one in answer["errors"]} == {
            guest.id: "user_is_restricted",
            gone.id: "user_not_found",
            "U0NOBODY": "user_not_found",
            office.sandbox.bot.id: "cant_invite_self",
        }
        assert office.sandbox.channel("x").members == [office.sandbox.bot.id, office.dana.id]


async def test_whoever_is_in_a_channel_cannot_be_invited_again() -> None:
    async with workspace() as office:
        call = office.client.conversations_invite(channel=office.general, users=office.dana.id)
        assert await refusal(call) == "already_in_channel"


async def test_a_channel_that_the_app_is_not_in_takes_no_message_unless_the_manifest_says_so() -> None:
    scopes = {"oauth_config": {"scopes": {"bot": ["chat:write", "channels:read", "groups:read", "channels:history"]}}}
    async with workspace(scopes) as office:
        theirs = office.sandbox.add_channel("theirs", members=[office.dana]).id
        secret = office.sandbox.add_channel("secret", members=[office.dana], is_private=True).id
        post = office.client.chat_postMessage
        assert await refusal(post(channel=theirs, text="x")) == "not_in_channel"
        assert await refusal(post(channel=secret, text="x")) == "channel_not_found"
        assert await refusal(post(channel="C0NOWHERE", text="x")) == "channel_not_found"
        assert await refusal(office.client.conversations_history(channel=theirs)) == "not_in_channel"
        listed = (await office.client.conversations_list(types="public_channel,private_channel"))["channels"]
        assert [one["name"] for one in listed] == ["general", "theirs"]


async def test_topic_and_purpose_have_250_characters() -> None:
    async with workspace() as office:
        set_topic = office.client.conversations_setTopic
        await set_topic(channel=office.general, topic="x" * 250)
        assert office.sandbox.channel("general").topic == "x" * 250
        assert await refusal(set_topic(channel=office.general, topic="x" * 251)) == "too_long"


async def test_the_history_is_newest_first_and_without_replies() -> None:
    async with workspace() as office:
        first = await office.dana.says("first", in_="general")
        await office.bo.says("a reply", in_="general", thread_of=first)
        await office.bo.says("second", in_="general")
        found = (await office.client.conversations_history(channel=office.general))["messages"]
        assert [one["text"] for one in found] == ["second", "first"]
        assert (found[1]["reply_count"], found[1]["reply_users"]) == (1, [office.bo.id])
        thread = (await office.client.conversations_replies(channel=office.general, ts=first))["messages"]
        assert [one["text"] for one in thread] == ["first", "a reply"]


async def test_the_history_comes_in_pages_and_in_spans_of_time() -> None:
    async with workspace() as office:
        sent = [await office.dana.says(str(number), in_="general") for number in range(5)]
        pages = []
        async for page in await office.client.conversations_history(channel=office.general, limit=2):
            pages.append([one["text"] for one in page["messages"]])
        assert pages == [["4", "3"], ["2", "1"], ["0"]]
        span: dict[str, Any] = {"oldest": sent[1], "latest": sent[3]}
        found = await office.client.conversations_history(channel=office.general, **span)
        assert [one["ts"] for one in found["messages"]] == [sent[2]]
        found = await office.client.conversations_history(channel=office.general, inclusive=True, **span)
        assert [one["ts"] for one in found["messages"]] == [sent[3], sent[2], sent[1]]


async def test_what_the_app_attached_to_a_message_is_shown_only_when_asked_for() -> None:
    async with workspace() as office:
        attached = {"event_type": "lunch", "event_payload": {"key": "1"}}
        await office.client.chat_postMessage(channel=office.general, text="x", metadata=attached)
        plain = await office.client.conversations_history(channel=office.general)
        asked = await office.client.conversations_history(channel=office.general, include_all_metadata=True)
        assert "metadata" not in plain["messages"][0]
        assert asked["messages"][0]["metadata"] == attached


async def test_times_of_messages_increase_while_the_clock_stands_still() -> None:
    async with workspace() as office:
        sent = [await office.dana.says("x", in_="general") for _ in range(50)]
        assert sent == sorted(set(sent))
        assert {one.partition(".")[0] for one in sent} == {sent[0].partition(".")[0]}


async def test_the_apps_own_channels_are_found_by_page() -> None:
    async with workspace() as office:
        for number in range(5):
            office.sandbox.add_channel(f"ours-{number}", members=[office.sandbox.bot])
        names: list[str] = []
        async for page in await office.client.users_conversations(limit=4):
            names += [one["name"] for one in page["channels"]]
        assert names == ["general", *(f"ours-{number}" for number in range(5))]


async def test_a_direct_message_is_opened_once() -> None:
    async with workspace() as office:
        first = (await office.client.conversations_open(users=office.dana.id))["channel"]["id"]
        again = (await office.client.conversations_open(users=[office.dana.id]))["channel"]["id"]
        assert first == again
        assert first.startswith("D")
        await office.client.chat_postMessage(channel=office.dana.id, text="between us")
        assert [one.text for one in office.dana.dms] == ["between us"]


async def test_people_leave_and_are_put_out() -> None:
    async with workspace() as office:
        kick = office.client.conversations_kick
        team = office.sandbox.add_channel("team", members=[office.dana, office.bo, office.sandbox.bot])
        await kick(channel=team.id, user=office.bo.id)
        await office.dana.leaves("team")
        assert team.members == [office.sandbox.bot.id]
        assert await refusal(kick(channel=team.id, user=office.bo.id)) == "not_in_channel"
        assert await refusal(kick(channel=office.general, user=office.bo.id)) == "cant_kick_from_general"


async def refused_in(office: Office, method: str, **arguments: Any) -> str:
    return await refusal(office.client.api_call(method, params=arguments))


async def test_required_arguments_and_unknown_methods() -> None:
    async with workspace() as office:
        assert await refused_in(office, "conversations.info") == "invalid_arguments"
        assert await refused_in(office, "conversations.explode") == "unknown_method"
