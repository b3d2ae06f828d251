"""Buttons in attachments, in unfurled links, in App Home and in messages that one person sees."""

from typing import Any

from bot.sandbox import Client
from tests.sandbox.bolt_app import BUTTON, office, plain
from tests.sandbox.test_conversations import refusal

HOME: dict[str, Any] = {"type": "home", "blocks": [{**BUTTON, "block_id": "at_home"}]}


async def test_a_click_on_what_only_one_person_sees_carries_no_message() -> None:
    async with office() as found:
        blocks = [BUTTON, {**BUTTON, "block_id": "ask", "elements": [
            {"type": "external_select", "action_id": "dish_by_name"}
        ]}]  # fmt: skip
        shown = await found.client.chat_postEphemeral(
            channel=found.general, user=found.dana.id, text="x", blocks=blocks
        )
        await found.dana.clicks("Agree", in_="general")
        await found.dana.asks_options("dish_by_name", "so", in_="general")
        for payload in found.asked:
            assert "message" not in payload
            assert payload["container"] == {
                "type": "message", "message_ts": shown["message_ts"], "channel_id": found.general, "is_ephemeral": True
            }  # fmt: skip


async def test_buttons_in_attachments_are_seen_and_clicked() -> None:
    async with office() as found:
        attachments: list[dict[str, Any]] = [{"text": "first"}, {"color": "#aa3300", "blocks": [BUTTON]}]
        posted = await found.client.chat_postMessage(channel=found.general, text="x", attachments=attachments)
        assert (await found.dana.reads("first", in_="general")).ts == posted["ts"]
        assert (await found.dana.clicks("Agree", in_="general")).ok
        (click,) = found.clicks
        assert click["container"] == {
            "type": "message_attachment", "message_ts": posted["ts"], "channel_id": found.general,
            "is_ephemeral": False, "attachment_id": 2, "is_app_unfurl": False,
        }  # fmt: skip
        assert click["message"]["attachments"][1]["id"] == 2
        assert "app_unfurl" not in click


async def test_buttons_of_an_unfurled_link_say_which_one() -> None:
    async with office() as found:
        address = "https://a.example/menu"
        ts = await found.dana.says(f"see {address}", in_="general")
        await found.client.chat_unfurl(channel=found.general, ts=ts, unfurls={address: {"blocks": [BUTTON]}})
        await found.bo.clicks("Agree", in_="general", message=ts)
        (click,) = found.clicks
        assert click["container"]["is_app_unfurl"] is True
        assert (click["app_unfurl"]["from_url"], click["app_unfurl"]["id"]) == (address, 1)


async def test_the_control_api_sees_and_clicks_app_home_and_attachments() -> None:
    async with office() as found, Client(found.sandbox.url) as slack:
        dana = slack.user("dana")
        await found.client.views_publish(user_id=found.dana.id, view=HOME)
        assert (await slack.state())["homes"][found.dana.id]["blocks"][0]["block_id"] == "at_home"
        await dana.clicks("Agree")
        attachments = [{"blocks": [{**BUTTON, "block_id": "attached"}]}]
        await found.client.chat_postMessage(channel=found.general, text="x", attachments=attachments)
        await dana.clicks("Agree")
        await dana.clicks("Agree", view="home")
        assert [one["actions"][0]["block_id"] for one in found.clicks] == ["at_home", "attached", "at_home"]
        assert [one["container"]["type"] for one in found.clicks] == ["view", "message_attachment", "view"]


async def test_what_an_app_unfurls_is_checked_as_blocks_are() -> None:
    async with office() as found:
        address = "https://a.example/menu"
        ts = await found.dana.says(f"see {address}", in_="general")
        unfurls = {address: {"blocks": [{"type": "section", "text": plain("x" * 3001)}]}}
        call = found.client.chat_unfurl(channel=found.general, ts=ts, unfurls=unfurls)
        assert await refusal(call) == "invalid_blocks"
