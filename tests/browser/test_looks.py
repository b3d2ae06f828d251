"""Dark, small, and without a connection; and the app's own page."""

from playwright.async_api import expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from tests.browser import gallery
from tests.browser.company import Company
from tests.browser.conftest import Opens
from tests.browser.screen import PHONE


async def test_dark_is_dark_and_can_be_chosen(company: Company, opens: Opens) -> None:
    channel = await company.declares("checkout returns 500s service:checkout")
    dana = await opens(company.slack, "dana", channel=channel.name, color_scheme="dark")
    await expect(dana.message("Accept command")).to_be_visible()

    async def brightness() -> float:
        found: float = await dana.page.evaluate(
            "getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3).reduce((a, b) => a + +b, 0)"
        )
        return found

    assert await brightness() < 3 * 80
    await dana.shot("dark")
    await dana.part("theme").click()
    await expect(dana.page.locator("html")).to_have_attribute("data-theme", "light")
    assert await brightness() > 3 * 200
    await dana.page.reload()
    await expect(dana.message("Accept command")).to_be_visible()
    await expect(dana.page.locator("html")).to_have_attribute("data-theme", "light")


async def test_a_phone_shows_one_thing_at_a_time(company: Company, opens: Opens) -> None:
    channel = await company.declares("checkout returns 500s service:checkout")
    dana = await opens(company.slack, "dana", channel=channel.name, viewport=PHONE, has_touch=True)
    await expect(dana.message("Accept command")).to_be_visible()
    assert await dana.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await dana.shot("phone")
    await expect(dana.part("channel-general")).not_to_be_in_viewport()
    await dana.button("Channels").click()
    await expect(dana.part("channel-general")).to_be_in_viewport()
    await dana.shot("phone-drawer")
    await dana.goes_to("general")
    await expect(dana.part("channel-general")).not_to_be_in_viewport()


async def test_the_app_has_a_home_beside_its_messages(slack: Sandbox, opens: Opens) -> None:
    dana, environment = slack.person("dana"), slack.environment()
    client = AsyncWebClient(environment["SLACK_BOT_TOKEN"], base_url=environment["SLACK_API_URL"])
    header = {"type": "header", "text": gallery.plain("Open incidents")}
    home = {"type": "home", "blocks": [header, *gallery.working_blocks()]}
    await client.chat_postMessage(channel=dana.id, text="Good morning.")
    screen = await opens(slack, "dana", channel="general")
    await screen.part(f"dm-{slack.bot.name}").click()
    await screen.page.get_by_role("tab", name="Home").click()
    await expect(screen.part("home")).to_contain_text("The app has not published its Home yet.")
    await client.views_publish(user_id=dana.id, view=home)
    await expect(screen.part("home")).to_contain_text("Open incidents")
    await screen.shot("home")
    await screen.page.get_by_role("tab", name="Messages").click()
    await expect(screen.message("Good morning.")).to_be_visible()
    await screen.shot("app-messages")


async def test_a_lost_connection_is_told_and_found_again(slack: Sandbox, opens: Opens) -> None:
    dana = await opens(slack, "dana", channel="general")
    dana.forgives("WebSocket connection")
    dana.forgives("ERR_CONNECTION_REFUSED")
    await slack.person("bo").says("Before", in_="general")
    await expect(dana.message("Before")).to_be_visible()
    port = slack.port
    await slack.stop()
    await expect(dana.page.get_by_text("connection", exact=False).first).to_be_visible()
    await dana.shot("connection-lost")
    await slack.start(port)
    await slack.person("bo").says("After", in_="general")
    await expect(dana.message("After")).to_be_visible()
    await expect(dana.page.get_by_text("connection", exact=False)).to_have_count(0)
