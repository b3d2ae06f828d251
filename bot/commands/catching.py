"""`catchup`: a brief for who joins late. Whoever joins the channel of an open incident is offered it, once."""

from datetime import timedelta

from bot.blocks.brief import brief, offer
from bot.commands.command import Command, Dependencies, Named, TypedInvocation, say
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.refusal import Refusal
from bot.door.inbound import Joined
from bot.door.reply import Reply, Silence
from bot.verbs.reading import ShowBrief

WITH_THE_DECLARATION = timedelta(minutes=2)
"""Whom Muster adds so soon after the channel was opened was there from the beginning."""


async def handle(invocation: TypedInvocation) -> Reply:
    return say(brief(await invocation.in_names(await invocation.perform(ShowBrief())), invocation.context.now()))


async def offered(dependencies: Dependencies, joined: Joined) -> Reply:
    """The offer of a brief; silence for whoever got it before, or was there from the beginning."""
    store = dependencies.context.store
    async with store.read() as tx:
        number = await tx.number_of_channel(joined.channel)
        incident = await tx.incident(number) if number is not None else None
        workspace = await tx.workspace()
    own = SlackUserId(workspace.bot_user) if workspace and workspace.bot_user else None
    if incident is None or incident.status.is_over or _was_there(incident, joined, own):
        return Silence()
    try:
        if (await dependencies.look_up(joined.user)).is_bot:
            return Silence()
    except Refusal:
        return Silence()
    async with store.write() as tx:
        is_first = await tx.take(f"catchup/{incident.ref}/{joined.user}")
    return say(offer(incident)) if is_first else Silence()


def _was_there(incident: Incident, joined: Joined, own: SlackUserId | None) -> bool:
    """Whether they are Muster, declared it, or were added with the declaration."""
    if joined.user in (own, incident.declared_by):
        return True
    opened_at = incident.channel_opened_at
    is_early = opened_at is None or joined.at - opened_at < WITH_THE_DECLARATION
    return is_early and joined.inviter is not None and joined.inviter == own


COMMAND = Command(
    name="catchup",
    summary="a brief for people who join late: what, since when, who does what, key moments, last update, what is open",
    usage="catchup",
    example="INC-42 catchup",
    handle=handle,
    named=Named.TAKEN,
)
