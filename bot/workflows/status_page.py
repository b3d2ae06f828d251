"""The status page as it stands, read from what was published."""

from bot.domain.customers import page_of
from bot.status_page import SHOWN_FOR, Site, site_of
from bot.workflows.context import Context


async def site_now(context: Context) -> Site:
    """Raises NoStatusPage."""
    page, now = page_of(context.policy), context.now()
    async with context.store.read() as tx:
        published = await tx.published(now - SHOWN_FOR)
    return site_of(page, published, now, str(context.store.workspace))
