"""Answering later, at the address that came with a command or a click."""

from typing import Any

import aiohttp
import pytest

from bot.sandbox.messages import Message
from tests.sandbox.bolt_app import Office, workspace


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
