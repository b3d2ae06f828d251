"""Posting an update: beside the incident that needs to know who of an audience is told by direct message."""

from collections.abc import Iterable, Sequence

from bot.domain import update
from bot.domain.audience_clocks import STAKEHOLDERS, audiences_named
from bot.domain.decision import Decision
from bot.domain.escalation import Groups, behind
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.store import Reading, Writing
from bot.verbs import requests as r
from bot.verbs.verb import Call


async def post_update(tx: Writing, want: r.PostUpdate, it: Incident, call: Call) -> Decision:
    whom = audiences_named(",".join(want.audiences), call.policy)
    people = {one: await _people(tx, one, whom, it, call) for one in whom if one != STAKEHOLDERS}
    return update.post_update(
        it, call.by, want.update, want.next_in, call.now, call.policy, want.besides, call.runbooks, whom, people
    )


async def _people(tx: Reading, audience: str, whom: Sequence[str], it: Incident, call: Call) -> list[SlackUserId]:
    """Those of an audience who do not read it anyway: in the channel, or as followers of an update that is for them,
    too. Of a private incident nobody is told."""
    rules = call.policy.audiences[audience]
    present = await tx.members(it.channel) if it.channel else frozenset()
    reads_it = {call.by, *present, *(it.followers if STAKEHOLDERS in whom else ())}
    targets = ["manager" if one == "managers" else one for one in rules.tell]
    groups = await _groups(tx, targets)
    found = [one for target in targets for one in behind(target, it, call.now, call.policy, groups)]
    return [one for one in dict.fromkeys(found) if one not in reads_it]


async def _groups(tx: Reading, targets: Iterable[str]) -> Groups:
    handles = [target for target in targets if target.startswith("@")]
    return {handle: group.users for handle in handles if (group := await tx.group(handle))}
