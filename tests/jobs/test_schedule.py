"""Timers call on the loop, where tasks may be started and events set."""

import asyncio
import threading
from datetime import timedelta

from bot.jobs.schedule import start_timers


async def test_a_timer_calls_on_the_loop_and_may_start_a_task() -> None:
    done = asyncio.Event()
    threads: list[int] = []

    async def work() -> None:
        done.set()

    def call() -> None:
        threads.append(threading.get_ident())
        asyncio.get_running_loop().create_task(work())

    timers = start_timers({"soon": (timedelta(seconds=0.05), call)})
    try:
        async with asyncio.timeout(20):
            await done.wait()
    finally:
        timers.shutdown(wait=False)
    assert set(threads) == {threading.get_ident()}


async def test_a_timer_that_fails_is_called_again() -> None:
    calls = 0
    again = asyncio.Event()

    def call() -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise ValueError("the first time")
        again.set()

    timers = start_timers({"soon": (timedelta(seconds=0.05), call)})
    try:
        async with asyncio.timeout(20):
            await again.wait()
    finally:
        timers.shutdown(wait=False)


async def test_a_timer_of_hours_is_called_at_the_start_where_that_is_wanted() -> None:
    called = asyncio.Event()
    timers = start_timers(
        {"purge": (timedelta(hours=6), called.set), "later": (timedelta(hours=6), lambda: 1 / 0)}, at_once={"purge"}
    )
    try:
        async with asyncio.timeout(20):
            await called.wait()
    finally:
        timers.shutdown(wait=False)
