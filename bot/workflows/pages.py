"""Tests of people's own pagers, and what a pager says by itself became of a page."""

from bot.domain import paging
from bot.domain.audience import of_trying
from bot.domain.ids import SlackUserId
from bot.store.session import machine_now
from bot.workflows.context import Context, record, require_writable


async def try_pagers(context: Context, person: SlackUserId) -> tuple[paging.Tried, ...]:
    """Have somebody's own pagers called; of those that were called a short while ago, how far that came. Raises
    NoPagerOfYours."""
    pagers, now = paging.pagers_to_try(person, context.now(), context.policy), machine_now()
    async with context.store.write() as tx:
        last = {one.pager: one for one in reversed(await tx.tries(person))}
        due = [one for one in pagers if one not in last or now - last[one].asked_at >= paging.BETWEEN_TESTS]
        await tx.try_pagers(of_trying(person, due, now))
        fresh = {one: paging.Tried(one, now) for one in due}
    return tuple({**last, **fresh}[one] for one in pagers)


async def seen(context: Context, delivery_id: str, pager: str, key: str) -> bool:
    """Keep, once, that a page was acknowledged where it rings; False when that was delivered before. What is about
    another workspace, or about a page that nobody waits for, leads to nothing. Raises BeingUpgraded."""
    page, trial = paging.of_key(key), paging.try_of_key(key)
    async with context.store.write() as tx:
        if not await tx.take(delivery_id):
            return False
        if trial is not None and trial[0] == context.store.workspace:
            await tx.try_seen(trial[1], machine_now())
        incident = await tx.load(page.number) if page and page.workspace == context.store.workspace else None
        if page is None or incident is None:
            return True
        decision = paging.seen(require_writable(incident, page.number), page.seq, page.person, pager, context.now())
        if decision.events:
            await record(context, tx, incident.number, decision)
        return True
