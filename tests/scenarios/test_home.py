"""App Home: what one person should look at, and what they can do from there."""

from bot.sandbox import Person, View
from tests.scenarios.conftest import Company
from tests.scenarios.test_forms import form_of


async def home_of(company: Company, person: Person) -> View:
    """Their Home, anew."""
    before = person.home.hash if person.home else ""
    await person.opens_home()
    await company.sandbox.until(lambda: person.home is not None and person.home.hash != before)
    assert person.home is not None
    return person.home


async def test_with_nothing_open_it_says_so_kindly(company: Company) -> None:
    home = await home_of(company, company.eli)
    assert "Nothing is open. Enjoy the calm." in home.plain
    assert "Your incidents" not in home.plain
    assert "Waiting for you" not in home.plain
    assert "shop* (Checkout, Payments)" in home.plain


async def test_an_incident_is_declared_from_it(company: Company) -> None:
    home = await home_of(company, company.eli)
    await company.eli.clicks("Declare an incident", view=home)
    await form_of(company, company.eli)
    assert (await company.eli.submits({"title": "search is slow"})).ok
    assert (await company.incident()).declared_by == company.eli.id
    await company.settle()
    await company.eli.closes()
    assert "🔴 *INC-1* · P2 declared · search is slow" in (await home_of(company, company.eli)).plain


async def test_whoever_is_asked_accepts_from_it_and_sees_what_came_of_it(company: Company) -> None:
    channel = await company.declares("checkout fails service:checkout", by="eli")
    home = await home_of(company, company.dana)
    await company.dana.clicks("Accept command", view=home)
    await company.sandbox.until(lambda: company.dana.home is not None and "You have command" in company.dana.home.plain)
    await company.settle()
    assert (await company.incident()).commander == company.dana.id
    assert channel.shows("accepted command")
    assert company.dana.home is not None
    await company.dana.clicks("Update", view=company.dana.home)
    await form_of(company, company.dana)


async def test_it_shows_who_cannot_command_and_who_was_asked_instead(company: Company) -> None:
    await company.declares("checkout fails service:checkout P1", by="eli")
    await company.dana.clicks("I can't")
    await company.settle()
    line = f"Commander: <@{company.dana.id}> can't; <@{company.bo.id}> was asked, until <!date^"
    assert line in (await home_of(company, company.eli)).plain
    await company.later(minutes=6)
    assert f"<@{company.bo.id}> was asked, *overdue since" in (await home_of(company, company.eli)).plain


async def test_it_lists_what_is_late_and_what_one_owes(company: Company) -> None:
    channel = await company.declares("checkout fails service:checkout")
    await company.dana.types("/incident followup Alert on empty carts @eli due:2026-04-01", in_=channel.id)
    await company.dana.types("/incident followup Ask the board @chen", in_=channel.id)
    await company.later(hours=1)
    home = await home_of(company, company.eli)
    assert "*INC-1* follow-up: Alert on empty carts (due 1 Apr 2026)" in home.plain
    assert "Ask the board" not in home.plain
    assert "*update overdue since" in home.plain
    assert "Your incidents" not in home.plain


async def test_a_review_waits_for_whoever_took_part_and_did_not_start_it(company: Company) -> None:
    channel = await company.declares("checkout fails", by="dana")
    await company.bo.types("/incident accept", in_=channel.id)
    await company.dana.types("/incident resolve rolled back", in_=channel.id)
    await company.dana.types("/incident review start", in_=channel.id)
    waits = "*INC-1*: the review of “checkout fails” waits for somebody's approval."
    assert waits in (await home_of(company, company.bo)).plain
    assert waits in (await home_of(company, company.fay)).plain
    for uninvolved in (company.dana, company.eli):
        assert waits not in (await home_of(company, uninvolved)).plain
    await company.bo.types("/incident review approve anyway", in_=channel.id)
    assert waits not in (await home_of(company, company.fay)).plain


async def test_an_outsider_sees_nothing_of_a_private_incident(company: Company) -> None:
    await company.declares("--private keys leaked")
    assert "keys leaked" not in str((await home_of(company, company.eli)).content)
    assert "keys leaked" in str((await home_of(company, company.dana)).content)


async def test_it_is_drawn_anew_on_demand(company: Company) -> None:
    home = await home_of(company, company.eli)
    await company.declares("checkout fails")
    await company.eli.clicks("Refresh", view=home)
    await company.sandbox.until(lambda: company.eli.home is not None and "checkout fails" in company.eli.home.plain)
