"""The first five minutes, from the page: the suggestions to their end, the form that shows the priority, the double
report, and App Home."""

from playwright.async_api import expect

from bot.domain.ids import IncidentNumber
from bot.domain.vocabulary import ReviewState
from tests.browser.company import Company, eventually
from tests.browser.conftest import Opens

IN_ITS_CHANNEL = (
    *("Accept command", "Post an update", "Mitigate", "Resolve", "Verify", "Agree on a follow-up", "Close"),
    *("Start the review", "Approve the review", "Publish the review"),
)


async def test_suggestions_alone_lead_from_an_empty_channel_to_a_published_review(
    company: Company, opens: Opens
) -> None:
    screen = await opens(company.slack, "dana", channel="general")
    await expect(screen.page.get_by_text("Nobody has said anything here yet.")).to_be_visible()
    await screen.shot("welcome")
    senders = {"Declare a P1": await screen.takes_up("Declare a P1")}
    channel = await company.channel()
    await screen.goes_to(channel.name)
    for label in IN_ITS_CHANNEL:
        senders[label] = await screen.takes_up(label)
        await expect(screen.composer).to_have_value("")
        await company.settled()

    async def is_published() -> bool:
        async with company.bot.context.store.read() as tx:
            incident = await tx.incident(IncidentNumber(1))
        return incident is not None and incident.review_state is ReviewState.PUBLISHED

    await eventually(is_published)
    assert senders["Start the review"] != senders["Approve the review"]
    await screen.shot("published")


async def test_the_form_shows_the_priority_as_its_fields_change(company: Company, opens: Opens) -> None:
    dana = await opens(company.slack, "dana", channel="general")
    await dana.says("/incident declare")
    await dana.modal.get_by_label("What is wrong?").fill("checkout returns 500s")
    await expect(dana.modal.get_by_text("P2, High")).to_be_visible()
    await dana.chooses("Impact: how many are affected?", "High")
    await expect(dana.modal.get_by_text("P1, Critical")).to_be_visible()
    await expect(dana.modal.get_by_label("What is wrong?")).to_have_value("checkout returns 500s")
    await dana.shot("declare-form-p1")
    await dana.modal.get_by_role("button", name="More details").click()
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
