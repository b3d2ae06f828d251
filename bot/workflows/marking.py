"""Marks that people set and take away with reactions, in the transaction that takes the reaction in."""

from collections.abc import Iterable

from bot.domain import marking
from bot.domain.transcript import Reacted, SlackEvent, permalink
from bot.store import Writing
from bot.workflows.desk import Desk


async def notice(desk: Desk, tx: Writing, events: Iterable[SlackEvent]) -> None:
    """Act on what the reactions tell; those of which the policy says nothing cost nothing."""
    for event in events:
        if isinstance(event.seen, Reacted) and event.seen.reaction in desk.policy.marks:
            await _act(desk, tx, event.seen)


async def _act(desk: Desk, tx: Writing, told: Reacted) -> None:
    number = await tx.number_of_channel(told.channel)
    message = await tx.message(told.channel, told.ts)
    if number is None or message is None or message.deleted_at is not None:
        return
    incident = await tx.load(number)
    if incident is None or not incident.is_readable:
        return
    mark = desk.policy.marks[told.reaction]
    still = any(one.name == told.reaction and one.users for one in message.reactions)
    if not told.is_removed:
        workspace = await tx.workspace()
        url = workspace.url if workspace else None
        link = permalink(url, message.channel, message.ts, message.thread_ts) if url else None
        decision = marking.mark(incident, told.user, mark, message, link, desk.now())
    else:
        decision = None if still else marking.unmark(incident, told.user, mark, message, desk.now())
    if decision is not None:
        await tx.record(number, decision, desk.now())
