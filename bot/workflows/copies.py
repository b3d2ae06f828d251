"""What was copied from a message into timelines follows it, in the transaction that takes in its edit or deletion."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.copies import TELLING, brought_up_to_date, quoting
from bot.domain.ids import IncidentNumber
from bot.domain.timeline import Evidence, WordsErased
from bot.domain.transcript import Message, MessageAt, MessageDeleted, MessageEdited, SlackEvent, message_at
from bot.domain.vocabulary import MessageChange
from bot.store import Reading, Writing
from bot.workflows.context import Context


@dataclass(frozen=True, slots=True)
class Changed:
    """A message as Slack tells of it now, and the incidents that may hold words of it."""

    at: MessageAt
    message: Message | None
    """None: it was deleted."""
    incidents: tuple[IncidentNumber, ...]


async def as_it_stands(tx: Reading, shown: Evidence) -> Evidence:
    """What evidence quotes, where its message was edited or deleted while the form of the declaration was open. Only of
    messages in channels of incidents is it known."""
    at = message_at(shown.permalink)
    message = await tx.message(at.channel, at.ts) if at else None
    return quoting(shown, None if message.deleted_at else message) if message else shown


async def changed(tx: Reading, events: Iterable[SlackEvent]) -> list[Changed]:
    """The messages that were edited or deleted, and whom that concerns.

    An incident counts by its channel, also while nothing was copied: a follow-up may be made of the message at this
    moment, in a transaction that has to come first or see that the message is gone.
    """
    last: dict[MessageAt, Message | None] = {}
    for event in events:
        match event.seen:
            case MessageEdited(message=message) if last.get(message.address, message) is not None:
                last[message.address] = message
            case MessageDeleted(channel=channel, ts=ts):
                last[MessageAt(channel, ts)] = None
            case _:
                pass
    told = [Changed(at, message, await tx.numbers_with_copies(at)) for at, message in last.items()]
    return [one for one in told if one.incidents]


async def follow(context: Context, tx: Writing, told: Iterable[Changed]) -> None:
    """Bring what was copied from those messages up to date."""
    for one in told:
        for number in one.incidents:
            await _follow(context, tx, number, one)


async def _follow(context: Context, tx: Writing, number: IncidentNumber, told: Changed) -> None:
    incident = await tx.load(number)
    if incident is None or not incident.is_readable or not incident.may_hold_copies_of(told.at):
        return
    message = (
        await tx.message(told.at.channel, told.at.ts) or told.message
    )  # of an edit that came late, the last counts
    if message is not None and message.deleted_at is not None:
        message = None
    entries = brought_up_to_date(told.at, message, await tx.events_of(number, TELLING))
    if entries:
        change = MessageChange.EDITED if message else MessageChange.DELETED
        (first, *others), now = sorted(entries), context.now()
        erased = WordsErased(at=now, of=first, also=tuple(others), after=change)
        await tx.overwrite(number, entries, erased, now)
