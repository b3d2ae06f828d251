"""The timers, in memory: they only wake, and remember nothing."""

from collections.abc import Callable
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler


def start_timers(timers: dict[str, tuple[timedelta, Callable[[], object]]]) -> AsyncIOScheduler:
    """Call each function at its interval, on the loop, until the scheduler is shut down.

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
        )
    scheduler.start()
    return scheduler


async def _on_the_loop(call: Callable[[], object]) -> None:
    """The library calls a plain function in a thread, where nothing of the loop may be touched."""
    call()
