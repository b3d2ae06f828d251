"""What deliveries found out comes back as facts, in the same transaction that finishes the effect."""

from collections.abc import Callable
from typing import Any

from bot.domain.decision import Decision
from bot.domain.ids import IncidentNumber
from bot.domain.incident import Incident
from bot.workflows.context import Context

Result = dict[str, Any]


async def finish(
    context: Context,
    effect_id: int,
    owner: str,
    result: Result,
    number: IncidentNumber | None = None,
    rule: Callable[[Incident], Decision] | None = None,
) -> bool:
    """Mark an effect as done, and record what it observed. False when the lease was lost: then somebody else has it."""
    async with context.store.write() as tx:
        if not await tx.finish_effect(effect_id, owner, result):
            return False
        if number is None or rule is None:
            return True
        incident = await tx.load(number)
        if incident is not None and incident.is_readable:
            await tx.record(number, rule(incident), context.now(), dedup=f"effect/{effect_id}")
        return True
