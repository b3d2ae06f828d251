"""Everything that Block Kit has is shown, and what can be worked tells the app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest_asyncio
from playwright.async_api import FilePayload, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from tests.browser import gallery
from tests.browser.conftest import Opens
from tests.browser.screen import PHONE, Screen

Told = list[dict[str, Any]]


class App:
    """A Bolt app that acknowledges everything and keeps what it was told."""

    def __init__(self, slack: Sandbox) -> None:
        environment = slack.environment()
        self.told: Told = []
        self.sent: dict[str, Any] = {}
        self.client = AsyncWebClient(environment["SLACK_BOT_TOKEN"], base_url=environment["SLACK_API_URL"])
        self._token = environment["SLACK_APP_TOKEN"]
        self._sockets = AsyncWebClient(self._token, base_url=environment["SLACK_API_URL"])
        self._bolt = AsyncApp(client=self.client, signing_secret=environment["SLACK_SIGNING_SECRET"])
        self._bolt.middleware(self._take)

    async def _take(self, body: dict[str, Any], ack: Any) -> Any:
        """In front of all listeners, so that none is needed."""
        kind = body.get("type")
        if kind == "block_actions":
            self.told += body["actions"]
        elif kind == "view_submission":
            self.sent = body["view"]["state"]["values"]
        elif kind == "block_suggestion":
            found = [one for one in ("Restart", "Roll back") if body["value"].lower() in one.lower()]
            return await ack(options=[gallery.option(one, one.lower()) for one in found])
        return await ack()

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator["App"]:
        handler = AsyncSocketModeHandler(self._bolt, self._token, web_client=self._sockets)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        try:
            yield self
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]


@pytest_asyncio.fixture(loop_scope="session")
async def app(slack: Sandbox) -> AsyncIterator[App]:
    async with App(slack).at_work() as app:
        yield app


async def test_every_block_is_shown(slack: Sandbox, app: App, opens: Opens) -> None:
    dana, general = slack.person("dana"), slack.channel("general")
    await dana.says("What the graph shows", in_="general", files=[("graph.png", gallery.a_picture())])
    (picture,) = general.files
    address = picture.described(slack.url)["url_private"]
    for blocks in (gallery.shown_blocks(dana.id, general.id, address), gallery.working_blocks()):
        await app.client.chat_postMessage(channel=general.id, text="A gallery", blocks=blocks)
    screen = await opens(slack, "dana", channel="general", viewport={"width": 1280, "height": 3200})
    shown = screen.message("A header")
    for role, name in (("heading", "A header"), ("heading", "A heading in Markdown"), ("link", "a link")):
        await expect(shown.get_by_role(role, name=name).first).to_be_visible()  # type: ignore[arg-type]
    for words in ("Field 5", "inner", "a rich quote", "SELECT 1;", "A graph kept elsewhere", "A video", "14 %"):
        await expect(shown.get_by_text(words).first).to_be_visible()
    await expect(shown.locator("table")).to_have_count(2)
    await expect(screen.page.get_by_text("cannot be shown")).to_have_count(0)
    await screen.shot("gallery")


async def test_everything_in_a_message_can_be_worked(slack: Sandbox, app: App, opens: Opens) -> None:
    await app.client.chat_postMessage(channel="general", text="To work", blocks=gallery.working_blocks())
    screen = await opens(slack, "dana", channel="general", viewport={"width": 1280, "height": 1100})
    shown, page = screen.message("Regions"), screen.page

    async def told(action: str) -> dict[str, Any]:
        await slack.until(lambda: any(one["action_id"] == action for one in app.told))
        await expect(page.locator("[aria-busy=true]")).to_have_count(0)
        return next(one for one in reversed(app.told) if one["action_id"] == action)

    async def chosen(label: str, *options: str) -> None:
        await shown.get_by_role("button", name=label, exact=True).click()
        for option in options:
            await page.get_by_role("option", name=option).click()

    await chosen("A region", "Dublin")
    assert (await told("static_select"))["selected_option"]["value"] == "dub"
    await shown.get_by_role("button", name="More", exact=True).click()
    await screen.shot("overflow")
    await page.get_by_role("menuitem", name="Export").click()
    assert (await told("overflow"))["selected_option"]["value"] == "export"
    await chosen("Some parts", "Checkout")
    await page.get_by_role("option", name="Search").click()
    await slack.until(lambda: any(len(one.get("selected_options", [])) == 2 for one in app.told))
    await page.keyboard.press("Escape")
    await shown.get_by_role("checkbox", name="Checkout").check()
    assert [one["value"] for one in (await told("checkboxes"))["selected_options"]] == ["checkout"]
    await shown.get_by_role("radio", name="Ohio").check()
    assert (await told("radio_buttons"))["selected_option"]["value"] == "cmh"
    await shown.get_by_role("button", name="Search", exact=True).click()
    await page.keyboard.type("roll")
    await expect(page.get_by_role("option", name="Roll back")).to_be_visible()
    await screen.shot("external-select")
    await page.keyboard.press("Enter")
    assert (await told("external_select"))["selected_option"]["value"] == "roll back"
    await shown.get_by_label("A day").fill("2026-03-05")
    assert (await told("datepicker"))["selected_date"] == "2026-03-05"
    await chosen("Somebody", "Bo @bo")
    assert (await told("users_select"))["selected_user"] == slack.person("bo").id
    await shown.get_by_role("button", name="Go on").click()
    assert (await told("button"))["value"] == "on"
    await screen.shot("worked")

    button = {**gallery.named("button", text=gallery.plain("Look into it"), value="alert"), "action_id": "attached"}
    attachment = {"color": "#c00", "blocks": [gallery.section("Disk full"), {"type": "actions", "elements": [button]}]}
    await app.client.chat_postMessage(channel="general", text="An alert", attachments=[attachment])
    await screen.message("Disk full").get_by_role("button", name="Look into it").click()
    assert (await told("attached"))["value"] == "alert"


async def test_a_button_may_ask_whether_it_is_meant(slack: Sandbox, app: App, opens: Opens) -> None:
    await app.client.chat_postMessage(channel="general", text="To work", blocks=gallery.working_blocks())
    screen = await opens(slack, "dana", channel="general")
    button = screen.message("Regions").get_by_role("button", name="Roll back")
    question = screen.page.get_by_role("alertdialog")
    await button.click()
    await expect(question).to_contain_text("Release 4.2 goes out of all regions.")
    await screen.shot("confirm")
    await question.get_by_role("button", name="Not now").click()
    await expect(question).to_have_count(0)
    assert app.told == []
    await button.click()
    await question.get_by_role("button", name="Roll back").click()
    await slack.until(lambda: [one["action_id"] for one in app.told] == ["confirmed"])


async def _open_form(slack: Sandbox, app: App) -> None:
    await app.client.views_open(trigger_id=slack.new_trigger(slack.person("dana").id), view=gallery.form())


async def test_a_form_sends_every_kind_of_field(slack: Sandbox, app: App, opens: Opens) -> None:
    screen = await opens(slack, "dana", channel="general", viewport={"width": 1280, "height": 1600})
    await _open_form(slack, app)
    modal = screen.modal
    for label, text in WRITTEN.items():
        await modal.get_by_label(label).fill(text)
    for label, option in CHOSEN.items():
        await screen.chooses(label, option)
    await modal.get_by_label("A runbook").click()
    await screen.page.keyboard.type("rest")
    await screen.page.get_by_role("option", name="Restart").click()
    await modal.get_by_role("checkbox", name="Search").check()
    await modal.get_by_role("radio", name="Frankfurt").check()
    graph: FilePayload = {"name": "graph.png", "mimeType": "image/png", "buffer": gallery.a_picture()}
    await modal.get_by_label("Files").set_input_files([graph])
    await expect(modal.locator("small", has_text="graph.png")).to_be_visible()
    await screen.shot("form-of-everything")
    await modal.get_by_role("button", name="Send").click()
    await expect(screen.part("modal")).to_have_count(0)

    values = {block: next(iter(fields.values())) for block, fields in app.sent.items()}
    assert (values["plain_text_input"]["value"], values["lines"]["value"]) == ("a line", "one\ntwo")
    assert values["number_input"]["value"] == "42"
    assert values["static_select"]["selected_option"]["value"] == "fra"
    assert values["users_select"]["selected_user"] == slack.person("chen").id
    assert values["channels_select"]["selected_channel"] == slack.channel("general").id
    assert values["external_select"]["selected_option"]["value"] == "restart"
    assert [one["value"] for one in values["checkboxes"]["selected_options"]] == ["search"]
    (file,) = values["file_input"]["files"]
    assert (file["name"], file["size"]) == ("graph.png", len(gallery.a_picture()))
    assert (values["datepicker"]["selected_date"], values["timepicker"]["selected_time"]) == ("2026-03-05", "14:30")


WRITTEN = {
    "A line": "a line",
    "Lines": "one\ntwo",
    "A number": "42",
    "An address": "dana@example.com",
    "A page": "https://example.com/",
    "Rich text": "rich",
    "A day": "2026-03-05",
    "A time": "14:30",
    "An instant": "2026-03-05T14:30",
}
CHOSEN = {"A region": "Frankfurt", "Somebody": "Chen", "A channel": "general", "A conversation": "general"}


async def test_a_form_fits_a_phone_in_the_dark(slack: Sandbox, app: App, opens: Opens) -> None:
    screen = await opens(slack, "dana", channel="general", viewport=PHONE, color_scheme="dark")
    await _open_form(slack, app)
    await expect(screen.modal.get_by_label("A line")).to_be_visible()
    await screen.shot("form-on-a-phone")
    await expect_no_sideways(screen)


async def expect_no_sideways(screen: Screen) -> None:
    """Nothing makes the page wider than its window."""
    wider = await screen.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"the page is {wider} pixels too wide"


async def test_escape_closes_the_modal_on_top_and_shows_the_one_beneath(slack: Sandbox, app: App, opens: Opens) -> None:
    screen = await opens(slack, "dana", channel="general")
    await _open_form(slack, app)
    await screen.modal.get_by_label("A line").fill("kept while the other is open")
    second = {"type": "modal", "title": gallery.plain("On top"), "blocks": [gallery.section("Look at this first.")]}
    await app.client.views_push(trigger_id=slack.new_trigger(slack.person("dana").id), view=second)
    await expect(screen.modal).to_contain_text("Look at this first.")
    await screen.shot("modal-stack")
    await screen.page.keyboard.press("Escape")
    await expect(screen.modal.get_by_label("A line")).to_have_value("kept while the other is open")
    await screen.page.keyboard.press("Escape")
    await expect(screen.part("modal")).to_have_count(0)
