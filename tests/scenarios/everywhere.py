"""Whatever shows something of incidents, as text: one table of places, for tests that look for what must be gone."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import aiohttp

from bot.delivery.job import DigestJob
from bot.domain.actor import Person
from bot.domain.effects import PostDigest
from bot.domain.ids import SlackUserId
from bot.door.token import Scope
from bot.jobs.digest import write
from bot.operator.export import EXPORTS, metrics, rows_of, runbooks
from bot.review.as_csv import as_csv
from bot.status_page import built
from bot.web.trend_pages import Names
from bot.web.trend_report import PUBLIC, Report, last_month, whole_month
from bot.workflows.looking_back import public_trends
from bot.workflows.status_page import site_now
from tests.scenarios.conftest import Company
from tests.scenarios.test_dashboard import dashboard_link, opens
from tests.scenarios.test_led_over_http import token

OPENAPI = Path(__file__).parents[2] / "docs" / "api.openapi.json"
CHARTS = (
    "incidents",
    "acknowledge",
    "mitigate",
    "resolve",
    "promises",
    "priority",
    "service",
    "category",
    "hours",
    "followups",
)
PAGES = ("/", "/open.json", "/incidents", "/incidents?behind=follow-ups", "/incidents/1", "/trends", "/reviews/INC-1")
GIVEN = {"ref": "INC-1", "number": "1", "handle": "none"}
SHIPPED = "/v1/runbooks"
YEAR = timedelta(days=365)
"""How far back figures look."""


async def of_the_dashboard(company: Company) -> dict[str, str]:
    async with opens(await dashboard_link(company, "dana")) as dana:
        return {path: (await dana.sees(path))[1] for path in (*PAGES, *(f"/trends/{one}.csv" for one in CHARTS))}


async def of_the_api(company: Company) -> dict[str, str]:
    """Every address that can be read, as the document of the API has them; but for the shipped runbooks."""
    document = json.loads(OPENAPI.read_text(encoding="utf-8"))
    paths = [
        path.format_map(GIVEN) for path, ways in document["paths"].items() if "get" in ways and SHIPPED not in path
    ]
    secret = await token(company, Person(SlackUserId(company.dana.id)), frozenset(Scope))
    headers, found = {"Authorization": f"Bearer {secret}"}, {}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{company.bot.port}", headers=headers) as session:
        for path in paths:
            async with session.get(path) as answer:
                found[path] = await answer.text()
                assert answer.status in (200, 404, 422), (path, found[path])
    return found


async def of_the_status_page(company: Company) -> dict[str, str]:
    """Its files, which are handed out from memory for some seconds more."""
    files = built(await site_now(company.bot.context))
    return {f"/status/{name}": content.decode() for name, content in files.items()}


async def of_exports(company: Company) -> dict[str, str]:
    """Those of the command line, with the names beside the ids."""
    store, now = company.bot.context.store, company.clock.now()
    rows = {name: await rows_of(store, name) for name in EXPORTS}
    rows |= {"metrics": await metrics(store, YEAR, now), "runbooks": await runbooks(store, YEAR, now)}
    return {f"muster export {name}": as_csv(some) for name, some in rows.items()}


async def of_what_leaves(company: Company) -> dict[str, str]:
    """The digest of the week and the report of the month, for people whom nobody knows."""
    context, today = company.bot.context, company.clock.now().date()
    told = await write(context, None, DigestJob(PostDigest(today), "", {}, _kept))
    months = {}
    for wanted in (whole_month(today), last_month(today)):
        found = await public_trends(context, wanted)
        months[f"report of {wanted.first}"] = Report(found, Names({}), PUBLIC, today, None).page
    return {"digest": f"{told.as_mrkdwn} {told.described}", **months}


async def _kept(_: object) -> None:
    """Nothing is kept."""


PLACES: tuple[Callable[[Company], Awaitable[dict[str, str]]], ...] = (
    of_the_dashboard,
    of_the_api,
    of_the_status_page,
    of_exports,
    of_what_leaves,
)


async def everywhere(company: Company) -> dict[str, str]:
    """What each of them shows, by its name."""
    return {name: text for place in PLACES for name, text in (await place(company)).items()}
