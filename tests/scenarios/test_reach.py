"""Cards that are deleted and channels that cannot be reached: what Muster announces still arrives, and people are told
where."""

from pathlib import Path

from bot.domain.ids import MessageTs
from bot.domain.vocabulary import Place, Status
from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import everything_said_by_bot, recorded, review_of, said_by_bot


async def test_a_deleted_card_is_posted_anew_and_nobody_is_told_of_it(tmp_path: Path, sqlite_url: str) -> None:
    async with company_at_work(tmp_path, sqlite_url) as company:
        channel = await company.declares("P1 checkout fails")
        await company.dana.types("/incident accept", in_=channel.id)
        await company.settle()
        bot, first = company.sandbox.bot, await shown(company, Place.CHANNEL)
        assert await noted(company, "the disk is full") == first
        await bot.deletes(first, in_=channel.id)
        await bot.deletes(await shown(company, Place.BROADCAST), in_="incidents")
        for words in ("Rolling back.", "Errors are down."):
            await company.dana.types(f"/incident update {words}", in_=channel.id)
            await company.settle()
        for there, place in ((channel, Place.CHANNEL), (company.broadcast, Place.BROADCAST)):
            card = await shown(company, place)
            assert ["Errors are down." in one.plain for one in there.messages if one.ts == card] == [True]
        assert [one.ts for one in channel.pins] == [await shown(company, Place.CHANNEL)]
        assert [one.link[-16:] for one in channel.bookmarks if one.title == "INC-1 card"] == [
            (await shown(company, Place.CHANNEL)).replace(".", "")
        ]
        assert not [one for one in everything_said_by_bot(company) if "Warning" in one.plain]
        assert await noted(company, "the disk has room") == await shown(company, Place.CHANNEL) != first
        kinds = [type(one).__name__ for one in await recorded(company)]
        assert (kinds.count("CardLost"), kinds.count("CardPosted")) == (2, 4)


async def noted(company: Company, words: str) -> str | None:
    """The message below which a note stands; None: it stands in the channel itself."""
    channel = await company.channel()
    await company.dana.types(f"/incident note {words}", in_=channel.id)
    await company.settle()
    return next(one.thread_ts for one in said_by_bot(company, channel) if f"noted: {words}" in one.text)


async def shown(company: Company, place: Place) -> MessageTs:
    """The message that shows the card."""
    card = (await company.incident()).card(place)
    assert card is not None
    return card.ts


async def test_a_channel_archived_by_hand_is_told_of_replaced_by_direct_messages_and_caught_up_on_return(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with company_at_work(tmp_path, sqlite_url) as company:
        channel = await company.declares("P1 checkout fails")
        await company.chen.types("/incident accept", in_=channel.id)
        await company.settle()
        await company.dana.archives(channel.id)
        await company.settle()
        for person, to in ((company.chen, "you"), (company.dana, f"<@{company.chen.id}>")):
            (told,) = [one.plain for one in person.dms if "archived the channel" in one.plain]
            assert f"its updates go to {to} by DM" in told
            assert "/invite @Muster" in told
        assert "Its channel is archived." in company.broadcast.messages[0].plain

        answer = await company.dana.types("/incident INC-1 update Rolling back.", in_="general")
        assert answer.text.startswith("INC-1: Update recorded.")
        assert f"The channel can't be told: it is archived. <@{company.chen.id}> gets it" in answer.text
        answer = await company.bo.types("/incident INC-1 join", in_="general")
        assert "once that is possible" in answer.text
        await company.dana.opens_home()
        await company.sandbox.until(lambda: company.dana.home and "Its channel is archived." in company.dana.home.plain)
        status = await company.dana.types("/incident INC-1 status", in_="general")
        assert "Its channel is archived." in str(status.blocks)
        await company.dana.types("/incident INC-1 resolve rolled back", in_="general")
        closed = await company.dana.types("/incident INC-1 close unverified nobody can", in_="general")
        assert f"Closed. <@{company.chen.id}> gets the review by DM." in closed.text
        await company.settle()
        told_instead = "\n".join(one.plain for one in company.chen.dms)
        assert "Rolling back." in told_instead
        assert "this was meant for" in told_instead
        assert [file.name for one in company.chen.dms for file in one.files] != []
        assert not [one for one in everything_said_by_bot(company) if "did not take" in one.plain]

        await company.dana.unarchives(channel.id)
        await company.settle()
        assert any("removed Muster from the channel" in one.plain for one in company.chen.dms)
        await company.dana.says("it was the cache", in_=channel.id)
        before = len(channel.messages)
        await company.dana.invites(company.sandbox.bot, to=channel.id)
        await company.settle()
        said = [one.plain for one in channel.messages[before:] if one.user == company.sandbox.bot.id]
        wanted = ("Rolling", "resolved the incident", "– closed")
        order = [next(at for at, words in enumerate(said) if part in words) for part in wanted]
        assert order == sorted(order)
        assert [file.name for one in channel.messages[before:] for file in one.files] != []
        assert company.bo.id in channel.members
        review = await review_of(company)
        assert any("it was the cache" in one["text"] for one in review["transcript"])
        entries = [one["text"] for one in review["timeline"]]
        assert [text for text in entries if "the channel" in text][:3] != []


async def test_a_broadcast_channel_without_muster_is_told_of_once_and_catches_up(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with company_at_work(tmp_path, sqlite_url) as company:
        await company.dana.removes(company.sandbox.bot, from_="incidents")
        channel = await company.declares("P1 search is slow")
        for words in ("Rolling back.", "Errors are down."):
            await company.dana.types(f"/incident update {words}", in_=channel.id)
            await company.settle()
        said = everything_said_by_bot(company)
        (told,) = [one.plain for one in said if "in #incidents does not see" in one.plain]
        assert "Muster is not in it. Type `/invite @Muster` there; the card follows by itself." in told
        assert not [one for one in said if "did not take" in one.plain]
        before = len(company.broadcast.messages)
        await company.dana.invites(company.sandbox.bot, to="incidents")
        await company.settle()
        cards = [one.plain for one in company.broadcast.messages[before:] if one.user == company.sandbox.bot.id]
        assert ["search is slow" in one and "Errors are down." in one for one in cards] == [True]


async def test_an_incident_whose_channel_is_deleted_goes_on_in_another_one_with_those_who_were_there(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with company_at_work(tmp_path, sqlite_url) as company:
        channel = await company.declares("P1 checkout fails")
        await company.chen.types("/incident accept", in_=channel.id)
        await company.eli.joins(channel.id)
        await company.settle()
        await company.dana.deletes_channel(channel.id)
        await company.settle()
        another = await company.channel()
        assert another.id != channel.id
        assert {company.dana.id, company.chen.id, company.eli.id} <= set(another.members)
        assert [one.ts for one in another.pins] == [await shown(company, Place.CHANNEL)]
        assert any("The incident continues here" in one.plain for one in another.messages)
        for person in (company.dana, company.chen):
            (told,) = [one.plain for one in person.dms if "It goes on in" in one.plain]
            assert f"<#{another.id}>" in told
        assert another.id in company.broadcast.messages[0].plain
        assert (await company.chen.types("/incident update Rolling back.", in_=another.id)).text == ""
        await company.settle()
        assert any("Rolling back." in one.plain for one in another.messages)
        said = everything_said_by_bot(company)
        assert not [one for one in said if "did not take" in one.plain or "could not" in one.plain]


async def test_the_direct_message_about_a_lost_channel_has_a_button_that_goes_on_in_another_one(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with company_at_work(tmp_path, sqlite_url) as company:
        channel = await company.declares("P1 --private payroll leaked")
        await company.dana.invites(company.bo, to=channel.id)
        await company.dana.removes(company.sandbox.bot, from_=channel.id)
        await company.settle()
        dm = company.sandbox.workspace.im(company.dana.id)
        await company.dana.clicks("Continue in a new channel", in_=dm.id)
        another = await company.channel()
        assert (another.id != channel.id, another.is_private) == (True, True)
        assert {company.dana.id, company.bo.id} <= set(another.members)
        assert any("moved the incident to a new channel" in one.plain for one in another.messages)
        assert (await company.incident()).status is Status.DECLARED
        again = await company.dana.types("/incident INC-1 reopen once more", in_=another.id)
        assert "so `reopen` does not apply" in again.text
