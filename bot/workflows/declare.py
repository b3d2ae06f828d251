"""Declare an incident: the next reference, the first decision."""

from collections.abc import Sequence

from bot.domain import declaration as rules
from bot.domain import knowledge
from bot.domain.folding import fold
from bot.domain.ids import SlackUserId
from bot.domain.timeline import PastIncident
from bot.workflows.desk import Desk, Outcome, keep_answer, recall
from bot.workflows.duplicates import suggest_major


async def declare(
    desk: Desk, sender_id: str, by: SlackUserId, report: rules.Declaration, alike: Sequence[PastIncident] = ()
) -> Outcome:
    """Open an incident under the next reference; the number is used only if all of it is recorded. `alike`: incidents
    of the past that its channel is told of."""
    async with desk.store.write() as tx:
        if earlier := await tx.answered(sender_id):
            return await recall(tx, earlier)
        number = await tx.next_number()
        decision = rules.declare(number, by, report, desk.now(), desk.policy, desk.runbooks)
        recorded = await tx.record(number, decision, desk.now(), dedup=sender_id)
        await keep_answer(tx, sender_id, number, recorded)
        incident = fold(recorded)
        await suggest_major(desk, tx, incident)
        if remembered := knowledge.recall(alike, desk.now()):
            await tx.record(number, remembered, desk.now())
        return Outcome(incident, recorded)
