"""One incident from declaration to review, as people see it in Slack."""

import pytest

from bot.sandbox import Sandbox
from tests.scenarios.conftest import Company
from tests.scenarios.looking import review_of


async def test_declaring_opens_a_channel_with_the_right_people_in_it(slack: Sandbox, company: Company) -> None:
    dana = slack.user("dana")

    answer = await dana.types("/incident declare P1 checkout returns 500s service:checkout", in_="general")
    assert answer.text.startswith("INC-1 declared, P1: checkout returns 500s")
    assert "#inc-1-checkout-returns-500s" in answer.text

    await dana.reads("checkout returns 500s", in_="inc-1-checkout-returns-500s")
    channel = await company.channel()
    assert dana.id in channel.members
    assert channel.topic.startswith("P1")
    assert [pin.ts for pin in channel.pins] == [channel.messages[0].ts]


async def test_a_form_and_buttons_do_what_is_typed_otherwise(slack: Sandbox, company: Company) -> None:
    dana, bo = slack.user("dana"), slack.user("bo")

    await dana.types("/incident declare", in_="general")
    refused = await dana.submits({"title": ""})
    assert list(refused.errors) == ["title"]
    await dana.submits({"title": "Checkout returns 500s", "service": "checkout"})
    await dana.closes()

    await dana.clicks("Accept command")
    await bo.reads(f"<@{dana.id}>", in_="incidents")
    await dana.clicks("Update")
    await dana.submits({"conditions": "Errors for all", "actions": "Rolling back"})
    await dana.reads("Rolling back", in_="inc-1-checkout-returns-500s")


@pytest.mark.both_engines
async def test_people_are_in_the_channel_after_two_sequential_calls(company: Company) -> None:
    channel = await company.declares("checkout is down")

    calls = company.sandbox.journal.calls()
    create = next(call for call in calls if call.method == "conversations.create")
    invite = next(call for call in calls if call.method == "conversations.invite")
    assert create.at + create.took <= invite.at
    posted = [call for call in calls if call.method == "chat.postMessage" and call.arguments["channel"] == channel.id]
    assert min(call.at for call in posted) >= invite.at + invite.took
    assert len([call for call in calls if call.method in ("conversations.create", "conversations.invite")]) == 2


@pytest.mark.both_engines
async def test_a_whole_incident_ends_in_a_review(company: Company) -> None:
    channel = await company.declares("checkout returns 500s service:checkout impact:high urgency:high")
    dana = company.dana

    await dana.clicks("Accept command", in_=channel.id)
    await company.settle()
    assert (await company.incident()).commander == dana.id

    await company.later(minutes=5)
    await dana.types(
        "/incident update Conditions: errors for all. Actions: rolling back. Needs: none. next:15m", in_=channel.id
    )
    await company.bo.joins(channel.id)
    first = await company.bo.says("the deploy of 2:50 looks guilty", in_=channel.id)
    await dana.says("agreed, rolling back", in_=channel.id, thread_of=first)
    await company.later(minutes=8)
    await dana.types("/incident mitigate rolled back to 4.2", in_=channel.id)
    await dana.types("/incident resolve 4.2 runs everywhere", in_=channel.id)
    await dana.types("/incident verify @bo: error rate flat", in_=channel.id)
    await dana.types("/incident followup Deploy in stages @bo due:2026-04-01", in_=channel.id)
    await dana.types("/incident close", in_=channel.id)
    await company.settle()

    [posted] = [one for one in channel.messages if one.files]
    assert "closed by dana" in posted.text
    review = await review_of(company)
    assert review["schema"] == "muster.review/1"
    assert review["incident"]["status"] == "closed"
    assert review["durations"]["time_to_mitigate"] == 13 * 60
    assert [message["text"] for message in review["transcript"]] == [
        "the deploy of 2:50 looks guilty",
        "agreed, rolling back",
    ]
    assert review["transcript"][1]["thread_ts"] == first
    assert review["follow_ups"][0]["owner"] == company.bo.id
    assert review["updates"][0]["on_time"] is True


@pytest.mark.both_engines
async def test_an_overdue_update_is_said_once_and_the_next_update_restarts_the_clock(company: Company) -> None:
    channel = await company.declares("checkout is slow impact:high urgency:high")
    await company.dana.types("/incident accept", in_=channel.id)

    await company.later(minutes=40)
    overdue = [message for message in channel.messages if "has not come" in message.plain]
    assert len(overdue) == 1
    await company.dana.types("/incident update still slow", in_=channel.id)
    await company.later(minutes=14)
    assert len([message for message in channel.messages if "has not come" in message.plain]) == 1
    await company.later(minutes=2)
    assert len([message for message in channel.messages if "has not come" in message.plain]) == 2


async def test_the_card_is_edited_in_place_and_never_posted_again(company: Company) -> None:
    channel = await company.declares("checkout is slow")
    posted = len(company.sandbox.journal.calls("chat.postMessage"))
    card = channel.messages[0]

    await company.dana.types("/incident accept", in_=channel.id)
    await company.settle()

    assert channel.messages[0].ts == card.ts
    assert f"<@{company.dana.id}>" in channel.messages[0].plain
    announced = len(company.sandbox.journal.calls("chat.postMessage")) - posted
    assert announced == 1
    assert len(company.broadcast.messages) == 1


async def test_a_note_is_listed_amended_and_retracted_by_its_number(company: Company) -> None:
    channel = await company.declares("checkout returns 500s")
    for typed in (
        "note locks on orders",
        "note it is the moon",
        "note amend 1 deadlocks on orders",
        "note retract 2 no",
    ):
        answer = await company.dana.types(f"/incident {typed}", in_=channel.id)
        assert answer.text.startswith("INC-1"), answer.text
    listed = await company.dana.types("/incident note", in_=channel.id)
    assert "2 notes of INC-1" in listed.text
    assert "(amended): deadlocks on orders" in listed.text
    assert "*(retracted)*: it is the moon" in listed.text
    await company.settle()
    review = await review_of(company)
    assert [one["text"] for one in review["timeline"] if one["kind"] == "NoteAdded"] == [
        f"<@{company.dana.id}> noted: deadlocks on orders."
    ]
    assert "moon" not in str(review)
