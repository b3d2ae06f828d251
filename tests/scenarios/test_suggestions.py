"""What similar incidents suggest, from the form to the metrics; and that nobody learns of what they may not see."""

import asyncio

from bot.domain.timeline import ClassificationSuggested
from bot.sandbox import Person, View
from tests.scenarios.conftest import Company
from tests.scenarios.looking import recorded
from tests.scenarios.test_forms import form_of
from tests.scenarios.test_knowledge import forgets, resolved


async def learned(company: Company) -> None:
    for title in ("checkout returns 500s", "checkout returns many 500s"):
        await resolved(company, f"{title} service:checkout impact:high category:outage", "rolled back")
    await resolved(company, "checkout returns 500s for Alice service:payments impact:low --private", "paid")
    await forgets(company)


async def opened(company: Company, person: Person) -> View:
    await person.types("/incident declare", in_="general")
    return await form_of(company, person)


async def test_a_suggestion_is_taken_with_a_click_and_it_is_counted_whether_it_was_right(company: Company) -> None:
    await learned(company)
    form = await opened(company, company.chen)
    await company.chen.chooses("title", "checkout returns 500s again")
    await company.chen.clicks("Suggest", view=form)
    await company.sandbox.until(lambda: "Use Checkout" in str(form.blocks))
    assert "2 of 2 similar ones (INC-2, INC-1)" in form.plain
    assert "Use Payments" not in str(form.blocks)
    assert "INC-3" not in form.plain

    await company.chen.clicks("Use Checkout", view=form)
    await company.sandbox.until(lambda: "Use Checkout" not in str(form.blocks))
    assert "Use outage" in str(form.blocks)
    answer = await company.chen.submits({"title": "checkout returns 500s again"})
    assert answer.ok
    channel = await company.channel(4)
    incident = await company.incident(4)
    assert (incident.service, incident.category) == ("checkout", None)
    (shown,) = [one for one in await recorded(company, 4) if isinstance(one, ClassificationSuggested)]
    assert {"service", "category"} <= {one.what for one in shown.suggested}

    await company.dana.types("/incident accept", in_=channel.id)
    await company.dana.types("/incident resolve rolled back", in_=channel.id)
    await company.later(minutes=1)
    await forgets(company)
    told = await company.dana.types("/incident metrics", in_="general")
    assert "service 1 of 1" in str(told.blocks)
    assert "category 0 of 1" in str(told.blocks)


async def test_what_was_typed_without_a_service_is_suggested_one_after_it_was_declared(company: Company) -> None:
    await learned(company)
    await company.chen.types("/incident declare P2 checkout returns 500s again", in_="general")
    await company.channel(4)
    said = company.sandbox.workspace.ephemerals
    await company.sandbox.until(lambda: "Service: Checkout" in str([one.plain for box in said.values() for one in box]))
    await company.settle()
    assert (await company.incident(4)).service is None
    await company.chen.clicks("Service: Checkout", in_="general")
    await company.settle()
    assert (await company.incident(4)).service == "checkout"

    await company.chen.types(
        "/incident declare P2 checkout returns 500s again service:checkout category:outage", "general"
    )
    await company.channel(5)
    assert not [one for one in await recorded(company, 5) if isinstance(one, ClassificationSuggested)]


async def test_a_guest_is_suggested_nothing(company: Company) -> None:
    await learned(company)
    guest = company.sandbox.add_person("gil", real_name="Gil", is_guest=True)
    await guest.joins("general")
    form = await opened(company, guest)
    assert "Suggest" not in str(form.blocks)
    await asyncio.gather(guest.chooses("impact", "high"), guest.chooses("title", "checkout returns 500s"))
    await company.settle()
    assert "INC-1" not in str(form.blocks)
