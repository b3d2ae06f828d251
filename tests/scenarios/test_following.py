"""Stakeholders follow from outside: told once, grouped, in the policy's words; executives when it gets worse."""

from pathlib import Path

from bot.sandbox import Message
from tests.scenarios.conftest import Company, company_at_work


def about(company: Company, name: str) -> list[Message]:
    """The direct messages that somebody got."""
    return company.sandbox.person(name).dms


async def test_a_follower_hears_each_thing_once_and_together_what_comes_together(company: Company) -> None:
    channel = await company.declares("checkout fails")
    await company.bo.joins(channel.id)
    await company.eli.clicks("Follow", in_="incidents")
    await company.bo.types("/incident INC-1 update half of them fail", in_="general")
    await company.later(seconds=1)
    assert len(about(company, "eli")) == 1
    assert "half of them fail" in about(company, "eli")[0].plain

    await company.bo.types("/incident INC-1 update a third fails <!channel>", in_="general")
    await company.bo.types("/incident INC-1 mitigate moved the traffic", in_="general")
    await company.later(minutes=2)
    [_, both] = about(company, "eli")
    assert "a third fails" in both.plain
    assert "moved the traffic" in both.plain
    assert "<!channel>" not in str(both.blocks)

    await company.eli.clicks("Unfollow")
    await company.bo.types("/incident INC-1 resolve rolled back", in_="general")
    await company.later(minutes=2)
    assert len(about(company, "eli")) == 2
    assert channel.shows("rolled back")


async def test_who_is_in_the_channel_reads_it_there(company: Company) -> None:
    channel = await company.declares("checkout fails")
    await company.eli.joins(channel.id)
    await company.eli.types("/incident follow", in_=channel.id)
    await company.bo.types("/incident INC-1 update half of them fail", in_="general")
    await company.later(minutes=2)
    assert about(company, "eli") == []

    await company.eli.leaves(channel.id)
    await company.bo.types("/incident INC-1 update all of them fail", in_="general")
    await company.later(minutes=2)
    assert ["all of them fail" in one.plain for one in about(company, "eli")] == [True]


async def test_an_outsider_follows_nothing_private(company: Company) -> None:
    await company.declares("--private keys leaked")
    answer = await company.eli.types("/incident INC-1 follow", in_="general")
    assert answer.text == (await company.eli.types("/incident INC-7 follow", in_="general")).text.replace("7", "1")


async def test_executives_are_told_and_the_bridge_is_linked_when_it_becomes_critical(tmp_path: Path) -> None:
    policy = {
        "people": {"executives": ["UEXEC"]},
        "channels": {"bridge_url": "https://meet.example/major"},
        "templates": {"P1": {"stakeholders": "{ref} matters: {title}, {status}. Command: {commander}."}},
    }
    database = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    async with company_at_work(tmp_path, database, policy) as company:
        channel = await company.declares("P3 checkout fails")
        await company.bo.joins(channel.id)
        await company.eli.types("/incident INC-1 follow", in_="general")
        await company.bo.types("/incident INC-1 priority P1 everybody is affected", in_="general")
        await company.later(minutes=1)
        assert (await company.incident()).bridge_url == "https://meet.example/major"
        [told] = about(company, "eli")
        assert "INC-1 matters: checkout fails, declared. Command: nobody yet." in told.plain


async def test_the_audience_of_a_priority_is_told_and_its_card_posted_when_it_is_reached(tmp_path: Path) -> None:
    policy = {"audience": {"P1": {"tell": ["managers"]}, "P4": {"broadcast": False}}}
    database = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    async with company_at_work(tmp_path, database, policy) as company:
        channel = await company.declares("P4 a label is wrong service:payments")
        assert company.broadcast.messages == []
        await company.dana.types("/incident priority P1 it stops all payments", in_=channel.id)
        await company.settle()
        assert [one.plain.splitlines()[0] for one in company.broadcast.messages] == [
            "🔴 INC-1 · P1 declared · a label is wrong"
        ]
        assert ["it stops all payments" in one.plain for one in about(company, "fay")] == [True]
        await company.dana.types("/incident resolve the label is right", in_=channel.id)
        await company.settle()
        assert "🟢 INC-1 · P1 resolved" in company.broadcast.messages[0].plain
        assert len(about(company, "fay")) == 2
