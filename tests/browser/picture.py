"""`python -m tests.browser.picture`: makes docs/screenshot.png, the README's picture, from a story that really happens.

The people act, the real bot answers, on a clock that is stepped from one act to the next.
"""

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import expect

from bot.demo.clock import SteppedClock
from bot.sandbox import Channel
from tests.browser.chromium import NoChromium, a_browser
from tests.browser.company import Company, a_company
from tests.browser.screen import Screen, a_screen

PICTURE = Path("docs/screenshot.png")
LARGEST = 400_000
"""Bytes, so that the README opens quickly."""
SCALES = (2.0, 1.75, 1.5, 1.0)
WINDOW = {"width": 1360, "height": 900}
FONT = "Inter, 'Liberation Sans', sans-serif"
"""Where Inter is installed (`fonts-inter`), the picture looks as on most desks; else it is plainer."""
STARTS_AT = datetime(2026, 3, 2, 13, 2, tzinfo=UTC)
"""A Monday; 14:02 for those in Madrid."""
UPDATE = (
    "/incident update Conditions: one payment in five fails in Europe. "
    "Actions: rolling back to 4.2. Needs: a second pair of eyes on the queue. next:15m"
)


@dataclass
class Story:
    """A company and its clock."""

    company: Company
    clock: SteppedClock

    async def after(self, minutes: float) -> None:
        """Let time pass."""
        await self.company.settled()
        self.clock.step_to(self.clock.now() + timedelta(minutes=minutes))

    async def types(self, person: str, text: str, channel: Channel) -> None:
        await self.company.slack.person(person).types(text, in_=channel.id)
        await self.company.settled()

    async def says(self, person: str, text: str, channel: Channel, thread_of: str | None = None) -> str:
        return await self.company.slack.person(person).says(text, in_=channel.id, thread_of=thread_of)


async def checkout_fails(story: Story) -> tuple[Channel, str]:
    """Twenty minutes of an incident: its channel, and the message with a thread."""
    slack = story.company.slack
    general = slack.channel("general")
    await story.says("fay", "Is the shop slow for anyone else? A customer just wrote.", general)
    await story.after(1)
    channel = await story.company.declares("checkout returns 500s service:checkout impact:high urgency:high", by="bo")
    await story.after(1)
    await story.types("dana", "/incident accept", channel)
    await story.after(3)
    found = await story.says("bo", "Errors began at 13:58, a minute after release 4.3 went out.", channel)
    await slack.person("chen").joins(channel.id)
    await slack.person("dana").reacts("eyes", found, in_=channel.id)
    await slack.person("chen").reacts("eyes", found, in_=channel.id)
    await story.after(1)
    await story.says("chen", "It holds a lock on `payments.sessions`; 4.2 does not.", channel, found)
    await story.says("dana", "Then back to 4.2. Bo, will you?", channel, found)
    await story.after(1)
    last = await story.says("bo", "On it. Frankfurt first, then Dublin.", channel, found)
    await slack.person("dana").reacts("+1", last, in_=channel.id)
    await story.after(2)
    await story.types("dana", UPDATE, channel)
    await story.after(3)
    await story.says("eli", "Payments is healthy from here; the queue drains.", general)
    direct = await slack.person("fay").opens_dm(["bo"])
    await story.says("fay", "Shall I write to the customers?", direct)
    return channel, found


async def take(scale: float) -> bytes:
    """The picture as PNG."""
    clock = SteppedClock(STARTS_AT)
    with tempfile.TemporaryDirectory() as folder:
        async with a_browser() as browser, a_company(Path(folder), clock.now) as company:
            channel, thread = await checkout_fails(Story(company, clock))
            look: dict[str, Any] = {"device_scale_factor": scale, "color_scheme": "light", "viewport": WINDOW}
            async with a_screen(browser, company.slack, "bo", Path(folder), channel=channel.name, **look) as screen:
                await screen.page.evaluate("font => document.documentElement.style.setProperty('--font', font)", FONT)
                await _looks_at_card_and_thread(screen, channel, thread)
                return await screen.page.screenshot(animations="disabled", caret="hide")


async def _looks_at_card_and_thread(screen: Screen, channel: Channel, ts: str) -> None:
    """The card at the top, the thread beside it, and no mouse in the picture."""
    await screen.page.locator(f'#main [data-ts="{ts}"]').get_by_role("button", name="replies").click()
    await expect(screen.part("thread")).to_contain_text("Frankfurt first")
    await expect(screen.part(f"channel-{channel.name}").locator(".badge")).to_have_count(0)
    await screen.message("Declared by").evaluate("card => card.scrollIntoView({ block: 'start' })")
    await screen.page.mouse.move(0, 0)


def main() -> int:
    for scale in SCALES:
        try:
            picture = asyncio.run(take(scale))
        except NoChromium as why:
            print(why, file=sys.stderr)
            return 1
        if len(picture) <= LARGEST:
            PICTURE.write_bytes(picture)
            print(f"{PICTURE}: {len(picture) // 1000} kB at scale {scale:g}")
            return 0
    print(f"No picture is below {LARGEST // 1000} kB.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
