"""The pages of trends: `/trends`, its charts as CSV and PNG, and `/incidents`, the incidents behind a figure."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from aiohttp import web

from bot.blocks.text import plural
from bot.domain.dates import a_month, a_span
from bot.domain.refusal import Refusal
from bot.domain.trends import FOLLOW_UPS, LONGEST, NONE, OVERDUE, Selection
from bot.domain.vocabulary import Priority
from bot.review import NoPdf, has_pdf
from bot.review.as_csv import as_csv
from bot.review.as_png import as_png
from bot.verbs.trends import ListBehind, ShowTrends
from bot.web.dashboard_pages import page
from bot.web.pages import SECURITY
from bot.web.trend_pages import PERIODS, WORDS, Names, Shown, address, charts, left_out, tiles
from bot.web.trend_report import OF_A_VIEWER, Report, file_name, last_month, on_paper
from bot.web.visiting import BadAddress, NoSuchPage, Visit, lines_of, shown

EXPORTED: Final = r"{chart:[a-z]{1,20}}.{ending:csv|png}"
USUAL: Final = 90
"""Days that are looked at where nobody says."""
DAY: Final = timedelta(days=1)
LONGEST_NAME: Final = 60
PAGES: Final = re.compile(r"[1-9][0-9]{0,4}")


ONE_AT_A_TIME: Final = asyncio.Semaphore(1)
"""A report takes a second of the processor, while people wait for answers."""


class NoReports(Refusal):
    """Reports cannot be made here: whoever runs Muster has to install its extra `pdf`, and the library Pango."""


async def show_trends(visit: Visit, request: web.Request) -> web.Response:
    wanted = selection(request.query, visit.frame.now)
    found = await visit.perform(ShowTrends(wanted))
    names = _names(visit)
    text = page(
        "trends.html",
        visit.frame,
        "/trends",
        found=found,
        wanted=wanted,
        tiles=tiles(found),
        charts=charts(found, names),
        days=a_span(wanted.first, wanted.last),
        left_out=left_out(found),
        names=names,
        choices=_choices(visit, wanted),
        periods=[(number, _lately(wanted, number, visit.frame.now)) for number in PERIODS],
        reports=_reports(wanted, visit.frame.now) if has_pdf() else [],
        all_drills=address("/trends", replace(wanted, drills=True)),
        address=address,
    )
    return shown(text)


async def export(visit: Visit, request: web.Request) -> web.Response:
    """A chart's figures as CSV, or the chart as PNG."""
    wanted = selection(request.query, visit.frame.now)
    one = _chart(charts(await visit.perform(ShowTrends(wanted)), _names(visit)), request.match_info["chart"])
    ending = request.match_info["ending"]
    name = f"muster-{one.name}-{wanted.first}-{wanted.last}.{ending}"
    headers = {**SECURITY, "Content-Disposition": f'attachment; filename="{name}"'}
    if ending == "csv":
        rows = as_csv(one.table.as_rows()) + "\n"
        return web.Response(text=rows, content_type="text/csv", headers=headers)
    title = f"{one.title}, {a_span(wanted.first, wanted.last)}"
    drawn = await asyncio.to_thread(as_png, one.chart.titled(title))
    return web.Response(body=drawn, content_type="image/png", headers=headers)


async def report(visit: Visit, request: web.Request) -> web.Response:
    """A selection as a document for paper."""
    wanted = on_paper(selection(request.query, visit.frame.now))
    found = await visit.perform(ShowTrends(wanted))
    address = (await visit.dependencies.links()).public_url
    whose = OF_A_VIEWER.format(visit.frame.viewer)
    written = Report(found, _names(visit), whose, visit.frame.now.astimezone(UTC).date(), address)
    async with ONE_AT_A_TIME:
        try:
            made = await asyncio.to_thread(lambda: written.pdf)
        except NoPdf:
            raise NoReports from None
    headers = {**SECURITY, "Content-Disposition": f'attachment; filename="{file_name(wanted)}"'}
    return web.Response(body=made, content_type="application/pdf", headers=headers)


async def list_incidents(visit: Visit, request: web.Request) -> web.Response:
    """The incidents behind a figure."""
    wanted = selection(request.query, visit.frame.now)
    word = request.query.get("behind", "")
    if word not in WORDS:
        raise BadAddress(what="There is no such list.")
    of = request.query.get("of", "")
    number = request.query.get("page", "1")
    if not PAGES.fullmatch(number):
        raise BadAddress(what="There is no such page of the list.")
    found = await visit.perform(ListBehind(wanted, word, of, int(number)))
    names = _names(visit)
    chosen = [
        wanted.priority.value if wanted.priority else "",
        names.service(wanted.service) if wanted.service else "",
        ("No category" if wanted.category == NONE else wanted.category) if wanted.category else "",
        "drills alone" if wanted.drills else "",
        of[:LONGEST_NAME],
    ]
    text = page(
        "incidents.html",
        visit.frame,
        "/incidents",
        title=WORDS[word],
        told=" · ".join(
            filter(
                None,
                (
                    "now" if word in (FOLLOW_UPS, OVERDUE) else a_span(wanted.first, wanted.last),
                    *chosen,
                    plural(found.total, "incident"),
                ),
            )
        ),
        lines=await lines_of(visit, found.summaries),
        pages=found.pages,
        number=int(number),
        to=lambda one: address("/incidents", wanted, behind=word, of=of, page=str(one)),
        trends=address("/trends", wanted),
    )
    return shown(text)


def selection(query: Mapping[str, str], now: datetime) -> Selection:
    """What an address asks for; without days, the last ninety. Raises BadAddress."""
    today = now.astimezone(UTC).date()
    last = _day(query.get("to", "")) or today
    first = _day(query.get("from", "")) or last - (USUAL - 1) * DAY
    if first > last:
        raise BadAddress(what="The first day is after the last one.")
    if (last - first).days >= LONGEST:
        raise BadAddress(what=f"At most {LONGEST} days can be looked at together.")
    priority = query.get("priority", "").upper()
    if priority and priority not in Priority.__members__:
        raise BadAddress(what="There is no such priority. They are P1 to P4.")
    return Selection(
        first=first,
        last=last,
        priority=Priority(priority) if priority else None,
        service=query.get("service") or None,
        category=query.get("category") or None,
        drills=bool(query.get("drills")),
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        raise BadAddress(what="A day is written like 2026-11-28.") from None
    if day is not None and not date(2000, 1, 1) <= day < date(2100, 1, 1):
        raise BadAddress(what="Only days from 2000 to 2099 can be looked at.")
    return day


def _lately(wanted: Selection, number: int, now: datetime) -> tuple[str, bool]:
    """The address of the last so many days, and whether those are looked at."""
    today = now.astimezone(UTC).date()
    lately = replace(wanted, first=today - (number - 1) * DAY, last=today)
    return address("/trends", lately), lately == wanted


def _reports(wanted: Selection, now: datetime) -> list[tuple[str, str]]:
    """What can be had on paper: what is looked at, and the last whole month of the same."""
    before = last_month(now.astimezone(UTC).date())
    month = replace(wanted, first=before.first, last=before.last)
    both = {"these days": wanted, a_month(before.first): month}
    return [(name, address("/trends/report.pdf", one)) for name, one in both.items()]


def _names(visit: Visit) -> Names:
    return Names({slug: one.name for slug, one in visit.context.policy.services.items()})


def _choices(visit: Visit, wanted: Selection) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen in each field of the form: value and name. What is chosen stands there, known or not."""
    policy = visit.context.policy
    services = {slug: one.name for slug, one in policy.services.items()}
    categories = {one: one for one in policy.categories}
    if wanted.service:
        services.setdefault(wanted.service, wanted.service)
    if wanted.category:
        categories.setdefault(wanted.category, wanted.category)
    services[NONE], categories[NONE] = "No service", "No category"
    return {
        "priority": [(one.value, one.value) for one in Priority],
        "service": sorted(services.items(), key=lambda one: (one[0] == NONE, one[1].casefold())),
        "category": list(categories.items()),
    }


def _chart(known: list[Shown], name: str) -> Shown:
    found = next((one for one in known if one.name == name), None)
    if found is None:
        raise NoSuchPage
    return found
