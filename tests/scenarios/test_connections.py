"""Connections to Slack that break in every way they can: nothing is lost, and nothing is done twice."""

import re
from collections import Counter as Tally
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from bot.app import Bot, Waits
from bot.config import policy_loading as policies
from bot.config.settings import load
from bot.delivery.patience import Patience
from bot.demo.clock import SteppedClock
from bot.sandbox import Channel, Fault, Sandbox
from bot.sandbox.outage import Kind
from bot.slack.manifest import build_manifest
from tests.scenarios.conftest import ANSWER_WITHIN, STARTS_AT, ZONES, Company, eventually, policy_of
from tests.scenarios.looking import review_of, said_by_bot

PING_EVERY = 0.4
"""Seconds: a half-open connection is found out within about one."""


@pytest.fixture
async def company(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Company]:
    """Muster at work on two connections, in a hurry."""
    clock = SteppedClock(STARTS_AT)
    async with Sandbox(now=clock.now, manifest=build_manifest()) as sandbox:
        people = [sandbox.add_person(name, tz=tz) for name, tz in ZONES.items()]
        for name in ("general", "incidents"):
            sandbox.add_channel(name, members=[*people, sandbox.bot])
        bot = in_a_hurry(sandbox, clock, tmp_path, sqlite_url)
        async with bot.running() as started:
            company = Company(sandbox, started, clock, tmp_path)
            await both_are_up(company)
            yield company


def in_a_hurry(sandbox: Sandbox, clock: SteppedClock, folder: Path, database_url: str) -> Bot:
    """The real bot; only its pings come often, and its patience is short."""
    policy_file = folder / "policy.yml"
    policy_file.write_text(yaml.safe_dump(policy_of(sandbox)), encoding="utf-8")
    environment = {**sandbox.environment(), "MUSTER_DATABASE_URL": database_url, "MUSTER_HTTP_PORT": "0"}
    patience = Patience(look_after=timedelta(seconds=0.3), first_pause=timedelta(seconds=0.05))
    waits = Waits(patience, before_working_on_it=ANSWER_WITHIN, ping_every=PING_EVERY)
    return Bot(load(environment, env_file=None), policies.load(policy_file), (), clock.now, waits)


async def both_are_up(company: Company) -> None:
    await company.sandbox.until(lambda: company.sandbox.connections == 2)


async def an_incident(company: Company) -> Channel:
    """Its channel, with dana and bo in it."""
    channel = await company.declares("checkout fails service:checkout")
    await company.bo.joins(channel.id)
    await company.settle()
    return channel


def notes(company: Company, channel: Channel) -> Tally[str]:
    """How often each word of a note stands in the channel."""
    return Tally(word for one in said_by_bot(company, channel) for word in re.findall(r"note-\w+", one.text))


def subtypes_sent(company: Company) -> list[str | None]:
    """The subtypes of the messages that the bot was sent, in the order of sending."""
    journal = company.sandbox.journal
    subtypes = {one.arguments["event_id"]: one.arguments["event"].get("subtype") for one in journal.events("message")}
    return [subtypes[one.arguments["event_id"]] for one in journal.find("delivery", "message")]


async def test_half_open_connections_are_found_out_and_commands_are_answered_again(company: Company) -> None:
    channel = await an_incident(company)
    company.sandbox.break_connections("half_open")
    await company.bo.says("said into the void", in_=channel.id)
    lost = await company.dana.types("/incident note note-lost", in_=channel.id)
    assert lost.timed_out
    await company.sandbox.until(lambda: [one.number for one in company.sandbox.open_connections] == [3, 4])
    answer = await company.dana.types("/incident note note-heard", in_=channel.id)
    assert answer.ok
    assert answer.text
    await company.settle()
    assert notes(company, channel) == {"note-lost": 1, "note-heard": 1}
    assert [one["text"] for one in (await review_of(company))["transcript"]] == ["said into the void"]


async def test_renewals_while_commands_flow_are_not_noticed(company: Company) -> None:
    channel = await an_incident(company)
    company.sandbox.deliveries.ack_within = 3.0
    for number in range(12):
        if number in (2, 7):
            company.sandbox.break_connections("refresh", seconds=0.1)
        await company.bo.says(f"message {number}", in_=channel.id)
        answer = await company.dana.types(f"/incident note note-{number}", in_=channel.id)
        assert answer.ok, answer.text
    await company.settle()
    assert notes(company, channel) == {f"note-{number}": 1 for number in range(12)}
    transcript = [one["text"] for one in (await review_of(company))["transcript"]]
    assert transcript == [f"message {number}" for number in range(12)]
    assert len(company.sandbox.journal.find("connect")) >= 4


async def test_torn_connections_lose_nothing(company: Company) -> None:
    channel = await an_incident(company)
    company.sandbox.break_connections("cut")
    await company.bo.says("I look at the deploy", in_=channel.id)
    await company.dana.types("/incident note note-torn", in_=channel.id)
    await company.settle()
    assert notes(company, channel) == {"note-torn": 1}
    assert [one["text"] for one in (await review_of(company))["transcript"]] == ["I look at the deploy"]


async def test_a_command_whose_acknowledgement_slack_did_not_hear_is_done_once(company: Company) -> None:
    channel = await an_incident(company)
    company.sandbox.faults.add(Fault("slash_commands", "lost_ack", times=2))
    answer = await company.dana.types("/incident note note-once", in_=channel.id)
    assert answer.timed_out
    await company.settle()
    assert notes(company, channel) == {"note-once": 1}


async def test_a_command_that_comes_twice_at_once_is_done_once(company: Company) -> None:
    channel = await an_incident(company)
    company.sandbox.faults.add(Fault("slash_commands", "duplicate"))
    answer = await company.dana.types("/incident note note-once", in_=channel.id)
    assert answer.ok
    await company.settle()
    assert notes(company, channel) == {"note-once": 1}


async def test_events_that_come_twice_late_and_in_disorder_make_one_transcript(company: Company) -> None:
    channel = await an_incident(company)
    for fault in (
        Fault("message", "reorder"),
        Fault("message", "duplicate", times=3),
        Fault("message", "lost_ack"),
        Fault("message", "delay", seconds=0.1),
        Fault("message", "reorder", times=2),
    ):
        company.sandbox.faults.add(fault)
    said = [f"message {number}" for number in range(6)]
    stamps = [await company.bo.says(text, in_=channel.id) for text in said]
    await company.bo.edits(stamps[0], "message 0, corrected", in_=channel.id)
    await company.bo.edits(stamps[0], "message 0, corrected again", in_=channel.id)
    await company.bo.says("wrong channel", in_=channel.id)
    await company.settle()
    transcript = [one["text"] for one in (await review_of(company))["transcript"]]
    assert transcript == ["message 0, corrected again", *said[1:], "wrong channel"]
    assert not company.sandbox.faults.waiting


async def test_an_edit_that_overtakes_its_message_counts(company: Company) -> None:
    channel = await an_incident(company)
    company.sandbox.faults.add(Fault("message", "reorder", seconds=2))
    ts = await company.bo.says("it is the databse", in_=channel.id)
    await company.bo.edits(ts, "it is the database", in_=channel.id)
    await company.settle()
    assert [one["text"] for one in (await review_of(company))["transcript"]] == ["it is the database"]
    assert subtypes_sent(company)[-2:] == ["message_changed", None]


async def test_a_message_that_was_taken_back_before_it_was_heard_of_stays_out(company: Company) -> None:
    channel = await an_incident(company)
    company.sandbox.faults.add(Fault("message", "reorder", seconds=2))
    ts = await company.bo.says("the password is hunter2", in_=channel.id)
    await company.bo.deletes(ts, in_=channel.id)
    await company.settle()
    assert "hunter2" not in str((await review_of(company))["transcript"])
    assert subtypes_sent(company)[-2:] == ["message_deleted", None]


@pytest.mark.parametrize("kind", ["drop", "http_503"])
async def test_an_outage_across_a_declaration_loses_nothing_and_doubles_nothing(company: Company, kind: Kind) -> None:
    answer = await company.dana.types("/incident declare checkout fails service:checkout", in_="general")
    assert "INC-1 declared" in answer.text
    company.sandbox.outage(1.5, kind)
    assert (await company.dana.types("/incident note note-never", in_="general")).timed_out
    await company.sandbox.until(lambda: not company.sandbox.is_out)
    channel = await company.channel()
    await both_are_up(company)
    assert (await company.dana.types("/incident accept", in_=channel.id)).ok
    await company.settle()

    ours = [one for one in company.sandbox.channels if one.creator == company.sandbox.bot.id and not one.is_im]
    assert ours == [channel]
    assert company.dana.id in channel.members
    keys = [
        message.metadata["event_payload"]["key"]
        for one in company.sandbox.channels
        for message in one.posted
        if message.metadata
    ]
    assert len(keys) == len(set(keys))
    assert (len(channel.pins), len(company.broadcast.messages)) == (1, 1)
    assert not notes(company, channel)


async def test_what_slack_gave_up_on_while_both_connections_were_away_is_read_back(company: Company) -> None:
    """Longer than Slack sends an event again: it is as if both were down for minutes."""
    channel = await an_incident(company)
    rates = company.sandbox.rates
    company.sandbox.outage(1.0)
    rates.is_on, rates.deliveries_per_hour = True, 0  # Slack keeps no event of the gap
    said = [f"message {number}" for number in range(4)]
    for text in said:
        await company.bo.says(text, in_=channel.id)
    rates.is_on = False
    await company.sandbox.until(lambda: not company.sandbox.is_out)

    async def is_read_back() -> bool:
        return [one["text"] for one in (await review_of(company))["transcript"]] == said

    await eventually(is_read_back)
    await company.settle()
    assert [one["text"] for one in (await review_of(company))["transcript"]] == said


async def test_what_people_say_during_an_outage_is_in_the_transcript_once(company: Company) -> None:
    channel = await an_incident(company)
    company.sandbox.outage(1.0)
    said = [f"message {number}" for number in range(4)]
    for text in said:
        await company.bo.says(text, in_=channel.id)
    await company.sandbox.until(lambda: not company.sandbox.is_out)
    await company.settle()
    assert [one["text"] for one in (await review_of(company))["transcript"]] == said
