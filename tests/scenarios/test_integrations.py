"""An alert declares an incident: people find each other in its channel, and nobody takes the alert for one of them."""

from pathlib import Path

import pytest

from bot.domain.access import NotForYou
from bot.domain.actor import Integration
from bot.domain.declaration import Declaration
from bot.domain.ids import SlackUserId
from bot.domain.people import Profile
from bot.domain.timeline import Nudged
from bot.domain.vocabulary import Level
from bot.door.caller import Caller, Door
from bot.verbs.perform import perform
from bot.verbs.requests import Declare, Request, Resolve
from bot.verbs.verb import Dependencies
from bot.workflows.context import Outcome
from bot.workflows.search_index import SearchIndex
from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import recorded, review_of

ALERTS = Integration("Alertmanager", "alertmanager")
REPORT = Declaration("checkout fails", Level.HIGH, Level.HIGH, service="checkout", source="alert")
NOBODY_ON_CALL = {"default_schedule": None, "schedules": {"shop": None}, "services": {"checkout": {"name": "Checkout"}}}


async def ask(company: Company, request: Request[Outcome], reference: str | None = None) -> None:
    """The integration wants something, through a door of its own."""
    context = company.bot.context

    async def look_up(user: SlackUserId) -> Profile:
        raise LookupError(f"an alert names nobody, such as {user}")

    known = Dependencies(context, SearchIndex(context), look_up)
    caller = Caller(ALERTS, Door("alerts"), type(request).__name__)
    await perform(known, caller, request, reference)
    await company.settle()


async def alert(company: Company) -> None:
    """An integration declares INC-1."""
    await ask(company, Declare(REPORT))


async def test_what_the_policy_keeps_for_people_is_refused_and_audited(tmp_path: Path, database_url: str) -> None:
    async with company_at_work(tmp_path, database_url, {"access": {"declare": ["managers"]}}) as company:
        with pytest.raises(NotForYou):
            await alert(company)
        async with company.bot.context.store.read() as tx:
            (entry,) = await tx.audit()
        assert (entry.actor_kind, entry.actor_name, entry.verb) == ("integration", "Alertmanager", "declare")
        assert await recorded(company) == []


async def test_whoever_is_on_call_is_asked_and_everything_names_the_alert(company: Company) -> None:
    await alert(company)
    channel = await company.channel()
    assert channel.shows("Declared by Alertmanager")
    assert set(channel.members) == {company.dana.id, company.sandbox.bot.id}
    assert "You are asked to take command" in company.dana.dms[-1].plain

    await company.dana.types("/incident accept", in_=channel.id)
    await company.dana.types("/incident status", in_=channel.id)
    assert "Alertmanager, " in (await company.dana.reads("Next update", in_=channel.id)).plain

    await ask(company, Resolve("it fires no more"), "INC-1")
    assert channel.shows("Alertmanager resolved the incident: it fires no more.")
    review = await review_of(company)
    assert (review["incident"]["declared_by"], review["incident"]["integration"]) == (None, "Alertmanager")
    named = [one["kind"] for one in review["timeline"] if one.get("integration") == "Alertmanager"]
    assert named == ["IncidentDeclared", "IncidentResolved"]
    assert "by Alertmanager." in review["sections"][0]["text"]


async def test_with_nobody_on_call_whoever_comes_first_takes_command(tmp_path: Path, database_url: str) -> None:
    async with company_at_work(tmp_path, database_url, NOBODY_ON_CALL) as company:
        await alert(company)
        channel = await company.channel()
        assert channel.shows("Nobody is on call. Anyone here can take command by")
        assert set(channel.members) == {company.sandbox.bot.id}

        await company.eli.types("/incident INC-1 accept", in_="general")
        await company.settle()
        assert (await company.incident()).commander == company.eli.id
        assert company.eli.id in channel.members


async def test_what_is_forgotten_is_asked_in_the_channel_where_nobody_is_there_to_ask(
    tmp_path: Path, database_url: str
) -> None:
    async with company_at_work(tmp_path, database_url, NOBODY_ON_CALL) as company:
        await alert(company)
        await ask(company, Resolve("it is over"), "INC-1")
        await company.later(days=6)
        nudged = [one for one in await recorded(company) if isinstance(one, Nudged)]
        assert nudged
        assert {one.to for one in nudged} == {None}
        assert (await company.channel()).shows("Anybody, ")
