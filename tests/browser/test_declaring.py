"""An incident, from the page: by typing, by form, by button, by keyboard alone, by mouse alone."""

import re

from playwright.async_api import expect

from tests.browser.company import Company
from tests.browser.conftest import Opens
from tests.browser.screen import Screen

COMMANDED = re.compile(r"Commander:?\s*@dana")
"""On the card."""


async def test_a_command_is_offered_hinted_at_and_declares(company: Company, opens: Opens) -> None:
    dana = await opens(company.slack, "dana", channel="general")
    await dana.composer.press_sequentially("/inc")
    menu = dana.page.get_by_role("listbox")
    await expect(menu.get_by_role("option", name="/incident")).to_be_visible()
    await dana.shot("command-menu")
    await dana.composer.press("Enter")
    await expect(dana.composer).to_have_value("/incident ")
    await expect(dana.page.get_by_text("declare <title>").first).to_be_visible()

    await dana.composer.press_sequentially("declare checkout returns 500s service:checkout")
    await dana.composer.press("Enter")
    answer = dana.message("INC-1 declared")
    await expect(answer).to_contain_text("Only visible to you")
    await dana.shot("declared-by-typing")
    channel = await company.channel()
    await dana.goes_to(channel.name)
    await expect(dana.message("Accept command")).to_contain_text("checkout returns 500s")
    await dana.shot("card")


async def test_a_form_declares_and_says_first_what_is_missing(company: Company, opens: Opens) -> None:
    dana = await opens(company.slack, "dana", channel="general")
    await dana.says("/incident declare")
    title = dana.modal.get_by_label("What is wrong?")
    await expect(title).to_be_visible()
    await title.fill("   ")
    await dana.modal.get_by_role("button", name="Declare").click()
    await expect(dana.modal.get_by_text("Say in a few words what is wrong.")).to_be_visible()
    await expect(title).to_be_focused()
    await dana.shot("field-error")

    await title.fill("checkout returns 500s")
    await dana.chooses("Impact:", "High")
    await dana.chooses("Service", "Checkout")
    await dana.modal.get_by_role("button", name="More details").click()
    await dana.modal.get_by_label("Drill").check()
    await dana.shot("form")
    await dana.modal.get_by_role("button", name="Declare").click()
    await expect(dana.modal).to_contain_text(re.compile("INC-1( declared|: .* is open)"))
    await dana.shot("form-answered")
    await dana.page.keyboard.press("Escape")
    await expect(dana.part("modal")).to_have_count(0)
    assert "checkout returns 500s" in (await company.channel()).topic


async def test_a_button_accepts_command(company: Company, opens: Opens) -> None:
    channel = await company.declares("checkout returns 500s service:checkout")
    dana = await opens(company.slack, "dana", channel=channel.name)
    await dana.message("Accept command").get_by_role("button", name="Accept command").click()
    await expect(dana.message("Declared by")).to_contain_text(COMMANDED)
    await expect(dana.button("Accept command")).to_have_count(0)
    await dana.shot("accepted")


async def test_an_incident_needs_no_mouse(company: Company, opens: Opens) -> None:
    dana = await opens(company.slack, "dana", channel="general")
    await expect(dana.composer).to_be_focused()
    await dana.page.keyboard.type("/incident declare search is slow service:search")
    await dana.page.keyboard.press("Enter")
    await expect(dana.message("INC-1 declared")).to_be_visible()
    channel = await company.channel()
    await dana.page.keyboard.press("Control+k")
    await expect(dana.part("switcher").get_by_role("option").first).to_be_visible()
    await dana.page.keyboard.type(channel.name)
    await dana.shot("switcher")
    await dana.page.keyboard.press("Enter")
    await expect(dana.message("Accept command")).to_be_visible()

    await dana.tabs_to("Accept command")
    await dana.shot("keyboard-focus")
    await dana.page.keyboard.press("Enter")
    await expect(dana.button("Accept command")).to_have_count(0)
    await expect(dana.message("Declared by")).to_contain_text(COMMANDED)


async def test_declaring_accepting_and_changing_need_no_keyboard(company: Company, opens: Opens) -> None:
    dana = await opens(company.slack, "dana", channel="general")
    await dana.follows("/incident declare checkout")
    await expect(dana.message("INC-1 declared")).to_be_visible()
    channel = await company.channel()
    await dana.goes_to(channel.name)
    await dana.button("Accept command").first.click()
    await expect(dana.message("Declared by")).to_contain_text(COMMANDED)
    await expect(dana.message("set the channel topic: P1 · investigating")).to_be_visible()  # the last that comes of it
    await _changes_by_form(dana)


async def _changes_by_form(dana: Screen) -> None:
    """The button opens a form; what it asks for is chosen from a list."""
    await dana.button("Update").first.click()
    await expect(dana.modal.get_by_label("Conditions")).to_be_visible()
    await dana.chooses("Next update", "In 30 min")
    await dana.modal.get_by_role("button", name="Cancel").click()
    await expect(dana.part("modal")).to_have_count(0)
