"""A person's browser window on the local Slack's page, and what is forbidden in it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Error, Locator, Page, Request, Route, WebSocket, expect

from bot.sandbox import Sandbox

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
WITHIN = 20_000
"""Milliseconds that a condition may take; machines that build are slow."""
expect.set_options(timeout=WITHIN)


@dataclass
class Screen:
    """What one person has before them."""

    page: Page
    slack: Sandbox
    output: Path
    problems: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)

    # What is seen

    def part(self, name: str) -> Locator:
        """By the name that the page gives its parts for tests."""
        return self.page.locator(f'[data-test="{name}"]')

    def button(self, label: str) -> Locator:
        return self.page.get_by_role("button", name=label, exact=True)

    def message(self, words: str) -> Locator:
        """The newest message in the channel with these words."""
        return self.page.locator('#main [data-test="message"]').filter(has_text=words).last

    @property
    def composer(self) -> Locator:
        return self.part("composer").first

    @property
    def modal(self) -> Locator:
        """The one on top."""
        return self.part("modal").last

    # What is done

    async def goes_to(self, channel: str) -> None:
        await self.part(f"channel-{channel}").click()

    async def says(self, text: str) -> None:
        await self.composer.fill(text)
        await self.composer.press("Enter")

    async def becomes(self, real_name: str) -> None:
        """Somebody else, by the switch of who one is."""
        await self.part("me").click()
        await self.page.get_by_role("option", name=real_name).click()

    async def follows(self, suggestion: str) -> None:
        """Click one, by what it puts into the composer, and send that."""
        await self.page.locator(f'[data-test="suggestion"][title*="{suggestion}"]').first.click()
        await self.part("send").first.click()

    async def takes_up(self, label: str) -> str:
        """Follow a suggestion by the words on its button, as whoever it is meant for; the name they have."""
        button = self.part("suggestion").filter(has_text=re.compile(re.escape(label), re.IGNORECASE)).first
        text = await button.get_attribute("title")
        await button.click()
        await expect(self.composer).to_have_value(text or "")
        await self.part("send").first.click()
        return await self.part("me").locator("b").inner_text()

    async def chooses(self, field: str, option: str) -> None:
        """From a select of the modal on top."""
        await self.modal.get_by_label(field).click()
        await self.page.get_by_role("option", name=option).first.click()

    async def acts_on(self, words: str, what: str) -> None:
        """A button of the toolbar that a message shows to who points at it."""
        message = self.message(words)
        await message.hover()
        await message.get_by_role("button", name=what).first.click()

    async def tabs_to(self, label: str, most: int = 60) -> None:
        """Go on with the Tab key until the focus is on a button. Raises AssertionError when it never is."""
        for _ in range(most):
            await self.page.keyboard.press("Tab")
            if await self.page.evaluate("document.activeElement?.textContent?.trim()") == label:
                return
        raise AssertionError(f"the Tab key does not lead to {label!r}")

    async def shot(self, name: str) -> None:
        """A picture for people to look at."""
        self.output.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=self.output / f"{name}.png", animations="disabled", caret="initial")

    # What is forbidden

    def forgives(self, words: str) -> None:
        """An error with these words belongs to the test."""
        self.forgiven.append(words)

    @property
    def unforgiven(self) -> list[str]:
        return [one for one in self.problems if not any(words in one for words in self.forgiven)]

    def watch(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", self._error)
        self.page.on("websocket", self._socket)
        self.page.on("crash", lambda _: self.problems.append("the page crashed"))
        self.page.on("dialog", lambda dialog: self.problems.append(f"a dialog: {dialog.message}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def _error(self, error: Error) -> None:
        self.problems.append(f"uncaught: {error.stack or error}")

    def _socket(self, socket: WebSocket) -> None:
        if not is_here(socket.url):
            self.problems.append(f"a socket elsewhere: {socket.url}")

    async def guard(self, route: Route, request: Request) -> None:
        if is_here(request.url):
            await route.continue_()
            return
        self.problems.append(f"a request elsewhere: {request.url[:200]}")
        await route.abort()


def is_here(address: str) -> bool:
    """On this machine, or nowhere at all."""
    parts = urlsplit(address)
    return parts.scheme in ("data", "blob", "about") or parts.hostname == "127.0.0.1"


@asynccontextmanager
async def a_screen(
    browser: Browser,
    slack: Sandbox,
    person: str,
    output: Path,
    *,
    channel: str = "",
    viewport: dict[str, int] | None = None,
    **look: Any,
) -> AsyncIterator[Screen]:
    """A window as a person, looking at a channel. `look`: what playwright's `new_context` takes.

    Fails at its end if there was an error, a dialog, or a request to anywhere but this machine.
    """
    context = await browser.new_context(viewport=viewport or DESKTOP, **look)  # type: ignore[arg-type]
    try:
        screen = Screen(await context.new_page(), slack, output)
        await context.route("**/*", screen.guard)
        screen.watch()
        screen.page.set_default_timeout(WITHIN)
        await screen.page.goto(address_of(slack, person, channel))
        yield screen
        assert not screen.unforgiven, "\n".join(screen.unforgiven)
    finally:
        await context.close()


def address_of(slack: Sandbox, person: str, channel: str) -> str:
    """The page as a person, at a channel."""
    fragment = f"#{slack.channel(channel).id}" if channel else ""
    return f"{slack.url}/?as={person}{fragment}"
