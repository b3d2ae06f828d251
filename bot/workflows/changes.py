"""Changes: what pipelines deployed is kept, and stands on the timelines of the incidents of its service."""

from collections import defaultdict
from collections.abc import Sequence

from bot.domain import changes as rules
from bot.domain.changes import LOOKED_BACK, Change
from bot.domain.decision import credited
from bot.domain.ids import IncidentNumber
from bot.domain.incident import Incident
from bot.store import Writing
from bot.workflows.context import Context, record


async def receive(context: Context, delivery_id: str, changes: Sequence[Change]) -> bool:
    """Keep what came, durably and once; what is about no service of the policy leads to nothing."""
    known = [(service, one) for one in changes if (service := rules.service_of(one, context.policy)) is not None]
    async with context.store.write() as tx:
        return await tx.receive_changes(delivery_id, known)


async def tell_changes(context: Context) -> int:
    """Put what came on the timelines of the open incidents of its service; how many changes that were."""
    async with context.store.write() as tx:
        await tx.lock_alerts()  # one process after the other
        waiting = await tx.changes_waiting()
        concerned: defaultdict[IncidentNumber, list[Change]] = defaultdict(list)
        for service in {service for _, service, _ in waiting}:
            for summary in await tx.incidents(open_only=True, service=service):
                concerned[summary.number] += [one for _, its, one in waiting if its == service]
        for number in sorted(concerned):
            incident = await tx.load(number)
            if incident is not None and incident.is_readable and not incident.is_drill:
                await _tell(context, tx, incident, concerned[number])
        await tx.changes_told([number for number, _, _ in waiting])
        return len(waiting)


async def tell_what_came_before(context: Context, tx: Writing, incident: Incident) -> None:
    """What was deployed of its service shortly before an incident was declared. What no incident was told of yet is
    told by itself."""
    if incident.service is None or incident.is_drill:
        return
    waiting = {one for _, _, one in await tx.changes_waiting()}
    found = await tx.changes_of(incident.service, incident.declared_at - LOOKED_BACK)
    await _tell(context, tx, incident, [one for one in found if one not in waiting])


async def _tell(context: Context, tx: Writing, incident: Incident, changes: Sequence[Change]) -> None:
    for change in changes:
        decision = rules.seen(incident, change, context.now())
        if decision.events:
            await record(context, tx, incident.number, credited(decision, change.integration))
