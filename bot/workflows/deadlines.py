"""Act on a deadline whose time has come, unless somebody was faster."""

from collections.abc import Awaitable, Callable

from bot.domain import escalation, housekeeping, service_levels
from bot.domain.decision import Decision
from bot.domain.escalation import groups_named
from bot.domain.follow import tell_followers
from bot.domain.ids import ref
from bot.domain.incident import Deadline, Incident
from bot.domain.vocabulary import DeadlineKind
from bot.store import DueDeadline, Writing
from bot.workflows.context import Context


async def fire(context: Context, due: DueDeadline) -> bool:
    """Record that a deadline's time came, and tell; False when it no longer applies.

    The incident's row is locked while deciding, so an update that races the deadline wins.
    """
    async with context.store.write() as tx:
        incident = await tx.load(due.number)
        if incident is None or not incident.is_readable:
            return False
        deadline = next(
            (
                one
                for one in incident.open_deadlines()
                if (one.kind, one.step, one.set_by) == (due.kind, due.step, due.set_by)
            ),
            None,
        )
        if deadline is None:
            return False
        decision = await DECIDE[deadline.kind](tx, context, incident, deadline)
        await tx.record(due.number, decision, context.now(), dedup=_dedup(due))
        return True


async def _escalate(tx: Writing, context: Context, incident: Incident, deadline: Deadline) -> Decision:
    groups = {handle: group.users for handle in groups_named(context.policy) if (group := await tx.group(handle))}
    return escalation.fire(incident, deadline, context.now(), context.policy, groups)


async def _tell_followers(tx: Writing, context: Context, incident: Incident, _: Deadline) -> Decision:
    present = await tx.members(incident.channel) if incident.channel else frozenset()
    return tell_followers(incident, present, context.now())


async def _hold_to_service_levels(_: Writing, context: Context, incident: Incident, deadline: Deadline) -> Decision:
    return service_levels.fire(incident, deadline, context.now(), context.policy)


async def _keep_house(tx: Writing, context: Context, incident: Incident, deadline: Deadline) -> Decision:
    acted = await tx.last_act_at(incident.number)
    wrote = await tx.last_message_at(incident.channel) if incident.channel else None
    last_at = max(one for one in (incident.clocks_since, acted, wrote) if one is not None)
    return housekeeping.fire(incident, deadline, context.now(), context.policy, last_at)


DECIDE: dict[DeadlineKind, Callable[[Writing, Context, Incident, Deadline], Awaitable[Decision]]] = {
    DeadlineKind.ACKNOWLEDGE: _escalate,
    DeadlineKind.UPDATE: _escalate,
    DeadlineKind.FOLLOWERS: _tell_followers,
    DeadlineKind.MITIGATE: _hold_to_service_levels,
    DeadlineKind.RESOLVE: _hold_to_service_levels,
    DeadlineKind.VERIFY: _keep_house,
    DeadlineKind.QUIET: _keep_house,
    DeadlineKind.REVIEW: _keep_house,
    DeadlineKind.FOLLOW_UP: _keep_house,
    DeadlineKind.ARCHIVE: _keep_house,
}
"""What each kind of deadline leads to when its time comes."""


def _dedup(due: DueDeadline) -> str:
    """A deadline that moves on speaks once at each of its times."""
    return f"deadline/{ref(due.number)}/{due.kind}/{due.step}/{due.set_by}/{int(due.due_at.timestamp())}"
