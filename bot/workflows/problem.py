"""Keep what is known of the causes that incidents have in common."""

from collections.abc import Callable

from bot.domain import problem as rules
from bot.domain.decision import Decision
from bot.domain.ids import problem_ref
from bot.domain.incident import Incident
from bot.domain.problem import NoSuchProblem, NotLinked, Problem
from bot.store import Writing
from bot.workflows.context import Context, Order, Outcome, change_with


async def open_problem(context: Context, order: Order, title: str) -> Outcome:
    async def decide(tx: Writing, incident: Incident) -> Decision:
        return rules.open_problem(incident, order.by, await tx.next_problem(), title, context.now())

    return await change_with(context, order, decide, takes_number=True)


async def link(context: Context, order: Order, number: int) -> Outcome:
    async def decide(tx: Writing, incident: Incident) -> Decision:
        problem = (await tx.problems()).get(number)
        if problem is None:
            raise NoSuchProblem(named=problem_ref(number))
        return rules.link(incident, order.by, problem, context.now())

    return await change_with(context, order, decide)


async def unlink(context: Context, order: Order, reason: str) -> Outcome:
    return await _of_linked(
        context, order, lambda it, problem: rules.unlink(it, order.by, problem, reason, context.now())
    )


async def explain(context: Context, order: Order, *, cause: str = "", workaround: str = "") -> Outcome:
    return await _of_linked(
        context,
        order,
        lambda it, problem: rules.explain(it, order.by, problem, context.now(), cause=cause, workaround=workaround),
    )


async def solve(context: Context, order: Order, how: str) -> Outcome:
    return await _of_linked(context, order, lambda it, problem: rules.solve(it, order.by, problem, how, context.now()))


async def _of_linked(context: Context, order: Order, rule: Callable[[Incident, Problem], Decision]) -> Outcome:
    """Decide on the problem that the incident is linked to. Raises NotLinked."""

    async def decide(tx: Writing, incident: Incident) -> Decision:
        problem = (await tx.problems()).get(incident.problem) if incident.problem is not None else None
        if problem is None:
            raise NotLinked(ref=incident.ref)
        return rule(incident, problem)

    return await change_with(context, order, decide)
