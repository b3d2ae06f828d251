"""A channel with five thousand messages: what is near the screen is drawn, and older ones come when they are wanted."""

from playwright.async_api import expect

from bot.sandbox import Sandbox
from tests.browser.conftest import Opens
from tests.browser.screen import Screen

MESSAGES = 5_000
MOST_DRAWN = 250
"""Messages in the page at a time."""
ROUNDS, SCROLLED = 30, 400
"""Pixels at a time."""


async def _drawn(screen: Screen) -> list[str]:
    found: list[str] = await screen.page.evaluate(
        """() => [...document.querySelectorAll('#main [data-test="message"]')].map((one) => one.dataset.ts)"""
    )
    return found


async def _top_in_view(screen: Screen) -> tuple[str, float]:
    """The first message that is whole on the screen, and how far it is from the top of the list, in pixels."""
    ts, top = await screen.page.evaluate(
        """() => {
            const log = document.querySelector('#main [role="log"]').getBoundingClientRect();
            for (const one of document.querySelectorAll('#main [data-test="message"]')) {
                const at = one.getBoundingClientRect();
                if (at.top >= log.top + 40) return [one.dataset.ts, at.top - log.top];
            }
        }"""
    )
    return str(ts), float(top)


async def _top_of(screen: Screen, ts: str) -> float:
    """Pixels from the top of the list to a message."""
    found: float = await screen.page.evaluate(
        """(ts) => document.querySelector(`#main [data-ts="${ts}"]`).getBoundingClientRect().top
            - document.querySelector('#main [role="log"]').getBoundingClientRect().top""",
        ts,
    )
    return found


async def _scrolls(screen: Screen, pixels: float) -> None:
    """Scroll, and wait until enough is drawn above."""
    log = screen.page.locator('#main [role="log"]')
    await log.evaluate("(log, pixels) => log.scrollBy(0, pixels)", pixels)
    await screen.page.wait_for_function("""() => document.querySelector('#main [role="log"]').scrollTop > 600""")


async def _talk(slack: Sandbox) -> None:
    speakers = [slack.person("bo"), slack.person("chen")]
    for number in range(1, MESSAGES + 1):
        await speakers[number // 4 % 2].says(f"message number {number}", in_="general")


async def test_five_thousand_messages_are_read_without_drawing_them_all(slack: Sandbox, opens: Opens) -> None:
    await _talk(slack)
    screen = await opens(slack, "dana", channel="general")
    await expect(screen.message(f"message number {MESSAGES}")).to_be_in_viewport()
    seen = set(await _drawn(screen))
    for _ in range(ROUNDS):
        ts, top = await _top_in_view(screen)
        await _scrolls(screen, -SCROLLED)
        drawn = await _drawn(screen)
        assert len(drawn) <= MOST_DRAWN
        assert ts in drawn
        assert abs(await _top_of(screen, ts) - top - SCROLLED) < 2, "what is read jumped when older ones came"
        seen |= set(drawn)
    assert len(seen) > 3 * 60, "older messages came"
    await screen.shot("long-channel")

    ts, top = await _top_in_view(screen)
    await slack.person("bo").says("one more, far below", in_="general")
    await expect(screen.page.get_by_text("To the newest")).to_be_visible()
    await expect(screen.part("channel-general").locator(".badge")).to_have_text("1")
    assert abs(await _top_of(screen, ts) - top) < 2, "what is read moved when something came below"
    await screen.page.get_by_text("To the newest").click()
    await expect(screen.message("one more, far below")).to_be_in_viewport()
    assert len(await _drawn(screen)) <= MOST_DRAWN
