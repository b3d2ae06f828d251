"""What programs propose, as a destination: one message per proposal, edited in place."""

from bot.blocks.proposal import question
from bot.delivery.destination import Absent, Finding
from bot.delivery.job import ProposalJob
from bot.delivery.outcomes import Done, Gone, Outcome, Retry
from bot.domain import effects as e
from bot.domain.ids import ChannelId
from bot.domain.proposals import is_waiting
from bot.slack.gateway import Gateway
from bot.slack.posting import harmless, plain, post
from bot.slack.reconciling import message_since

TO = "to"
"""Where it is posted, in the effect's result: kept before anything is sent there."""


class Proposals:
    """Asks people about proposals: in the incident's channel; whom it is for, by direct message, where there is none or
    nothing can be written in it."""

    name = "Slack"

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def deliver(self, job: ProposalJob) -> Outcome:
        match job.effect:
            case e.AskAboutProposal():
                return await self._ask(job)
            case e.RefreshProposal():
                return await self._refresh(job)

    async def find(self, job: ProposalJob) -> Finding:
        if isinstance(job.effect, e.RefreshProposal) or TO not in job.result:
            return Absent()  # the same again changes nothing, and nothing was sent before it was known whereto
        return await message_since(self._gateway, job.key, ChannelId(job.result[TO]), job.queued_at)

    async def _ask(self, job: ProposalJob) -> Outcome:
        if not is_waiting(job.proposal):
            return Done({})
        channel = await self._channel(job)
        if not isinstance(channel, str):
            return channel
        await job.keep({TO: channel})
        return await post(self._gateway, job, channel, question(job.proposal))

    async def _channel(self, job: ProposalJob) -> ChannelId | Outcome:
        if job.incident is not None and not job.incident.is_out_of_reach:
            return job.incident.channel or Retry(None, "its channel is opening")
        opened = await self._gateway.call("conversations.open", users=job.proposal.by)
        if not isinstance(opened, Done):
            return harmless(opened)
        return ChannelId(opened.result["channel"]["id"])

    async def _refresh(self, job: ProposalJob) -> Outcome:
        proposal = job.proposal
        if proposal.posted_in is None or proposal.posted_as is None:
            return Done({})  # it was answered before it was posted
        shown = question(proposal)
        outcome = await self._gateway.call(
            "chat.update", channel=proposal.posted_in, ts=proposal.posted_as, text=shown.text, blocks=list(shown.blocks)
        )
        if isinstance(outcome, Gone) and outcome.error in ("message_not_found", "channel_not_found", "is_archived"):
            return Done({})  # nobody reads it any more
        return plain(outcome)
