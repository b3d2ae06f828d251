"""The first five minutes, from the page: the form that shows the priority, a message as evidence, the double report,
and App Home."""

from playwright.async_api import expect

from tests.browser.company import Company
from tests.browser.conftest import Opens


async def test_the_form_shows_the_priority_as_its_fields_change(company: Company, opens: Opens) -> None:
    dana = await opens(company.slack, "dana", channel="general")
    await dana.says("/incident declare")
    await dana.modal.get_by_label("What is wrong?").fill("checkout returns 500s")
    await expect(dana.modal.get_by_text("P2, High")).to_be_visible()
    await dana.chooses("Impact: how many are affected?", "High")
    await expect(dana.modal.get_by_text("P1, Critical")).to_be_visible()
    await expect(dana.modal.get_by_label("What is wrong?")).to_have_value("checkout returns 500s")
    await dana.shot("declare-form-p1")
    await dana.chooses("What is this?", "A request: I need something")
    await expect(dana.modal.get_by_text("A request is not an incident")).to_be_visible()
    await dana.shot("declare-form-request")


async def test_the_double_report_is_offered_and_joined(company: Company, opens: Opens) -> None:
    await company.declares("checkout returns 500s service:checkout", by="bo")
    dana = await opens(company.slack, "dana", channel="general")
    await dana.says("/incident declare checkout: 500s! service:checkout")
    offer = dana.message("looks like the same")
    await expect(offer).to_be_visible()
    await dana.shot("double-report")
    await offer.get_by_role("button", name="Join INC-1").click()
    await expect(dana.message("Your report is noted")).to_be_visible()


async def test_app_home_tells_what_to_look_at(company: Company, opens: Opens) -> None:
    channel = await company.declares("checkout returns 500s service:checkout", by="bo")
    await company.slack.person("bo").types(
        "/incident followup Alert on empty carts @dana due:2026-12-01", in_=channel.id
    )
    await company.settled()
    await company.slack.person("dana").types("/incident accept", in_=channel.id)
    await company.settled()
    dana = await opens(company.slack, "dana", channel="general")
    await dana.part(f"dm-{company.slack.bot.name}").click()
    await dana.page.get_by_role("tab", name="Home").click()
    await expect(dana.part("home")).to_contain_text("Alert on empty carts")
    await dana.shot("app-home")
