"""What becomes of channels: renamed, or such that Muster cannot write in them; noticed by what Slack tells, or by its
answer to a call."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.decision import Decision
from bot.domain.declaration import channel_renamed
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId
from bot.domain.incident import Incident
from bot.domain.reach import channel_lost, channel_regained, channel_unarchived
from bot.domain.transcript import ChannelGone, ChannelNamed, ChannelUnarchived, MemberJoined, SlackEvent
from bot.domain.vocabulary import ChannelLoss
from bot.store import Reading, Writing
from bot.workflows.context import Context, record

Told = ChannelGone | ChannelNamed | ChannelUnarchived | MemberJoined


async def told_of(tx: Reading, events: Iterable[SlackEvent]) -> list[tuple[IncidentNumber | None, Told]]:
    """What the events tell of channels, each with the incident whose channel it is."""
    return [(await tx.number_of_channel(told.channel), told) for told in await _told(tx, events)]


async def notice(context: Context, tx: Writing, channels: Iterable[tuple[IncidentNumber | None, Told]]) -> None:
    """Record which channels were lost, regained and renamed, in the transaction that took it in."""
    for number, told in channels:
        if number is None and isinstance(told, MemberJoined):  # it may be the broadcast channel
            await tx.free_broadcast()
        incident = await tx.load(number) if number is not None else None
        if number is None or incident is None or not incident.is_readable:
            continue
        people = await tx.members(told.channel) if isinstance(told, ChannelGone) else ()
        await record(context, tx, number, _decided(incident, told, context.now(), sorted(people)))


def _decided(incident: Incident, told: Told, now: datetime, people: Sequence[SlackUserId]) -> Decision:
    match told:
        case ChannelGone():
            return channel_lost(incident, told.channel, told.why, told.by, now, people)
        case ChannelNamed():
            is_own = told.channel == incident.channel
            return channel_renamed(incident, told.name, now, told.by) if is_own else Decision(())
        case ChannelUnarchived():
            return channel_unarchived(incident, told.channel, told.by, now)
        case MemberJoined():
            return channel_regained(incident, told.channel, told.by, now)


async def refused(context: Context, tx: Writing, number: IncidentNumber, channel: ChannelId, why: ChannelLoss) -> None:
    """Record what Slack's answer to a call says of the incident's channel."""
    incident = await tx.load(number)
    if incident is not None and incident.is_readable:
        await record(context, tx, number, channel_lost(incident, channel, why, None, context.now()))


async def _told(tx: Reading, events: Iterable[SlackEvent]) -> list[Told]:
    """What is told of channels; of those who joined one, the bot alone counts. Of two that tell a new name, the
    one that says who gave it goes first."""
    told = [event.seen for event in events if isinstance(event.seen, Told)]
    told.sort(key=lambda one: isinstance(one, ChannelNamed) and one.by is None)
    if not any(isinstance(one, MemberJoined) for one in told):
        return told
    workspace = await tx.workspace()
    bot_user = workspace.bot_user if workspace else None
    return [one for one in told if not isinstance(one, MemberJoined) or one.user == bot_user]
