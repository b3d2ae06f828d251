"""Answers go first, for a while."""

import asyncio

import pytest

from bot.workflows.giving_way import Waiting


async def test_what_nobody_waits_for_goes_on_at_once() -> None:
    async with asyncio.timeout(20):
        await Waiting().give_way(3600)


async def test_it_gives_way_until_everybody_has_an_answer() -> None:
    waiting, order = Waiting(), []

    async def work() -> None:
        await waiting.give_way(3600)
        order.append("work")

    with waiting.somebody():
        with waiting.somebody():
            working = asyncio.create_task(work())
            await asyncio.sleep(0)
            order.append("first answer")
        await asyncio.sleep(0)
        order.append("second answer")
    async with asyncio.timeout(20):
        await working
    assert order == ["first answer", "second answer", "work"]


async def test_it_does_not_give_way_for_ever() -> None:
    waiting = Waiting()
    async with asyncio.timeout(20):
        with waiting.somebody():
            await waiting.give_way(0.01)


@pytest.mark.parametrize("turns", range(4))
async def test_who_is_cancelled_as_it_may_go_on_is_cancelled(turns: int) -> None:
    """`asyncio.wait_for` of Python 3.11 loses that: a delivery that was told to end went on for ever."""
    waiting = Waiting()
    with waiting.somebody():
        working = asyncio.create_task(waiting.give_way(3600))
        for _ in range(3):
            await asyncio.sleep(0)
    for _ in range(turns):
        await asyncio.sleep(0)
    was_cancelled = working.cancel()
    await asyncio.wait([working])
    assert working.cancelled() is was_cancelled


async def test_whoever_fails_waits_no_longer() -> None:
    waiting = Waiting()
    try:
        with waiting.somebody():
            raise RuntimeError
    except RuntimeError:
        async with asyncio.timeout(20):
            await waiting.give_way(3600)
