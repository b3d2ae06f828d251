"""Act on deadlines whose time has come, unless somebody was faster."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby, zip_longest

from bot.domain import clock, escalation, nudges, running, service_levels, working
from bot.domain.decision import Decision
from bot.domain.escalation import Groups, groups_named
from bot.domain.follow import tell_followers
from bot.domain.ids import IncidentNumber, ref
from bot.domain.incident import Deadline, Incident
from bot.domain.vocabulary import DeadlineKind
from bot.store import DueDeadline, Writing
from bot.workflows.context import Context, Deciding, record_all
from bot.workflows.seeing import may_know


async def fire(context: Context, due: Sequence[DueDeadline]) -> list[DueDeadline]:
    """Record that the time of these deadlines came, and tell, in one transaction; those that still applied.

    Each incident's row is locked while deciding, so an update that races its deadline wins. Incidents are locked in
    ascending order. Raises what one of them raised; then nothing was recorded of any.
    """
    in_order = sorted(due, key=lambda one: (one.number, one.due_at))
    fired: list[DueDeadline] = []
    async with context.store.write() as tx:
        await tx.load_all([one.number for one in in_order])
        for turn in _each_incident_once(in_order):
            decided = {one: decision for one in turn if (decision := await _decide(tx, context, one)) is not None}
            await record_all(context, tx, list(decided.values()))
            fired += decided.keys()
    return fired


def _each_incident_once(due: Iterable[DueDeadline]) -> Iterator[list[DueDeadline]]:
    """Turns in which no incident has two: of these the second is decided when the first is recorded."""
    by_incident = [list(those) for _, those in groupby(due, key=lambda one: one.number)]
    for turn in zip_longest(*by_incident):
        yield [one for one in turn if one is not None]


async def _decide(tx: Writing, context: Context, due: DueDeadline) -> Deciding | None:
    incident = await tx.load(due.number)
    deadline = _still_due(incident, due, context.now()) if incident is not None and incident.is_readable else None
    if incident is None or deadline is None:
        return None
    decision = await DECIDE[deadline.kind](tx, context, incident, deadline)
    return Deciding(due.number, decision, _dedup(due.number, deadline))


def _still_due(incident: Incident, due: DueDeadline, now: datetime) -> Deadline | None:
    """The deadline as it stands; None when it was met, cancelled or moved after it was claimed."""
    same = (one for one in incident.open_deadlines() if one.key == (due.kind, due.step, due.set_by, due.audience))
    deadline = next(same, None)
    return deadline if deadline is not None and deadline.due_at <= now else None


async def _escalate(tx: Writing, context: Context, incident: Incident, deadline: Deadline) -> Decision:
    return escalation.fire(incident, deadline, context.now(), context.policy, await _groups(tx, context))


async def _ask_for_reports(tx: Writing, context: Context, incident: Incident, deadline: Deadline) -> Decision:
    return clock.fire(incident, deadline, context.now(), context.policy, await _groups(tx, context))


async def _groups(tx: Writing, context: Context) -> Groups:
    return {handle: group.users for handle in groups_named(context.policy) if (group := await tx.group(handle))}


async def _tell_followers(tx: Writing, context: Context, incident: Incident, _: Deadline) -> Decision:
    channel = incident.channel
    is_known = channel is not None and (not incident.is_private or context.presence.is_known(incident.number, channel))
    present = await tx.members(channel) if channel is not None and is_known else frozenset()
    summary = await tx.summary(incident.number)
    knowing = await may_know(context, tx, summary, incident.followers) if summary is not None else set()
    return tell_followers(incident, present, context.now(), set(incident.followers) - knowing)


async def _hold_to_service_levels(_: Writing, context: Context, incident: Incident, deadline: Deadline) -> Decision:
    return service_levels.fire(incident, deadline, context.now(), context.policy)


async def _tell_of_step(_: Writing, context: Context, incident: Incident, deadline: Deadline) -> Decision:
    return working.time_up(incident, deadline, context.now())


async def _end_run(_: Writing, context: Context, incident: Incident, deadline: Deadline) -> Decision:
    return running.time_up(incident, deadline, context.now())


async def _keep_house(tx: Writing, context: Context, incident: Incident, deadline: Deadline) -> Decision:
    acted = await tx.last_act_at(incident.number)
    wrote = await tx.last_message_at(incident.channel) if incident.channel else None
    last_at = max(one for one in (incident.clocks_since, acted, wrote) if one is not None)
    return nudges.fire(incident, deadline, context.now(), context.policy, last_at)


DECIDE: dict[DeadlineKind, Callable[[Writing, Context, Incident, Deadline], Awaitable[Decision]]] = {
    DeadlineKind.ACKNOWLEDGE: _escalate,
    DeadlineKind.UPDATE: _escalate,
    DeadlineKind.AUDIENCE: _escalate,
    DeadlineKind.FOLLOWERS: _tell_followers,
    DeadlineKind.MITIGATE: _hold_to_service_levels,
    DeadlineKind.RESOLVE: _hold_to_service_levels,
    DeadlineKind.VERIFY: _keep_house,
    DeadlineKind.QUIET: _keep_house,
    DeadlineKind.REVIEW: _keep_house,
    DeadlineKind.FOLLOW_UP: _keep_house,
    DeadlineKind.ARCHIVE: _keep_house,
    DeadlineKind.STEP: _tell_of_step,
    DeadlineKind.RUN: _end_run,
    DeadlineKind.REPORTABLE: _ask_for_reports,
    DeadlineKind.REPORT: _ask_for_reports,
}
"""What each kind of deadline leads to when its time comes."""


def _dedup(number: IncidentNumber, one: Deadline) -> str:
    """A deadline that moves on speaks once at each of its times."""
    whose = f"{one.kind}/{one.audience}" if one.audience else one.kind
    return f"deadline/{ref(number)}/{whose}/{one.step}/{one.set_by}/{int(one.due_at.timestamp())}"
