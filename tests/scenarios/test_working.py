"""Two people work through a runbook with the mouse alone, at once; and what is left of it when things go wrong."""

import asyncio

from bot.domain.vocabulary import StepOutcome
from bot.domain.worked import Worked
from bot.sandbox import Channel, Message
from tests.scenarios.conftest import Company
from tests.scenarios.looking import everything_said_by_bot, recorded, review_of, said_by_bot

SLUG = "bad-change-rollback"


async def at_work(company: Company) -> tuple[Channel, Worked]:
    """Chen commands; the runbook is found on the card and started there."""
    channel = await company.declares("P1 checkout returns 500s after the deploy")
    await company.chen.types("/incident accept", in_=channel.id)
    await company.bo.types("/incident join", in_=channel.id)
    await company.settle()
    linked = [one.slug for one in (await company.incident()).runbooks]
    await company.chen.clicks("Start runbook", in_=channel.id)
    await company.settle()
    if len(linked) > 1:
        title = next(one.title for one in (await company.incident()).runbooks if one.slug == SLUG)
        await company.chen.clicks(title, in_=channel.id)
        await company.settle()
    return channel, await worked(company)


async def worked(company: Company) -> Worked:
    found = (await company.incident()).working(SLUG)
    assert found is not None
    return found


async def message(company: Company, channel: Channel) -> Message:
    """The one message that shows the runbook."""
    shown = (await worked(company)).shown
    (found,) = [one for one in said_by_bot(company, channel) if shown is not None and one.ts == shown[1]]
    return found


async def test_two_people_at_once_with_the_mouse_alone_do_each_step_once(company: Company) -> None:
    channel, runbook = await at_work(company)
    count = len(runbook.steps)
    first = await message(company, channel)
    before = len(said_by_bot(company, channel))
    assert f"0 of {count}" in first.plain

    await company.bo.clicks("I'm on it", in_=channel.id, message=first.ts)
    await company.settle()
    told = len(everything_said_by_bot(company))
    await asyncio.gather(*(one.clicks("Done", in_=channel.id, message=first.ts) for one in (company.bo, company.chen)))
    await company.settle()
    (refused,) = everything_said_by_bot(company)[told:]
    assert "reported step 1" in refused.text
    assert [one.outcome for one in (await worked(company)).steps[:2]] == [StepOutcome.DONE, None]

    for label, why in (("Skip…", "nobody deployed"), ("Fail…", "the tool hangs")):
        await company.chen.clicks(label, in_=channel.id, message=first.ts)
        await company.settle()
        await company.chen.submits({"what": why})
        await company.settle()
    shown = await message(company, channel)
    assert (shown.ts, len(said_by_bot(company, channel))) == (first.ts, before)
    assert f"2 of {count}, 1 failed" in shown.plain
    assert "skipped by" in shown.plain
    assert "the tool hangs" in shown.plain
    card = next(one for one in channel.messages if f"{runbook.title}: 2 of {count}, 1 failed" in one.plain)
    assert card.ts != first.ts

    for _ in range(3, count):
        await company.bo.clicks("Done", in_=channel.id, message=first.ts)
        await company.settle()
    told = len(everything_said_by_bot(company))
    await company.bo.clicks("It helped", in_=channel.id, message=first.ts)
    await company.settle()
    shown = await message(company, channel)
    assert "It helped, says" in shown.plain
    assert not [block for block in shown.blocks if block["type"] == "actions"]
    assert len(everything_said_by_bot(company)) == told

    used = next(one for one in (await review_of(company))["runbooks"] if one["slug"] == SLUG)
    assert (used["verdict"]["helped"], used["verdict"]["by"]) == (True, company.bo.id)
    assert [(one["number"], one["outcome"], one["note"]) for one in used["steps"][:3]] == [
        (1, "done", ""),
        (2, "skip", "nobody deployed"),
        (3, "fail", "the tool hangs"),
    ]


async def test_a_wait_is_told_once_a_deleted_message_comes_back_and_the_end_takes_the_buttons(company: Company) -> None:
    channel, _ = await at_work(company)
    first = await message(company, channel)
    await company.bo.chooses("command:wait", "Remind me in 10 minutes", in_=channel.id)
    await company.later(minutes=9)
    before = said_by_bot(company, channel)
    await company.later(minutes=2)
    (told,) = [one for one in said_by_bot(company, channel)[len(before) :] if "the wait for step 1 is over" in one.text]
    assert (f"<@{company.bo.id}>" in told.text, told.thread_ts) == (True, first.ts)
    await company.later(minutes=3)
    assert len([one for one in said_by_bot(company, channel) if "is over" in one.text]) == 1

    await company.sandbox.bot.deletes(first.ts, in_=channel.id)
    await company.chen.types("/incident step 1 done nothing else was changed", in_=channel.id)
    await company.settle()
    again = await message(company, channel)
    assert (again.ts != first.ts, "nothing else was changed" in again.plain) == (True, True)
    kinds = [type(one).__name__ for one in await recorded(company)]
    assert (kinds.count("RunbookLost"), kinds.count("RunbookPosted"), kinds.count("StepTimeUp")) == (1, 2, 1)

    await company.bo.types("/incident step 2 wait 20m the build", in_=channel.id)
    await company.chen.types("/incident runbook stop mitigated meanwhile", in_=channel.id)
    await company.settle()
    await company.chen.submits()
    await company.settle()
    stopped = await message(company, channel)
    assert "stopped at 1 of" in stopped.plain
    assert "mitigated meanwhile" in str(stopped.blocks)
    assert "– not done" in stopped.plain
    told = said_by_bot(company, channel)[-1]
    assert (f"Still in hand: step 2 (<@{company.bo.id}>)" in told.text, told.thread_ts) == (True, again.ts)
    assert any("(stopped)" in one.plain for one in channel.messages)
    await company.later(minutes=25)
    assert not [one for one in said_by_bot(company, channel) if "the wait for step 2 is over" in one.text]

    await company.chen.types("/incident runbook stop the traffic", in_=channel.id)
    await company.settle()
    assert (await worked(company)).stopped is not None
    await company.bo.clicks("Start again", in_=channel.id, message=again.ts)
    await company.settle()
    assert "0 of" in (await message(company, channel)).plain
    await company.chen.types("/incident runbook third-party-outage start", in_=channel.id)
    await company.settle()
    card = next(one for one in channel.messages if "Rolling back a bad change: 0 of 8" in one.plain)
    assert "outage: 0 of 9" in card.plain
    which = await company.bo.types("/incident runbook stop", in_=channel.id)
    assert "Which one do you want to stop?" in which.text
    assert "several runbooks" in (await company.bo.types("/incident step 1 done", in_=channel.id)).text.lower()
    await company.bo.types("/incident step third-party-outage 1 done", in_=channel.id)
    await company.settle()
    assert "0 of" in (await message(company, channel)).plain
    (used,) = [one for one in (await review_of(company))["runbooks"] if one["slug"] == SLUG]
    assert [(one["reason"], one["by"]) for one in used["stops"]] == [("mitigated meanwhile", company.chen.id)]

    await company.chen.types("/incident cancel it was a test", in_=channel.id)
    await company.settle()
    assert not [block for block in (await message(company, channel)).blocks if block["type"] == "actions"]
