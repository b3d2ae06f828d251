"""A channel with five thousand messages: what is near the screen is drawn, and older ones come when they are wanted."""

from playwright.async_api import expect

from bot.sandbox import Sandbox
from tests.browser.conftest import Opens
from tests.browser.screen import Screen

MESSAGES = 5_000
MOST_DRAWN = 250
"""Messages in the page at a time."""


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


async def test_five_thousand_messages_are_read_without_drawing_them_all(slack: Sandbox, opens: Opens) -> None:
    bo = slack.person("bo")
    for number in range(1, MESSAGES + 1):
        await bo.says(f"message number {number}", in_="general")
    screen = await opens(slack, "dana", channel="general")
    await expect(screen.message(f"message number {MESSAGES}")).to_be_in_viewport()
    assert len(await _drawn(screen)) <= MOST_DRAWN
    await screen.page.get_by_role("log").first.hover()
    seen = set(await _drawn(screen))
    for _ in range(12):
        before = len(seen)
        await screen.page.mouse.wheel(0, -4_000)
        await screen.page.wait_for_function(
            """(known) => [...document.querySelectorAll('#main [data-test="message"]')]
                .some((one) => !known.includes(one.dataset.ts))""",
            arg=sorted(seen),
        )
        seen |= set(await _drawn(screen))
        assert len(seen) > before
        assert len(await _drawn(screen)) <= MOST_DRAWN
    assert len(seen) > 150
    await screen.shot("long-channel")

    ts, top = await _top_in_view(screen)
    await bo.says("one more, far below", in_="general")
    await slack.settled()
    await expect(screen.page.locator(f'[data-ts="{ts}"]').first).to_be_visible()
    assert abs((await _top_in_view(screen))[1] - top) < 2, "what is read moved when something came below"
