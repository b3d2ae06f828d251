"""A private incident: its members see it, and to everybody else it does not exist."""

from pathlib import Path

import pytest

from bot.sandbox import Channel, NotThere, Sandbox
from tests.scenarios.conftest import ZONES, Company, company_at_work
from tests.scenarios.looking import everything_said_by_bot, traces

SECRET = "the payroll leaked"


async def declared(company: Company) -> Channel:
    """INC-1, private and as bad as can be."""
    return await company.declares(f"{SECRET} P1 --private service:payments")


async def test_its_channel_is_private_and_does_not_tell_its_title(company: Company) -> None:
    channel = await declared(company)

    assert (channel.name, channel.is_private) == ("inc-1", True)
    assert company.dana.id in channel.members
    with pytest.raises(NotThere):
        company.eli.sees(channel.id)


async def test_nothing_of_it_reaches_the_broadcast_channel(company: Company) -> None:
    channel = await declared(company)
    for typed in ("accept", "update it is contained", "resolve access was withdrawn", "close unverified audited"):
        await company.dana.types(f"/incident {typed}", in_=channel.id)
    await company.settle()

    assert company.broadcast.messages == []
    elsewhere = [one for one in everything_said_by_bot(company) if one not in channel.posted]
    told = [one for one in elsewhere if "payroll" in one.plain]
    mine = [*company.dana.ephemerals, *company.dana.dms]
    assert [one for one in told if one not in mine] == []


async def test_outsiders_get_the_very_words_of_an_incident_that_does_not_exist(company: Company) -> None:
    await declared(company)
    before = await traces(company)
    for typed in ("status", "note what happened?", "timeline", "accept", "review", "update x", ""):
        hidden = (await company.eli.types(f"/incident INC-1 {typed}", in_="general")).text
        unknown = (await company.eli.types(f"/incident INC-99 {typed}", in_="general")).text
        assert hidden.replace("INC-1", "INC-99") == unknown, typed
        assert "There is no incident" in unknown
    for typed in ("list", "status"):
        assert "INC-1" not in (await company.eli.types(f"/incident {typed}", in_="general")).text
    assert "INC-1" not in (await company.eli.types("/incident update x", in_="general")).text
    assert await traces(company) == before


async def test_members_work_in_it_from_anywhere(company: Company) -> None:
    channel = await declared(company)
    await company.dana.types("/incident invite @chen", in_=channel.id)
    await company.settle()

    assert company.chen.id in channel.members
    assert SECRET in (await company.chen.types("/incident INC-1", in_="general")).text
    assert "INC-1" in (await company.chen.types("/incident list", in_="general")).text
    assert "INC-1" in (await company.chen.types("/incident note I looked", in_=channel.id)).text
    await company.chen.leaves(channel.id)
    await company.settle()
    assert "There is no incident" in (await company.chen.types("/incident INC-1", in_="general")).text


async def test_whoever_was_asked_and_then_put_out_is_nobody_to_it(company: Company) -> None:
    """The one whom the matter is about may be the one who was asked."""
    channel = await company.declares(f"{SECRET} service:payments private", by="chen")
    assert SECRET in (await company.dana.types("/incident INC-1", in_="general")).text
    await company.dana.leaves(channel.id)
    await company.settle()

    assert (await company.incident()).asked is None
    before = len(company.dana.dms)
    for typed in ("", "status", "timeline", "accept", "join", "follow", "review", "note I know"):
        hidden = (await company.dana.types(f"/incident INC-1 {typed}", in_="general")).text
        unknown = (await company.dana.types(f"/incident INC-99 {typed}", in_="general")).text
        assert hidden.replace("INC-1", "INC-99") == unknown, typed
    await company.later(hours=3)
    assert company.dana.id not in channel.members
    assert len(company.dana.dms) == before


def id_of(name: str) -> str:
    """Ids count up, so that people have the same ones in every sandbox."""
    nowhere = Sandbox()
    return {one: nowhere.add_person(one).id for one in ZONES}[name]


async def test_executives_are_told_of_the_worst_incidents_but_never_of_a_private_one(
    tmp_path: Path, database_url: str
) -> None:
    async with company_at_work(tmp_path, database_url, {"people": {"executives": [id_of("eli")]}}) as company:
        for options in ("P1", "P1 --private", "P2"):
            channel = await company.declares(f"{options} {SECRET}")
            await company.dana.types("/incident resolve access was withdrawn", in_=channel.id)
        await company.settle()
        assert [("INC-1" in one.text, "INC-2" in one.plain) for one in company.eli.dms] == [(True, False)] * 2


async def test_opened_it_is_listed_for_everybody_and_its_channel_stays_private(company: Company) -> None:
    channel = await declared(company)
    await company.dana.types("/incident open customers were told", in_=channel.id)
    await company.settle()

    assert channel.shows("Its channel stays private")
    assert [SECRET in one.plain for one in company.broadcast.messages] == [True]
    assert SECRET in (await company.eli.types("/incident list", in_="general")).text
    assert SECRET in (await company.eli.types("/incident INC-1 status", in_="general")).text
    with pytest.raises(NotThere):
        company.eli.sees(channel.id)
    again = await company.dana.types("/incident open twice", in_=channel.id)
    assert "is already listed for everybody" in again.text


async def test_a_category_may_be_private_by_policy(tmp_path: Path) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    async with company_at_work(tmp_path, database, {"private_categories": ["security"]}) as company:
        answer = await company.dana.types("/incident declare keys leaked category:security", in_="general")
        assert "Private: only the channel's members see it." in answer.text
        assert (await company.channel()).is_private
        assert company.broadcast.messages == []

        public = await company.declares("the shop is down")
        late = await company.dana.types("/incident category security a key was used", in_=public.id)
        assert "Incidents of the category security are private from the start" in late.text
