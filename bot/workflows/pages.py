"""What a pager says by itself became of a page."""

from bot.domain import paging
from bot.workflows.context import Context, record, require_writable


async def seen(context: Context, delivery_id: str, pager: str, key: str) -> bool:
    """Keep, once, that a page was acknowledged where it rings; False when that was delivered before. What is about
    another workspace, or about a page that nobody waits for, leads to nothing. Raises BeingUpgraded."""
    page = paging.of_key(key)
    async with context.store.write() as tx:
        if not await tx.take(delivery_id):
            return False
        incident = await tx.load(page.number) if page and page.workspace == context.store.workspace else None
        if page is None or incident is None:
            return True
        decision = paging.seen(require_writable(incident, page.number), page.seq, page.person, pager, context.now())
        if decision.events:
            await record(context, tx, incident.number, decision)
        return True
