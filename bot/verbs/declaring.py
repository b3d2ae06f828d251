"""Declare an incident: read the names, offer what is open already, look for what was like it, and open it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import TypeVar

import structlog

from bot.domain.declaration import Declaration
from bot.domain.duplicates import Report, likely_same
from bot.domain.ids import IncidentNumber, ref
from bot.domain.matching import Words
from bot.domain.refusal import Refusal
from bot.domain.suggesting import NOTHING, History, history_of
from bot.domain.timeline import PastIncident
from bot.store import Reading, Summary
from bot.verbs.naming import as_the_policy_has_it
from bot.verbs.requests import Declare
from bot.verbs.verb import Call
from bot.workflows import declare as workflow
from bot.workflows.context import Context, Outcome, answered_before
from bot.workflows.search_index import Question, SearchIndex
from bot.workflows.seeing import Viewer, visible

log = structlog.get_logger(__name__)

T = TypeVar("T")
SEARCH_WITHIN = 0.5
"""Seconds that looking for incidents of the past may take."""


class AlreadyOpen(Refusal):
    """{ref} looks like the same: “{title}”. Join it, or declare this one anyway."""

    def __init__(self, same: Summary) -> None:
        self.same = same
        super().__init__(ref=ref(same.number), title=same.title)


async def declare(call: Call, want: Declare) -> Outcome:
    """Raises AlreadyOpen, UnknownName and whatever the rule refuses."""
    if earlier := await answered_before(call.context, call.caller):
        return earlier  # else it would look like itself
    report = as_the_policy_has_it(call.policy, want.report)
    index = call.dependencies.search_index
    past, words = await asyncio.gather(looks_like(index, report), runbooks_told(index, report))
    if want.anyway:
        return await workflow.declare(
            call.context,
            call.caller,
            report,
            past,
            alert=want.alert,
            words=words,
            suggestions=want.shown,
            begun=want.begun,
        )
    judged: frozenset[IncidentNumber] = frozenset()
    while True:
        if same := await already_open(call.context, call.viewer, report):
            raise AlreadyOpen(same)
        try:
            unless = _unless(call, report, judged)
            return await workflow.declare(
                call.context, call.caller, report, past, unless, want.alert, words, want.shown
            )
        except _DeclaredMeanwhile as meanwhile:
            judged |= {meanwhile.number}


class _DeclaredMeanwhile(Exception):
    """While somebody declared, the same was declared; whether they may know of it is asked outside the transaction."""

    def __init__(self, number: IncidentNumber) -> None:
        self.number = number
        super().__init__(number)


def _unless(call: Call, report: Declaration, judged: frozenset[IncidentNumber]) -> Callable[[Reading], Awaitable[None]]:
    """Looks again once nobody else can declare. Private incidents are left out: an answer that takes longer would tell
    of them. `judged`: those that whoever declares was not offered."""

    async def unless(tx: Reading) -> None:
        if (since := _since(call.context, report)) is None:
            return
        found = await tx.incidents(open_only=True, since=since)
        others = [one for one in found if not one.is_private and one.number not in judged]
        if same := _same(call.context, report, others):
            raise _DeclaredMeanwhile(same.number)

    return unless


async def already_open(context: Context, viewer: Viewer, report: Declaration) -> Summary | None:
    """The open incident that this may be about, of those that somebody may know of. A drill is about no other."""
    since = _since(context, report)
    return _same(context, report, await visible(context, viewer, open_only=True, since=since)) if since else None


def _since(context: Context, report: Declaration) -> datetime | None:
    """From when on an incident may be the same; None where none is looked for."""
    within = context.policy.duplicates.within
    return None if report.is_drill or within is None else context.now() - within


def _same(context: Context, report: Declaration, summaries: Iterable[Summary]) -> Summary | None:
    real = {one.number: one for one in summaries if not one.is_drill}
    others = [Report(one.number, one.title, one.service, one.declared_at) for one in real.values()]
    policy = context.policy
    services = policy.services.values()
    same = likely_same(report.title, report.service, others, context.now(), policy.duplicates, services)
    return real[same.number] if same else None


async def looks_like(search_index: SearchIndex, report: Declaration) -> tuple[PastIncident, ...]:
    """Incidents of the past that look like it; none where the search fails, for declaring must not wait for it."""
    if not report.title or report.is_drill:
        return ()
    question = Question(report.title, report.service, report.user_impact or "")
    return await _if_it_works(search_index.alike(question, at_once=True), ())


async def history_for(context: Context, search_index: SearchIndex, report: Declaration) -> History:
    """What similar incidents suggest for what the report leaves open. Whoever declares does not wait for it."""
    if not report.title or report.is_drill:
        return NOTHING
    question = Question(report.title, report.service, report.user_impact or "")
    similar = await _if_it_works(search_index.similar(question), ())
    return history_of(similar, report, context.policy)


async def runbooks_told(search_index: SearchIndex, report: Declaration) -> Words:
    """Which runbooks hold the words of a report; none where the search fails."""
    said = f"{report.title} {report.user_impact or ''}"
    return await _if_it_works(search_index.runbooks.told(said), {})


async def _if_it_works(search: Awaitable[T], otherwise: T) -> T:
    """What is merely useful must never stand in the way of a declaration."""
    try:
        async with asyncio.timeout(SEARCH_WITHIN):
            return await search
    except TimeoutError:
        return otherwise
    except Exception:
        log.exception("declare.not_searched")
        return otherwise
