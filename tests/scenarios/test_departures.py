"""A commander who is not there any more: the next one is asked at once, and nobody is left without knowing."""

from tests.scenarios.conftest import Company


async def test_a_commander_who_leaves_the_channel_is_missed_at_once(company: Company) -> None:
    channel = await company.declares("checkout fails service:checkout")
    await company.chen.types("/incident INC-1 accept", in_="general")
    await company.settle()
    await company.chen.leaves(channel.id)
    await company.settle()

    incident = await company.incident()
    assert (incident.commander, incident.asked) == (None, company.dana.id)
    assert channel.shows("no longer commands: they left the channel")
    assert "You are asked to take command" in company.dana.dms[-1].plain
    await company.dana.clicks("Accept command")
    await company.settle()
    assert (await company.incident()).commander == company.dana.id


async def test_a_commander_who_is_deactivated_is_missed_too(company: Company) -> None:
    channel = await company.declares("checkout fails service:checkout")
    await company.chen.types("/incident INC-1 accept", in_="general")
    await company.settle()
    company.sandbox.deactivate("chen")
    await company.settle()
    assert (await company.incident()).commander is None
    assert channel.shows("they were deactivated in Slack")


async def test_nobody_answers_and_the_ladder_goes_on_from_there(company: Company) -> None:
    channel = await company.declares("P1 checkout fails service:checkout", by="eli")
    await company.chen.types("/incident INC-1 accept", in_="general")
    await company.settle()
    await company.chen.leaves(channel.id)
    await company.later(minutes=6)
    assert channel.shows("Nobody has taken command of INC-1 yet")
    assert (await company.incident()).asked == company.bo.id


async def test_whoever_else_leaves_is_not_missed(company: Company) -> None:
    channel = await company.declares("checkout fails service:checkout")
    await company.dana.types("/incident accept", in_=channel.id)
    await company.bo.joins(channel.id)
    await company.bo.leaves(channel.id)
    await company.settle()
    assert (await company.incident()).commander == company.dana.id
