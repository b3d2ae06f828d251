"""The card offers other runbooks as words arrive, and nothing else happens."""

import asyncio

from bot.domain.timeline import Reclassified, RunbooksOffered
from bot.sandbox import Channel
from tests.scenarios.conftest import Company
from tests.scenarios.looking import everything_said_by_bot, recorded


async def test_the_card_follows_what_is_said_until_somebody_starts_one(company: Company) -> None:
    channel = await company.declares("P2 orders are not saved")
    await company.chen.joins(channel.id)
    await company.settle()
    before = [one.ts for one in everything_said_by_bot(company)]
    assert "Connection pool" not in card(channel)

    await company.chen.says("hi, looking into it", in_=channel.id)
    await company.chen.says("postgres has too many connections", in_=channel.id)
    await until(company, channel, "Connection pool exhaustion")
    edited = await offers(company)
    await asyncio.gather(*(company.chen.says(f"connections: {many}", in_=channel.id) for many in range(5)))
    await company.bo.types("/incident note connections of the pool are counted", in_=channel.id)
    await company.settle()
    assert await offers(company) == edited

    await company.bo.types("/incident title the certificate of the database has expired", in_=channel.id)
    await until(company, channel, "certificate")
    told = [one.ts for one in everything_said_by_bot(company) if "mention" not in one.text]
    posted = set(told) - set(before)
    assert not [one for one in channel.messages if one.ts in posted and one.thread_ts is None]

    await company.bo.types("/incident runbook expired-certificate start", in_=channel.id)
    await company.settle()
    at_work = await offers(company)
    await company.chen.says("or is it DNS? the resolvers time out", in_=channel.id)
    await company.settle()
    assert await offers(company) == at_work


async def test_a_corrected_service_brings_the_runbooks_of_its_words_too(company: Company) -> None:
    channel = await company.declares("P2 the disk is full service:checkout")
    await company.bo.types("/incident service payments the disk is theirs", in_=channel.id)
    await company.settle()
    (change,) = [one for one in await recorded(company) if isinstance(one, Reclassified)]
    assert change.runbooks
    assert "disk-full" in {one.slug for one in (await company.incident()).fitting}
    assert len((await company.incident()).fitting) <= 3


def card(channel: Channel) -> str:
    return channel.messages[0].plain


async def until(company: Company, channel: Channel, words: str) -> None:
    await company.settle()
    assert words in card(channel)


async def offers(company: Company) -> int:
    return sum(isinstance(one, RunbooksOffered) for one in await recorded(company))
