"""The error budget of an incident's service, as it is told where more than one person reads it."""

from datetime import datetime

from bot.domain.budgets import Budget, budgets, looked_back_to
from bot.domain.incident import Incident
from bot.domain.metrics import NOT_HANDLED
from bot.domain.objectives import ErrorBudgets
from bot.store import Reading


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
