"""The timers, in memory: they only wake, and remember nothing."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler


def start_timers(
    timers: dict[str, tuple[timedelta, Callable[[], object]]], at_once: Collection[str] = ()
) -> AsyncIOScheduler:
    """Call each function at its interval, on the loop, until the scheduler is shut down.

    `at_once`: the names of those that are first called now. An interval of hours counts from the start, so that a bot
    that is restarted more often would never call them.
    `misfire_grace_time=None`: the library's default of one second would drop late runs.
    """
    scheduler = AsyncIOScheduler(timezone="UTC")
    for name, (interval, call) in timers.items():
        scheduler.add_job(
            _on_the_loop,
            "interval",
            args=(call,),
            id=name,
            seconds=interval.total_seconds(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            **({"next_run_time": datetime.now(UTC)} if name in at_once else {}),
        )
    scheduler.start()
    return scheduler


async def _on_the_loop(call: Callable[[], object]) -> None:
    """The library calls a plain function in a thread, where nothing of the loop may be touched."""
    call()
