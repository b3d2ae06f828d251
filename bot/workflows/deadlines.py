"""Act on a deadline whose time has come, unless somebody was faster."""

from bot.domain.escalation import fire as decide
from bot.domain.escalation import groups_named
from bot.domain.following import tell_followers
from bot.domain.ids import ref
from bot.domain.vocabulary import DeadlineKind
from bot.store import DueDeadline
from bot.workflows.desk import Desk


async def fire(desk: Desk, due: DueDeadline) -> bool:
    """Record that a deadline's time came, and tell; False when it no longer applies.

    The incident's row is locked while deciding, so an update that races the deadline wins.
    """
    async with desk.store.write() as tx:
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
        if deadline.kind is DeadlineKind.FOLLOWERS:
            present = await tx.members(incident.channel) if incident.channel else frozenset()
            await tx.record(due.number, tell_followers(incident, present, desk.now()), desk.now(), dedup=_dedup(due))
            return True
        groups = {handle: group.users for handle in groups_named(desk.policy) if (group := await tx.group(handle))}
        decision = decide(incident, deadline, desk.now(), desk.policy, groups)
        await tx.record(due.number, decision, desk.now(), dedup=_dedup(due))
        return True


def _dedup(due: DueDeadline) -> str:
    return f"deadline/{ref(due.number)}/{due.kind}/{due.step}/{due.set_by}"
