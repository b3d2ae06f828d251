"""What people do as Slack itself would let them: fields, choices, edits, comings and goings."""

from typing import Any

import pytest

from bot.sandbox import NotThere, Sandbox
from bot.sandbox.filling import REQUIRED
from tests.sandbox.bolt_app import Office, office, plain, workspace
from tests.sandbox.test_conversations import refusal

OPTIONS = [{"text": {**plain(one.capitalize()), "emoji": True}, "value": one} for one in ("soup", "salad")]


def asks(element: dict[str, Any], block: str, **more: Any) -> dict[str, Any]:
    return {"type": "input", "block_id": block, "label": plain(block), "element": element, **more}


EVERYTHING: dict[str, Any] = {
    "type": "modal",
    "callback_id": "lunch",
    "title": plain("Lunch"),
    "submit": plain("Send"),
    "notify_on_close": True,
    "blocks": [
        asks({"type": "plain_text_input", "action_id": "name", "initial_value": "stew"}, "dish"),
        asks({"type": "static_select", "action_id": "which", "options": OPTIONS}, "first", optional=True),
        asks({"type": "checkboxes", "action_id": "also", "options": OPTIONS}, "extras", optional=True),
        asks({"type": "users_select", "action_id": "who"}, "cook", optional=True),
        asks({"type": "multi_users_select", "action_id": "whom"}, "guests", optional=True),
        asks({"type": "conversations_select", "action_id": "where"}, "place", optional=True),
        asks({"type": "datepicker", "action_id": "when"}, "day", optional=True),
    ],
}


async def opened(found: Office, view: dict[str, Any]) -> None:
    await found.client.views_open(trigger_id=found.sandbox.new_trigger(found.dana.id), view=view)


async def test_fields_of_every_kind_are_sent_in_the_form_of_their_kind() -> None:
    async with office() as found:
        await opened(found, EVERYTHING)
        filled = {
            "which": "Salad",
            "extras": ["soup", "salad"],
            "cook": "bo",
            "guests": ["@dana", "bo"],
            "place": "#general",
            "day": "2026-03-02",
        }
        assert (await found.dana.submits(filled)).ok
        values = found.submissions[0]["view"]["state"]["values"]
        assert values["dish"]["name"]["value"] == "stew"
        assert values["first"]["which"]["selected_option"] == OPTIONS[1]
        assert values["extras"]["also"]["selected_options"] == OPTIONS
        assert values["cook"]["who"]["selected_user"] == found.bo.id
        assert values["guests"]["whom"]["selected_users"] == [found.dana.id, found.bo.id]
        assert values["place"]["where"]["selected_conversation"] == found.general
        assert values["day"]["when"]["selected_date"] == "2026-03-02"


async def test_an_empty_required_field_is_refused_before_the_app_hears_of_it() -> None:
    async with office() as found:
        await opened(found, EVERYTHING)
        answer = await found.dana.submits({"dish": ""})
        assert (answer.ok, answer.errors) == (False, {"dish": REQUIRED})
        assert not found.submissions


async def test_what_was_entered_stands_after_an_error() -> None:
    async with office() as found:
        await opened(found, EVERYTHING)
        assert (await found.dana.submits({"dish": "stone", "cook": "bo"})).errors == {"dish": "Nobody eats stone."}
        assert (await found.dana.submits({"dish": "soup"})).ok
        assert found.submissions[1]["view"]["state"]["values"]["cook"]["who"]["selected_user"] == found.bo.id


async def test_what_is_not_on_offer_cannot_be_entered() -> None:
    async with office() as found:
        await opened(found, EVERYTHING)
        with pytest.raises(NotThere, match="no option “cake”, only soup, salad"):
            await found.dana.submits({"first": "cake"})
        with pytest.raises(NotThere, match="has no field dessert"):
            await found.dana.submits({"dessert": "cake"})
        with pytest.raises(NotThere, match="bo has no view open"):
            await found.bo.submits()


async def test_an_app_that_asked_hears_of_a_closed_form_and_cannot_change_it_any_more() -> None:
    async with office() as found:
        await opened(found, EVERYTHING)
        view = found.dana.view
        assert view is not None
        await found.dana.closes()
        assert found.closed == [view.id]
        assert await refusal(found.client.views_update(view_id=view.id, view=EVERYTHING)) == "not_found"


async def test_choices_in_a_message_are_told_with_what_was_chosen() -> None:
    async with office() as found:
        menu = {"type": "overflow", "action_id": "agree", "options": OPTIONS}
        block = {"type": "section", "block_id": "menu", "text": plain("Lunch?"), "accessory": menu}
        await found.client.chat_postMessage(channel=found.general, text="Lunch?", blocks=[block])
        assert (await found.dana.chooses("agree", "soup", in_="general")).ok
        assert found.clicks[0]["actions"][0]["selected_option"] == OPTIONS[0]
        assert found.clicks[0]["state"]["values"]["menu"]["agree"]["selected_option"] == OPTIONS[0]


async def test_the_newest_of_several_alike_buttons_is_clicked_and_private_ones_by_their_reader_alone() -> None:
    async with office() as found:
        button = {"type": "button", "action_id": "agree", "text": plain("Agree")}
        blocks = [{"type": "actions", "elements": [button]}]
        old = await found.client.chat_postMessage(channel=found.general, text="old", blocks=blocks)
        await found.client.chat_postEphemeral(channel=found.general, user=found.dana.id, text="new", blocks=blocks)
        await found.dana.clicks("Agree", in_="general")
        await found.bo.clicks("Agree", in_="general")
        await found.dana.clicks("Agree", in_="general", message=old["ts"])
        assert [one["container"]["is_ephemeral"] for one in found.clicks] == [True, False, False]


async def test_people_change_only_what_is_theirs_and_still_there() -> None:
    async with workspace() as found:
        ts = await found.dana.says("mine", in_="general")
        with pytest.raises(NotThere, match="only their own"):
            await found.bo.edits(ts, "yours", in_="general")
        await found.dana.deletes(ts, in_="general")
        with pytest.raises(NotThere, match="sees no message"):
            await found.bo.reacts("eyes", to=ts, in_="general")
        with pytest.raises(NotThere, match="sees no message"):
            await found.bo.says("what?", in_="general", thread_of=ts)


async def test_slacks_own_lines_stand_in_the_history_and_not_among_what_was_said() -> None:
    async with workspace() as found:
        general = found.sandbox.channel("general")
        await found.sandbox.add_person("eli").joins("general")
        await found.client.conversations_setTopic(channel=found.general, topic="Lunch")
        history = (await found.client.conversations_history(channel=found.general))["messages"]
        assert [one["subtype"] for one in history] == ["channel_topic", "channel_join"]
        assert not general.messages
        assert not general.shows("Lunch")


async def test_people_may_open_again_what_was_archived_but_the_app_stays_outside() -> None:
    async with workspace() as found:
        made = found.sandbox.add_channel("lunch", members=[found.dana, found.sandbox.bot])
        await found.dana.archives("lunch")
        with pytest.raises(NotThere, match="archived"):
            await found.dana.says("anybody?", in_="lunch")
        assert await refusal(found.client.chat_postMessage(channel=made.id, text="x")) == "is_archived"
        await found.dana.unarchives("lunch")
        await found.dana.says("again", in_="lunch")
        assert await refusal(found.client.conversations_history(channel=made.id)) == "not_in_channel"


async def test_scopes_are_asked_for_by_the_kind_of_channel() -> None:
    manifest = {"oauth_config": {"scopes": {"bot": ["channels:manage", "channels:history", "chat:write"]}}}
    async with workspace(manifest) as found:
        secret = found.sandbox.add_channel("secret", members=[found.dana, found.sandbox.bot], is_private=True).id
        assert (await found.client.conversations_history(channel=found.general))["ok"]
        assert await refusal(found.client.conversations_history(channel=secret)) == "missing_scope"
        assert (await found.client.conversations_create(name="lunch"))["ok"]
        assert await refusal(found.client.conversations_create(name="diet", is_private=True)) == "missing_scope"


def test_a_workspace_can_be_furnished_before_anything_runs() -> None:
    sandbox = Sandbox()
    dana = sandbox.add_person("dana")
    assert sandbox.add_person("dana").id == dana.id
    sandbox.add_group("cooks", [dana])
    assert sandbox.add_channel("general", members=[dana]) is sandbox.channel("general")
    with pytest.raises(KeyError, match="nobody called eli"):
        sandbox.person("eli")
    with pytest.raises(ValueError, match="no time zone 'Mars/Base'"):
        sandbox.add_person("eli", tz="Mars/Base")


async def test_a_search_finds_the_newest_first_and_nothing_that_is_private_to_others_or_gone() -> None:
    async with Sandbox() as slack:
        dana, bo = slack.add_person("dana"), slack.add_person("bo")
        slack.add_channel("general", members=[dana, bo])
        slack.add_channel("secret", members=[bo], is_private=True)
        first = await bo.says("The checkout is slow", in_="general")
        gone = await bo.says("checkout: SLOW too, never mind", in_="general")
        await bo.deletes(gone, in_="general")
        reply = await dana.says("Slow here as well, the checkout", in_="general", thread_of=first)
        hidden = await bo.says("slow checkout, and why", in_="secret")
        assert [one.ts for _, one in dana.searches("checkout SLOW")] == [reply, first]
        assert next(one.ts for _, one in bo.searches("slow checkout")) == hidden
        assert dana.searches("  ") == dana.searches("checkout fast") == []
