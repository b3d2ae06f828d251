"""Verbs that look back over many incidents. What the caller may not read counts nowhere, not even in a sum: what
people search by a figure must not tell of a private incident."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.ids import IncidentNumber
from bot.domain.trends import FOLLOW_UPS, OVERDUE, WORKED, Promised, Selection, Trends, behind, to_be_done
from bot.domain.who_may_know import Need
from bot.store import Summary
from bot.verbs.requests import Request
from bot.verbs.verb import About, Call, verb
from bot.workflows.looking_back import measured, trends_of, worked
from bot.workflows.seeing import hidden, readable

PAGE: Final = 50
"""Incidents of a list that is read page by page."""


@dataclass(frozen=True, slots=True)
class ShowTrends(Request[Trends]):
    """How a selection of incidents was handled, beside those of the same span before."""

    wanted: Selection


@dataclass(frozen=True, slots=True)
class ListBehind(Request["Behind"]):
    """The incidents that a figure is made of, newest first, a page at a time. `word`: of `trends.BEHIND` or `WORKED`,
    `FOLLOW_UPS` or `OVERDUE`; empty: all of the selection. `of`: the team that worked, or the age of the follow-ups;
    empty: any. `page`: from 1."""

    wanted: Selection
    word: str = ""
    of: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Behind:
    summaries: tuple[Summary, ...]
    total: int
    pages: int


async def show_trends(call: Call, want: ShowTrends) -> Trends:
    wanted = want.wanted
    unseen = await _unseen(call, wanted.before or wanted.since)
    return await trends_of(call.context, wanted, unseen, await _promised(call, wanted))


async def list_behind(call: Call, want: ListBehind) -> Behind:
    numbers = await _numbers(call, want)
    begin = (want.page - 1) * PAGE
    shown = [IncidentNumber(one) for one in numbers[begin : begin + PAGE]]
    may_read = await readable(call.context, call.viewer, shown)
    async with call.context.store.read() as tx:
        found = await tx.summaries([one for one in shown if one in may_read])
    newest_first = tuple(sorted(found, key=lambda one: one.number, reverse=True))
    return Behind(newest_first, len(numbers), -(-len(numbers) // PAGE))


async def _numbers(call: Call, want: ListBehind) -> list[int]:
    wanted = want.wanted
    if want.word in (FOLLOW_UPS, OVERDUE):
        return to_be_done(await _promised(call, wanted), want.word, want.of, call.now)
    measures = await measured(call.context, wanted, await _unseen(call, wanted.since))
    if want.word not in WORKED:
        return behind(measures, wanted, want.word)
    found = []
    for number, team, hours in await worked(call.context, wanted, measures):
        if want.of in ("", team) and WORKED[want.word](hours):
            found.append(number)
    return sorted(found, reverse=True)


async def _unseen(call: Call, since: datetime) -> frozenset[IncidentNumber]:
    return await hidden(call.context, call.viewer, since=since, need=Need.READ)


async def _promised(call: Call, wanted: Selection) -> list[Promised]:
    async with call.context.store.read() as tx:
        found = [one for one in await tx.open_follow_ups() if wanted.has(one)]
    may_read = await readable(call.context, call.viewer, [one.number for one in found])
    return [one for one in found if one.number in may_read]


LOOKING_BACK: Final = (
    verb("metrics", ShowTrends, show_trends, About.NOTHING),
    verb("metrics", ListBehind, list_behind, About.NOTHING),
)
