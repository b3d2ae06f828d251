"""Commands, clicks and forms, in both transports, with the three-second clocks."""

from typing import Any

import aiohttp
import pytest

from bot.sandbox import NotThere
from tests.sandbox.bolt_app import BUTTON, FORM, TRANSPORTS, office, plain
from tests.sandbox.test_conversations import refusal


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_command_is_answered_to_the_typist_alone(transport: str) -> None:
    async with office(transport) as found:
        answer = await found.dana.types("/lunch soup", in_="general")
        assert (answer.ok, answer.text, answer.response_type) == (True, "Lunch: soup", "ephemeral")
        assert [one.text for one in found.dana.ephemerals] == ["Lunch: soup"]
        assert not found.sandbox.channel("general").messages
        (payload,) = found.commands
        assert (payload["command"], payload["channel_name"], payload["user_id"]) == ("/lunch", "general", found.dana.id)


async def test_a_command_can_be_answered_to_everybody() -> None:
    async with office() as found:
        await found.dana.types("/lunch everybody", in_="general")
        assert [one.text for one in found.sandbox.channel("general").messages] == ["Lunch for everybody"]


async def test_a_command_is_escaped_as_the_manifest_says() -> None:
    for escaped, expected in ((True, "with <@{bo}|bo> &amp; all"), (False, "with @bo & all")):
        manifest = {"features": {"slash_commands": [{"command": "/lunch", "should_escape": escaped}]}}
        async with office(manifest={**manifest, "oauth_config": {"scopes": {"bot": ["commands"]}}}) as found:
            await found.dana.types("/lunch with @bo & all", in_="general")
            assert found.commands[0]["text"] == expected.format(bo=found.bo.id)
            assert (await found.dana.types("/dinner", in_="general")).text == "/dinner is not a valid command."


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_command_that_is_not_acknowledged_in_time_fails_for_the_typist(transport: str) -> None:
    async with office(transport, ack_within=0.2) as found:
        answer = await found.dana.types("/lunch silence", in_="general")
        assert (answer.ok, answer.timed_out) == (False, True)
        assert found.dana.ephemerals[-1].text == "/lunch failed with the error “operation_timeout”"


async def test_socket_mode_sends_an_unacknowledged_command_again_and_what_is_answered_then_reaches_nobody() -> None:
    async with office(ack_within=0.2) as found:
        found.failures = 1
        answer = await found.dana.types("/lunch soup", in_="general")
        await found.sandbox.settled()
        assert answer.timed_out
        assert len(found.commands) == 1
        assert len(found.dana.ephemerals) == 1


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_click_tells_the_app_where_it_was(transport: str) -> None:
    async with office(transport) as found:
        posted = await found.client.chat_postMessage(channel=found.general, text="Soup?", blocks=[BUTTON])
        assert (await found.dana.clicks("Agree", in_="general")).ok
        (payload,) = found.clicks
        assert payload["type"] == "block_actions"
        assert payload["container"]["message_ts"] == payload["message"]["ts"] == posted["ts"]
        assert (payload["user"]["id"], payload["channel"]["id"]) == (found.dana.id, found.general)
        assert [(one["action_id"], one["block_id"], one["value"]) for one in payload["actions"]] == [
            ("agree", "choices", "yes")
        ]
        with pytest.raises(NotThere, match="sees no “Disagree”"):
            await found.dana.clicks("Disagree", in_="general")


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_form_is_opened_filled_and_sent(transport: str) -> None:
    async with office(transport) as found:
        await found.dana.types("/lunch form", in_="general")
        await found.sandbox.until(lambda: found.dana.view is not None)
        refused = await found.dana.submits({"dish": "stone"})
        assert (refused.ok, refused.errors) == (False, {"dish": "Nobody eats stone."})
        assert found.dana.view is not None
        sent = await found.dana.submits({"name": "soup", "size": "large"})
        assert sent.ok
        assert sent.view is None
        view = found.submissions[-1]["view"]
        assert (view["callback_id"], view["private_metadata"]) == ("lunch", "table 4")
        assert view["state"]["values"]["size"]["which"]["selected_option"]["value"] == "large"


async def test_a_form_can_answer_with_another() -> None:
    async with office() as found:
        await found.dana.types("/lunch form", in_="general")
        await found.sandbox.until(lambda: found.dana.view is not None)
        await found.dana.submits({"dish": "menu"})
        assert found.dana.view is not None
        assert found.dana.view.title == "Menu"
        await found.dana.submits({"dish": "wine"})
        assert found.dana.view.title == "Wine list"
        await found.dana.closes()
        assert found.dana.view.title == "Menu"


async def test_a_trigger_opens_one_view_for_three_seconds() -> None:
    async with office() as found:
        trigger = (await found.dana.types("/lunch soup", in_="general")).trigger_id
        opened = await found.client.views_open(trigger_id=trigger, view=FORM)
        assert opened["view"]["hash"]
        assert await refusal(found.client.views_open(trigger_id=trigger, view=FORM)) == "exchanged_trigger_id"
        assert await refusal(found.client.views_open(trigger_id="1.2.3", view=FORM)) == "invalid_trigger_id"


async def test_a_view_that_has_changed_meanwhile_is_not_overwritten() -> None:
    async with office() as found:
        trigger = (await found.dana.types("/lunch soup", in_="general")).trigger_id
        view = (await found.client.views_open(trigger_id=trigger, view=FORM))["view"]
        changed = {**FORM, "title": plain("Dinner")}
        await found.client.views_update(view_id=view["id"], hash=view["hash"], view=changed)
        assert found.dana.view is not None
        assert found.dana.view.title == "Dinner"
        call = found.client.views_update(view_id=view["id"], hash=view["hash"], view=FORM)
        assert await refusal(call) == "hash_conflict"
        assert await refusal(found.client.views_update(view_id="V0NONE", view=FORM)) == "not_found"


@pytest.mark.parametrize(
    "changes",
    [
        {"title": plain("x" * 25)},
        {"private_metadata": "x" * 3001},
        {"submit": None},
        {"blocks": FORM["blocks"] * 2},
        {"blocks": [{"type": "divider"}] * 101},
        {"type": "window"},
    ],
)
async def test_a_malformed_view_is_refused(changes: dict[str, Any]) -> None:
    async with office() as found:
        trigger = found.sandbox.new_trigger(found.dana.id)
        view = {name: value for name, value in {**FORM, **changes}.items() if value is not None}
        assert await refusal(found.client.views_open(trigger_id=trigger, view=view)) == "invalid_arguments"


async def test_a_later_answer_comes_five_times_at_the_most() -> None:
    async with office() as found, aiohttp.ClientSession() as session:
        await found.dana.types("/lunch soup", in_="general")
        url = found.commands[0]["response_url"]
        statuses = []
        for number in range(6):
            async with session.post(url, json={"text": f"later {number}"}) as response:
                statuses.append(response.status)
        assert statuses == [200] * 5 + [404]
        assert [one.text for one in found.dana.ephemerals[1:]] == [f"later {number}" for number in range(5)]


async def test_a_later_answer_can_be_for_everybody_replace_the_message_or_take_it_away() -> None:
    async with office() as found, aiohttp.ClientSession() as session:
        general = found.sandbox.channel("general")
        await found.client.chat_postMessage(channel=found.general, text="Soup?", blocks=[BUTTON])
        await found.dana.clicks("agree", in_="general")
        url = found.clicks[0]["response_url"]
        async with session.post(url, json={"text": "Aloud", "response_type": "in_channel"}):
            assert [one.text for one in general.messages] == ["Soup?", "Aloud"]
        async with session.post(url, json={"text": "Agreed", "replace_original": True}):
            assert [one.text for one in general.messages] == ["Agreed", "Aloud"]
        async with session.post(url, json={"delete_original": True}):
            assert [one.text for one in general.messages] == ["Aloud"]


async def test_buttons_in_direct_messages_shortcuts_and_the_home_tab() -> None:
    async with office() as found:
        await found.client.chat_postMessage(channel=found.dana.id, text="Soup?", blocks=[BUTTON])
        assert (await found.dana.clicks("Agree")).ok
        assert found.clicks[-1]["channel"]["name"] == "directmessage"
        ts = await found.dana.says("x", in_="general")
        await found.dana.runs_shortcut("order", on=ts, in_="general")
        assert found.clicks[-1]["type"] == "message_action"
        await found.dana.runs_shortcut("order")
        assert found.clicks[-1]["type"] == "shortcut"
        await found.client.views_publish(user_id=found.dana.id, view={"type": "home", "blocks": [BUTTON]})
        assert found.dana.home is not None
        await found.dana.opens_home()
        await found.sandbox.settled()
        assert found.heard("app_home_opened")[0]["tab"] == "home"


async def test_people_reach_only_what_they_can_see() -> None:
    async with office() as found:
        found.sandbox.add_channel("secret", members=[found.dana], is_private=True)
        with pytest.raises(NotThere, match="bo sees no channel secret"):
            await found.bo.says("let me in", in_="secret")
        with pytest.raises(NotThere, match="is private"):
            await found.dana.joins("secret")
        await found.dana.invites(found.bo, to="secret")
        await found.bo.says("thank you", in_="secret")


async def test_a_click_that_crosses_an_edit_counts_where_it_is_clear_what_is_meant() -> None:
    async with office() as found:
        actions = {"type": "actions", "elements": BUTTON["elements"]}
        posted = await found.client.chat_postMessage(channel=found.general, text="Lunch?", blocks=[actions])
        before = posted["message"]["blocks"][0]["block_id"]
        at = {"channel": found.general, "ts": posted["ts"]}
        await found.client.chat_update(**at, text="Lunch!", blocks=[actions])
        where: dict[str, Any] = {"in_": "general", "message": posted["ts"], "block": before}
        await found.dana.clicks("agree", **where)
        await found.client.chat_update(**at, text="Lunch?!", blocks=[actions, actions])
        with pytest.raises(NotThere):
            await found.dana.clicks("agree", **where)
