"""Slack fails in every way it knows: in the end everything stands once, or its loss is told."""

import asyncio
from collections import Counter as Tally
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from bot.demo.clock import SteppedClock
from bot.sandbox import Channel, Fault, Sandbox
from tests.muster import muster
from tests.scenarios.conftest import SHORT, Company, at_work, company_at_work, rename
from tests.scenarios.looking import said_by_bot

REVIEW = 3
"""Files of a review."""


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One engine is enough here."""
    return sqlite_url


async def from_declaration_to_review(company: Company) -> Channel:
    """One incident, chen asked to command and the whole of it told."""
    channel = await company.declares("checkout fails service:checkout", by="eli")
    for typed in ("accept", "update rolling back", "resolve rolled back", "close unverified switched off"):
        await company.eli.types(f"/incident {typed}", in_=channel.id)
    await company.settle()
    return channel


def stands_once(company: Company, channel: Channel) -> None:
    """One channel with its people, one card, every announcement once and in order, one review."""
    made_by_bot = [one for one in company.sandbox.channels if one.creator == company.sandbox.bot.id and not one.is_im]
    assert [one for one in made_by_bot if one is not company.general] == [channel]
    assert {company.eli.id, company.dana.id} <= set(channel.members)
    keys = [
        message.metadata["event_payload"]["key"]
        for one in company.sandbox.channels
        for message in one.posted
        if message.metadata
    ]
    assert len(keys) == len(set(keys))
    words = ("please take command", "accepted command", "rolling back", "rolled back", "closed without verification")
    places = [next(at for at, one in enumerate(said_by_bot(company, channel)) if said in one.text) for said in words]
    assert places == sorted(places)
    assert (len(channel.pins), len(channel.files), len(company.broadcast.messages)) == (1, REVIEW, 1)
    assert len(company.dana.dms) == 1
    assert max(Tally(one.title for one in channel.bookmarks).values()) == 1
    assert "closed" in channel.messages[0].plain


@pytest.mark.parametrize(
    "method",
    [
        "conversations.create",
        "conversations.invite",
        "conversations.open",
        "chat.postMessage",
        "bookmarks.add",
        "files.getUploadURLExternal",
        "files.completeUploadExternal",
    ],
)
async def test_an_answer_that_was_lost_doubles_nothing(company: Company, method: str) -> None:
    company.sandbox.faults.add(Fault(method, "act_then_drop"))
    company.sandbox.faults.add(Fault(method, "act_then_drop", after=1))
    stands_once(company, await from_declaration_to_review(company))
    assert [one.method for one in company.sandbox.journal.entries if one.kind == "fault"][:1] == [method]


async def test_a_note_whose_answer_was_lost_and_whose_thread_cannot_be_read_at_once_stands_once(
    company: Company,
) -> None:
    channel = await company.declares("checkout fails")
    company.sandbox.faults.add(Fault("chat.postMessage", "act_then_drop"))
    company.sandbox.faults.add(Fault("conversations.replies", "http_500"))
    await company.dana.types("/incident note the disk is full", in_=channel.id)
    await company.settle()
    assert len([one for one in channel.posted if "the disk is full" in one.plain]) == 1
    assert [one.method for one in company.sandbox.journal.entries if one.kind == "fault"] == [
        "chat.postMessage",
        "conversations.replies",
    ]


async def test_a_row_of_every_kind_of_failure_delays_and_loses_nothing(company: Company) -> None:
    await company.sandbox.until(lambda: company.sandbox.connections == 2)
    for fault in (
        Fault("*", "http_500", times=3),
        Fault("*", "drop_before", times=3),
        Fault("*", "error", times=3, error="internal_error"),
        Fault("*", "rate_limited", times=3, retry_after=0),
        Fault("*", "act_then_drop", times=3, after=3),
    ):
        company.sandbox.faults.add(fault)
    stands_once(company, await from_declaration_to_review(company))


async def test_when_slack_asks_for_patience_it_gets_it_and_other_places_do_not_wait(company: Company) -> None:
    channel = await company.declares("checkout fails service:checkout")
    company.sandbox.faults.add(Fault("chat.postMessage", "rate_limited", retry_after=1))
    began = len(company.sandbox.journal.calls())
    await company.dana.types("/incident accept", in_=channel.id)
    await company.settle()

    calls = company.sandbox.journal.calls()[began:]
    refused, posted = (one for one in calls if one.method == "chat.postMessage")
    assert posted.at - refused.at >= 1.0
    assert refused.arguments["text"] == posted.arguments["text"]
    others = {one.method for one in calls if one.at < posted.at}
    assert {"chat.update", "conversations.setTopic"} <= others


async def test_a_review_whose_preparation_takes_longer_than_the_lease_is_posted_once(
    tmp_path: Path, sqlite_url: str
) -> None:
    """One answer of "come back in two seconds" while the channel is read back, with a lease of half a second."""
    patience = replace(SHORT, lease=timedelta(seconds=0.5))
    async with company_at_work(tmp_path, sqlite_url, patience=patience) as company:
        channel = await company.declares("checkout fails service:checkout", by="eli")
        for typed in ("accept", "resolve rolled back"):
            await company.eli.types(f"/incident {typed}", in_=channel.id)
        await company.settle()
        company.sandbox.faults.add(Fault("conversations.history", "rate_limited", retry_after=2))
        await company.eli.types("/incident close unverified switched off", in_=channel.id)
        await company.settle()
        assert len(channel.files) == REVIEW
        assert len([one for one in channel.messages if one.files]) == 1


async def beside(company: Company, *words: str) -> tuple[int | None, str]:
    """The command line beside the running bot: exit code and output."""
    database = f"sqlite:///{company.folder / 'muster.db'}"
    done = await asyncio.to_thread(muster, *words, cwd=company.folder, MUSTER_DATABASE_URL=database)
    return done.returncode, done.stdout + done.stderr


async def test_what_slack_will_not_take_is_told_in_the_channel_and_can_be_tried_again(company: Company) -> None:
    channel = await company.declares("checkout fails")
    company.sandbox.faults.add(Fault("chat.postMessage", "error", error="restricted_action"))
    await company.dana.types("/incident note the disk is full", in_=channel.id)
    await company.dana.types("/incident note the log was rotated", in_=channel.id)
    await company.settle()

    assert not channel.shows("the disk is full")
    assert channel.shows("the log was rotated")
    (warning,) = [one for one in channel.messages if one.text.startswith(":warning:")]
    assert warning.text == (
        ":warning: Muster could not post news of INC-1 in its channel: the workspace does not allow it. "
        "An administrator of the workspace can change that. `/incident INC-1 timeline` has it."
    )
    assert [one.code for one in (await company.bot.readiness()).warnings] == ["dead_effects"]
    assert (await beside(company, "outbox", "list"))[0] == 1

    assert "1 effect will be tried again" in (await beside(company, "outbox", "retry"))[1]
    await company.dana.types("/incident note and now", in_=channel.id)
    await company.settle()
    assert len([one for one in channel.posted if "the disk is full" in one.plain]) == 1
    assert (await company.bot.readiness()).warnings == ()

    company.sandbox.faults.add(Fault("chat.postMessage", "error", error="restricted_action", times=2))
    await company.dana.types("/incident note the disk is full again", in_=channel.id)
    await company.settle()
    assert [one.text for one in company.dana.dms if one.text == warning.text]


async def test_a_channel_that_slack_will_not_open_is_told_to_the_declarer_and_opens_after_a_retry(
    company: Company,
) -> None:
    company.sandbox.faults.add(Fault("conversations.create", "error", error="restricted_action"))
    answer = await company.eli.types("/incident declare checkout fails", in_="general")
    assert "INC-1 declared" in answer.text
    await company.sandbox.until(lambda: company.eli.dms)

    assert "could not open the channel of INC-1: the workspace does not allow it" in company.eli.dms[0].text
    async with company.bot.context.store.write() as tx:
        assert await tx.retry_dead(None) == 1
    await company.settle()
    channel = company.sandbox.channel("inc-1-checkout-fails")
    assert company.eli.id in channel.members
    assert channel.shows("please take command by")


async def test_a_database_that_goes_away_while_muster_starts_is_waited_for(
    slack: Sandbox, clock: SteppedClock, tmp_path: Path, sqlite_url: str
) -> None:
    """No table is as good as no database: it was opened, and does not answer any more."""

    async def start() -> str:
        async with at_work(slack, clock, tmp_path, sqlite_url) as company:
            return (await company.dana.types("/incident list", in_="general")).text

    await rename(tmp_path, "workspaces", "away")
    with capture_logs() as logged:
        starting = asyncio.create_task(start())
        await slack.until(lambda: starting.done() or "database.unreachable" in [one["event"] for one in logged])
        assert not starting.done()
    await rename(tmp_path, "away", "workspaces")
    assert "no open incidents" in (await starting).lower()


async def test_a_defect_is_logged_with_the_command_and_the_incident_it_was_about(company: Company) -> None:
    channel = await company.declares("checkout fails")
    await rename(company.folder, "outbox", "away")
    with capture_logs([merge_contextvars]) as logged:
        answer = await company.dana.types("/incident note the pool is full", in_=channel.id)
    await rename(company.folder, "away", "outbox")
    (line,) = [one for one in logged if one["event"] == "answer.defect"]
    assert line["reference"] in answer.text
    assert {name: line[name] for name in ("door", "asked", "action", "incident")} == {
        "door": "slack",
        "asked": "typed",
        "action": "note",
        "incident": "INC-1",
    }
    assert "pool" not in str(line)
