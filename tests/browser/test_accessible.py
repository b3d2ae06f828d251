"""What axe-core finds on the pages: names, roles, contrast. Nothing serious, in light, in dark, and on a phone."""

from importlib.resources import files
from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.browser.company import Company
from tests.browser.conftest import OUTPUT, Opens
from tests.browser.screen import DESKTOP, PHONE
from tests.browser.test_review_page import a_resolved_incident, link_for, part, window, writes

AXE = files("axe_playwright_python").joinpath("axe.min.js")
"""axe-core, as the package brings it."""
SERIOUS = ("serious", "critical")


async def found_on(page: Page) -> list[str]:
    """What axe-core finds serious on a page as it stands: rule, reason, and where."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    said: dict[str, Any] = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {' > '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in said["violations"]
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]


async def require_accessible(page: Page, name: str) -> None:
    """In all its looks. Leaves the page light and wide."""
    found = []
    for scheme, size in (("dark", PHONE), ("dark", DESKTOP), ("light", PHONE), ("light", DESKTOP)):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        width = size["width"]
        found += [f"{scheme}, {width}: {one}" for one in await found_on(page)]
        if await page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{scheme}, {width}: it scrolls sideways")
        await page.screenshot(path=OUTPUT / f"{name}-{scheme}-{width}.png", full_page=True)
    assert found == []


async def test_the_review_and_its_document_have_no_serious_violation(company: Company, browser: Browser) -> None:
    await a_resolved_incident(company)
    async with window(browser, await link_for(company, "dana"), viewport=DESKTOP) as page:
        await writes(
            page, "Impact", "All payments **failed**, see [the graph](https://graph.example):\n\n- EU\n- `US`\n\n> x"
        )
        await part(page, "Lessons").get_by_role("button", name="Edit").click()
        await page.get_by_label("What needs doing?").fill("Alert when the pool is full")
        await page.get_by_role("button", name="Add a follow-up").click()
        await page.locator("#timeline > .entries").get_by_role("button", name="Hide").first.click()
        await page.get_by_text("1 hidden entry").click()
        await page.get_by_role("button", name="Change follow-up 1").click()
        await page.locator("#timeline > .entries").get_by_role("button", name="Reword").first.click()
        await page.get_by_text("Choose a key moment").click()
        await require_accessible(page, "accessible-review")
        await page.get_by_role("link", name="See the whole document").click()
        await expect(page.get_by_role("link", name="Back to the editor")).to_be_visible()
        for folded in await page.locator("details > summary").all():
            await folded.click()
        await require_accessible(page, "accessible-document")


async def test_the_local_slack_has_no_serious_violation(company: Company, opens: Opens) -> None:
    channel = await company.declares("checkout returns 500s service:checkout")
    dana = await opens(company.slack, "dana", channel=channel.name)
    await expect(dana.message("Accept command")).to_be_visible()
    await require_accessible(dana.page, "accessible-slack")
