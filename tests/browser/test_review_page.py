"""The page of a review in a browser: written, approved and published by two people, in light, dark and on a phone."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, expect

from bot.review import Redacted, render_html
from tests.browser.company import Company
from tests.browser.conftest import OUTPUT
from tests.review.conftest import a_review
from tests.review.test_reported import with_reports

LINK = re.compile(r"<(http://127\.0\.0\.1:\d+/reviews/INC-\d+\?key=[^|>]+)")


async def a_resolved_incident(company: Company) -> None:
    channel = await company.declares("checkout returns 500s service:checkout P1", by="bo")
    bo = company.slack.person("bo")
    for text in (
        "accept",
        "update Conditions: all payments fail. Actions: rolling back 4.2. Needs: none.",
        "mitigate release 4.2 rolled back",
        "resolve 4.2.1 is out",
        "review start",
    ):
        await bo.types(f"/incident {text}", in_=channel.id)
        await company.settled()
    await bo.joins(channel.id)
    await bo.says("back to normal", in_=channel.id)
    await company.settled()


async def link_for(company: Company, name: str) -> str:
    answer = await company.slack.person(name).types("/incident INC-1 review", in_="general")
    found = LINK.search(str(answer.blocks))
    assert found, answer.text
    return found[1]


@asynccontextmanager
async def window(browser: Browser, link: str, **look: Any) -> AsyncIterator[Page]:
    """Somebody's browser on the page; it fails on any error and on any request that leaves this machine."""
    problems: list[str] = []
    context = await browser.new_context(**look)
    page = await context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type in ("error", "warning") else None)
    page.on("request", lambda one: None if one.url.startswith(link[:22]) else problems.append(one.url))
    await page.goto(link)
    await page.get_by_role("button", name="Open the review").click()
    await page.get_by_role("heading", name="Impact", exact=True).wait_for()
    yield page
    await context.close()
    assert not [one for one in problems if "status of 409" not in one], problems


def part(page: Page, title: str) -> Any:
    return page.locator("section.part").filter(has=page.get_by_role("heading", name=title, exact=True))


async def writes(page: Page, title: str, text: str) -> None:
    """Open a section with the keyboard, write, and be done."""
    await part(page, title).get_by_role("button", name="Edit").press("Enter")
    await part(page, title).get_by_role("textbox").fill(text)
    await part(page, title).get_by_role("textbox").press("Escape")
    await expect(part(page, title).get_by_text("Saved ")).to_be_visible()


async def test_two_people_write_approve_and_publish_a_review(company: Company, browser: Browser) -> None:
    await a_resolved_incident(company)
    async with (
        window(browser, await link_for(company, "bo"), viewport={"width": 1100, "height": 1400}) as bo,
        window(browser, await link_for(company, "dana"), color_scheme="dark") as dana,
    ):
        assert "key=" not in bo.url
        await expect(bo.get_by_text("Somebody else reads and approves it next.")).to_be_visible()
        assert await bo.get_by_role("button", name="Approve", exact=True).count() == 0, "bo started it"
        await bo.get_by_role("button", name=re.compile("Ask .+ to approve")).first.click()
        await expect(bo.get_by_text(re.compile(r"is asked\.$"))).to_be_visible()
        await part(bo, "Summary").get_by_role("button", name="Begin with this").click()
        await expect(part(bo, "Summary").get_by_text("Saved ")).to_be_visible()
        await expect(part(dana, "Summary").get_by_text("Bo de Vries is writing here")).to_be_visible()
        await expect(part(dana, "Summary").locator(".view")).to_contain_text("4.2.1 is out")
        await part(bo, "Summary").get_by_role("button", name="Done").click()

        await writes(
            bo, "Contributing factors", "- the pool was **too small**\n- see [the graph](https://graph.example)"
        )
        await bo.screenshot(path=OUTPUT / "review-page.png", full_page=True)
        theirs = part(dana, "Contributing factors")
        await expect(theirs.get_by_role("listitem").first).to_have_text("the pool was too small")
        await expect(theirs.get_by_role("link", name="the graph")).to_have_attribute("href", "https://graph.example")
        await expect(dana.get_by_text(re.compile("2 of [0-9]+ written"))).to_be_visible()

        await bo.get_by_label("What needs doing?").fill("Alert when the pool is full")
        await bo.get_by_role("button", name="Add a follow-up").press("Enter")
        await bo.get_by_role("button", name="Change follow-up 1").press("Enter")
        await bo.get_by_label("Due").first.fill("2099-12-01")
        await bo.get_by_role("button", name="Save").first.press("Enter")
        entries = bo.locator("#timeline > .entries > li")
        await entries.first.get_by_role("button", name="Reword").press("Enter")
        await entries.first.get_by_role("textbox").fill("Checkout failed <b>")
        await entries.first.get_by_role("textbox").press("Enter")
        await entries.nth(1).get_by_role("button", name="Hide").press("Enter")
        await bo.get_by_label("What needs doing?").fill("Not yet")
        await bo.get_by_text("Choose a key moment").click()
        await bo.get_by_role("button", name="Make the message").press("Enter")
        await expect(bo.locator("#timeline").get_by_text("“back to normal”")).to_be_visible()
        assert await bo.get_by_label("What needs doing?").input_value() == "Not yet", "half a follow-up is kept"
        for page in (bo, dana):
            await expect(page.locator("#follow-ups").get_by_text("due 1 Dec 2099")).to_be_visible()
            await expect(page.locator("#timeline").get_by_text("Checkout failed <b> (recorded:")).to_be_visible()
            await expect(page.locator("#timeline").get_by_text("1 hidden entry")).to_be_visible()
            await expect(page.locator("#timeline").get_by_text("“back to normal”")).to_be_visible()

        await dana.route("**/changes?*", lambda route: route.fulfill(json=NOTHING_NEW))
        await writes(bo, "Contributing factors", "The pool was sized for half the load.")
        await theirs.get_by_role("button", name="Edit").click()
        await theirs.get_by_role("textbox").fill("The pool was too small.")
        await expect(theirs.get_by_text("Something else was saved here meanwhile")).to_be_visible()
        await dana.screenshot(path=OUTPUT / "review-page-conflict-dark.png", full_page=True)
        await theirs.get_by_role("button", name="Keep theirs").click()
        await dana.unroute("**/changes?*")
        await writes(dana, "Lessons", "Pools have to be sized with the traffic.")
        await dana.get_by_role("button", name="Approve").click()
        await expect(dana.get_by_text("Nothing is written under Five whys, What went badly")).to_be_visible()
        await dana.get_by_role("button", name="Approve anyway").click()
        await expect(dana.get_by_text("review: approved")).to_be_visible()
        await expect(dana.get_by_text("Pools have to be sized with the traffic.", exact=True)).to_be_visible()

        await bo.get_by_label("What needs doing?").fill("")
        await expect(bo.get_by_text("review: approved"), "the other window follows").to_be_visible()
        await bo.get_by_role("button", name="Publish").click()
        await expect(bo.get_by_text("review: published")).to_be_visible()
        await bo.get_by_role("link", name="See the whole document").click()
        await expect(bo.get_by_text("The pool was sized for half the load.")).to_be_visible()
        await bo.screenshot(path=OUTPUT / "review-document.png", full_page=True)
        await bo.get_by_role("link", name="Back to the editor").click()
        await expect(bo.get_by_text("review: published")).to_be_visible()
    await company.settled()
    channel = await company.channel()
    assert channel.shows("review published by")


NOTHING_NEW = {"state": "in review", "written": 2, "sections": {}, "writing": {}, "record": None}


async def test_the_page_fits_a_phone_and_shows_earlier_texts(company: Company, browser: Browser) -> None:
    await a_resolved_incident(company)
    phone = {"width": 390, "height": 844}
    async with window(browser, await link_for(company, "dana"), viewport=phone) as page:
        await writes(page, "Impact", "<img src=x onerror=alert(1)> Nobody could pay. [x](javascript:alert(1))")
        await writes(page, "Lessons", f"{'x' * 200}\n\n- שלום עולם\n\n{'word ' * 3_900}")
        await page.reload()
        assert await part(page, "Impact").locator("img, a").count() == 0
        await part(page, "Impact").get_by_role("button", name="Earlier texts").click()
        await expect(part(page, "Impact").get_by_text("1: Dana Ruiz")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") <= phone["width"]
        await page.screenshot(path=OUTPUT / "review-page-phone.png", full_page=True)


async def test_the_document_fits_a_phone_and_each_cell_of_a_wide_table_is_there(
    browser: Browser, tmp_path: Path
) -> None:
    phone = {"width": 390, "height": 844}
    whole = with_reports(a_review())
    (used,) = whole.runbooks
    steps = tuple(replace(one, note="Rolled back checkout-api to 4.2.0 by hand") for one in used.steps)
    (tmp_path / "review.html").write_text(render_html(Redacted(replace(whole, runbooks=(replace(used, steps=steps),)))))
    page = await browser.new_page(viewport=phone)  # type: ignore[arg-type]
    await page.goto(f"file://{tmp_path}/review.html")
    for folded in await page.locator("details > summary").all():
        await folded.click()
    assert await page.evaluate("document.documentElement.scrollWidth") <= phone["width"]
    for words in ("Rolled back checkout-api to 4.2.0 by hand", "FI-88213 | x", "not recorded as submitted"):
        await expect(page.get_by_text(words).first).to_be_visible()
    await page.screenshot(path=OUTPUT / "review-document-phone.png", full_page=True)
    await page.close()


async def test_without_scripts_the_page_is_there_to_be_read(company: Company, browser: Browser) -> None:
    await a_resolved_incident(company)
    async with window(browser, await link_for(company, "dana"), java_script_enabled=False) as page:
        await expect(part(page, "Summary").get_by_text("4.2.1 is out")).to_be_visible()
        await expect(page.get_by_text("Without JavaScript")).to_be_visible()
        assert await page.get_by_role("button").count() == 0
