"""Cards that are deleted and channels that cannot be reached: what Muster announces still arrives, and people are told
where."""

from pathlib import Path

from bot.domain.ids import MessageTs
from bot.domain.vocabulary import Place
from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import everything_said_by_bot, recorded


async def test_a_deleted_card_is_posted_anew_and_nobody_is_told_of_it(tmp_path: Path, sqlite_url: str) -> None:
    async with company_at_work(tmp_path, sqlite_url) as company:
        channel = await company.declares("P1 checkout fails")
        await company.dana.types("/incident accept", in_=channel.id)
        await company.settle()
        bot = company.sandbox.bot
        await bot.deletes(await shown(company, Place.CHANNEL), in_=channel.id)
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
        kinds = [type(one).__name__ for one in await recorded(company)]
        assert (kinds.count("CardLost"), kinds.count("CardPosted")) == (2, 4)


async def shown(company: Company, place: Place) -> MessageTs:
    """The message that shows the card."""
    card = (await company.incident()).card(place)
    assert card is not None
    return card.ts
