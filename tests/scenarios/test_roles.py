"""Who commands: asked, accepted, handed over, taken over from a silent commander."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.demo.clock import SteppedClock
from bot.sandbox import Channel, Fault, Sandbox
from tests.scenarios.conftest import Company, at_work, company_at_work
from tests.scenarios.looking import recorded, traces

P1 = "checkout returns 500s service:checkout impact:high urgency:high"
"""Acceptance is due after five minutes, an update after fifteen. Dana is on call, bo is second, fay the manager."""


async def says(company: Company, by: str, typed: str, channel: Channel) -> str:
    """What somebody is answered to a command."""
    return (await company.sandbox.person(by).types(f"/incident {typed}", in_=channel.id)).text


def read(shown: str) -> str:
    """What is shown, with times as somebody in UTC sees them."""
    return re.sub(r"<!date\^[^|>]*\|([^>]*)>", r"\1", shown)


async def test_whoever_is_on_call_is_asked_and_commands_only_after_accepting(company: Company) -> None:
    channel = await company.declares(P1, by="eli")

    answer = await company.eli.types("/incident declare the search is slow", in_="general")
    assert f"{company.dana.id}> is asked to take command" in answer.text
    assert f"If they don't accept by 03:15 UTC, <@{company.bo.id}> is asked next." in read(answer.text)
    assert (await company.incident()).asked == company.dana.id
    assert (await company.incident()).commander is None
    assert f"<@{company.dana.id}> asked, until" in channel.messages[0].plain
    assert "take command" in company.dana.dms[-1].plain
    assert company.dana.id in channel.members

    await company.dana.clicks("Accept command")
    await company.settle()
    incident = await company.incident()
    assert (incident.commander, incident.status) == (company.dana.id, "investigating")
    assert f"<@{company.dana.id}> commands" in channel.topic


async def test_without_a_schedule_the_declarer_is_asked_and_gets_no_message_of_it(
    tmp_path: Path, database_url: str
) -> None:
    nothing: dict[str, Any] = {"services": {}, "schedules": {}, "default_schedule": None}
    async with company_at_work(tmp_path, database_url, nothing) as company:
        channel = await company.declares("the shop is slow", by="eli")
        assert f"<@{company.eli.id}> asked, until" in channel.messages[0].plain
        assert company.eli.dms == []


async def test_whoever_is_asked_finds_the_channel_first_and_can_say_that_they_cannot(company: Company) -> None:
    channel = await company.declares(P1 + ' users:"the payment spins"', by="eli")
    asked = company.dana.dms[-1].plain
    assert f"<#{channel.id}>" in asked
    for words in ("checkout returns 500s", "Please accept by", f"After that <@{company.bo.id}> is asked", "spins"):
        assert words in asked
    await company.dana.clicks("I can't")
    await company.settle()
    assert (await company.incident()).asked == company.bo.id
    assert channel.shows(f"<@{company.dana.id}> cannot take command")
    assert company.bo.id in channel.members
    assert "so you are asked to" in company.bo.dms[-1].plain
    await company.bo.clicks("Accept command", in_=channel.id)
    await company.settle()
    assert (await company.incident()).commander == company.bo.id
    assert "You haven't been asked to command" in await says(company, "dana", "decline", channel)


async def test_what_somebody_was_asked_says_what_came_of_it_and_loses_its_buttons(company: Company) -> None:
    await company.declares(P1, by="eli")
    await company.dana.clicks("I can't")
    await company.settle()
    (asked,) = company.dana.dms
    assert read(asked.plain).endswith(f"You declined at 03:00 UTC; <@{company.bo.id}> was asked then.")
    assert "checkout returns 500s" in asked.plain
    assert "Accept command" in company.bo.dms[-1].plain

    channel = await company.channel()
    await says(company, "chen", "accept", channel)
    await company.settle()
    (asked,) = company.bo.dms
    assert read(asked.plain).endswith(f"<@{company.chen.id}> took command at 03:00 UTC.")
    assert "You declined" in company.dana.dms[0].plain

    await says(company, "chen", "handover @fay", channel)
    await company.settle()
    assert "Accept command" in company.fay.dms[-1].plain
    told = len(company.fay.dms)
    await says(company, "chen", "resolve rolled back", channel)
    await company.settle()
    assert read(company.fay.dms[told - 1].plain).endswith("INC-1 was resolved at 03:00 UTC.")


async def test_a_request_that_is_passed_on_says_so_and_one_that_was_deleted_is_let_go(company: Company) -> None:
    channel = await company.declares(P1, by="eli")
    await company.later(minutes=6)
    first, *_ = company.dana.dms
    assert read(first.plain).endswith(f"Nobody had taken command by 03:05 UTC, so <@{company.bo.id}> was asked.")
    assert "Accept command" in company.bo.dms[-1].plain

    await company.sandbox.bot.deletes(company.bo.dms[-1].ts, in_=company.sandbox.workspace.im(company.bo.id).id)
    await says(company, "bo", "accept", channel)
    await company.settle()
    assert company.bo.dms == []
    async with company.bot.context.store.read() as tx:
        assert set(await tx.outbox_counts()) == {"done"}


async def test_an_edit_whose_answer_is_lost_is_made_again_and_tells_nobody_anew(company: Company) -> None:
    await company.declares(P1, by="eli")
    company.sandbox.faults.add(Fault("chat.update", "act_then_drop", times=2))
    company.sandbox.faults.add(Fault("chat.update", "drop_before", times=2, after=2))
    await company.dana.clicks("Accept command")
    await company.settle()
    assert company.sandbox.faults.waiting == []
    (asked,) = company.dana.dms
    assert read(asked.plain).endswith("You took command at 03:00 UTC.")


async def test_anyone_may_accept_while_nobody_commands(company: Company) -> None:
    channel = await company.declares(P1)

    await says(company, "chen", "accept", channel)
    await company.settle()

    assert (await company.incident()).commander == company.chen.id
    assert company.chen.id in channel.members
    refusal = await says(company, "dana", "accept", channel)
    assert f"<@{company.chen.id}> commands INC-1" in refusal


async def test_command_passes_when_the_one_who_was_offered_it_accepts(company: Company) -> None:
    channel = await company.declares(P1)
    await says(company, "dana", "accept", channel)
    await says(company, "dana", "update errors for all, rolling back", channel)
    await says(company, "dana", "handover @eli", channel)
    await company.settle()

    assert (await company.incident()).commander == company.dana.id
    brief = company.eli.dms[-1].plain
    assert "offers you command" in brief
    assert "errors for all, rolling back" in brief
    assert company.eli.id in channel.members

    await company.eli.clicks("Accept command")
    await company.settle()
    assert (await company.incident()).commander == company.eli.id
    assert channel.shows(f"<@{company.eli.id}> accepted command from <@{company.dana.id}>")


NOT_NOW = (
    ("chen", "handover @bo", "only the commander may hand it over"),
    ("chen", "commander @bo", "only the commander may hand it over"),
    ("chen", "accept", "Ask for a handover"),
    ("dana", "handover @dana", "already commands INC-1"),
    ("dana", "commander @dana", "already commands INC-1"),
    ("dana", "accept", "You already command INC-1"),
    ("dana", "takeover", "You already command INC-1"),
    ("dana", "role scribe @eli", "is already scribe of INC-1"),
)
"""While dana commands and eli is scribe: who types what, and words of the refusal."""


async def test_only_the_commander_passes_command_on_and_nothing_is_given_twice(company: Company) -> None:
    channel = await company.declares(P1)
    await says(company, "dana", "accept", channel)
    await says(company, "dana", "role scribe @eli", channel)
    before = await traces(company)
    for by, typed, words in NOT_NOW:
        assert words in await says(company, by, typed, channel), typed
    assert await traces(company) == before


async def test_a_bot_or_somebody_who_has_left_never_gets_a_role(company: Company) -> None:
    company.sandbox.add_person("robo", is_bot=True)
    company.sandbox.add_person("gone", deactivated=True)
    channel = await company.declares(P1)
    await says(company, "dana", "accept", channel)
    before = await traces(company)
    for name, what in (("robo", "is a bot"), ("gone", "is deactivated"), ("muster", "is a bot")):
        for typed in (f"handover @{name}", f"commander @{name}", f"role deputy @{name}"):
            assert what in await says(company, "dana", typed, channel), typed
    assert await traces(company) == before


async def test_somebody_who_leaves_after_being_known_is_refused_too(company: Company) -> None:
    channel = await company.declares(P1)
    await says(company, "dana", "commander @chen", channel)
    company.sandbox.deactivate("chen")
    await company.settle()
    await says(company, "dana", "accept", channel)
    assert "is deactivated" in await says(company, "dana", "handover @chen", channel)


async def test_taking_over_is_refused_with_when_until_an_update_is_overdue(company: Company) -> None:
    channel = await company.declares(P1)
    await says(company, "chen", "accept", channel)

    assert "Nothing is overdue in INC-1, so command cannot be taken over yet: the next deadline is <!date^" in (
        await says(company, "fay", "takeover", channel)
    )
    await company.later(minutes=16)
    assert "Only the deputy, whoever is on call, or a manager" in await says(company, "eli", "takeover", channel)
    assert (await company.incident()).commander == company.chen.id

    await says(company, "fay", "takeover", channel)
    await company.settle()
    assert (await company.incident()).commander == company.fay.id
    assert channel.shows(f"<@{company.fay.id}> took over command from <@{company.chen.id}>: manager")


@pytest.mark.parametrize(
    ("who", "capacity"), [("eli", "deputy"), ("dana", "on call"), ("bo", "secondary on call"), ("fay", "manager")]
)
async def test_these_may_take_over_when_nobody_has_accepted_in_time(company: Company, who: str, capacity: str) -> None:
    channel = await company.declares(P1, by="chen")
    await says(company, "chen", "role deputy @eli", channel)
    assert "cannot be taken over yet" in await says(company, who, "takeover", channel)
    await company.later(minutes=6)

    assert await says(company, who, "takeover", channel) == ""
    await company.settle()

    assert channel.shows("took over command")
    taken = (await recorded(company))[-1]
    assert f"{capacity}, nobody had accepted command in time" in str(taken)


async def test_who_turns_out_to_be_a_bot_has_no_part_any_more(
    slack: Sandbox, clock: SteppedClock, tmp_path: Path
) -> None:
    """Slack does not answer while they are named; as soon as it does, the choice is undone and said to be."""
    robot = slack.add_person("robot", is_bot=True)
    database = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    async with at_work(slack, clock, tmp_path, database) as company:
        channel = await company.declares("checkout fails")
        slack.faults.add(Fault("users.info", "http_500"))
        answer = await company.dana.types("/incident role scribe @robot", in_=channel.id)
        assert "is scribe now" in answer.text
        slack.faults.clear()
        await slack.until(lambda: channel.shows("cannot take part in the incident: they are a bot"))
        await company.settle()
        assert robot.id not in [one.person for one in (await company.incident()).roles if one.until is None]
