"""Whether somebody may use a verb, where the policy narrows it."""

from bot.domain.access import groups_in, require_access
from bot.domain.actor import Actor
from bot.domain.ids import IncidentNumber
from bot.workflows.context import Context


async def admit(context: Context, verb: str, number: IncidentNumber | None, actor: Actor) -> None:
    """Raises NotForYou. Costs nothing for a verb of which the policy says nothing."""
    if verb not in context.policy.access:
        return
    async with context.store.read() as tx:
        incident = await tx.incident(number) if number is not None else None
        present = await tx.members(incident.channel) if incident and incident.channel else frozenset()
        found = {handle: await tx.group(handle) for handle in groups_in(context.policy, verb)}
    groups = {handle: group.users for handle, group in found.items() if group is not None}
    require_access(verb, actor, incident, present, context.policy, groups, context.now())
