"""How the error budgets stand, for whoever asks."""

from dataclasses import dataclass
from typing import Final

from bot.domain.budgets import Budget, budgets, looked_back_to
from bot.domain.who_may_know import Need
from bot.verbs.requests import Request
from bot.verbs.verb import About, Call, verb
from bot.workflows.seeing import hidden


@dataclass(frozen=True, slots=True)
class ShowBudgets(Request[tuple[Budget, ...]]):
    """The error budgets of all services with an objective, those with the least left first, by the incidents that the
    caller may read."""


async def show_budgets(call: Call, _: ShowBudgets) -> tuple[Budget, ...]:
    policy = call.policy.budgets
    if not policy.objectives:
        return ()
    async with call.context.store.read() as tx:
        found = await tx.burning(list(policy.objectives), looked_back_to(policy, call.now))
    declared = min((one.declared_at for one in found), default=call.now)
    unseen = await hidden(call.context, call.viewer, since=declared, need=Need.READ)
    return budgets(policy, [one for one in found if one.number not in unseen], call.now)


BUDGETS: Final = (verb("metrics", ShowBudgets, show_budgets, About.NOTHING),)
