"""The clocks: reminders ahead of time, one notice when it has passed, and what restarts them."""

from datetime import timedelta

import pytest

from bot.domain.timeline import DeadlineReminded, UpdatePosted
from bot.domain.vocabulary import DeadlineKind
from bot.sandbox import Channel, Message, Person
from tests.scenarios.conftest import Company, eventually
from tests.scenarios.looking import recorded

P1 = "checkout fails service:checkout impact:high urgency:high"
"""Acceptance is due after 5 minutes, updates after 15, with a reminder 5 minutes ahead."""


def overdue(channel: Channel) -> list[Message]:
    """The notices that an update has not come."""
    return [one for one in channel.messages if "has not come" in one.plain]


def reminders(person: Person) -> list[Message]:
    """The direct messages that an update is due soon."""
    return [one for one in person.dms if "update on INC-1 is due" in one.plain]


def no_change(message: Message) -> str:
    """The label of the button that says so."""
    elements = [one for block in message.blocks for one in block.get("elements", ())]
    labels = [one["text"]["text"] for one in elements if one["type"] == "button"]
    return next(str(label) for label in labels if label.startswith("No change"))


async def commanded(company: Company, by: str = "dana") -> Channel:
    """INC-1, a P1, with a commander from its first minute."""
    channel = await company.declares(P1, by=by)
    await company.sandbox.person(by).types("/incident accept", in_=channel.id)
    await company.settle()
    return channel


async def test_the_commander_alone_is_reminded_before_an_update_is_due(company: Company) -> None:
    channel = await commanded(company)
    heard = len(channel.messages)

    await company.later(minutes=9)
    assert reminders(company.dana) == []
    await company.later(minutes=2)

    assert len(reminders(company.dana)) == 1
    assert len(channel.messages) == heard
    assert reminders(company.bo) == []
    await company.dana.clicks("Update")
    await company.sandbox.until(lambda: company.dana.view and "Conditions" in company.dana.view.plain)


async def test_an_update_in_time_leaves_nobody_reminded_or_late(company: Company) -> None:
    channel = await commanded(company)
    for _ in range(4):
        await company.later(minutes=9)
        await company.dana.types("/incident update still rolling back", in_=channel.id)
    assert reminders(company.dana) == []
    assert overdue(channel) == []


@pytest.mark.both_engines
async def test_an_overdue_update_is_said_once_and_shown_until_the_next_one(company: Company) -> None:
    channel = await commanded(company)
    await company.later(minutes=16)

    assert len(overdue(channel)) == 1
    assert f"<@{company.dana.id}>" in overdue(channel)[0].text
    assert "overdue since" in channel.messages[0].plain
    assert "overdue since" in (await company.chen.types("/incident INC-1", in_="general")).text
    await company.later(hours=5)
    assert len(overdue(channel)) == 1

    await company.dana.types("/incident update rolled back, watching", in_=channel.id)
    await company.settle()
    assert "overdue since" not in channel.messages[0].plain


async def test_next_sets_the_time_of_the_next_update_and_its_reminder(company: Company) -> None:
    channel = await commanded(company)
    await company.dana.types("/incident update waiting for the vendor next:30m", in_=channel.id)

    await company.later(minutes=24)
    assert (reminders(company.dana), overdue(channel)) == ([], [])
    await company.later(minutes=5)
    assert len(reminders(company.dana)) == 1
    await company.later(minutes=2)
    assert len(overdue(channel)) == 1


async def test_after_mitigation_updates_are_due_less_often(company: Company) -> None:
    channel = await commanded(company)
    await company.dana.types("/incident mitigate moved traffic away", in_=channel.id)
    await company.later(minutes=54)
    assert (reminders(company.dana), overdue(channel)) == ([], [])
    await company.later(minutes=7)
    assert len(overdue(channel)) == 1


async def test_a_resolved_incident_owes_nobody_an_update(company: Company) -> None:
    channel = await commanded(company)
    await company.dana.types("/incident resolve rolled back", in_=channel.id)
    await company.later(hours=12)
    assert (reminders(company.dana), overdue(channel)) == ([], [])
    assert {one.kind for one in (await company.incident()).open_deadlines()} == {DeadlineKind.REVIEW}

    await company.dana.types("/incident reopen the errors are back", in_=channel.id)
    await company.later(minutes=16)
    assert len(overdue(channel)) == 1


async def test_a_worse_priority_is_due_sooner_and_a_better_one_later(company: Company) -> None:
    channel = await company.declares("checkout fails")
    await company.dana.types("/incident accept", in_=channel.id)
    await company.dana.types("/incident priority P1 it spreads", in_=channel.id)
    await company.later(minutes=16)
    assert len(overdue(channel)) == 1

    await company.dana.types("/incident update spreading", in_=channel.id)
    await company.dana.types("/incident priority P2 one region only", in_=channel.id)
    await company.later(minutes=29)
    assert len(overdue(channel)) == 1
    await company.later(minutes=2)
    assert len(overdue(channel)) == 2


async def test_an_acknowledgement_that_does_not_come_is_told_once_with_who_was_asked(company: Company) -> None:
    channel = await company.declares(P1, by="chen")
    await company.later(minutes=6)

    told = [one for one in channel.messages if "taken command of INC-1" in one.plain]
    assert len(told) == 1
    assert f"<@{company.dana.id}> was asked" in told[0].text
    await company.later(minutes=8)
    assert len([one for one in channel.messages if "taken command of INC-1" in one.plain]) == 1


async def test_accepting_in_time_stops_the_clock_of_the_acknowledgement(company: Company) -> None:
    channel = await commanded(company, by="chen")
    await company.later(minutes=8)
    assert not channel.shows("taken command of INC-1")


async def test_after_a_standstill_only_the_notice_is_given_and_no_late_reminder(company: Company) -> None:
    channel = await commanded(company)
    company.clock.step_to(company.clock.now().replace(hour=5))  # nothing looked at the clock for two hours
    await company.settle()

    assert len(overdue(channel)) == 1
    assert reminders(company.dana) == []
    assert [one for one in await recorded(company) if isinstance(one, DeadlineReminded)] == []


async def test_a_snooze_holds_the_reminder_and_the_notice_and_shows_who_and_why(company: Company) -> None:
    channel = await commanded(company)
    answer = await company.dana.types("/incident snooze 20m on the call with the vendor", in_=channel.id)
    assert "Reminders are snoozed until" in answer.text

    await company.later(minutes=19)
    assert (reminders(company.dana), overdue(channel)) == ([], [])
    assert "snoozed until" in channel.messages[0].plain
    assert "on the call with the vendor" in str((await company.chen.types("/incident INC-1", in_="general")).blocks)
    await company.later(minutes=2)
    assert len(overdue(channel)) == 1
    assert "snoozed until" not in channel.messages[0].plain


async def test_one_tap_says_that_nothing_has_changed_and_keeps_the_time_it_shows(company: Company) -> None:
    channel = await commanded(company)
    await company.later(minutes=11)
    tap = no_change(reminders(company.dana)[0])
    assert tap == "No change, next at 04:25"  # 03:10 UTC and a quarter, as Dana's clock in Madrid shows it

    await company.later(minutes=2)
    await company.dana.clicks(tap)
    await company.settle()

    assert "No change." in channel.messages[-1].plain
    promised = (await company.incident()).update_due_at
    assert promised is not None
    assert promised.isoformat() == "2026-03-02T03:25:00+00:00"
    await company.dana.clicks(tap)
    await company.later(minutes=15)
    assert len(overdue(channel)) == 1


async def test_a_tap_that_comes_after_the_time_it_shows_is_refused(company: Company) -> None:
    channel = await commanded(company)
    await company.later(minutes=11)
    tap = no_change(reminders(company.dana)[0])
    await company.later(minutes=20)
    await company.dana.clicks(tap)
    await company.sandbox.until(lambda: any("has passed, so no update" in one.plain for one in company.dana.ephemerals))
    assert "No change." not in channel.messages[-1].plain


async def test_the_next_update_may_be_promised_for_a_time_of_the_typists_clock(company: Company) -> None:
    channel = await commanded(company)
    await company.dana.types("/incident update the vendor calls back next:04:40", in_=channel.id)
    promised = (await company.incident()).update_due_at
    assert promised is not None
    assert f"{promised:%H:%M}" == "03:40"


async def through(company: Company, **span: float) -> None:
    """Let incident time pass while Slack cannot be reached: stop at every deadline, and wait until it was acted on."""
    until = company.clock.now() + timedelta(**span)

    async def acted() -> bool:
        due_at = await company.bot.next_deadline_at()
        return due_at is None or due_at > company.clock.now()

    while (due_at := await company.bot.next_deadline_at()) is not None and due_at <= until:
        company.clock.step_to(due_at)
        await eventually(acted)
    company.clock.step_to(until)


@pytest.mark.both_engines
async def test_slack_down_for_an_hour_across_three_due_times_leaves_every_nag_once_and_in_order(
    company: Company,
) -> None:
    channels = [await commanded(company)]
    for number, name in enumerate(("bo", "chen"), start=2):
        channels.append(await company.declares(f"queue {number} grows P1", by=name))
        await company.sandbox.person(name).types("/incident accept", in_=channels[-1].id)
    await company.settle()
    company.sandbox.outage(1.5)
    await through(company, hours=1)
    await company.settle()

    for channel in channels:
        assert len(overdue(channel)) == 1
        assert len([one for one in channel.messages if "is unattended" in one.plain]) == 1
        told = [one.plain for one in channel.messages]
        assert told.index(overdue(channel)[0].plain) < next(
            place for place, one in enumerate(told) if "is unattended" in one
        )
    for number in (1, 2, 3):
        assert len([one for one in company.fay.dms if f"update on INC-{number}" in one.plain]) == 1


@pytest.mark.both_engines
async def test_an_update_at_the_very_instant_of_the_deadline_wins_or_comes_after_it_but_is_never_nagged_about(
    company: Company,
) -> None:
    channel = await commanded(company)
    for turn in range(6):
        due_at = (await company.incident()).update_due_at
        assert due_at is not None
        said = len(overdue(channel))
        before = due_at - timedelta(microseconds=turn % 2)
        company.clock.step_to(before)
        company.clock.step_to(due_at)
        await company.dana.types(f"/incident update still at it, {turn}", in_=channel.id)
        await company.settle()

        posted = [one for one in await recorded(company) if isinstance(one, UpdatePosted)][-1]
        assert (posted.at, posted.due_at) == (due_at, due_at)
        notices = [place for place, one in enumerate(channel.messages) if "has not come" in one.plain]
        assert len(notices) - said <= 1
        last = max(place for place, one in enumerate(channel.messages) if f"still at it, {turn}" in one.plain)
        assert all(place < last for place in notices), "nothing is asked for that was just done"
