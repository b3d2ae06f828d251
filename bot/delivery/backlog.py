"""What operators are told of what waits, and of what is out of date."""

from collections.abc import Mapping, Sequence

from bot.domain.ids import ref
from bot.domain.telling import few
from bot.store import FeedCopy, OutboxRow

SHOWN = 5
MOST_CONNECTIONS = 10
"""Of one app, all replicas together; docs.slack.dev, "Using Socket Mode", as read in August 2026."""


def waiting_effects(rows: Sequence[OutboxRow]) -> str:
    """Which effects have been tried for long, and what stood in the way last."""
    named = "; ".join(_named(row) for row in rows[:SHOWN])
    count = "1 effect is" if len(rows) == 1 else f"{len(rows)} effects are"
    more = f"; and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    return f"{count} being tried again and again: {named}{more}."


def set_aside(failed: int) -> str:
    """That deliveries of monitoring could not be worked off."""
    count = "1 delivery of alerts" if failed == 1 else f"{failed} deliveries of alerts"
    return f"{count} could not be worked off; the log says why, `muster alerts retry` tries again."


def too_many_connections(counted: int | None) -> str | None:
    """That Slack would refuse one more; None while it would not. `counted`: as Slack last said; None: it never did."""
    if counted is None or counted < MOST_CONNECTIONS:
        return None
    return (
        f"Slack counts {counted} connections of this app and allows {MOST_CONNECTIONS}: a further replica would not be "
        "let in. Each replica keeps two; stop what else connects with this app's token."
    )


def _named(row: OutboxRow) -> str:
    where = f"{ref(row.number)} " if row.number else ""
    return f"{where}{row.kind} ({row.error or 'under way'})"


def out_of_date(copies: Mapping[str, FeedCopy]) -> str:
    """Which documents of the service catalogue nothing newer could be had of, and what is used instead."""
    named = [f"{without_query(place)}: {copy.told}" for place, copy in sorted(copies.items())]
    return f"The service catalogue is not up to date: {few(named, SHOWN, '; ')}."


def without_query(place: str) -> str:
    """An address as it may be shown: a key may stand behind the `?`."""
    return place.partition("?")[0]
