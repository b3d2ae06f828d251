"""Declare an incident: the next reference, the first decision."""

from collections.abc import Sequence

from bot.domain import declaration as rules
from bot.domain import problem
from bot.domain.folding import fold
from bot.domain.ids import SlackUserId
from bot.domain.timeline import PastIncident
from bot.workflows.context import Context, Outcome, keep_answer, recall
from bot.workflows.duplicates import suggest_major


async def declare(
    context: Context, sender_id: str, by: SlackUserId, report: rules.Declaration, alike: Sequence[PastIncident] = ()
) -> Outcome:
    """Open an incident under the next reference; the number is used only if all of it is recorded. `alike`: incidents
    of the past that its channel is told of."""
    async with context.store.write() as tx:
        if earlier := await tx.answered(sender_id):
            return await recall(tx, earlier)
        number = await tx.next_number()
        decision = rules.declare(number, by, report, context.now(), context.policy, context.runbooks)
        recorded = await tx.record(number, decision, context.now(), dedup=sender_id)
        await keep_answer(tx, sender_id, number, recorded)
        incident = fold(recorded)
        await suggest_major(context, tx, incident)
        if remembered := problem.recall(alike, context.now()):
            await tx.record(number, remembered, context.now())
        return Outcome(incident, recorded)
