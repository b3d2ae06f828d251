"""What is easily forgotten, on the wire: service levels, a verification, a quiet incident, an old channel."""

from bot.sandbox import Channel, Person
from tests.scenarios.conftest import Company
from tests.scenarios.looking import review_of

P1 = "checkout fails service:checkout impact:high urgency:high"


def heard(channel: Channel, words: str) -> int:
    return len([one for one in channel.messages if words in one.plain])


def told(person: Person, words: str) -> int:
    return len([one for one in person.dms if words in one.plain])


async def commanded(company: Company, declaration: str = P1) -> Channel:
    channel = await company.declares(declaration)
    await company.dana.types("/incident accept", in_=channel.id)
    return channel


async def test_a_missed_service_level_is_warned_of_recorded_told_to_a_manager_and_reviewed(company: Company) -> None:
    channel = await commanded(company)
    await company.later(hours=3.1)
    assert (heard(channel, "INC-1 should be resolved by"), told(company.dana, "It is to be resolved by")) == (1, 1)
    await company.later(hours=1)
    assert (heard(channel, "should have been resolved by"), told(company.fay, "you are told as a manager")) == (1, 1)
    assert "resolve by" in channel.messages[0].plain
    assert "late" in channel.messages[0].plain

    await company.dana.types("/incident resolve rolled back", in_=channel.id)
    await company.settle()
    levels = {one["name"]: one["kept"] for one in (await review_of(company))["service_levels"]}
    assert levels == {"acknowledge": True, "update first": False, "resolve": False}
    answer = await company.dana.types("/incident status", in_=channel.id)
    assert "command accepted by" in str(answer.blocks)


async def test_what_is_resolved_in_time_is_kept_and_said_so(company: Company) -> None:
    channel = await commanded(company)
    await company.dana.types("/incident update rolling back", in_=channel.id)
    await company.later(minutes=10)
    await company.dana.types("/incident resolve rolled back", in_=channel.id)
    await company.later(hours=24)
    assert heard(channel, "to be resolved by") == 0
    levels = {one["name"]: one["kept"] for one in (await review_of(company))["service_levels"]}
    assert levels == {"acknowledge": True, "update first": True, "resolve": True}


async def test_a_resolution_that_nobody_verifies_is_asked_for_three_times(company: Company) -> None:
    channel = await commanded(company)
    await company.dana.types("/incident resolve rolled back", in_=channel.id)
    await company.later(minutes=61)
    assert (heard(channel, "nobody has verified it"), told(company.dana, "nobody has verified it")) == (1, 1)
    await company.later(hours=48)
    assert heard(channel, "nobody has verified it") == 3


async def test_verifying_in_time_asks_nobody(company: Company) -> None:
    channel = await commanded(company)
    await company.dana.types("/incident resolve rolled back", in_=channel.id)
    await company.dana.types("/incident verify graphs are flat", in_=channel.id)
    await company.later(hours=48)
    assert heard(channel, "nobody has verified it") == 0


async def test_a_quiet_incident_asks_once_a_message_of_a_person_counts_and_a_bots_does_not(company: Company) -> None:
    channel = await commanded(company)
    await company.later(hours=20)
    await company.chen.joins(channel.id)
    await company.chen.says("still looking at it", in_=channel.id)
    await company.later(hours=10)
    assert heard(channel, "is it over?") == 0
    await company.later(hours=15)
    assert (heard(channel, "is it over?"), told(company.dana, "Is it over?")) == (1, 1)
    await company.dana.clicks("Resolve")
    await company.sandbox.until(lambda: company.dana.view and "What fixed it" in company.dana.view.plain)


async def test_an_old_channel_is_told_an_hour_ahead_and_archived_and_reopening_opens_another(company: Company) -> None:
    channel = await company.declares("P4 the newsletter is late")
    await company.dana.types("/incident accept", in_=channel.id)
    await company.chen.joins(channel.id)
    await company.dana.types("/incident resolve sent by hand", in_=channel.id)
    await company.dana.types("/incident close unverified it was sent", in_=channel.id)
    await company.later(hours=24 * 3)
    assert (channel.is_archived, heard(channel, "This channel will be archived at")) == (False, 0)
    await company.later(hours=7)  # nine in the morning, UTC
    assert (channel.is_archived, heard(channel, "This channel will be archived at")) == (True, 1)

    answer = await company.dana.types("/incident INC-1 note the numbers are in", in_="general")
    await company.settle()
    assert answer.text.startswith("INC-1")
    await company.dana.types("/incident INC-1 reopen it was sent twice", in_="general")
    second = await company.channel()
    assert second.id != channel.id
    assert second.name == f"{channel.name}-2"
    assert {company.dana.id} <= set(second.members)
    assert heard(second, "It continues here") == 1
    assert "newsletter" in second.messages[0].plain
    await company.chen.says("nothing is lost", in_=second.id)
    await company.settle()
    review = await review_of(company)
    kinds = [one["kind"] for one in review["timeline"]]
    assert (kinds.count("ChannelOpened"), kinds.count("ChannelArchived")) == (2, 1)
    assert any("nothing is lost" in one["text"] for one in review["transcript"])


async def test_a_channel_whose_review_is_owed_stays(company: Company) -> None:
    channel = await commanded(company)
    await company.dana.types("/incident resolve rolled back", in_=channel.id)
    await company.dana.types("/incident close unverified nobody can test", in_=channel.id)
    await company.later(hours=24 * 30)
    assert not channel.is_archived


async def test_a_follow_up_reminds_its_owner(company: Company) -> None:
    channel = await commanded(company)
    await company.dana.types(f"/incident followup Deploy in stages <@{company.eli.id}> due:2026-03-06", in_=channel.id)
    await company.dana.types("/incident resolve rolled back", in_=channel.id)
    await company.later(hours=24 * 5)
    assert (told(company.eli, "is due 6 Mar 2026: Deploy in stages."), told(company.eli, "is due today")) == (1, 1)
    assert told(company.dana, "Deploy in stages") == 0
