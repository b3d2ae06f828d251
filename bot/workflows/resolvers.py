"""Who belongs to the resolver group of a service."""

from bot.domain.escalation import Groups
from bot.domain.policy import Policy
from bot.store import Reading


async def resolver_groups(tx: Reading, policy: Policy, service: str | None) -> Groups:
    """The service's resolver group by its `@handle`; empty where it has none, or Slack has not told its members yet."""
    known = policy.service_of(service)
    handle = known.resolver_group if known else None
    group = await tx.group(handle) if handle else None
    return {handle: group.users} if handle and group else {}
