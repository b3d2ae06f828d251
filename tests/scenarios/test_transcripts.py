"""The transcript of a review: who came and went, how far it is complete, and what becomes of what was deleted."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.demo.clock import SteppedClock
from bot.sandbox import Fault, Sandbox
from tests.scenarios.conftest import Company, at_work, company_at_work, eventually
from tests.scenarios.looking import review_of

pytestmark = pytest.mark.both_engines


async def test_the_review_says_who_joined_and_left_each_time(company: Company) -> None:
    channel = await company.declares("checkout fails service:checkout")
    for minutes, act in ((1, company.chen.joins), (1, company.chen.leaves), (1, company.chen.joins)):
        await company.later(minutes=minutes)
        await act(channel.id)
    await company.settle()
    came = [one for one in (await review_of(company))["presence"] if one["user"] == company.chen.id]
    assert [(one["at"][11:16], one["joined"]) for one in came] == [("03:01", True), ("03:02", False), ("03:03", True)]


async def test_a_review_is_complete_to_the_moment_while_everything_is_heard(company: Company) -> None:
    channel = await company.declares("checkout fails service:checkout")

    async def hears() -> bool:
        return company.bot.catching_up.heard_to(await company.incident()) is not None

    await eventually(hears)
    await company.later(minutes=5)
    group = company.sandbox.add_group("shop-sre", [company.chen])
    said = await company.dana.says("@shop-sre, #general and @eli know", in_=channel.id)
    await company.dana.reacts("white_check_mark", to=said, in_=channel.id)
    await company.settle()
    await company.dana.types("/incident resolve rolled back by @fay", in_=channel.id)
    await company.dana.types("/incident close unverified nobody can test", in_=channel.id)
    await company.settle()
    (posted,) = [file for one in channel.messages for file in one.files if file.name == "INC-1-review.md"]
    written = posted.content.decode()
    listed = await company.dana.types("/incident followup", in_=channel.id)
    assert f"1. @shop-sre, <#{company.sandbox.channel('general').id}> and <@{company.eli.id}> know (" in listed.text
    assert "Complete to 2 Mar 2026, 03:05:00." in written
    timeline = await company.dana.types("/incident timeline", in_=channel.id)
    assert f"@shop-sre, <#{company.sandbox.channel('general').id}> and" in timeline.text
    assert group.id not in timeline.text
    assert "rolled back by Fay." in written
    assert "@shop-sre, #general and @Eli know" in written.replace("\\", "")


async def test_where_a_gap_cannot_be_read_back_the_review_says_what_may_be_missing(
    slack: Sandbox, clock: SteppedClock, tmp_path: Path, sqlite_url: str
) -> None:
    async with at_work(slack, clock, tmp_path, sqlite_url) as company:
        channel = await company.declares("checkout fails service:checkout")

        async def is_kept() -> bool:
            async with company.bot.context.store.read() as tx:
                return await tx.heard_to() is not None

        await eventually(is_kept)
    clock.step_to(clock.now() + timedelta(minutes=30))
    await slack.person("dana").says("nobody hears this", in_=channel.id)
    slack.faults.add(Fault("conversations.history", "error", times=50, error="missing_scope"))
    async with at_work(slack, clock, tmp_path, sqlite_url) as company:

        async def hears() -> bool:
            return company.bot.catching_up.heard_to(await company.incident()) is not None

        await eventually(hears)
        await company.later(minutes=1)
        await company.dana.types("/incident resolve rolled back", in_=channel.id)
        await company.dana.types("/incident close unverified nobody can test", in_=channel.id)
        await company.settle()
        (posted,) = [file for one in channel.messages for file in one.files if file.name == "INC-1-review.md"]
        said = posted.content.decode()
        assert "Complete to 2 Mar 2026, 03:00:00." in said
        assert "What was said after 03:00:00 UTC may be missing" in said


async def test_what_is_deleted_goes_at_once_or_after_the_policys_time_and_is_never_shown(
    tmp_path: Path, sqlite_url: str
) -> None:
    kept = await _deleted_text(tmp_path / "kept", sqlite_url.replace("muster", "kept"), {"keep_deleted_text": "7d"})
    assert kept == ["the word is swordfish", "or is it tuna"]
    assert await _deleted_text(tmp_path / "gone", sqlite_url.replace("muster", "gone"), {}) == [None, None]


async def _deleted_text(folder: Path, url: str, review: dict[str, str]) -> list[str | None]:
    """Of a message, and of one with a reply, of which Slack leaves a tombstone and says that it was changed."""
    folder.mkdir()
    async with company_at_work(folder, url, {"review": review}) as company:
        channel = await company.declares("checkout fails service:checkout")
        await company.chen.joins(channel.id)
        said = await company.chen.says("the word is swordfish", in_=channel.id)
        root = await company.chen.says("or is it tuna", in_=channel.id)
        await company.dana.says("fish it is", in_=channel.id, thread_of=root)
        await company.settle()
        for one in (said, root):
            await company.chen.deletes(one, in_=channel.id)
        await company.settle()
        sent = [one.arguments["event"].get("subtype") for one in company.sandbox.journal.events("message")]
        assert sent[-2:] == ["message_deleted", "message_changed"]
        transcript = (await review_of(company))["transcript"]
        assert [one["text"] for one in transcript if not one["deleted"]] == ["fish it is"]
        assert not {"swordfish", "tuna"} & set(str(await review_of(company)).split())
        store = company.bot.context.store
        query = text("SELECT deleted_text FROM transcript WHERE deleted_at IS NOT NULL ORDER BY ts")
        async with store.database.read() as connection:
            found = [one for (one,) in await connection.execute(query)]
        async with store.write() as tx:
            await tx.forget_deleted(company.clock.now().replace(year=2030))
        async with store.database.read() as connection:
            assert [one for (one,) in await connection.execute(query)] == [None, None]
        return found
