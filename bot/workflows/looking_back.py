"""Figures over many incidents, from what the store has measured of each."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime

from bot.domain.ids import IncidentNumber
from bot.domain.metrics import Measures
from bot.domain.time_spent import Hours, by_team, of_teams
from bot.domain.trends import Promised, Selection, Trends, by_age, trends
from bot.domain.weekly import Weekly, span_of, weekly
from bot.workflows.context import Context


async def measured(
    context: Context, wanted: Selection, unseen: Collection[IncidentNumber], *, is_compared: bool = False
) -> Measures:
    """Of a selection's span, but for some incidents; `is_compared`: and of the span before."""
    since = (wanted.before if is_compared else None) or wanted.since
    async with context.store.read() as tx:
        return await tx.measured(since, wanted.until, apart_from=unseen)


async def trends_of(
    context: Context, wanted: Selection, unseen: Collection[IncidentNumber], promised: Iterable[Promised]
) -> Trends:
    """How a selection was handled. `unseen`: incidents that count nowhere; `promised`: what is still to be done in
    those that count."""
    measures = await measured(context, wanted, unseen, is_compared=True)
    of_each = await worked(context, wanted, measures)
    return replace(
        trends(measures, wanted),
        by_team=by_team((team, hours) for _, team, hours in of_each),
        follow_ups=by_age(promised, context.now()),
    )


async def worked(context: Context, wanted: Selection, measures: Measures) -> list[tuple[int, str, Hours]]:
    """Of each incident of a selection, in which anything was done: its number, whose work it was, and how much."""
    async with context.store.read() as tx:
        acts = await tx.acts(wanted.since, wanted.until)
    places = wanted.places(measures, wanted.since, wanted.until)
    each = ((measures.number[one], measures.service[one]) for one in places)
    return of_teams(
        ((number, service, acts.get(IncidentNumber(number), ())) for number, service in each), context.policy
    )


async def public_trends(context: Context, wanted: Selection) -> Trends:
    """Without what is private, not even in a sum: for whoever is given it."""
    unseen = await _private(context, wanted.before or wanted.since)
    return await trends_of(context, wanted, unseen, [one for one in await _promised(context) if wanted.has(one)])


async def week_until(context: Context, last: date) -> Weekly:
    """The figures of the seven days that end with one, as they are now; likewise."""
    span = span_of(last)
    measures = await measured(context, span, await _private(context, span.since))
    return weekly(measures, last, await _promised(context), context.now())


async def _private(context: Context, since: datetime) -> frozenset[IncidentNumber]:
    async with context.store.read() as tx:
        return frozenset(one.number for one in await tx.incidents(open_only=False, since=since, private_only=True))


async def _promised(context: Context) -> list[Promised]:
    async with context.store.read() as tx:
        found = await tx.open_follow_ups()
        public = {one.number for one in await tx.summaries([one.number for one in found]) if not one.is_private}
    return [one for one in found if one.number in public]
