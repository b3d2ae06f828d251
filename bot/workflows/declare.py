"""Declare an incident: the next reference, the first decision."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.domain import declaration as rules
from bot.domain import problem
from bot.domain.decision import Decision
from bot.domain.emergency import Begun
from bot.domain.ids import IncidentNumber
from bot.domain.incident import Incident
from bot.domain.matching import Words
from bot.domain.suggesting import suggested
from bot.domain.timeline import PastIncident, SuggestedValue
from bot.door.caller import Caller
from bot.store import Reading, Writing
from bot.workflows import copies
from bot.workflows.alerts import bind, free_alert
from bot.workflows.changes import tell_what_came_before
from bot.workflows.context import Context, Decided, Outcome, answer_once, load, record
from bot.workflows.duplicates import suggest_major
from bot.workflows.observations import adopt
from bot.workflows.resolvers import resolver_groups


async def declare(
    context: Context,
    caller: Caller,
    report: rules.Declaration,
    alike: Sequence[PastIncident] = (),
    unless: Callable[[Reading], Awaitable[None]] | None = None,
    alert: int | None = None,
    words: Words | None = None,
    suggestions: Sequence[SuggestedValue] = (),
    begun: Begun | None = None,
) -> Outcome:
    """Open an incident under the next reference; the number is used only if all of it is recorded. `alike`: incidents
    of the past that its channel is told of. `unless` raises where that has been declared meanwhile. `alert`: the number
    of the one that it is declared from. `words`: which runbooks hold
    those of the report. `suggestions`: what whoever declares was shown. `begun`: what was done for it while the
    database was away; its channel is the incident's from the beginning. Raises AlertTaken."""

    async def decide(tx: Writing) -> Decided:
        if alert is not None:
            await tx.lock_alerts()
            await free_alert(tx, alert)
        number = await tx.next_number()  # which locks the workspace: whoever declares at the same time is done or waits
        if unless is not None:
            await unless(tx)
        shown = await copies.as_it_stands(tx, report.evidence) if report.evidence else None
        told = replace(report, evidence=shown)
        groups = await resolver_groups(tx, context.policy, report.service)
        at = begun.at if begun is not None else None
        decision = rules.declare(
            number, caller.person, told, context.now(), context.policy, context.runbooks, groups, words, at
        )
        return Decided(number, None, decision, then=look_around)

    async def look_around(tx: Writing, incident: Incident) -> None:
        if begun is not None and begun.room is not None:
            await adopt(context, tx, incident.number, begun.room)
        await suggest_major(context, tx, incident)
        if event := suggested(suggestions, context.now()):
            await record(context, tx, incident.number, Decision((event,)))
        if remembered := problem.recall(alike, context.now()):
            await record(context, tx, incident.number, remembered)
        await tell_what_came_before(context, tx, incident)
        if alert is not None:
            await bind(context, tx, await free_alert(tx, alert), incident, caller.actor)

    return await answer_once(context, caller, decide)


async def keep_suggested(context: Context, number: IncidentNumber, suggestions: Sequence[SuggestedValue]) -> None:
    """Keep what was suggested to whoever declared an incident, once they had declared it."""
    if event := suggested(suggestions, context.now()):
        async with context.store.write() as tx:
            await load(tx, number)
            await record(context, tx, number, Decision((event,)))
