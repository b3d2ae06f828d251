"""A policy that narrows who may do what: refusals say who can, and stand in the audit log."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.conftest import Company, company_at_work

ACCESS = {"close": ["commander", "managers"], "cancel": "@leads", "declare": ["managers", "oncall"]}


@pytest.fixture
async def company(tmp_path: Path, database_url: str) -> AsyncIterator[Company]:
    async with company_at_work(tmp_path, database_url, {"access": ACCESS}) as company:
        yield company


async def refusals(company: Company) -> list[tuple[str, str, int | None, str]]:
    async with company.bot.context.store.read() as tx:
        return [(one.actor, one.verb, one.number, one.detail) for one in await tx.audit()]


async def test_a_verb_is_for_those_whom_the_policy_names(company: Company) -> None:
    channel = await company.declares("checkout fails service:checkout")
    await company.dana.types("/incident accept", in_=channel.id)
    await company.dana.types("/incident resolve rolled back", in_=channel.id)
    refused = await company.eli.types("/incident INC-1 close unverified it is over", in_="general")
    assert "`close` is for the commander (" in refused.text
    assert f"<@{company.dana.id}>" in refused.text
    assert (await company.fay.types("/incident INC-1 close unverified it is over", in_="general")).text.endswith(
        "The review follows in the channel."
    )
    assert await refusals(company) == [(company.eli.id, "close", 1, "NotForYou")]


async def test_a_user_group_may_be_let_in(company: Company) -> None:
    company.sandbox.add_group("leads", [company.eli])
    await company.declares("checkout fails service:checkout")
    assert "is for @leads here" in (await company.dana.types("/incident INC-1 cancel a test", in_="general")).text
    assert "Cancelled" in (await company.eli.types("/incident INC-1 cancel a test", in_="general")).text


async def test_a_form_is_no_way_around(company: Company) -> None:
    answer = await company.eli.types("/incident declare checkout fails", in_="general")
    assert "`declare` is for" in answer.text
    await company.eli.runs_shortcut("declare")
    await company.sandbox.until(lambda: company.eli.view is not None and "is for" in company.eli.view.plain)


async def test_every_refusal_is_kept_without_what_was_typed(company: Company) -> None:
    channel = await company.declares("checkout fails service:checkout")
    await company.eli.types("/incident exploit swordfish", in_="general")
    await company.eli.types("/incident INC-99 note swordfish", in_="general")
    await company.eli.types("/incident severity", in_=channel.id)
    assert await refusals(company) == [
        (company.eli.id, "unknown", None, "UnknownVerb"),
        (company.eli.id, "note", 99, "NotFound"),
        (company.eli.id, "severity", 1, "Missing"),
    ]
