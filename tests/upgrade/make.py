"""A database as this version leaves it, for the versions that follow: `python -m tests.upgrade.make FILE.sql`.

Made anew for each release and kept beside those of the releases before. The first two come from the versions of these
days, before which nothing was released.
"""

import asyncio
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from bot.sandbox import Channel
from tests.scenarios.conftest import Company, company_at_work


async def work(company: Company) -> None:
    """One incident from its declaration to its review, one under way, a private one, and one that was none."""
    first = await company.declares("P2 checkout returns 500s service:checkout")
    await types(company, "dana", first, "accept")
    for name in ("bo", "chen"):
        if company.sandbox.person(name).id not in first.members:
            await company.sandbox.person(name).joins(first.id)
    said = await company.bo.says("the deploy of 03:10 looks guilty", in_=first.id)
    await company.bo.reacts("eyes", to=said, in_=first.id)
    await company.bo.says("rolling it back now", in_=first.id, thread_of=said)
    again = await company.dana.says("it is the databse", in_=first.id)
    await company.dana.edits(again, "it is the database", in_=first.id)
    gone = await company.dana.says("never mind", in_=first.id)
    await company.dana.deletes(gone, in_=first.id)
    await company.later(minutes=5)
    told = "Conditions: every fourth order fails. Actions: rolling back. Needs: somebody of payments."
    await types(company, "dana", first, f"update {told} next:15m")
    await types(company, "dana", first, "note the pool of connections was full at:03:02")
    await types(company, "dana", first, "priority P1 all orders fail now")
    await types(company, "dana", first, "role scribe @chen")
    await types(company, "dana", first, "handover @bo")
    await types(company, "bo", first, "accept")
    await types(company, "eli", first, "follow")
    await company.later(minutes=40)  # an update is missed, and people are told
    for text in ("action look at the queue @chen", "decision we stay on the old version", "mitigate moved the traffic"):
        await types(company, "bo", first, text)
    await types(company, "bo", first, "problem connections are not given back")
    await company.later(minutes=10)
    await types(company, "bo", first, "resolve rolled back to 4.1")
    await types(company, "dana", first, "verify the graphs are flat for ten minutes")
    await types(company, "bo", first, "followup Alert on a full pool @chen due:2026-04-01")
    await types(company, "bo", first, "followup Write down how to roll back @dana")
    await company.settle()
    await types(company, "bo", first, "close")
    await company.settle()
    second = await company.declares("P3 mails are late service:payments", by="eli")
    await types(company, "eli", second, "accept")
    await company.later(hours=1)
    third = await company.declares("P2 --private keys were leaked", by="bo")
    await types(company, "bo", third, "accept")
    await types(company, "dana", await company.declares("P4 a graph is wrong"), "cancel it was a test")
    await company.later(minutes=5)
    await company.settle()


async def types(company: Company, who: str, channel: Channel, text: str) -> None:
    answer = (await company.sandbox.person(who).types(f"/incident {text}", in_=channel.id)).text
    assert not answer.startswith("Not done"), answer


async def make(file: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="muster-made-") as folder:
        database = Path(folder) / "muster.db"
        async with company_at_work(Path(folder), f"sqlite:///{database}") as company:
            await work(company)
        with closing(sqlite3.connect(database)) as connection:
            file.write_text("\n".join(connection.iterdump()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(make(Path(sys.argv[1])))
