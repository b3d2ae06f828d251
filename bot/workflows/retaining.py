"""What is kept no longer: looked for by the policy's `retention`, and taken out, one record after the other."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.ids import IncidentNumber
from bot.domain.retention import PROPOSALS_KEPT, SENT_KEPT, Retention
from bot.domain.vocabulary import DataClass
from bot.store import Reading, Store
from bot.store.retaining import MESSAGES_AT_ONCE
from bot.store.session import machine_now

Now = Callable[[], datetime]


async def others_may_go_on() -> bool:
    """And so may we."""
    await asyncio.sleep(0)
    return True


@dataclass(slots=True)
class WouldGo:
    """What is kept no longer, counted."""

    records: Counter[str] = field(default_factory=Counter)
    """Of how many incidents each class of data goes."""
    rows: Counter[str] = field(default_factory=Counter)
    """How many rows change or go, by what they are."""
    held: tuple[IncidentNumber, ...] = ()
    """The incidents on legal hold, of which nothing goes."""

    @property
    def is_nothing(self) -> bool:
        return not self.rows


async def would_go(tx: Reading, retention: Retention, now: datetime) -> WouldGo:
    """Look at everything, and change nothing. `now`: incident time."""
    found = WouldGo(held=tuple(sorted(await tx.held())))
    for one in await tx.kept_too_long(retention, now):
        taken = await tx.what_goes(one)
        if taken is not None and taken.kinds:
            found.records.update(taken.kinds)
            found.rows.update(
                {"messages": len(taken.messages), "entries": len(taken.entries), "sections": len(taken.sections)}
            )
            found.rows["alerts"] += len(taken.alerts)
            found.rows["comings"] += len(taken.came) + len(taken.left)
    if retention.audit is not None:
        found.rows["audit"] = await tx.audit_before(machine_now() - retention.audit, found.held)
    if retention.alerts is not None:
        found.rows["alerts of no incident"] = await tx.alerts_before(now - retention.alerts)
    found.rows = +found.rows
    return found


async def purge_rest(store: Store, retention: Retention, now: Now) -> None:
    """Delete what belongs to no record and is kept for a limited time only."""
    async with store.read() as tx:
        held = await tx.held()
    async with store.write() as tx:
        await tx.purge(machine_now() - SENT_KEPT)
        if retention.audit is not None:
            await tx.purge_audit(machine_now() - retention.audit, held)
        if retention.alerts is not None:
            await tx.purge_alerts(now() - retention.alerts)
        await tx.purge_changes(now() - SENT_KEPT)
        await tx.purge_proposals(now() - PROPOSALS_KEPT)
        await tx.forget_deleted(now() - (retention.deleted_words or timedelta()), held)


async def purge_records(
    store: Store,
    retention: Retention,
    now: Now,
    between: Callable[[], Awaitable[bool]] = others_may_go_on,
    at_once: int = MESSAGES_AT_ONCE,
) -> int:
    """Take out of records what is kept no longer; of how many. The database's files still hold what was taken out.

    `between`: waited for after each transaction, for the sake of whoever else writes; False: no more for now.
    `at_once`: messages in one transaction.
    """
    async with store.read() as tx:
        found = await tx.kept_too_long(retention, now())
    for count, one in enumerate(found):
        is_more = True
        while is_more:
            async with store.write() as tx:
                if one.has_alerts:
                    await tx.lock_alerts()
                is_more = await tx.take_out(one, now(), at_once)
            if not await between():
                return count
    if any(DataClass.PEOPLE in one.cutoffs for one in found):
        async with store.read() as tx:
            nobody = await tx.profiles_of_nobody()
        if nobody:
            async with store.write() as tx:
                await tx.forget_profiles(nobody)
    return len(found)
