"""What Slack's answers and events hold besides what was asked for, and what it fills in by itself."""

from typing import Any

import aiohttp
import pytest

from bot.sandbox.blocks import check_message
from bot.sandbox.errors import SlackError
from tests.sandbox.bolt_app import FORM, Office, office, plain, workspace

SIZES = ("image_24", "image_32", "image_48", "image_72", "image_192", "image_512")


def select(initial: dict[str, Any], **more: Any) -> dict[str, Any]:
    options = [{"text": plain("small"), "value": "s"}, {"text": {**plain("large"), "emoji": False}, "value": "l"}]
    return {"type": "static_select", "action_id": "size", "options": options, "initial_option": initial, **more}


@pytest.mark.parametrize(
    ("initial", "is_taken"),
    [
        ({"text": {**plain("small"), "emoji": True}, "value": "s"}, True),
        ({"text": {**plain("large"), "emoji": False}, "value": "l"}, True),
        ({"text": plain("large"), "value": "l"}, False),
        ({"text": plain("medium"), "value": "s"}, False),
    ],
)
def test_an_initial_option_is_compared_after_slacks_defaults(initial: dict[str, Any], is_taken: bool) -> None:
    blocks = [{"type": "actions", "elements": [select(initial)]}]
    if is_taken:
        check_message(blocks)
        return
    with pytest.raises(SlackError, match="invalid_blocks"):
        check_message(blocks)


def test_options_with_mrkdwn_are_compared_so_too() -> None:
    text = {"type": "mrkdwn", "text": "*small*"}
    element = {"type": "checkboxes", "action_id": "size", "options": [{"text": text, "value": "s"}]}
    chosen = [{"text": {**text, "verbatim": False}, "value": "s"}]
    check_message([{"type": "actions", "elements": [{**element, "initial_options": chosen}]}])


async def test_every_text_object_comes_back_with_its_defaults() -> None:
    async with office() as found:
        section = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "accessory": select(
            {"text": plain("small"), "value": "s"}
        )}  # fmt: skip
        posted = await found.client.chat_postMessage(channel=found.general, text="x", blocks=[section])
        (block,) = posted["message"]["blocks"]
        assert block["text"] == {"type": "mrkdwn", "text": "x", "verbatim": False}
        assert [one["text"]["emoji"] for one in block["accessory"]["options"]] == [True, False]
        view = (await found.client.views_open(trigger_id=found.sandbox.new_trigger(found.dana.id), view=FORM))["view"]
        assert view["title"] == {**plain("Lunch"), "emoji": True}
        assert view["blocks"][0]["label"]["emoji"] is True
        await found.dana.chooses("size", "l", in_="general", message=posted["ts"])
        assert found.asked[-1]["actions"][0]["selected_option"]["text"] == {**plain("large"), "emoji": False}


async def _thread(found: Office) -> tuple[str, str]:
    ts = await found.dana.says("the first", in_="general")
    return ts, await found.bo.says("a reply", in_="general", thread_of=ts)


async def test_the_first_message_of_a_thread_leaves_a_tombstone() -> None:
    async with office() as found:
        ts, reply = await _thread(found)
        await found.dana.deletes(ts, in_="general")
        await found.sandbox.settled()
        changed = max(found.heard("message"), key=lambda one: str(one["event_ts"]))
        assert (changed["subtype"], changed["previous_message"]["text"]) == ("message_changed", "the first")
        tombstone = {
            "type": "message",
            "subtype": "tombstone",
            "user": "USLACKBOT",
            "text": "This message was deleted.",
            "hidden": True,
            "ts": ts,
            "thread_ts": ts,
            "reply_count": 1,
            "reply_users": [found.bo.id],
            "reply_users_count": 1,
            "latest_reply": reply,
            "is_locked": False,
        }
        assert changed["message"] == tombstone
        history = (await found.client.conversations_history(channel=found.general))["messages"]
        assert [one for one in history if one["ts"] == ts] == [tombstone]
        thread = (await found.client.conversations_replies(channel=found.general, ts=ts))["messages"]
        assert [one["ts"] for one in thread] == [ts, reply]
        assert thread[0] == tombstone


async def test_a_reply_and_a_message_without_replies_are_simply_gone() -> None:
    async with office() as found:
        ts, reply = await _thread(found)
        await found.bo.deletes(reply, in_="general")
        await found.dana.deletes(ts, in_="general")
        await found.sandbox.settled()
        last = sorted(found.heard("message"), key=lambda one: str(one["event_ts"]))[-2:]
        assert [(one["subtype"], one["deleted_ts"]) for one in last] == [
            ("message_deleted", reply), ("message_deleted", ts)
        ]  # fmt: skip


async def test_a_tombstone_goes_with_its_last_reply() -> None:
    async with workspace() as found:
        ts, reply = await _thread(found)
        await found.dana.deletes(ts, in_="general")
        await found.bo.deletes(reply, in_="general")
        assert (await found.client.conversations_history(channel=found.general))["messages"] == []


async def test_people_and_the_bot_have_pictures_that_are_there() -> None:
    async with workspace() as found:
        profile = (await found.client.users_info(user=found.dana.id))["user"]["profile"]
        assert set(SIZES) <= profile.keys()
        bot_id = (await found.client.auth_test())["bot_id"]
        icons = (await found.client.bots_info(bot=bot_id))["bot"]["icons"]
        assert set(icons) == {"image_36", "image_48", "image_72"}
        async with aiohttp.ClientSession() as session:
            for address in (profile["image_48"], icons["image_72"]):
                async with session.get(address) as answer:
                    assert (answer.status, answer.content_type) == (200, "image/png")


async def test_messages_of_the_app_say_who_its_bot_is() -> None:
    async with workspace() as found:
        posted = (await found.client.chat_postMessage(channel=found.general, text="x"))["message"]
        about = (await found.client.bots_info(bot=posted["bot_id"]))["bot"]
        shared = {name: about[name] for name in ("id", "app_id", "name", "icons", "deleted", "updated")}
        assert posted["bot_profile"] == {**shared, "team_id": found.sandbox.team_id}
        await found.dana.says("y", in_="general")
        said, ours = (await found.client.conversations_history(channel=found.general))["messages"]
        assert "bot_profile" not in said
        assert ours["bot_profile"] == posted["bot_profile"]


async def test_who_was_invited_came_by_somebody() -> None:
    async with office() as found:
        eli, zoe = found.sandbox.add_person("eli"), found.sandbox.add_person("zoe")
        await found.dana.invites(eli, to="general")
        await zoe.joins("general")
        await found.sandbox.settled()
        lines = {one["user"]: one for one in found.heard("message") if one.get("subtype") == "channel_join"}
        assert lines[eli.id]["inviter"] == found.dana.id
        assert "inviter" not in lines[zoe.id]


async def test_answers_have_what_slack_gives_and_no_more() -> None:
    async with workspace() as found:
        client, general = found.client, found.general
        (own,) = (await client.users_conversations())["channels"]
        assert not {"is_member", "num_members"} & own.keys()
        ts = (await client.chat_postMessage(channel=general, text="x"))["ts"]
        updated = await client.chat_update(channel=general, ts=ts, text="y")
        assert (updated["ts"], updated["message"]["text"]) == (ts, "y")
        assert "ts" not in updated["message"]
        made = await client.bookmarks_add(channel_id=general, title="x", type="link", link="https://a.example")
        assert "image_url" not in made["bookmark"]
        history = await client.conversations_history(channel=general)
        assert (history["channel_actions_ts"], history["channel_actions_count"]) == (None, 0)


async def test_opening_app_home_again_tells_what_stands_there() -> None:
    async with office() as found:
        await found.dana.opens_home()
        await found.client.views_publish(user_id=found.dana.id, view={"type": "home", "blocks": [
            {"type": "section", "text": plain("Hello")}
        ]})  # fmt: skip
        await found.dana.opens_home()
        await found.sandbox.settled()
        first, second = sorted(found.heard("app_home_opened"), key=lambda one: str(one["event_ts"]))
        assert "view" not in first
        assert (second["view"]["type"], second["view"]["blocks"][0]["text"]["text"]) == ("home", "Hello")
