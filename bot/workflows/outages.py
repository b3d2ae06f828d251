"""While Slack cannot be reached, those who see to what is urgent are called; once it can be, that is said."""

from collections.abc import Callable

from bot.domain import paging
from bot.domain.decision import Decision
from bot.domain.incident import Incident
from bot.workflows.context import Context, record


async def lost(context: Context) -> None:
    """Slack has not been reached for as long as the policy says; once per outage and incident."""
    await _each(context, lambda incident: paging.slack_lost(incident, context.now(), context.policy))


async def regained(context: Context) -> None:
    """Slack is reached again."""
    await _each(context, lambda incident: paging.slack_regained(incident, context.now()))


async def _each(context: Context, decide: Callable[[Incident], Decision]) -> None:
    """Decide on each that is open and urgent, in a transaction of its own."""
    async with context.store.read() as tx:
        found = sorted(one.number for one in await tx.incidents(open_only=True) if one.priority in paging.FOR_OUTAGES)
    for number in found:
        async with context.store.read() as tx:
            seen = await tx.incident(number)
        if seen is None or not decide(seen).events:
            continue
        async with context.store.write() as tx:
            incident = await tx.load(number)
            if incident is not None and incident.is_readable and (decision := decide(incident)).events:
                await record(context, tx, number, decision)
