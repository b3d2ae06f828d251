"""Proposals: kept until people have answered; what is said yes to is carried out in the transaction that settles it."""

from dataclasses import replace
from datetime import datetime

from bot.domain import proposals as rules
from bot.domain.actor import Actor
from bot.domain.audience import of_proposal
from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.proposals import Proposal
from bot.domain.vocabulary import ProposalState
from bot.store import Audited, Store, Writing

VERB = "proposal"
"""As the audit log has it."""


async def keep(store: Store, proposal: Proposal, now: datetime, actor: Actor) -> Proposal:
    """Keep it and have people asked; the one that stands already, where the same was proposed meanwhile. Raises
    TooManyWait."""
    async with store.write() as tx:
        await tx.lock_workspace()
        if (same := await tx.last_proposed(proposal.asked, now)) is not None:
            return same
        if (count := len(await tx.proposals_waiting(now, proposal.by))) >= rules.MOST_WAITING:
            raise rules.TooManyWait(count=count)
        kept = replace(proposal, number=await tx.next_proposal())
        await tx.keep_proposal(kept)
        await tx.tell_of_proposals(of_proposal(None, kept))
        await tx.keep_audit(Audited.of(now, actor, VERB, kept.incident, "done", f"proposed {kept.verb}"))
        return kept


async def take(tx: Writing, number: int, now: datetime) -> Proposal:
    """The proposal, to be carried out in this transaction. Raises NoSuchProposal, NotWaiting, Expired, Outdated."""
    proposal = await tx.lock_proposal(number)
    if proposal is None:
        raise rules.NoSuchProposal(named=number)
    incident = await tx.load(proposal.incident) if proposal.incident is not None else None
    rules.require_good(proposal, incident, now)
    return proposal


async def settle(
    tx: Writing,
    proposal: Proposal,
    state: ProposalState,
    by: SlackUserId | None = None,
    incident: IncidentNumber | None = None,
) -> None:
    """Keep what became of it, and have its message say so."""
    after = rules.answered(proposal, state, by, incident)
    await tx.keep_proposal(after)
    await tx.tell_of_proposals(of_proposal(proposal, after))


async def decline(store: Store, number: int, by: SlackUserId, now: datetime, actor: Actor) -> Proposal:
    """Somebody says no. Raises NoSuchProposal, NotWaiting, Expired."""
    async with store.write() as tx:
        proposal = await tx.lock_proposal(number)
        if proposal is None:
            raise rules.NoSuchProposal(named=number)
        rules.require_waiting(proposal, now)
        await settle(tx, proposal, ProposalState.DECLINED, by)
        await tx.keep_audit(Audited.of(now, actor, VERB, proposal.incident, "done", f"declined {proposal.verb}"))
        return rules.answered(proposal, ProposalState.DECLINED, by)


async def put_aside(store: Store, number: int, state: ProposalState) -> None:
    """It cannot be carried out any more."""
    async with store.write() as tx:
        proposal = await tx.lock_proposal(number)
        if proposal is not None and rules.is_waiting(proposal):
            await settle(tx, proposal, state)


async def expire(store: Store, now: datetime) -> None:
    """Say of those that nobody answered in time that it is too late."""
    async with store.read() as tx:
        if (next_at := await tx.next_proposal_at()) is None or next_at > now:
            return
        ended = await tx.proposals_ended(now)
    for one in ended:
        await put_aside(store, one.number, ProposalState.EXPIRED)
