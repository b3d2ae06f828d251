"""Getting about: channels made, left and archived, links to messages, and a place kept while the connection is gone."""

import re

from playwright.async_api import expect

from bot.sandbox import Sandbox
from tests.browser.conftest import Opens
from tests.browser.screen import Screen

MANY = 200


async def test_a_private_channel_is_made_and_somebody_invited_and_removed(slack: Sandbox, opens: Opens) -> None:
    dana = await opens(slack, "dana", channel="general")
    bo = await opens(slack, "bo", channel="general")
    await dana.button("Create a channel").click()
    await dana.page.keyboard.type("tea-room")
    await dana.page.get_by_label("Private").check()
    await dana.button("Create").last.click()
    await expect(dana.composer).to_have_attribute("placeholder", "Message #tea-room")
    assert slack.channel("tea-room").is_private

    await dana.part("members").click()
    await dana.button("Invite somebody").click()
    await dana.page.get_by_role("option", name="Bo @bo").click()
    await expect(bo.part("channel-tea-room")).to_be_visible()
    await dana.part("members").click()
    await dana.shot("members")
    await dana.button("Remove Bo").click()
    await expect(bo.part("channel-tea-room")).to_have_count(0)


async def test_what_is_archived_can_be_read_and_comes_back(slack: Sandbox, opens: Opens) -> None:
    slack.add_channel("shop", members=[slack.person("dana")])
    await slack.person("dana").says("Closed on Sundays", in_="shop")
    dana = await opens(slack, "dana", channel="shop")
    await dana.part("members").click()
    await dana.button("Archive").click()
    await expect(dana.page.get_by_text("This channel is archived.")).to_be_visible()
    await expect(dana.message("Closed on Sundays")).to_be_visible()
    await expect(dana.composer).to_have_count(0)
    await dana.button("Unarchive").click()
    await expect(dana.composer).to_be_visible()


async def test_a_link_leads_to_a_message_long_ago(slack: Sandbox, opens: Opens) -> None:
    bo = slack.person("bo")
    first = await bo.says("It began here", in_="general")
    await _chatter(slack)
    general = slack.channel("general")
    link = f"{slack.url}/archives/{general.id}/p{first.replace('.', '')}"
    await bo.says(f"See {link}", in_="general")
    dana = await opens(slack, "dana", channel="general")
    await dana.page.get_by_role("link", name=link).click()
    await expect(dana.message("It began here")).to_be_in_viewport()
    await dana.button("To the newest").click()
    await expect(dana.message(f"See {link}")).to_be_in_viewport()

    await dana.page.keyboard.press("Control+k")
    await dana.page.keyboard.type("It BEGAN")
    await dana.page.get_by_role("option", name="It began here").click()
    await expect(dana.message("It began here")).to_have_class(re.compile("is-found"))
    await dana.says("I read it now")  # what one writes is seen, wherever one was
    await expect(dana.message("I read it now")).to_be_in_viewport()
    await dana.page.keyboard.press("Control+k")
    await dana.page.keyboard.type("gen")
    await dana.page.keyboard.press("Escape")
    await expect(dana.part("switcher")).to_have_count(0)

    await dana.page.goto(f"{slack.url}/?as=dana#{general.id}/p{first.replace('.', '')}")
    await dana.page.reload()
    await expect(dana.message("It began here")).to_be_in_viewport()


async def test_who_reads_older_messages_stays_there_while_the_connection_is_gone(slack: Sandbox, opens: Opens) -> None:
    await _chatter(slack)
    dana = await opens(slack, "dana", channel="general")
    dana.forgives("WebSocket connection")
    dana.forgives("ERR_CONNECTION_REFUSED")
    await expect(dana.message(f"line {MANY}")).to_be_in_viewport()
    await _goes_up(dana)
    read = await _whole_in_view(dana)
    port = slack.port
    await slack.stop()
    await expect(dana.page.get_by_text("The connection was lost")).to_be_visible()
    await slack.start(port)
    await expect(dana.page.get_by_text("The connection was lost")).to_have_count(0)
    await slack.person("bo").says("far below", in_="general")
    await expect(dana.part("channel-general")).to_contain_text("1")
    assert await _whole_in_view(dana) == read


async def test_nobody_is_looked_at_as_the_first_person(slack: Sandbox, opens: Opens) -> None:
    screen = await opens(slack, "nobody-of-that-name", channel="general")
    await expect(screen.part("toast")).to_contain_text("nobody of that name")
    await expect(screen.part("me")).to_contain_text("Dana")


async def _chatter(slack: Sandbox) -> None:
    for number in range(1, MANY + 1):
        await slack.person("bo").says(f"line {number}", in_="general")


async def _goes_up(screen: Screen) -> None:
    await screen.page.get_by_role("log").hover()
    await screen.page.mouse.wheel(0, -700)
    await expect(screen.button("To the newest")).to_be_visible()


async def _whole_in_view(screen: Screen) -> str:
    """The first message that is whole on the screen."""
    found = await screen.page.evaluate(
        """() => {
            const log = document.querySelector('[role="log"]').getBoundingClientRect();
            const whole = [...document.querySelectorAll('[role="log"] [data-test="message"]')]
                .find((one) => one.getBoundingClientRect().top >= log.top);
            return whole.dataset.ts;
        }"""
    )
    return str(found)
