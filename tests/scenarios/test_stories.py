"""Whole incidents as people live them: the quiet P3, and a handover from one end of the day to the other."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import said_by_bot
from tests.scenarios.test_forms import form_of

HOURS = {"business_hours": {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "18:00"}}


async def test_a_quiet_p3_disturbs_nobody_at_night(tmp_path: Path) -> None:
    """Declared by form in the afternoon, mended the next morning: nobody who is not in it hears a word."""
    database = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    async with company_at_work(tmp_path, database, HOURS) as company:
        await company.later(hours=13)  # Monday, 16:00
        await company.eli.types("/incident declare", in_="general")
        await form_of(company, company.eli)
        report = {"title": "the report page is slow", "impact": "low", "urgency": "high", "service": "payments"}
        assert (await company.eli.submits({**report, "users": "reports take a minute"})).ok
        channel = await company.channel()
        await company.dana.types("/incident accept", in_=channel.id)
        await company.dana.types("/incident update an index is missing; it is built tonight", in_=channel.id)
        await company.later(hours=2)
        evening = len(said_by_bot(company, channel))
        assert (await company.incident()).update_due_at == datetime(2026, 3, 3, 11, 0, tzinfo=UTC)

        await company.later(hours=15)  # Tuesday, 09:00
        assert len(said_by_bot(company, channel)) == evening
        await company.dana.types("/incident resolve the index is built", in_=channel.id)
        await company.dana.types("/incident verify @eli: reports are fast", in_=channel.id)
        await company.dana.types("/incident close", in_=channel.id)
        await company.settle()
        assert [len(company.sandbox.person(name).dms) for name in ("bo", "chen", "fay")] == [0, 0, 0]
        assert [one.plain.splitlines()[0] for one in company.broadcast.messages] == [
            "⚪ INC-1 · P3 closed · the report page is slow"
        ]


async def test_a_handover_across_time_zones_tells_everything_in_each_readers_own_time(company: Company) -> None:
    """Madrid ends its day; New York takes over with a brief, and nobody has to ask what is going on."""
    channel = await company.declares("P2 checkout is slow service:checkout")
    await company.dana.types("/incident accept", in_=channel.id)
    await company.dana.types("/incident role scribe @chen", in_=channel.id)
    await company.dana.types("/incident runbook bad-change-rollback", in_=channel.id)
    await company.dana.types("/incident step 1 done it is release 4.2", in_=channel.id)
    await company.dana.types("/incident followup Alert on slow carts @bo due:2026-04-01", in_=channel.id)
    await company.dana.types("/incident update half of them wait; rolling back", in_=channel.id)
    await company.dana.types("/incident handover @eli", in_=channel.id)
    await company.settle()

    [brief] = company.eli.dms
    due = company.clock.now() + timedelta(minutes=30)
    for words in (
        "offers you command; it passes when you accept",
        "Status: investigating",
        "half of them wait; rolling back",
        f"<!date^{int(due.timestamp())}^",
        f"scribe <@{company.chen.id}>",
        "1 step reported, the last one done",
        "Alert on slow carts",
    ):
        assert words in brief.plain, words
    assert (await company.incident()).commander == company.dana.id
    await company.eli.clicks("Accept command")
    await company.settle()
    assert (await company.incident()).commander == company.eli.id
    assert channel.shows(f"<@{company.eli.id}> accepted command from <@{company.dana.id}>")
