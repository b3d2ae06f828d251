"""The page of the local Slack with a long channel, in Chromium: until the newest message is shown, and how much is
drawn."""

import sys
import time

from playwright.async_api import Browser

from tests.bench.figures import Figure, Unit, percentile
from tests.browser.chromium import NoChromium, a_browser

MESSAGES = 5_000
LOADS = 5
DRAWN = """() => document.querySelectorAll('#main [data-test="message"]').length"""


async def measure_page(address: str, newest: str) -> list[Figure]:
    """`address`: the page at the long channel; `newest`: the ts of its last message."""
    try:
        async with a_browser() as browser:
            loads = [await _load(browser, address, newest) for _ in range(LOADS + 1)][1:]  # the first warms up
    except NoChromium as why:
        print(f"Not measured in a browser: {why}", file=sys.stderr)
        return []
    what = f"local Slack: page with {MESSAGES:,} messages, newest shown, p50"
    return [
        Figure(what, percentile([seconds for seconds, _ in loads], 0.5), Unit.SECONDS, 1.0),
        Figure("… messages drawn of them", max(drawn for _, drawn in loads), Unit.COUNT, 200),
    ]


async def _load(browser: Browser, address: str, newest: str) -> tuple[float, int]:
    """Seconds, and messages in the document; with an empty cache, as a newcomer."""
    context = await browser.new_context()
    page = await context.new_page()
    began = time.perf_counter()
    await page.goto(address, wait_until="commit")
    await page.locator(f'#main [data-ts="{newest}"]').wait_for(state="visible")
    seconds = time.perf_counter() - began
    drawn: int = await page.evaluate(DRAWN)
    await context.close()
    return seconds, drawn
