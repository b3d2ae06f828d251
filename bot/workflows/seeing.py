"""Which incident is meant, and who may see it: someone who may not gets the answer of one that does not exist."""

from datetime import datetime

from bot.domain.actor import Actor, Muster, Person
from bot.domain.ids import ChannelId, IncidentNumber
from bot.domain.refusal import NotFound
from bot.store import Reading, Summary
from bot.workflows.context import Context


async def find_visible(context: Context, reference: str, actor: Actor, channel: ChannelId | None) -> IncidentNumber:
    """The number behind a reference. Raises NotFound also for what the actor may not see."""
    async with context.store.read() as tx:
        number = IncidentNumber(int(reference.partition("-")[2]))
        summary = await tx.summary(number)
        if summary is None or not await may_see(tx, summary, actor, channel):
            raise NotFound(ref=reference)
        return number


async def may_see(tx: Reading, summary: Summary, actor: Actor, channel: ChannelId | None = None) -> bool:
    """A private incident that is not listed is seen by the members of its channel and by those it was given to. No
    integration sees it.

    Whoever types in its channel is a member: Slack lets nobody else in.
    """
    if not summary.is_hidden or (channel is not None and channel == summary.channel):
        return True
    if not isinstance(actor, Person):
        return isinstance(actor, Muster)
    user = actor.user
    if user in (summary.asked, summary.commander):
        return True
    if summary.channel is None:
        return user == summary.declared_by
    return user in await tx.members(summary.channel)


async def visible(context: Context, actor: Actor, *, open_only: bool, since: datetime | None = None) -> list[Summary]:
    """The incidents an actor may see, of those declared since an instant; worst and oldest first."""
    async with context.store.read() as tx:
        found = await tx.incidents(open_only=open_only, since=since)
        seen = [one for one in found if await may_see(tx, one, actor)]
    return sorted(seen, key=lambda one: (one.priority, one.number))
