"""The machine's Chromium: where it is, and how it is started."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

VARIABLES = ("MUSTER_CHROMIUM", "CHROMIUM_PATH", "CHROME_PATH", "CHROME_BIN", "PUPPETEER_EXECUTABLE_PATH")
"""The first is ours; the others are what images and tools commonly set."""
COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb", "--no-proxy-server"),
    "--renderer-process-limit=1",
)
"""It may run as root in a container without a screen; what it calls home about is switched off by playwright. All
windows are drawn by one process: to start one for each, and a spare one beside it, took a tenth of the time."""


class NoChromium(Exception):
    """There is no Chromium here; the text says where it was looked for."""


def path_of_chromium() -> str:
    """From the environment, then from PATH. Raises NoChromium."""
    for variable in VARIABLES:
        if (given := os.environ.get(variable)) and os.access(given, os.X_OK):
            return given
    for command in COMMANDS:
        if found := shutil.which(command):
            return found
    raise NoChromium(f"no Chromium: neither {VARIABLES[0]} names one nor is {', '.join(COMMANDS)} on PATH")


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """Raises NoChromium."""
    path = path_of_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(QUIET))
        try:
            yield browser
        finally:
            await browser.close()
