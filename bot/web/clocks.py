"""What is wrong with the clocks, in words: for readiness and for `muster doctor`."""

from datetime import UTC, datetime, timedelta

from bot.blocks.text import plural
from bot.store import Database

OVERDUE_AFTER = timedelta(seconds=30)
"""As long as a lease: whoever claimed a deadline and died has lost it by then."""
SKEW = timedelta(seconds=2)
"""So far the clocks of two machines may differ. Leases are told in their time, and deadlines fire to the second."""


def overdue_claims(number: int) -> str:
    """So many deadlines were due long ago."""
    are = "deadline is" if number == 1 else "deadlines are"
    return f"{number} {are} more than {OVERDUE_AFTER.seconds} seconds late."


async def clock_skew(database: Database) -> str:
    """How far the database's clock is from this machine's; empty while that is little. Raises DatabaseUnreachable."""
    before = datetime.now(UTC)
    theirs = await database.now()
    if theirs is None:
        return ""
    ours = before + (datetime.now(UTC) - before) / 2
    return apart(theirs - ours)


def apart(away: timedelta) -> str:
    """In words, when the database's clock is that far ahead."""
    if abs(away) <= SKEW:
        return ""
    seconds = plural(round(abs(away.total_seconds())), "second")
    where = "ahead of" if away > timedelta() else "behind"
    return f"The database's clock is {seconds} {where} this machine's; let both be set by NTP."
