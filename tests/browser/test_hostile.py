"""Whatever people and apps write is text: it runs nothing, and the page keeps its form."""

from playwright.async_api import expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from tests.browser import gallery
from tests.browser.conftest import Opens
from tests.browser.screen import PHONE, Screen

SCRIPT = "<script>window.hacked=1</script><img src=x onerror='window.hacked=1'><svg onload=window.hacked=1>"
LINKS = "<javascript:window.hacked=1|click me> <data:text/html,%3Cscript%3E1%3C/script%3E|me too> javascript:alert(1)"
RIGHT_TO_LEFT = "\u202egnp.exe \u2067הטקסט הזה מימין לשמאל\u2069 שלום עולם \u202e"
INVISIBLE = "a\u200b\u200c\u200d\ufeff\u2060b\u0007\u001b[31m\u0085\u2028c" + "\u0300" * 200
NESTED = "*_~`*_~`" * 500 + "<" * 500 + ">" * 500 + "```" * 99
HOSTILE = (SCRIPT, LINKS, RIGHT_TO_LEFT, INVISIBLE, NESTED)


async def _unharmed(screen: Screen) -> None:
    """Nothing ran, nothing was made of markup, and nothing is wider than the window."""
    found = await screen.page.evaluate(
        """() => ({
            hacked: window.hacked ?? null,
            wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
            handlers: [...document.querySelectorAll("*")].flatMap((one) => one.getAttributeNames())
                .filter((name) => name.startsWith("on")),
            scripts: document.querySelectorAll("body script").length,
            links: [...document.links].map((one) => one.protocol).filter((one) => !/^(https?|mailto):$/.test(one)),
        })"""
    )
    assert found == {"hacked": None, "wide": 0, "handlers": [], "scripts": 0, "links": []}


async def test_hostile_messages_are_text(slack: Sandbox, opens: Opens) -> None:
    bo = slack.person("bo")
    for text in HOSTILE:
        await bo.says(text, in_="general")
    await bo.says("W" * 40_000, in_="general")
    await bo.says("The end", in_="general")
    for viewport, name in (({"width": 1280, "height": 800}, "hostile"), (PHONE, "hostile-on-a-phone")):
        screen = await opens(slack, "dana", channel="general", viewport=viewport)
        await expect(screen.message("The end")).to_be_visible()
        await _unharmed(screen)
        await screen.shot(f"{name}-end")
        await screen.page.get_by_role("log").first.hover()
        await screen.page.mouse.wheel(0, -100_000)
        await expect(screen.message("<script>window.hacked=1</script>")).to_be_visible()
        await _unharmed(screen)
        await screen.shot(name)


async def test_hostile_blocks_names_and_titles_are_text(slack: Sandbox, opens: Opens) -> None:
    environment = slack.environment()
    client = AsyncWebClient(environment["SLACK_BOT_TOKEN"], base_url=environment["SLACK_API_URL"])
    mallory = slack.add_person("mallory", real_name=f"{SCRIPT}{RIGHT_TO_LEFT}{'M' * 200}")
    general = slack.channel("general")
    general.members.append(mallory.id)
    general.topic, general.purpose = f"{SCRIPT} {RIGHT_TO_LEFT}", "T" * 250
    await mallory.says("It was me", in_="general")
    await mallory.says("a file", in_="general", files=[(f"{SCRIPT[:100]}.html", SCRIPT.encode())])
    for text in HOSTILE:
        await client.chat_postMessage(channel=general.id, text="blocks", blocks=_blocks(text))
    screen = await opens(slack, "dana", channel="general")
    await expect(screen.message("Nested")).to_be_visible()
    await _unharmed(screen)
    await screen.shot("hostile-blocks")

    view = gallery.form() | {"title": gallery.plain("<script>1</script>\u202e")}
    view["blocks"] = [*_blocks(SCRIPT), gallery.field("plain_text_input", SCRIPT, name="one")]
    await client.views_open(trigger_id=slack.new_trigger(slack.person("dana").id), view=view)
    await expect(screen.modal).to_contain_text("<script>")
    await _unharmed(screen)
    await screen.shot("hostile-modal")


def _blocks(text: str) -> list[gallery.Block]:
    short, shorter = text[:140], text[:70]
    return [
        {"type": "header", "text": gallery.plain(short)},
        gallery.section(text[:2900]),
        {"type": "markdown", "text": text},
        {"type": "context", "elements": [gallery.mrkdwn(short), gallery.plain(short)]},
        {"type": "actions", "elements": [gallery.named("button", text=gallery.plain(shorter), value="x")]},
        {**gallery.image('https://images.invalid/"onerror=window.hacked=1', short), "title": gallery.plain(short)},
        gallery.section("Nested", accessory=gallery.named("static_select", options=[gallery.option(shorter, "x")])),
    ]
