"""Whether commands can be taken, and what deserves a look."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.delivery.backlog import out_of_date, set_aside, waiting_effects
from bot.domain.shifts import left_out
from bot.store import Database, DatabaseUnreachable
from bot.web.clocks import OVERDUE_AFTER, clock_skew, overdue_claims
from bot.workflows.context import Context

OLD_AFTER = timedelta(minutes=5)
"""How long an effect may wait before readiness warns of it."""
CATALOG_OLD_AFTER = 3
"""So many times `refresh_every` a copy of the catalogue may be old before readiness warns of it."""
LATE_TICK = timedelta(seconds=10)
"""How long deadlines may go unlooked at: ten ticks."""


LATE_TICKS = "late_ticks"


@dataclass(frozen=True, slots=True)
class Notice:
    """One reason or warning: a code for programs, a text for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """Ready when nothing speaks against it; warnings do not."""

    reasons: tuple[Notice, ...] = ()
    warnings: tuple[Notice, ...] = ()

    @property
    def is_ready(self) -> bool:
        return not self.reasons

    def as_json(self) -> dict[str, Any]:
        """The body of `GET /readyz`."""
        return {
            "ready": self.is_ready,
            "reasons": [_as_json(notice) for notice in self.reasons],
            "warnings": [_as_json(notice) for notice in self.warnings],
        }


def _as_json(notice: Notice) -> dict[str, str]:
    return {"code": notice.code, "text": notice.text}


@dataclass(slots=True)
class Starting:
    """What readiness says until Muster has started."""

    waits_for: dict[str, str] = field(default_factory=dict)
    """What is unreachable – the database, Slack, or both – and why."""
    is_over: bool = False

    async def readiness(self) -> Readiness:
        """Not ready, and why."""
        waiting = (Notice(code, why) for code, why in self.waits_for.items())
        return Readiness((Notice("starting", "Muster is starting."), *waiting))


async def database_reasons(database: Database) -> list[Notice]:
    """Why the database cannot be used; empty when it can. One that can be read may still take nothing, as on a full
    disk."""
    try:
        if await database.revision_is_current():
            return [Notice("database_unreachable", database.away)] if database.away else []
    except DatabaseUnreachable as error:
        return [Notice("database_unreachable", str(error))]
    return [Notice("database_not_migrated", "The database is not at this version's tables; run `muster migrate`.")]


async def warnings(context: Context, machine_now: datetime, last_tick_at: datetime | None) -> list[Notice]:
    """What deserves a look while commands can be taken. `last_tick_at`: when deadlines were last looked at."""
    return [
        *await _effect_warnings(context, machine_now),
        *await _alert_warnings(context),
        *await _feed_warnings(context),
        *await _catalog_warnings(context, machine_now),
        *await _clock_warnings(context, machine_now, last_tick_at),
    ]


async def _effect_warnings(context: Context, machine_now: datetime) -> list[Notice]:
    async with context.store.read() as tx:
        counts = await tx.outbox_counts()
        oldest_at = await tx.oldest_pending_at(machine_now)
        tried = await tx.tried_since(machine_now - OLD_AFTER)
        newer = await tx.unreadable_effects()
    notices = []
    if dead := counts.get("dead", 0):
        effects = "effect is" if dead == 1 else "effects are"
        notices.append(Notice("dead_effects", f"{dead} {effects} dead; `muster outbox list` shows them."))
    if tried:
        notices.append(Notice("old_effects", f"{waiting_effects(tried)} `muster outbox list` shows them."))
    elif oldest_at is not None and machine_now - oldest_at > OLD_AFTER:
        notices.append(Notice("old_effects", "Slack has not been told something for over five minutes."))
    if newer:
        notices.append(Notice("newer_effects", f"Left to a newer version of Muster: {', '.join(newer)}."))
    return notices


async def _alert_warnings(context: Context) -> list[Notice]:
    async with context.store.read() as tx:
        failed = await tx.failed_deliveries()
    return [Notice("alerts_set_aside", set_aside(failed))] if failed else []


async def _feed_warnings(context: Context) -> list[Notice]:
    async with context.store.read() as tx:
        feeds = await tx.feeds()
    behind = [
        Notice("oncall_feed", f"The calendar of the schedule {name} is not up to date: {copy.told}.")
        for name, copy in sorted(feeds.items())
        if copy.error is not None and name in context.policy.schedules
    ]
    schedules = sorted(context.policy.schedules.items())
    return behind + [Notice("oncall_left_out", left_out(one)) for _, one in schedules if one.left_out]


async def _catalog_warnings(context: Context, machine_now: datetime) -> list[Notice]:
    catalog = context.policy.catalog
    if catalog is None:
        return []
    async with context.store.read() as tx:
        ages = await tx.catalog_ages()
    long = CATALOG_OLD_AFTER * catalog.refresh_every
    old = {place: copy for place, copy in ages.items() if copy.is_older_than(long, machine_now)}
    return [Notice("catalog", out_of_date(old))] if old else []


async def _clock_warnings(context: Context, machine_now: datetime, last_tick_at: datetime | None) -> list[Notice]:
    """What keeps deadlines from firing in time."""
    notices = []
    if last_tick_at is not None and (idle := machine_now - last_tick_at) > LATE_TICK:
        seconds = round(idle.total_seconds())
        notices.append(Notice(LATE_TICKS, f"Deadlines were last looked at {seconds} seconds ago."))
    async with context.store.read() as tx:
        late = await tx.overdue_deadlines(context.now() - OVERDUE_AFTER)
    if late:
        notices.append(Notice("overdue_deadlines", overdue_claims(late)))
    if skew := await clock_skew(context.store.database):
        notices.append(Notice("clock_skew", skew))
    return notices
