"""The error budget of an incident's service: as it is told where more than one person reads it, and once it is
exhausted."""

from datetime import datetime, timedelta
from typing import Final

from bot.domain.budgets import NO_TIME, Budget, budgets, exhaust, impact_of, looked_back_to
from bot.domain.decision import Decision
from bot.domain.document import ErrorBudget
from bot.domain.incident import Incident
from bot.domain.metrics import NOT_HANDLED
from bot.domain.objectives import ErrorBudgets
from bot.store import Reading
from bot.workflows.context import Context, record

EVERY: Final = timedelta(minutes=1)
"""So often it is looked whether an incident has used a budget up."""


async def budget_of(tx: Reading, incident: Incident, policy: ErrorBudgets, now: datetime) -> Budget | None:
    """None where the incident uses none: its service has no objective, it is a drill, or it was cancelled or merged.

    Of private incidents it counts this one alone. What stands on a card must be the same for whoever reads it, and the
    difference to what one can see for oneself would tell of another private incident.
    """
    service = incident.service
    if service is None or policy.of(service) is None or incident.is_drill or incident.status in NOT_HANDLED:
        return None
    found = await tx.burning([service], looked_back_to(policy, now, [service]))
    counted = [one for one in found if not one.is_private or one.number == incident.number]
    return budgets(policy, counted, now, [service])[0]


async def used_of_budget(tx: Reading, incident: Incident, policy: ErrorBudgets, now: datetime) -> ErrorBudget | None:
    """The same for the review, as of when the impact stopped; None also where the incident used nothing."""
    at = min(incident.impact_stopped_at or now, now)
    found = await budget_of(tx, incident, policy, at)
    used = found.used_by(incident.number) if found is not None else NO_TIME
    if found is None or not used:
        return None
    objective, spans = found.objective, impact_of(incident)
    return ErrorBudget(
        service=objective.service,
        objective=objective.name,
        target=objective.target,
        window=objective.window.words,
        impact=sum(((end or now) - begin for begin, end in spans), timedelta()),
        degraded=policy.shares[incident.priority] * 100 if incident.degraded is None else incident.degraded,
        used=used,
        allowed=found.allowed,
        left=found.left,
        at=at,
        is_under_way=incident.impact_stopped_at is None,
    )


async def tell_exhausted(context: Context) -> None:
    """Of each open incident that used up the error budget of its service, say so, once."""
    policy = context.policy.budgets
    if not policy.objectives or not (policy.tells_channel or policy.follow_up):
        return
    async with context.store.read() as tx:
        numbers = [one.number for one in await tx.incidents(open_only=True) if policy.of(one.service) is not None]
    for number in numbers:
        async with context.store.read() as tx:
            seen = await tx.incident(number)
            if seen is None or not (await _exhausting(context, tx, seen)).events:
                continue
        async with context.store.write() as tx:
            incident = await tx.load(number)
            if incident is None or not incident.is_readable:
                continue
            if (decision := await _exhausting(context, tx, incident)).events:
                await record(context, tx, number, decision)


async def _exhausting(context: Context, tx: Reading, incident: Incident) -> Decision:
    if incident.has_exhausted_budget:
        return Decision(())
    policy, now = context.policy, context.now()
    found = await budget_of(tx, incident, policy.budgets, now)
    if found is None or not found.is_exhausted:
        return Decision(())
    before = await budget_of(tx, incident, policy.budgets, incident.impact_since)
    return exhaust(incident, found, before, now, policy)
