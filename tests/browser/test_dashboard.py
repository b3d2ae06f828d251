"""The dashboard in a browser: it follows by itself, works without JavaScript, and reads well in every look."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.browser.company import Company
from tests.browser.conftest import OUTPUT
from tests.browser.screen import DESKTOP, PHONE
from tests.browser.test_accessible import require_accessible
from tests.browser.test_review_page import a_resolved_incident

LINK = re.compile(r"<(http://127\.0\.0\.1:\d+/\?key=[^|>]+)")


@asynccontextmanager
async def window(company: Company, browser: Browser, name: str, **look: Any) -> AsyncIterator[Page]:
    """Somebody's browser on the dashboard; it fails on any error and on any request that leaves this machine."""
    answer = await company.slack.person(name).types("/incident dashboard", in_="general")
    found = LINK.search(str(answer.blocks))
    assert found, answer.text
    problems: list[str] = []
    context = await browser.new_context(**look)
    page = await context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type in ("error", "warning") else None)
    page.on("request", lambda one: None if one.url.startswith(found[1][:22]) else problems.append(one.url))
    await page.goto(found[1])
    await page.get_by_role("button", name="Open the dashboard").click()
    await page.get_by_role("heading", name=re.compile("open incident")).wait_for()
    yield page
    await context.close()
    assert problems == []


async def test_the_dashboard_follows_by_itself_and_leads_to_each_incident(company: Company, browser: Browser) -> None:
    await a_resolved_incident(company)
    async with window(company, browser, "dana", viewport=DESKTOP) as page:
        await page.get_by_role("link", name=re.compile("INC-1")).focus()
        await company.declares("search is slow P3 --drill", by="bo")
        await company.declares("the login page is down P1", by="bo")
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as when somebody comes back
        await expect(page.get_by_role("heading").first).to_have_text("2 open incidents: 2 P1")
        await expect(page.get_by_role("link", name=re.compile("INC-1")), "what had the focus has it").to_be_focused()
        await require_accessible(page, "dashboard-open")
        await page.get_by_role("link", name=re.compile("INC-1")).click()
        await expect(page.get_by_role("heading", name="checkout returns 500s")).to_be_visible()
        await require_accessible(page, "dashboard-incident")
        await page.emulate_media(media="print")
        await page.screenshot(path=OUTPUT / "dashboard-incident-print.png", full_page=True)
        await page.emulate_media(media="screen")
        await page.get_by_role("link", name=re.compile("Review")).click()
        await expect(page.get_by_role("heading", name="Impact", exact=True)).to_be_visible()
    async with window(company, browser, "dana", viewport=DESKTOP) as page:
        await page.get_by_role("link", name="Trends").click()
        await page.locator("select[name=service]").select_option("Checkout")
        await page.get_by_role("button", name="Show").press("Enter")
        await expect(page).to_have_url(re.compile("service=checkout"))
        for folded in await page.locator("summary").all():
            await folded.click()
        await require_accessible(page, "dashboard-trends")
        await page.emulate_media(media="print")
        await page.screenshot(path=OUTPUT / "dashboard-trends-print.png", full_page=True)
        await page.emulate_media(media="screen")
        await page.get_by_role("link", name=re.compile("1 incident")).first.click()
        await expect(page.get_by_role("link", name=re.compile("checkout returns 500s"))).to_be_visible()
        await require_accessible(page, "dashboard-incidents")
    async with window(company, browser, "bo", viewport=PHONE, java_script_enabled=False) as page:
        await expect(page.get_by_text("the login page is down")).to_be_visible()
        assert await page.locator("noscript meta").count() == 1
