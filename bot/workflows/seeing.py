"""Which incident is meant, and who may see it: someone who may not gets the answer of one that does not exist."""

import asyncio
from datetime import datetime

from bot.domain.actor import Actor, Muster, Person
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId, ref
from bot.domain.refusal import NotFound
from bot.store import Reading, Summary
from bot.workflows.context import Context

ASKED_AT_ONCE = 10
"""Private incidents of which Slack is asked for one list: after a restart there may be many."""


async def find_visible(context: Context, reference: str, actor: Actor, channel: ChannelId | None) -> IncidentNumber:
    """The number behind a reference. Raises NotFound also for what the actor may not see.

    Where it is in doubt who is in a private channel, Slack is asked before somebody is refused.
    """
    number = IncidentNumber(int(reference.partition("-")[2]))
    async with context.store.read() as tx:
        summary = await tx.summary(number)
        if summary is None:
            raise NotFound(ref=reference)
        if await may_see(context, tx, summary, actor, channel):
            return number
    if not is_doubtful(context, summary) or not await context.presence.confirm(number):
        raise NotFound(ref=reference)
    async with context.store.read() as tx:
        summary = await tx.summary(number)
        if summary is None or not await may_see(context, tx, summary, actor, channel, is_confirmed=True):
            raise NotFound(ref=reference)
        return number


async def may_have_link(context: Context, number: IncidentNumber, user: SlackUserId) -> bool:
    """Whether somebody may have a link to the review, which leads to all that was said: of a private incident Slack is
    asked first who is in its channel. Raises NotFound for whoever is not in it any more."""
    async with context.store.read() as tx:
        summary = await tx.summary(number)
    if summary is None or not summary.is_hidden:
        return summary is not None
    if not await context.presence.confirm(number):
        return user in (summary.asked, summary.commander, summary.declared_by)
    async with context.store.read() as tx:
        summary = await tx.summary(number)
        if summary is None or not await may_see(context, tx, summary, Person(user), is_confirmed=True):
            raise NotFound(ref=ref(number))
    return True


def is_doubtful(context: Context, summary: Summary) -> bool:
    """Whether an incident is private and it is not known, after an absence, who is in its channel."""
    channel = summary.channel
    return summary.is_hidden and channel is not None and not context.presence.is_known(summary.number, channel)


async def may_see(
    context: Context,
    tx: Reading,
    summary: Summary,
    actor: Actor,
    channel: ChannelId | None = None,
    *,
    is_confirmed: bool = False,
) -> bool:
    """A private incident that is not listed is seen by the members of its channel and by those it was given to; while
    it is in doubt who the members are, only by those and by whoever declared it. No integration sees it.

    Whoever types in its channel is a member: Slack lets nobody else in. `is_confirmed`: Slack has just been asked.
    """
    if not summary.is_hidden or (channel is not None and channel == summary.channel):
        return True
    if not isinstance(actor, Person):
        return isinstance(actor, Muster)
    user = actor.user
    if user in (summary.asked, summary.commander):
        return True
    if summary.channel is None or (is_doubtful(context, summary) and not is_confirmed):
        return user == summary.declared_by
    return user in await tx.members(summary.channel)


async def visible(context: Context, actor: Actor, *, open_only: bool, since: datetime | None = None) -> list[Summary]:
    """The incidents an actor may see, of those declared since an instant; worst and oldest first.

    Where it is in doubt who is in private channels, Slack is asked of the newest of them first.
    """
    async with context.store.read() as tx:
        found = await tx.incidents(open_only=open_only, since=since)
        doubtful = [summary.number for summary in found if is_doubtful(context, summary)][:ASKED_AT_ONCE]
    confirmed: set[IncidentNumber] = set()
    if doubtful and isinstance(actor, Person):
        answers = await asyncio.gather(*(context.presence.confirm(number) for number in doubtful))
        confirmed = {number for number, is_known in zip(doubtful, answers, strict=True) if is_known}
    async with context.store.read() as tx:
        found = await tx.incidents(open_only=open_only, since=since) if confirmed else found
        seen = [
            summary
            for summary in found
            if await may_see(context, tx, summary, actor, is_confirmed=summary.number in confirmed)
        ]
    return sorted(seen, key=lambda summary: (summary.priority, summary.number))
