"""Audiences hear by clocks of their own, where they are, in their words; and nothing of what they may not know."""

from pathlib import Path

from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import said_by_bot
from tests.scenarios.test_forms import form_of

LEADS = {
    "every": {"P1": "30m"},
    "first_within": {"P1": "20m"},
    "tell": ["managers"],
    "channels": ["leadership"],
    "headings": ["Impact", "Outlook"],
    "escalation": [
        {"after": "0m", "tell": ["channel", "liaison"]},
        {"after": "10m", "tell": ["deputy", "commander_dm"]},
    ],
}
PAGE = {"title": "Example", "url": "https://status.example.com", "components": {"shop": {"name": "Shop"}}}
POLICY = {"audiences": {"leads": LEADS, "customers": {"every": {"P1": "40m"}}}, "status_page": PAGE}


def dms(company: Company, name: str, words: str) -> list[str]:
    return [one.plain for one in company.sandbox.person(name).dms if words in one.plain]


async def test_an_audience_is_told_in_time_in_its_own_words_and_each_thing_once(
    tmp_path: Path, database_url: str
) -> None:
    async with company_at_work(tmp_path, database_url, POLICY) as company:
        leadership = company.sandbox.add_channel("leadership", members=[company.eli, company.sandbox.bot])
        channel = await company.declares("P1 checkout fails service:checkout")
        await company.dana.types("/incident accept", in_=channel.id)
        await company.settle()
        card = channel.messages[0].plain
        assert "leads by" in card
        assert "customers by" in card
        assert "leads by" not in company.broadcast.messages[0].plain

        await company.later(minutes=10)
        [reminded] = dms(company, "dana", "The next updates on INC-1 are due at")
        assert "(for stakeholders) and" in reminded
        assert "(for leads)." in reminded
        await company.dana.clicks("Update")
        form = await form_of(company, company.dana)
        assert "Stakeholders" in form.plain
        assert "Customers" not in form.plain
        await company.dana.submits({"conditions": "half of all orders fail", "actions": "we roll back"})
        await company.settle()
        assert channel.shows("Update for stakeholders and leads")
        assert "*Impact:* half of all orders fail" in leadership.messages[-1].plain
        assert "Next update by" in leadership.messages[-1].plain
        assert len(dms(company, "fay", "*Outlook:* we roll back")) == 1

        await company.dana.types(
            "/incident update for:leads Impact: few orders. Outlook: an hour. next:20m", in_=channel.id
        )
        await company.settle()
        assert channel.shows("Update for leads")
        assert "*Outlook:* an hour." in leadership.messages[-1].plain
        it = await company.incident()
        assert it.last_update is not None
        assert it.last_update.update.conditions == "half of all orders fail"

        answer = await company.dana.types("/incident update for:boss Gone.", in_=channel.id)
        assert "There are: stakeholders, leads, all" in answer.text
        answer = await company.dana.types("/incident update for:customers Gone.", in_=channel.id)
        assert "status-page draft" in answer.text

        await company.dana.types("/incident update rolling back next:2h", in_=channel.id)
        before = len(said_by_bot(company, channel))
        await company.later(minutes=23)
        said = [one.plain for one in said_by_bot(company, channel)[before:]]
        assert sum("(for leads) is overdue" in one for one in said) == 1
        assert channel.shows("/incident update for:leads")
        assert "leads overdue since" in channel.messages[0].plain
        assert len(leadership.messages) == 2
        await company.later(minutes=12)
        assert len(dms(company, "dana", "(for leads) is missing")) == 1

        await company.dana.types("/incident resolve rolled back", in_=channel.id)
        await company.later(hours=2)
        clock = (await company.incident()).clock_of("leads")
        assert clock is not None
        assert (clock.updates_due, clock.updates_on_time) == (3, 2)


async def test_nothing_of_a_private_incident_reaches_an_audience(tmp_path: Path, database_url: str) -> None:
    async with company_at_work(tmp_path, database_url, POLICY) as company:
        leadership = company.sandbox.add_channel("leadership", members=[company.eli, company.sandbox.bot])
        channel = await company.declares("P1 --private keys leaked")
        await company.dana.types("/incident accept", in_=channel.id)
        answer = await company.dana.types("/incident update for:all we rotate them", in_=channel.id)
        assert "is private, so leads hear nothing" in answer.text
        await company.dana.types("/incident update", in_=channel.id)
        assert "Stakeholders" not in (await form_of(company, company.dana)).plain
        await company.later(hours=1)
        assert leadership.messages == []
        assert dms(company, "fay", "rotate") == []
        assert (await company.incident()).clock_of("leads") is None
