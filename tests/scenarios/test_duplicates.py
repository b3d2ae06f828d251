"""The double report: the open incident is offered, joined or not; two that are one are merged."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.timeline import MajorSuggested, UpdateOverdue
from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import recorded, traces


@pytest.fixture
async def company(tmp_path: Path, database_url: str) -> AsyncIterator[Company]:
    """A company whose policy looks for duplicates."""
    async with company_at_work(tmp_path, database_url, {"duplicates": {"within": "30m", "major_after": 3}}) as company:
        yield company


async def test_the_open_incident_is_offered_first_and_joined_by_a_button(company: Company) -> None:
    channel = await company.declares("checkout returns 500s service:checkout")
    before = await traces(company)
    answer = await company.eli.types("/incident declare Checkout: 500s! service:checkout", in_="general")
    assert f"Nothing is declared yet: INC-1 in <#{channel.id}> looks like the same" in answer.text
    assert await traces(company) == before

    await company.eli.clicks("Join INC-1", in_="general")
    await company.settle()
    assert company.eli.id in channel.members
    assert channel.shows("reported it again: Checkout: 500s!")


@pytest.mark.both_engines
async def test_two_who_declare_the_same_at_once_meet(company: Company) -> None:
    answers = await asyncio.gather(
        company.dana.types("/incident declare checkout returns 500s", in_="general"),
        company.eli.types("/incident declare checkout gives 500", in_="general"),
        company.fay.types("/incident declare search returns 500s", in_="general"),
    )
    await company.settle()
    first, second, other = (one.text for one in answers)
    declared, offered = (first, second) if first.startswith("INC-") else (second, first)
    [number] = re.findall(r"INC-\d", declared.partition(" ")[0])
    assert re.search(rf"Nothing is declared yet: {number}\b.* looks like the same", offered)
    assert "declared" in other
    assert not await recorded(company, 3)


async def test_what_is_another_thing_is_declared_anyway(company: Company) -> None:
    await company.declares("checkout returns 500s service:checkout")
    answer = await company.eli.types("/incident declare checkout <500s> service:checkout", in_="general")
    assert "looks like the same" in answer.text
    await company.eli.clicks("Declare anyway", in_="general")
    await company.settle()
    assert (await company.incident(2)).title == "checkout <500s>"

    again = await company.eli.types("/incident declare --anyway checkout 500s service:checkout", in_="general")
    assert "INC-3 declared" in again.text


async def test_the_form_offers_it_too(company: Company) -> None:
    await company.declares("checkout returns 500s service:checkout")
    await company.eli.types("/incident declare", in_="general")
    await company.eli.chooses("service", "checkout")
    await company.eli.submits({"title": "checkout 500s", "users": "nobody can pay"})
    assert company.eli.view is not None
    assert "INC-1 in #inc-1-checkout-returns-500s looks like the same" in company.eli.view.plain
    assert (await company.eli.submits({"anyway": ["anyway"]})).ok
    assert (await company.incident(2)).user_impact == "nobody can pay"
    assert (await company.incident(2)).service == "checkout"


async def test_nobody_learns_of_a_private_incident_by_declaring_the_same(company: Company) -> None:
    await company.declares("checkout returns 500s service:checkout private")
    answer = await company.eli.types("/incident declare checkout returns 500s service:checkout", in_="general")
    assert "INC-2 declared" in answer.text


@pytest.mark.both_engines
async def test_many_reports_of_a_service_are_told_to_whoever_commands(company: Company) -> None:
    channel = await company.declares("checkout is slow service:checkout impact:low urgency:low")
    await company.bo.types("/incident accept", in_=channel.id)
    await company.declares("checkout shows wrong prices service:checkout impact:low urgency:low", by="eli")
    await company.fay.types("/incident INC-1 join I cannot pay", in_="general")
    await company.settle()

    assert len([one for one in await recorded(company) if isinstance(one, MajorSuggested)]) == 1
    assert channel.shows("3 reports about the service came in within 15 min")
    await company.bo.clicks("Make it P1")
    await company.settle()
    assert (await company.incident()).priority == "P1"


async def test_two_that_are_one_are_merged_and_both_channels_told(company: Company) -> None:
    first = await company.declares("checkout returns 500s service:checkout")
    second = await company.declares("carts are empty", by="chen")
    await company.eli.types("/incident INC-2 join", in_="general")
    await company.settle()
    answer = await company.chen.types("/incident merge inc-1", in_=second.id)
    await company.settle()

    assert answer.text == ""
    assert (await company.incident(2)).status == "merged"
    assert second.shows("merged the incident into INC-1: checkout returns 500s")
    assert first.shows("merged INC-2 into this incident: carts are empty")
    assert {company.chen.id, company.eli.id} <= set(first.members)
    assert "Go on in INC-1" in (await company.chen.types("/incident reopen it is back", in_=second.id)).text
    await company.later(hours=2)
    assert not [one for one in await recorded(company, 2) if isinstance(one, UpdateOverdue)]


@pytest.mark.both_engines
async def test_two_merges_that_cross_leave_one_incident_open(company: Company) -> None:
    first = await company.declares("checkout returns 500s service:checkout")
    second = await company.declares("carts are empty", by="chen")
    answers = await asyncio.gather(
        company.dana.types("/incident merge INC-2", in_=first.id),
        company.chen.types("/incident merge INC-1", in_=second.id),
    )
    await company.settle()
    assert sorted("Not done" in one.text for one in answers) == [False, True]
    assert sorted([(await company.incident(one)).status for one in (1, 2)])[1] == "merged"


@pytest.mark.parametrize("typed", ["merge", "merge INC-9", "merge INC-1 please", "merge INC-2"])
async def test_a_merge_with_nothing_to_go_on_as_is_refused(company: Company, typed: str) -> None:
    await company.declares("checkout returns 500s service:checkout")
    second = await company.declares("carts are empty", by="chen")
    before = await traces(company)
    assert (await company.chen.types(f"/incident {typed}", in_=second.id)).text.startswith("Not done: ")
    assert await traces(company) == before
