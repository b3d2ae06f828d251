"""Marks that people set and take away: with reactions, in the transaction that takes the reaction in, or by hand."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain import mark as rules
from bot.domain.decision import Decision
from bot.domain.ids import ChannelId, IncidentNumber, MessageTs, SlackUserId
from bot.domain.incident import Incident
from bot.domain.mark import NoSuchMessage
from bot.domain.refusal import NothingToChange
from bot.domain.transcript import Message, MessageAt, Reacted, SlackEvent, permalink
from bot.domain.vocabulary import Mark
from bot.store import Reading, Writing
from bot.workflows.context import Context, record


async def mark_message(
    tx: Writing, incident: Incident, by: SlackUserId, mark: Mark, channel: ChannelId, ts: MessageTs, now: datetime
) -> Decision:
    """Mark one message by hand. Raises NoSuchMessage, NothingToChange."""
    message = await message_of(tx, incident, MessageAt(channel, ts))
    decision = rules.mark(incident, by, mark, message, await _link(tx, message), now)
    if decision is None:
        raise NothingToChange(text="That message is already marked like that; nothing was changed.")
    return decision


async def message_of(tx: Writing, incident: Incident, at: MessageAt) -> Message:
    """A message of the incident's channel. Raises NoSuchMessage."""
    message = await tx.message(at.channel, at.ts) if at.channel in incident.channels else None
    if message is None or message.deleted_at is not None:
        raise NoSuchMessage(ref=incident.ref)
    return message


async def _link(tx: Writing, message: Message) -> str | None:
    workspace = await tx.workspace()
    url = workspace.url if workspace else None
    return permalink(url, message.channel, message.ts, message.thread_ts) if url else None


async def notice(context: Context, tx: Writing, events: Iterable[SlackEvent]) -> None:
    """Act on what the reactions tell; those of which the policy says nothing cost nothing."""
    for told in _marks(context, events):
        await _act(context, tx, told)


async def concerned(context: Context, tx: Reading, events: Iterable[SlackEvent]) -> set[IncidentNumber]:
    """The incidents in which somebody marked a message."""
    numbers = [await tx.number_of_channel(told.channel) for told in _marks(context, events)]
    return {number for number in numbers if number is not None}


def _marks(context: Context, events: Iterable[SlackEvent]) -> list[Reacted]:
    reactions = [event.seen for event in events if isinstance(event.seen, Reacted)]
    return [told for told in reactions if told.reaction in context.policy.marks]


async def _act(context: Context, tx: Writing, told: Reacted) -> None:
    number = await tx.number_of_channel(told.channel)
    message = await tx.message(told.channel, told.ts)
    if number is None or message is None or message.deleted_at is not None:
        return
    incident = await tx.load(number)
    if incident is None or not incident.is_readable:
        return
    mark = context.policy.marks[told.reaction]
    still = any(one.name == told.reaction and one.users for one in message.reactions)
    if not told.is_removed:
        decision = rules.mark(incident, told.user, mark, message, await _link(tx, message), context.now())
    else:
        decision = None if still else rules.unmark(incident, told.user, mark, message, context.now())
    if decision is not None:
        await record(context, tx, number, decision)
