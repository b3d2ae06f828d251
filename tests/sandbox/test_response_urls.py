"""Answering later, at the address that came with a command or a click."""

from typing import Any

import aiohttp
import pytest

from bot.sandbox.messages import Message
from tests.sandbox.bolt_app import Office, office, plain, workspace


def address(office: Office, message: Message | None = None) -> str:
    """As if dana had just acted in #general, on this message."""
    return office.sandbox.response_urls.new(office.dana.id, office.sandbox.channel("general"), message)


async def send(url: str, **sent: Any) -> int:
    async with aiohttp.ClientSession() as session, session.post(url, **sent) as response:
        await response.read()
        return response.status


async def test_an_answer_is_private_unless_it_says_otherwise() -> None:
    async with workspace() as office:
        general = office.sandbox.channel("general")
        assert await send(address(office), json={"attachments": [{"text": "Soup"}]}) == 200
        assert office.dana.ephemerals[-1].attachments == [{"text": "Soup"}]
        assert not general.messages
        ts = await office.dana.says("Lunch?", in_="general")
        public = {"response_type": "in_channel", "text": "Soup", "thread_ts": ts}
        assert await send(address(office), json=public) == 200
        assert [one.text for one in general.thread(ts)] == ["Lunch?", "Soup"]


async def test_the_message_that_was_clicked_is_replaced_or_goes_away_once() -> None:
    async with workspace() as office:
        await office.client.chat_postMessage(channel=office.general, text="Lunch?")
        [message] = office.sandbox.channel("general").messages
        url = address(office, message)
        assert await send(url, json={"replace_original": True, "text": "Soup it is"}) == 200
        assert message.text == "Soup it is"
        assert await send(url, json={"delete_original": True}) == 200
        assert message.is_deleted
        assert await send(url, json={"delete_original": True}) == 400
        assert await send(url, json={"replace_original": True, "text": "after all"}) == 200
        assert office.dana.ephemerals[-1].text == "after all"


@pytest.mark.parametrize(
    "sent",
    [
        {"data": b"{"},
        {"data": b"[]"},
        {"data": b"\xff"},
        {"data": b'{"a":' * 10_000},
        {"data": b"{}", "headers": {"Content-Type": "application/json; charset=klingon"}},
        {"json": {}},
        {"json": {"text": ["x"]}},
        {"json": {"text": "x", "blocks": "x"}},
        {"json": {"text": "x", "blocks": [{"type": "section"}]}},
        {"json": {"text": "x", "attachments": {"a": 1}}},
    ],
)
async def test_what_cannot_be_shown_is_refused(sent: dict[str, Any]) -> None:
    async with workspace() as office:
        assert await send(address(office), **sent) == 400
        assert not office.dana.ephemerals


async def test_an_address_that_was_never_given_is_not_found() -> None:
    async with workspace() as office:
        assert await send(f"{address(office)}x", json={"text": "x"}) == 404


def _chooser(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "action_id": kind, "response_url_enabled": True, **more}


async def test_a_form_answers_where_its_sender_chose() -> None:
    """docs.slack.dev, "Modals": a menu with `response_url_enabled` gives an address in the submission."""
    async with office() as found:
        tea = found.sandbox.add_channel("tea", members=[found.dana])
        menus = (
            _chooser("conversations_select", default_to_current_conversation=True),
            {**_chooser("conversations_select"), "action_id": "silent", "response_url_enabled": False},
            _chooser("channels_select"),
        )
        blocks = [
            {"type": "input", "block_id": f"b{number}", "label": plain("Where"), "element": menu, "optional": True}
            for number, menu in enumerate(menus)
        ]
        answer = await found.dana.types("/lunch soup", in_="tea")
        view = {"type": "modal", "callback_id": "choice", "title": plain("x"), "submit": plain("x"), "blocks": blocks}
        await found.client.views_open(trigger_id=answer.trigger_id, view=view)
        await found.dana.submits({"silent": "general"})
        payload = found.submissions[-1]
        assert payload["view"]["state"]["values"]["b0"]["conversations_select"]["selected_conversation"] == tea.id
        urls = payload["response_urls"]
        assert [(one["block_id"], one["action_id"], one["channel_id"]) for one in urls] == [
            ("b0", "conversations_select", tea.id)
        ]
        assert await send(urls[0]["response_url"], json={"text": "Tea is ready", "response_type": "in_channel"}) == 200
        assert tea.messages[-1].text == "Tea is ready"


async def test_where_a_person_was_is_not_known_of_every_trigger_and_a_choice_goes_first() -> None:
    async with office() as found:
        about = {"default_to_current_conversation": True}
        menu: dict[str, Any] = {"type": "conversations_select", "action_id": "one", **about}
        multi = {"type": "multi_conversations_select", "action_id": "all", **about}
        chosen = {**menu, "action_id": "chosen", "initial_conversation": found.general}
        blocks = [
            {"type": "input", "block_id": f"b{number}", "label": plain("Where"), "element": element, "optional": True}
            for number, element in enumerate((menu, multi, chosen))
        ]
        view = {"type": "modal", "callback_id": "choice", "title": plain("x"), "submit": plain("x"), "blocks": blocks}
        found.sandbox.add_channel("tea", members=[found.dana])
        answer = await found.dana.types("/lunch soup", in_="tea")
        await found.client.views_open(trigger_id=answer.trigger_id, view=view)
        await found.dana.submits()
        values = found.submissions[-1]["view"]["state"]["values"]
        assert values["b1"]["all"]["selected_conversations"] == [found.sandbox.channel("tea").id]
        assert values["b2"]["chosen"]["selected_conversation"] == found.general
        await found.client.views_open(trigger_id=found.sandbox.new_trigger(found.dana.id), view=view)
        await found.dana.submits()
        values = found.submissions[-1]["view"]["state"]["values"]
        assert values["b0"]["one"]["selected_conversation"] is None
