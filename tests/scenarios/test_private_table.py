"""Private is private, as people try it: outsiders, former members, guests, and whoever only knows of it."""

from pathlib import Path

from bot.commands.command import Command
from bot.commands.grammar import split
from bot.commands.table import COMMANDS
from bot.sandbox import Person
from bot.verbs.verb import About
from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import traces
from tests.scenarios.test_home import home_of

TITLE, WORDS = "zebrafish in the payroll", "wombats took the keys"
ABOUT_ONE = [one for one in COMMANDS if one.about is not About.NOTHING]


def example(command: Command, reference: str) -> str:
    words = split(command.example)
    return f"{reference} {words.verb} {words.rest}".strip()


async def says(person: Person, text: str) -> str:
    return (await person.types(f"/incident {text}", in_="general")).text


async def private_one(company: Company) -> str:
    """INC-1: declared by dana; chen was a member and bo commanded, both left; a note was written. Its channel's id."""
    channel = await company.declares(f"P1 {TITLE} service:payments private")
    for name in ("chen", "bo"):
        await company.dana.types(f"/incident invite @{name}", in_=channel.id)
    await company.settle()
    await company.bo.types("/incident accept", in_=channel.id)
    await company.dana.types(f"/incident note {WORDS}", in_=channel.id)
    await company.settle()
    for person in (company.chen, company.bo):
        await person.leaves(channel.id)
    await company.settle()
    return channel.id


async def test_every_verb_of_an_outsider_and_of_those_who_left_is_answered_as_if_it_did_not_exist(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with company_at_work(tmp_path, sqlite_url) as company:
        channel = await private_one(company)
        told = {one.name: len(one.dms) for one in (company.eli, company.chen, company.bo)}
        for person in (company.eli, company.chen, company.bo):
            before = await traces(company)
            for command in ABOUT_ONE:
                hidden = await says(person, example(command, "INC-1"))
                unknown = await says(person, example(command, "INC-99"))
                assert hidden.replace("INC-1", "INC-99") == unknown, (person.name, command.name)
                assert await traces(company) == before, (person.name, command.name)
            assert "INC-1" not in str((await home_of(company, person)).content)
        await company.dana.types(f"/incident update {WORDS}", in_=channel)
        await company.later(hours=3)
        for person in (company.eli, company.chen):
            assert len(person.dms) == told[person.name], person.name
        assert not {company.bo.id, company.chen.id}.intersection(company.sandbox.channel(channel).members)


async def test_opened_others_know_how_it_stands_and_read_nothing(tmp_path: Path, sqlite_url: str) -> None:
    async with company_at_work(tmp_path, sqlite_url) as company:
        channel = await private_one(company)
        await company.dana.types(f"/incident open {WORDS}", in_=channel)
        await company.settle()
        for typed in ("INC-1", "INC-1 status", "list"):
            assert TITLE in (shown := await says(company.eli, typed))
            assert WORDS not in shown
        for typed in (
            *(
                "timeline",
                "catchup",
                "note",
                "followup",
                "review",
                "review edit",
                "note let me in",
                "accept",
                "cancel no",
            ),
            *("priority P4 no", "resolve", "merge INC-1", "invite @eli", "runbook", "problem no", "similar", "open no"),
        ):
            answer = await says(company.eli, f"INC-1 {typed}")
            assert "INC-1 is private: only members of its channel can read it" in answer, typed
            assert WORDS not in answer
        assert "get a DM when its status changes" in await says(company.eli, "INC-1 follow")
        await company.dana.types(f"/incident update {WORDS}", in_=channel)
        await company.later(minutes=2)
        [news] = company.eli.dms
        assert TITLE in news.plain
        [card] = company.broadcast.messages
        assert WORDS not in f"{news.plain} {card.plain}"

        answer = await says(company.eli, "INC-1 join")
        assert "its members decide who joins" in answer
        assert "already asked to join" in await says(company.eli, "INC-1 join")
        await company.settle()
        assert company.eli.id not in company.sandbox.channel(channel).members
        await company.dana.clicks("Invite", in_=channel)
        await company.settle()
        assert company.eli.id in company.sandbox.channel(channel).members
        assert WORDS in await says(company.eli, "INC-1 timeline")


async def test_a_guest_knows_and_reads_only_where_they_are(tmp_path: Path, sqlite_url: str) -> None:
    async with company_at_work(tmp_path, sqlite_url) as company:
        gil = company.sandbox.add_person("gil", is_guest=True)
        await gil.joins("general")
        channel = await company.declares(f"{TITLE} service:payments")
        for typed in ("status", "timeline", "review", "note x", "accept", "cancel no", "join", "follow", "similar"):
            hidden = await says(gil, f"INC-1 {typed}")
            assert hidden.replace("INC-1", "INC-99") == await says(gil, f"INC-99 {typed}"), typed
        for typed in ("list", "similar payroll", "problem list", "metrics"):
            assert TITLE not in await says(gil, typed)
        assert TITLE not in str((await home_of(company, gil)).content)
        assert TITLE in await says(company.eli, "INC-1")
        assert "Join #inc-1" in await says(company.eli, "INC-1 cancel no")
        assert "being added" in await says(company.eli, "INC-1 join")

        await company.dana.invites(gil, to=channel.id)
        await company.settle()
        assert TITLE in await says(gil, "INC-1")


async def test_somebody_of_another_organisation_knows_and_reads_only_where_they_are(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with company_at_work(tmp_path, sqlite_url) as company:
        olga = company.sandbox.add_person("olga", team="TPARTNER")
        await company.dana.invites(olga, to="general")
        assert company.general.described(olga.id)["is_ext_shared"] is True
        await company.dana.types(f"/incident declare P1 {TITLE}", in_="general")
        await company.dana.types(f"/incident declare P1 {WORDS} --private", in_="general")
        await company.settle()
        tried = (
            "",
            "status",
            "timeline",
            "join",
            "follow",
            "accept",
            "resolve it works",
            "close",
            "cancel no",
            "review",
        )
        for typed in tried:
            unknown = await says(olga, f"INC-99 {typed}")
            for number in (1, 2):
                hidden = await says(olga, f"INC-{number} {typed}")
                assert hidden.replace(f"INC-{number}", "INC-99") == unknown, typed
        for typed in ("list", "status", "metrics", "problem"):
            answer = await says(olga, typed)
            assert TITLE not in answer, typed
            assert WORDS not in answer, typed
        assert "INC-1" not in str((await home_of(company, olga)).content)
        for number in (1, 2):
            assert olga.id not in company.sandbox.channel((await company.incident(number)).channel or "").members

        channel = (await company.incident(1)).channel or ""
        await company.dana.invites(olga, to=channel)
        await olga.says("our side of the connection is fine", in_=channel)
        await company.settle()
        assert TITLE in await says(olga, "INC-1 status")
        company.bot.catching_up.disconnected()  # from here on it is in doubt who is in a channel
        assert "INC-2" not in (listed := await says(olga, "list"))
        assert TITLE in listed
