"""The inbox: a second delivery changes nothing."""

import asyncio

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.ids import IncidentNumber
from bot.store import Answered, Store
from tests.store.given import declare_in

ANSWERED = Answered(IncidentNumber(42), 7, 9, b"1" * 32)


async def test_a_slack_event_is_taken_once(store: Store) -> None:
    async with store.write() as tx:
        assert await tx.take("Ev1")
        assert not await tx.take("Ev1")
    async with store.write() as tx:
        assert not await tx.take("Ev1")
        assert await tx.take_all(["Ev2", "Ev1", "Ev3", "Ev2"]) == {"Ev2", "Ev3"}
        assert await tx.take_all([]) == set()


async def test_two_processes_do_not_take_the_same_slack_event(store: Store) -> None:
    async def take(ids: list[str]) -> set[str]:
        async with store.write() as tx:
            return await tx.take_all(ids)

    ids = [f"Ev{number}" for number in range(50)]
    one, other = await asyncio.gather(take(ids), take(ids[::-1]))
    assert one | other == set(ids)
    assert one & other == set()


async def test_an_answer_is_found_again_by_the_request_it_answered(store: Store) -> None:
    async with store.write() as tx:
        assert await tx.answered("trigger.1") is None
        await tx.answer("trigger.1", ANSWERED)
        assert await tx.answered("trigger.1") == ANSWERED
    async with store.read() as tx:
        assert await tx.answered("trigger.1") == ANSWERED
        assert await tx.answered("trigger.2") is None


async def test_a_slack_event_is_not_an_answer(store: Store) -> None:
    async with store.write() as tx:
        await tx.take("Ev1")
        assert await tx.answered("Ev1") is None


async def test_a_request_is_answered_once(store: Store) -> None:
    async with store.write() as tx:
        await tx.answer("trigger.1", ANSWERED)
    with pytest.raises(IntegrityError):
        async with store.write() as tx:
            await tx.answer("trigger.1", ANSWERED)


async def test_the_same_request_at_once_in_two_processes_is_carried_out_once(store: Store) -> None:
    async def declare_once() -> Answered:
        async with store.write() as tx:
            if earlier := await tx.answered("trigger.1"):
                return earlier
            answered = Answered(await declare_in(tx), 1, 1)
            await tx.answer("trigger.1", answered)
            return answered

    answers = await asyncio.gather(*(declare_once() for _ in range(5)))
    assert set(answers) == {Answered(IncidentNumber(1), 1, 1)}
    async with store.read() as tx:
        assert len(await tx.incidents()) == 1
