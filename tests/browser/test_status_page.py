"""The status page in a browser, from its files alone: what axe-core finds in every look; no script is needed."""

from pathlib import Path

from playwright.async_api import Browser, expect

from bot.integrations.status import write_page
from bot.status_page import built
from tests.browser.screen import DESKTOP
from tests.browser.test_accessible import require_accessible
from tests.status_page.test_site import OPEN, site


async def test_the_status_page_has_no_serious_violation(browser: Browser, tmp_path: Path) -> None:
    write_page(tmp_path, built(site(*OPEN)))
    page = await browser.new_page(viewport=DESKTOP)  # type: ignore[arg-type]
    await page.goto(f"file://{tmp_path}/index.html")
    await require_accessible(page, "status-page")
    await page.get_by_role("link", name="Errors at checkout").click()
    await require_accessible(page, "status-page-incident")
    await page.close()


async def test_without_a_script_times_stand_in_utc(browser: Browser, tmp_path: Path) -> None:
    write_page(tmp_path, built(site(*OPEN)))
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"file://{tmp_path}/index.html")
    await expect(page.locator("time").first).to_have_text("2 Mar 2026, 10:00 UTC")
    await context.close()
