"""When the turn passes to somebody else, they are told of the open incidents of their services."""

from bot.domain.ids import IncidentNumber
from bot.domain.oncall import note_handover
from bot.workflows.context import Context, record


async def note_handovers(context: Context) -> None:
    """Tell whoever came on call; once per turn and incident, whatever crashed: the timeline says who was told."""
    async with context.store.read() as tx:
        numbers = [one.number for one in await tx.incidents(open_only=True) if not one.status.is_calm]
    for number in sorted(numbers):
        await _note(context, number)


async def _note(context: Context, number: IncidentNumber) -> None:
    async with context.store.read() as tx:
        seen = await tx.incident(number)
    if seen is None or note_handover(seen, frozenset(), context.policy, context.now()) is None:
        return
    async with context.store.write() as tx:
        incident = await tx.load(number)
        if incident is None or not incident.is_readable:
            return
        present = await tx.members(incident.channel) if incident.channel else frozenset()
        decision = note_handover(incident, present, context.policy, context.now())
        if decision is not None:
            await record(context, tx, number, decision)
