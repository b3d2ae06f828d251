"""What an engine says by itself became of a run."""

from collections.abc import Sequence

from bot.domain import running
from bot.domain.vocabulary import RunOutcome
from bot.workflows.context import Context, record, require_writable


async def ended(
    context: Context, engine: str, key: str, outcome: RunOutcome, why: str, link: str, lines: Sequence[str]
) -> bool | None:
    """Keep it, once. `engine`: who says so. False where it was known; None where this engine has no such run. Raises
    BeingUpgraded."""
    named = running.of_key(key)
    if named is None:
        return None
    async with context.store.write() as tx:
        incident = await tx.load(named[0])
        run = incident.run(named[1]) if incident else None
        if incident is None or run is None or run.approved is None or run.approved.key != key:
            return None
        if run.planned.engine != engine:
            return None
        incident = require_writable(incident, named[0])
        decision = running.ended(incident, named[1], outcome, why, link, lines, context.now())
        if decision.events:
            await record(context, tx, incident.number, decision)
        return bool(decision.events)
