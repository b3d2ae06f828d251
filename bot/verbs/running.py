"""Proposing and approving runs of actions: beside the incident these need to know who is in which group, and what was
run elsewhere a moment ago."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from bot.domain import running
from bot.domain.access import Groups, groups_of
from bot.domain.decision import Decision
from bot.domain.incident import Incident
from bot.store import Writing
from bot.verbs import requests as r
from bot.verbs.verb import Call
from bot.workflows.context import Decided, Outcome, answer_once, load

TOKEN_BYTES = 8


async def propose_run(call: Call, want: r.ProposeRun) -> Outcome:
    async def decide(tx: Writing, it: Incident) -> Decision:
        groups, last_at = await _groups(tx, call), await _last_runs(tx, call)
        return running.propose(it, call.by, want.slug, want.number, want.values, call.now, call.policy, groups, last_at)

    return await _decided(call, decide)


async def approve_run(call: Call, want: r.ApproveRun) -> Outcome:
    person, token = call.person, secrets.token_hex(TOKEN_BYTES)

    async def decide(tx: Writing, it: Incident) -> Decision:
        present = await tx.members(it.channel) if it.channel else frozenset()
        return running.approve(
            it,
            person,
            want.slug,
            want.number,
            want.run,
            call.now,
            call.policy,
            await _groups(tx, call),
            present,
            token,
            await _last_runs(tx, call),
        )

    return await _decided(call, decide)


async def _decided(call: Call, decide: Callable[[Writing, Incident], Awaitable[Decision]]) -> Outcome:
    """The workspace is locked before the incident: of two incidents that run the same action at once, one is second."""

    async def decision(tx: Writing) -> Decided:
        await tx.lock_workspace()
        incident = await load(tx, call.number)
        return Decided(call.number, incident, await decide(tx, incident))

    return await answer_once(call.context, call.caller, decision)


async def _groups(tx: Writing, call: Call) -> Groups:
    handles = {one for action in call.policy.actions.values() for one in groups_of(action.approvers)}
    found = {handle: await tx.group(handle) for handle in handles}
    return {handle: group.users for handle, group in found.items() if group is not None}


async def _last_runs(tx: Writing, call: Call) -> Mapping[str, datetime]:
    """When each action was approved last, dry runs aside, as far back as any cooldown goes."""
    longest = max((one.cooldown for one in call.policy.actions.values()), default=timedelta())
    found = await tx.runs_approved(call.now - longest)
    return {event.run.action: event.at for event in found if not event.run.is_dry}
