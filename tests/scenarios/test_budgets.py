"""Error budgets through the wire: incidents use them as people say, everybody sees what they may, and it says so when
nothing is left."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.ids import IncidentNumber
from bot.operator.export import budgets
from bot.sandbox import Channel
from bot.workflows.budgets import tell_exhausted
from bot.workflows.compiling import compile_for
from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.test_dashboard import dashboard_link, opens

SLO = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: checkout, displayName: Checkout takes orders}
spec:
  service: checkout
  timeWindow: [{duration: 10d, isRolling: true}]
  budgetingMethod: RatioTimeslices
  objectives: [{targetPercent: 99.5}]
"""
"""It may fail for 72 minutes in 10 days."""


AGREED = "Agree what waits until {service} has error budget again"


@pytest.fixture
async def shop(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Company]:
    """SQLite alone: what differs between the engines is tested with the store."""
    (tmp_path / "slo.yaml").write_text(SLO, encoding="utf-8")
    async with company_at_work(
        tmp_path, sqlite_url, {"slos": {"from": "slo.yaml", "exhausted": {"follow_up": AGREED}}}
    ) as company:
        yield company


async def over(company: Company, declaration: str, minutes: int) -> int:
    """An incident of so many minutes."""
    channel = await company.declares(f"{declaration} service:checkout")
    number = int(channel.name.split("-")[1])
    await company.later(minutes=minutes)
    await company.dana.types(f"/incident INC-{number} resolve rolled back", in_="general")
    await company.settle()
    return number


async def test_incidents_use_the_budget_by_what_people_say_and_private_ones_for_their_members(shop: Company) -> None:
    await over(shop, "checkout fails P1", 20)
    await over(shop, "a fire drill P1 --drill", 50)
    await over(shop, "a leak P1 --private", 8)
    mistaken = await shop.declares("nothing P1 service:checkout")
    await shop.later(minutes=5)
    await shop.dana.types("/incident cancel a false alarm", in_=mistaken.id)

    answer = await shop.dana.types("/incident INC-1 degraded 50% only cards fail", in_="general")
    assert answer.text == "INC-1: It counts as 50 % degraded, from the beginning of its impact."
    again = await shop.dana.types("/incident INC-1 degraded 50% only cards fail", in_="general")
    assert "counts as 50 % degraded already" in again.text
    for typed in ("degraded most of it", "degraded 30%", "degraded 130% all"):
        assert (await shop.dana.types(f"/incident INC-1 {typed}", in_="general")).text.startswith("Not done: "), typed

    left = {
        name: await shop.sandbox.person(name).types("/incident metrics budgets", in_="general")
        for name in ("dana", "eli")
    }
    assert "Checkout 1 h 2 min of 1 h 12 min left" in left["eli"].text
    assert "Checkout 54 min of 1 h 12 min left" in left["dana"].text
    (row,) = await budgets(shop.bot.context.store, shop.bot.context.policy.budgets, shop.clock.now())
    assert (row["service"], row["left"], row["incidents"], row["using_now"]) == ("checkout", 54 * 60, 2, "")
    async with opens(await dashboard_link(shop, "eli")) as eli, opens(await dashboard_link(shop, "dana")) as dana:
        status, page = await eli.sees("/budgets")
        assert status == 200
        for told in (
            "1 h 2 min left",
            "of 1 h 12 min: 99.5 % over 10 days",
            "INC-1: <bdi>checkout fails",
            "10 min",
            "86 % left",
        ):
            assert told in page, told
        assert "leak" not in page
        assert "Burn rate 0.56 over the last 2 days" in page
        assert "INC-3: <bdi>a leak" in (await dana.sees("/budgets"))[1]
        assert 'href="/budgets"' in (await dana.sees())[1]


def card(company: Company, channel: Channel) -> str:
    """As it stands in a channel."""
    found = [one for one in channel.messages if "Commander" in str(one.blocks)]
    return str(found[0].blocks)


async def test_the_card_and_the_review_count_the_incident_and_no_other_private_one(shop: Company) -> None:
    await over(shop, "a leak P1 --private", 8)
    channel = await shop.declares("checkout fails P1 service:checkout")
    await shop.later(minutes=20)
    await shop.dana.types("/incident degraded 50% only cards fail", in_=channel.id)
    await shop.settle()
    assert "1 h 2 min of 1 h 12 min left at" in card(shop, channel)
    assert "10 min used by INC-2" in card(shop, channel)
    private = await shop.declares("cards are stolen P1 service:checkout --private")
    await shop.later(minutes=6)
    await shop.dana.types("/incident accept", in_=private.id)
    await shop.settle()
    told = card(shop, private)
    assert "56 min of 1 h 12 min left" in told, (
        "ten minutes of the one that all know of, then six of its own, the worse one; the leak is not its"
    )
    await shop.later(minutes=104)
    for _ in range(2):
        await tell_exhausted(shop.bot.context)
    await shop.settle()
    told = "The error budget of Checkout is exhausted: 99.5 % over 10 days allows 1 h 12 min."
    lines = {one.id: sum(told in line.plain for line in one.messages) for one in (channel, private)}
    assert lines == {channel.id: 0, private.id: 1}
    agreed = await shop.dana.types("/incident followup", in_=private.id)
    assert str(agreed.blocks).count("Agree what waits until Checkout has error budget again") == 1
    for one in (channel, private):
        await shop.dana.types("/incident resolve rolled back", in_=one.id)
    await shop.settle()
    async with shop.bot.context.store.read() as tx:
        incident = await tx.incident(IncidentNumber(2))
    assert incident is not None
    used = (await compile_for(shop.bot.context, incident)).error_budget
    assert used is not None
    assert (used.impact, used.degraded, used.used) == (timedelta(minutes=130), 50, timedelta(minutes=65))
    assert used.left == timedelta(minutes=7)
    answer = await shop.eli.types("/incident metrics budgets", in_="general")
    assert "Checkout 7 min of 1 h 12 min left" in answer.text
    async with opens(await dashboard_link(shop, "dana")) as dana:
        assert "exhausted by" in (await dana.sees("/budgets"))[1]
        assert "7 min of 1 h 12 min left · 1 h 5 min used by INC-2" in (await dana.sees("/incidents/2"))[1]
