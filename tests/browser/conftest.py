"""One browser per worker process; every test has a company, windows and a look of its own."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from bot.sandbox import Sandbox
from tests.browser.chromium import NoChromium, a_browser, path_of_chromium
from tests.browser.company import Company, a_company
from tests.browser.screen import Screen, a_screen
from tests.conftest import nothing_may_be_skipped

HERE = Path(__file__).parent
OUTPUT = Path(os.environ.get("MUSTER_TEST_OUTPUT", "ci-output"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Playwright's objects belong to one event loop, so all tests with a browser share one."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    try:
        path_of_chromium()
    except NoChromium as why:
        if nothing_may_be_skipped():
            pytest.fail(f"a browser is required here: {why}")
        pytest.skip(str(why))
    async with a_browser() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def company(browser: Browser, tmp_path: Path) -> AsyncIterator[Company]:
    """Muster at work. Asks for the browser first, so that nothing is built where there is none."""
    async with a_company(tmp_path) as company:
        yield company


@pytest_asyncio.fixture(loop_scope="session")
async def slack(browser: Browser) -> AsyncIterator[Sandbox]:
    """A workspace with three people, without any app."""
    async with Sandbox() as slack:
        people = [slack.add_person(name) for name in ("dana", "bo", "chen")]
        slack.add_channel("general", members=[*people, slack.bot])
        yield slack


Opens = Callable[..., Awaitable[Screen]]
"""`screen = await opens(slack, "dana", …)`: see `a_screen`."""


@pytest_asyncio.fixture(loop_scope="session")
async def opens(browser: Browser) -> AsyncIterator[Opens]:
    """Windows, each with cookies and storage of its own; closing them fails the test if anything went wrong in one."""
    async with AsyncExitStack() as windows:

        async def open_one(slack: Sandbox, person: str, **look: Any) -> Screen:
            return await windows.enter_async_context(a_screen(browser, slack, person, OUTPUT, **look))

        yield open_one
