"""Somebody who took part in an incident is erased while Muster is at work, from another process."""

import re
from datetime import timedelta
from pathlib import Path

from bot.domain.ids import SlackUserId
from bot.domain.pseudonyms import RANDOM_BYTES, called, pseudonym
from bot.store import Database, Store, rebuild
from bot.store.erasing import Erasure
from bot.workflows.erasing import erase
from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.everywhere import everywhere
from tests.scenarios.looking import said_by_bot
from tests.scenarios.test_copies import shown
from tests.scenarios.test_status_page import PAGE, last

DRAFT = "draft identified Eli has found the cause. components:shop=partial"
TELL_OF_PEOPLE = (
    *("/incidents/1", "/reviews/INC-1", "/api/v1/follow-ups", "/api/v1/incidents/INC-1"),
    *(
        f"/api/v1/incidents/INC-1/{part}"
        for part in ("follow-ups", "people", "review", "timeline", "transcript", "updates")
    ),
    *(f"/status/{file}" for file in ("index.html", "history.atom", "api/v2/summary.json", "api/v2/incidents.json")),
    *("muster export followups", "muster export timeline"),
)
"""Where he surely stood before, among other places."""
GONE = pseudonym(bytes(range(RANDOM_BYTES)))


async def erased(company: Company, database_url: str, user: str, *names: str) -> None:
    """As `muster person erase` does it."""
    database = await Database.open(database_url)
    store, now = Store(database, company.bot.context.store.workspace), company.clock.now
    erasure = Erasure(GONE, SlackUserId(user), names)
    async with store.write() as tx:
        await tx.begin_erasure(erasure, "as they asked", {}, now())
    assert (await erase(store, erasure, now)).is_nothing
    async with store.write() as tx:
        await tx.forget_whom(GONE)
    await database.scrub()
    async with store.write() as tx:
        await tx.end_erasure(GONE)
    await database.close()
    company.bot.context.store.wake.set()  # as the next tick does
    await company.settle()


async def test_whoever_was_erased_is_in_no_output_while_the_incident_goes_on(tmp_path: Path, sqlite_url: str) -> None:
    async with company_at_work(tmp_path, sqlite_url, {"status_page": PAGE | {"approvers": ["anyone"]}}) as company:
        channel = await company.declares("P1 checkout returns 500s service:checkout")
        await company.dana.types("/incident accept", in_=channel.id)
        eli = company.eli
        await eli.joins(channel.id)
        await eli.says("the vault opens with swordfish", in_=channel.id)
        asked = await company.dana.says(f"<@{eli.id}> can Eli look at orders?", in_=channel.id)
        await eli.reacts("eyes", to=asked, in_=channel.id)
        await eli.types("/incident note orders are slow", in_=channel.id)
        await company.dana.types(f"/incident role scribe @{eli.name}", in_=channel.id)
        await company.dana.types(f"/incident followup index orders @{eli.name} due:2026-12-01", in_=channel.id)
        await company.dana.types("/incident update half of them fail, Eli is on it", in_=channel.id)
        await company.dana.types(f"/incident status-page {DRAFT}", in_=channel.id)
        await company.dana.types("/incident status-page review", in_=channel.id)
        await company.settle()
        approve = last(company, channel, "partial outage")["Approve"].partition(" ")[2]
        await company.bo.types(f"/incident {approve}", in_=channel.id)
        await company.dana.types("/incident status-page publish", in_=channel.id)
        await company.settle()
        eli_is_told = re.compile(rf"{eli.id}|(?<!\w)eli(?!\w)|swordfish", re.IGNORECASE)
        held = await company.bo.types("/incident INC-1 hold case 2026-17", in_="general")
        assert "Nothing is erased from its record from now on" in held.text
        assert "On legal hold since" in str((await company.bo.types("/incident INC-1 status", in_="general")).blocks)
        lifted = await company.bo.types("/incident INC-1 hold off the case is closed", in_="general")
        assert "Its record is kept as long as any other again." in lifted.text
        before = await shown(company)
        assert [name for name, text in before.items() if not eli_is_told.search(text)] == ["export incidents", "home"]

        there = await everywhere(company)
        assert set(TELL_OF_PEOPLE) <= {name for name, text in there.items() if eli_is_told.search(text)}

        await eli.leaves(channel.id)  # else Muster hears of them again as soon as it looks who is there
        await company.settle()
        await erased(company, sqlite_url, eli.id, eli.name)

        after = await shown(company) | await everywhere(company)
        after["posted"] = " ".join(one.plain for one in said_by_bot(company, channel))
        assert {name: found[0] for name, text in after.items() if (found := eli_is_told.search(text))} == {}
        for name in ("review as md", "export timeline", "timeline", "followup", "posted"):
            assert called(GONE) in after[name] or GONE in after[name], name
        assert (await company.dana.types("/incident update all is well", in_=channel.id)).ok
        await company.settle()
        updated = (await company.incident()).last_update
        assert updated is not None
        assert updated.update.conditions == "all is well"
        assert (await rebuild(company.bot.context.store)).differences == []


async def test_what_is_kept_no_longer_is_in_no_output_of_a_muster_at_work(tmp_path: Path, sqlite_url: str) -> None:
    policy = {"retention": dict.fromkeys(("transcript", "people", "timeline", "reviews"), "100d")}
    async with company_at_work(tmp_path, sqlite_url, policy=policy) as company:
        channel = await company.declares("P1 checkout returns 500s service:checkout")
        await company.dana.types("/incident accept", in_=channel.id)
        await company.eli.joins(channel.id)
        await company.eli.says("the vault opens with swordfish", in_=channel.id)
        await company.dana.types("/incident update the marzipan is at fault", in_=channel.id)
        await company.dana.types("/incident resolve a new batch of marzipan", in_=channel.id)
        await company.dana.types("/incident close unverified it is late", in_=channel.id)
        await company.dana.types("/incident review waive we know the marzipan", in_=channel.id)
        await company.settle()
        ids = re.compile(rf"swordfish|marzipan|{company.eli.id}|{company.dana.id}")
        index = company.bot.search_index
        await index.refresh()
        assert await index.search("marzipan")
        before = await shown(company)
        assert {name for name in before if ids.search(before[name])} >= {"review as md", "export timeline", "timeline"}

        company.clock.step_to(company.clock.now() + timedelta(days=150))
        await company.settle()
        await company.bot.purging.purge()
        await company.settle()

        after = await shown(company)
        for name in ("home", "posted", "database"):  # what was sent, until the effects go, and who is in Slack now
            del after[name]
        assert {name: found[0] for name, text in after.items() if (found := ids.search(text))} == {}
        assert "Because of their age" in after["timeline"]
        await index.refresh()
        assert await index.search("marzipan") == ()
        again = await company.dana.types("/incident INC-1 reopen it is back", in_="general")
        assert again.ok, again.text
        await company.settle()
        assert (await rebuild(company.bot.context.store)).differences == []
