"""The page of error budgets, `/budgets`."""

from collections.abc import Sequence

from aiohttp import web

from bot.domain.budgets import Budget
from bot.domain.ids import IncidentNumber
from bot.verbs.budgets import ShowBudgets
from bot.web.budget_pages import MOST, BudgetTile
from bot.web.dashboard_pages import page
from bot.web.visiting import Visit, lines_of, shown


async def show_budgets(visit: Visit, _: web.Request) -> web.Response:
    found = await visit.perform(ShowBudgets())
    return shown(page("budgets.html", visit.frame, "/budgets", tiles=await _tiles(visit, found)))


async def _tiles(visit: Visit, found: Sequence[Budget]) -> list[BudgetTile]:
    numbers = {number for one in found for number, _ in one.by_incident[:MOST]}
    async with visit.context.store.read() as tx:
        summaries = await tx.summaries(IncidentNumber(one) for one in numbers)
    titles = {one.number: one.title for one in await lines_of(visit, summaries)}
    services = visit.context.policy.services
    return [
        BudgetTile(
            one, services[slug].name if (slug := one.objective.service) in services else slug, visit.frame, titles
        )
        for one in found
    ]
