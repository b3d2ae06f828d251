"""Work that goes on after an answer."""

import asyncio

from bot.slack.tasks import Tasks


async def test_draining_waits_for_what_is_under_way_and_for_what_it_starts() -> None:
    tasks, done = Tasks(), []

    async def second() -> None:
        await asyncio.sleep(0)
        done.append("second")

    async def first() -> None:
        await asyncio.sleep(0)
        tasks.spawn(second())
        done.append("first")

    tasks.spawn(first())
    await tasks.drain(5)
    assert done == ["first", "second"]


async def test_what_does_not_end_in_time_is_given_up() -> None:
    tasks = Tasks()
    endless = tasks.spawn(asyncio.Event().wait())
    await tasks.drain(0.01)
    assert endless.cancelled()


async def test_a_failure_takes_nothing_with_it() -> None:
    tasks = Tasks()

    async def fail() -> None:
        raise ZeroDivisionError

    async def work() -> str:
        return "done"

    tasks.spawn(fail())
    working = tasks.spawn(work())
    await tasks.drain(5)
    assert working.result() == "done"


async def test_draining_nothing_is_done_at_once() -> None:
    await Tasks().drain(5)
