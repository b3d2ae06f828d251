"""What the digest of a week is made of: nothing private, not even in a sum, for it goes to whoever is in a channel."""

from datetime import date

from bot.domain.weekly import Weekly, span_of, weekly
from bot.workflows.context import Context


async def week_until(context: Context, last: date) -> Weekly:
    """The figures of the seven days that end with one, as they are now."""
    span = span_of(last)
    async with context.store.read() as tx:
        private = [one.number for one in await tx.incidents(open_only=False, since=span.since, private_only=True)]
        measures = await tx.measured(span.since, span.until, apart_from=frozenset(private))
        promised = await tx.open_follow_ups()
        known = {one.number for one in await tx.summaries([one.number for one in promised]) if not one.is_private}
    return weekly(measures, last, [one for one in promised if one.number in known], context.now())
