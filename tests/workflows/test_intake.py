"""Many deliveries at once: each is answered, whoever is cancelled meanwhile, and nobody who left is overlooked."""

import asyncio

import pytest

from bot.config import policy_loading as policies
from bot.domain.ids import MessageTs, SlackUserId
from bot.domain.roles import accept
from bot.domain.transcript import MemberLeft, Message, MessagePosted, SlackEvent
from bot.store import Store
from bot.workflows.context import Context
from bot.workflows.intake import Intake
from tests.store.given import CHANNEL, DANA, NOON, declare_with_channel, minutes

CHEN, ELI = SlackUserId("UCHEN"), SlackUserId("UELI")


def context_of(store: Store) -> Context:
    return Context(store, policies.load(None), (), lambda: NOON + minutes(2))


def message(number: int) -> SlackEvent:
    ts = MessageTs(f"{int(NOON.timestamp()) + number}.000000")
    return SlackEvent(f"Ev{number}", MessagePosted(Message(CHANNEL, ts, CHEN, f"message {number}", NOON)))


async def test_whoever_is_cancelled_while_it_commits_leaves_nobody_unanswered(store: Store) -> None:
    await declare_with_channel(store)
    intake = Intake(context_of(store))
    async with store.write():  # whoever commits waits for the database
        first, second, *others = [asyncio.create_task(intake.take(message(number))) for number in range(5)]
        for committing in (first, second):  # the second one commits for the others too
            for _ in range(20):
                await asyncio.sleep(0)
            committing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        with pytest.raises(asyncio.CancelledError):
            await second
    async with asyncio.timeout(20):
        await asyncio.gather(*others)
    async with store.read() as tx:
        said = {one.text for one in await tx.transcript(CHANNEL)}
    assert said >= {f"message {number}" for number in range(2, 5)}


async def test_a_commander_who_leaves_with_others_at_once_is_missed(store: Store) -> None:
    number = await declare_with_channel(store)
    context = context_of(store)
    async with store.write() as tx:
        incident = await tx.load(number)
        assert incident is not None
        await tx.record(number, accept(incident, CHEN, NOON + minutes(1)).events, NOON + minutes(1))
    intake = Intake(context)
    left = [SlackEvent(f"Ev{user}", MemberLeft(CHANNEL, user, NOON + minutes(2))) for user in (DANA, CHEN, ELI)]
    await asyncio.gather(*map(intake.take, left))
    async with store.read() as tx:
        incident = await tx.incident(number)
    assert incident is not None
    assert incident.commander is None
