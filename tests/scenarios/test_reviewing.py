"""A review on the wire: started, approved by somebody else, published; then the channel may be archived."""

from pathlib import Path

from bot.domain.vocabulary import Section
from bot.sandbox import Channel
from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import review_of
from tests.scenarios.test_forms import form_of
from tests.scenarios.test_home import home_of


async def closed(company: Company) -> Channel:
    channel = await company.declares("checkout fails service:checkout P1")
    await company.dana.types("/incident accept", in_=channel.id)
    await company.dana.types("/incident resolve rolled back", in_=channel.id)
    await company.dana.types("/incident close unverified nobody can test", in_=channel.id)
    await company.settle()
    return channel


def reviews(channel: Channel) -> int:
    """How often the written review was posted."""
    return len([one for one in channel.messages if any(file.name.endswith("-review.html") for file in one.files)])


async def test_a_review_is_started_approved_by_somebody_else_and_published(company: Company) -> None:
    channel = await closed(company)
    assert reviews(channel) == 1
    assert "draft" in (await company.dana.types("/incident review", in_=channel.id)).text
    await company.dana.types("/incident review start", in_=channel.id)
    refused = await company.dana.types("/incident review approve", in_=channel.id)
    assert "somebody else has to read and approve it" in refused.text
    early = await company.bo.types("/incident INC-1 review publish", in_="general")
    assert "First it is started" in early.text

    assert "Approved." in (await company.bo.types("/incident INC-1 review approve anyway", in_="general")).text
    await company.dana.types("/incident review publish", in_=channel.id)
    await company.settle()
    assert reviews(channel) == 2
    assert channel.shows("approved the review")
    assert channel.shows("review published by")
    assert (await review_of(company))["incident"]["review"] == "published"
    assert "It was posted in the channel." in (await company.dana.types("/incident review", in_=channel.id)).text


async def test_empty_sections_are_asked_about_before_a_review_is_approved(company: Company) -> None:
    channel = await closed(company)
    await company.dana.types("/incident review start", in_=channel.id)
    asked = await company.bo.types("/incident review approve", in_=channel.id)
    assert "not approved yet. Nothing is written under Impact, Contributing factors, Five whys" in asked.text
    assert "`/incident INC-1 review approve anyway`" in asked.text
    assert (await review_of(company))["incident"]["review"] == "in review"

    await company.bo.clicks("Write them", in_=channel.id)
    form = await form_of(company, company.bo)
    assert "Review of INC-1" in form.title
    assert (await company.bo.submits({"lessons": "Roll back first."})).ok
    again = await company.fay.types("/incident INC-1 review approve", in_="general")
    assert "Five whys" in again.text
    assert "Lessons" not in again.text
    await company.fay.clicks("Approve anyway", in_="general")
    await company.settle()
    assert (await review_of(company))["incident"]["review"] == "approved"
    assert len([one for one in channel.posted if "approved the review" in one.plain]) == 1


async def test_who_may_not_approve_asks_somebody_who_may_and_the_messages_end_with_the_approval(
    company: Company,
) -> None:
    channel = await closed(company)
    await company.dana.types("/incident review start", in_=channel.id)
    await company.settle()
    assert "The review of INC-1 is ready for you to read and approve." in company.fay.dms[-1].plain
    assert [len(one.dms) for one in (company.bo, company.chen, company.eli)] == [0, 0, 0]

    await company.dana.types("/incident review approve", in_=channel.id)
    await company.dana.clicks("Ask fay to approve", in_=channel.id)
    await company.settle()
    assert f"<@{company.dana.id}> asks you to approve the review of INC-1." in company.fay.dms[-1].plain
    assert "Nothing is written under Impact, Contributing factors" in company.fay.dms[-1].plain
    assert f"<@{company.dana.id}> asks you to approve" in (await home_of(company, company.fay)).plain
    assert not [one for one in channel.posted if "to approve the review" in one.plain]
    assert (
        f"asked <@{company.fay.id}> to approve the review."
        in (await company.dana.types("/incident timeline", in_=channel.id)).text
    )
    again = await company.dana.types("/incident review approve", in_=channel.id)
    assert f"<@{company.fay.id}> was asked already." in again.text
    assert "was asked already" in (await company.dana.types("/incident review ask @fay", in_=channel.id)).text
    answer = await company.dana.types("/incident review ask @chen", in_=channel.id)
    assert answer.text == f"INC-1: <@{company.chen.id}> is asked to approve the review."

    told = len(company.fay.dms)
    await company.fay.clicks("Approve")
    await company.fay.clicks("Approve anyway")
    await company.settle()
    assert (await review_of(company))["incident"]["review"] == "approved"
    assert len(company.fay.dms) == told
    ready, asked = company.fay.dms[-2:]
    for one in (ready, asked, company.chen.dms[-1]):
        assert "approved the review at" in one.plain
        assert "Open the review" not in one.plain
    assert "You approved" in asked.plain
    assert (
        "is approved. It is approved while"
        in (await company.dana.types("/incident review ask @eli", in_=channel.id)).text
    )


async def test_nobody_outside_a_private_incident_hears_of_its_review(company: Company) -> None:
    channel = await company.declares("keys leaked service:checkout --private")
    await company.dana.types("/incident accept", in_=channel.id)
    await company.dana.types("/incident invite @chen", in_=channel.id)
    await company.settle()
    await company.dana.types("/incident resolve rotated", in_=channel.id)
    await company.dana.types("/incident review start", in_=channel.id)
    await company.settle()
    refused = await company.dana.types("/incident review ask @fay", in_=channel.id)
    assert "they are not in its channel" in refused.text
    assert "Ask fay" not in str((await company.dana.types("/incident review approve", in_=channel.id)).blocks)
    await company.dana.types("/incident review ask @chen", in_=channel.id)
    await company.settle()
    assert "asks you to approve" in company.chen.dms[-1].plain
    assert company.fay.dms == []


async def test_a_review_without_empty_sections_is_approved_at_once(company: Company) -> None:
    channel = await closed(company)
    await company.dana.types("/incident review start", in_=channel.id)
    await company.dana.types("/incident review edit", in_=channel.id)
    await form_of(company, company.dana)
    assert (await company.dana.submits(dict.fromkeys(Section, "Roll back first."))).ok
    assert "Approved." in (await company.bo.types("/incident INC-1 review approve", in_="general")).text


async def test_after_its_approval_the_channel_is_archived_in_its_time_and_nobody_is_reminded(company: Company) -> None:
    channel = await closed(company)
    await company.dana.types("/incident review start", in_=channel.id)
    await company.bo.types("/incident INC-1 review approve anyway", in_="general")
    await company.later(hours=24 * 4)
    assert channel.is_archived
    assert not [one for one in company.dana.dms if "review" in one.plain]


async def test_what_is_published_after_archiving_goes_to_the_commander_by_direct_message(company: Company) -> None:
    channel = await closed(company)
    await company.dana.types("/incident review start", in_=channel.id)
    await company.bo.types("/incident INC-1 review approve anyway", in_="general")
    await company.later(hours=24 * 4)
    assert channel.is_archived
    before = reviews(channel)
    answer = await company.bo.types("/incident INC-1 review publish", in_="general")
    assert f"Published; <@{company.dana.id}> gets the review by DM. The channel can't be told: " in answer.text
    await company.settle()
    files = [file.name for message in company.dana.dms for file in message.files]
    assert "INC-1-review.html" in files
    assert [one for one in company.dana.dms if "review published by" in one.plain]
    assert reviews(channel) == before


async def test_a_review_that_does_not_come_is_reminded_of_in_business_hours_and_not_for_ever(company: Company) -> None:
    channel = await closed(company)
    await company.later(hours=24 * 60)
    asked = [one for one in channel.messages if "The review of INC-1 was due" in one.plain]
    assert len(asked) == 3
    assert len([one for one in company.dana.dms if "Its review is due" in one.plain]) == 1
    assert not channel.is_archived


async def test_only_those_whom_the_policy_names_approve_publish_and_waive(tmp_path: Path, sqlite_url: str) -> None:
    named = {"review": {"approvers": ["managers"]}}
    async with company_at_work(tmp_path, sqlite_url, named) as company:
        channel = await closed(company)
        await company.dana.types("/incident review start", in_=channel.id)
        for what in ("approve", "publish", "waive it was short"):
            answer = await company.bo.types(f"/incident INC-1 review {what}", in_="general")
            assert "is for a manager" in answer.text, answer.text
        await company.bo.types("/incident INC-1 review approve", in_="general")
        await company.bo.clicks("Ask fay to approve", in_="general")
        await company.settle()
        assert f"<@{company.bo.id}> asks you to approve" in company.fay.dms[-1].plain
        assert "Waived." in (await company.fay.types("/incident INC-1 review waive it was short", in_="general")).text
        assert "is waived already" in (await company.dana.types("/incident review start", in_=channel.id)).text
