"""How Muster stands, as gauges of `GET /metrics`: read when somebody asks, so that idling costs nothing."""

from collections.abc import Mapping
from datetime import datetime

from prometheus_client import Gauge

from bot.store import Database, DatabaseUnreachable
from bot.web.clocks import OVERDUE_AFTER
from bot.workflows.context import Context

UNFINISHED = ("pending", "in_flight", "held", "dead")
DATABASE = Gauge("muster_database_up", "1: the database answers and is at this version's tables; 0: it does not.")
CONNECTED = Gauge("muster_slack_connected", "1: Slack can reach Muster, as far as that can be known; 0: it cannot.")
WAITING = Gauge("muster_effects_waiting", "Effects whose time has come and that are not done.", ["kind"])
OLDEST = Gauge("muster_effect_oldest_seconds", "How long ago the oldest of them was stored.", ["kind"])
EFFECTS = Gauge("muster_effects", "Effects that are not done, by state.", ["state"])
DELIVERIES = Gauge("muster_alert_deliveries_waiting", "What monitoring sent and is not worked off.")
SOCKETS = Gauge("muster_slack_connections", "Connections to Slack that are alive; 0 in HTTP mode.")
COUNTED = Gauge("muster_slack_app_connections", "Connections of the app, as Slack last counted them; it allows ten.")
USED = Gauge("muster_slack_budget_used", "How much of what Slack allows of a method is used up, 0 to 1.", ["method"])
LANES = Gauge("muster_lane_oldest_seconds", "How long ago the oldest of a kind of lane was stored.", ["lane"])
DEAD = Gauge("muster_effects_dead", "Effects that were given up and are not retried.")
OVERDUE = Gauge("muster_deadlines_overdue", "Deadlines that are over 30 seconds late.")
TICK_AGE = Gauge("muster_last_tick_seconds", "How long ago deadlines were last looked at.")


def read_limits(counted: int | None, used: Mapping[str, float]) -> None:
    """How near we are to what Slack allows. `counted`: the connections of the app, as Slack last said; None: it never
    did. `used`: by method, the part of a minute's calls that is used up."""
    COUNTED.set(counted or 0)
    USED.clear()
    for method, part in used.items():
        USED.labels(method).set(round(part, 3))


async def read(
    context: Context, is_connected: bool, connections: int, last_tick_at: datetime | None, machine_now: datetime
) -> None:
    """Set every gauge. `last_tick_at`: when deadlines were last looked at (machine time).

    While the database does not answer, the figures from it are those of the last time."""
    CONNECTED.set(is_connected)
    SOCKETS.set(connections)
    if last_tick_at is not None:
        TICK_AGE.set((machine_now - last_tick_at).total_seconds())
    is_up = await _is_up(context.store.database)
    DATABASE.set(is_up)
    if is_up:
        await _from_database(context, machine_now)


async def _is_up(database: Database) -> bool:
    try:
        return await database.revision_is_current()
    except DatabaseUnreachable:
        return False


async def _from_database(context: Context, machine_now: datetime) -> None:
    async with context.store.read() as tx:
        waiting = await tx.effects_waiting(machine_now)
        counts = await tx.outbox_counts()
        overdue = await tx.overdue_deadlines(context.now() - OVERDUE_AFTER)
        deliveries = await tx.deliveries_waiting()
    for gauge in (WAITING, OLDEST, LANES):
        gauge.clear()
    for one in sorted(waiting, key=lambda one: one.oldest_at, reverse=True):  # the oldest of all is set last
        age = (machine_now - one.oldest_at).total_seconds()
        WAITING.labels(one.kind).inc(one.count)
        OLDEST.labels(one.kind).set(age)
        LANES.labels(one.lane).set(age)
    for state in UNFINISHED:
        EFFECTS.labels(state).set(counts.get(state, 0))
    DEAD.set(counts.get("dead", 0))
    DELIVERIES.set(deliveries)
    OVERDUE.set(overdue)
