"""A proposal's message: in the incident's channel or to whom it is for, found again, edited to what became of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.delivery.destination import Absent, Found
from bot.delivery.job import ProposalJob
from bot.delivery.outcomes import Done, Retry
from bot.domain.effects import AskAboutProposal, RefreshProposal
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId
from bot.domain.incident import Incident
from bot.domain.proposals import Proposal, answered
from bot.domain.vocabulary import ChannelLoss, ProposalState
from bot.sandbox import Sandbox
from bot.slack.client import open_client
from bot.slack.gateway import Gateway
from bot.slack.manifest import build_manifest
from bot.slack.preflight import preflight
from bot.slack.proposals import Proposals
from tests.domain.given import declared

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def proposal_of(user: str) -> Proposal:
    one, text = IncidentNumber(1), (("text", "it spreads"),)
    made = ("note", one, "add a note to the timeline of INC-1", text, "AddNote", "{}", "")
    return Proposal(3, "prp_1", "digest", SlackUserId(user), "Claude", *made, NOW, NOW + timedelta(minutes=30))


@asynccontextmanager
async def proposals() -> AsyncIterator[tuple[Sandbox, Proposals, Proposal, Incident]]:
    async with Sandbox(now=lambda: NOW, manifest=build_manifest()) as sandbox:
        channel = sandbox.add_channel("inc-1", members=[sandbox.bot])
        dana = sandbox.add_person("dana")
        given = sandbox.environment()
        async with open_client(given["SLACK_API_URL"], given["SLACK_BOT_TOKEN"]) as client:
            gateway = Gateway(client, await preflight(client, None))
            incident = replace(declared(), channel=ChannelId(channel.id))
            yield sandbox, Proposals(gateway), proposal_of(dana.id), incident


def job(effect: Any, proposal: Proposal, incident: Incident | None, kept: dict[str, Any]) -> ProposalJob:
    async def keep(result: dict[str, Any]) -> None:
        kept.update(result)

    return ProposalJob(effect(proposal.number), "the-key", proposal, incident, NOW, kept, keep)


async def test_it_is_posted_once_found_again_and_edited_to_its_outcome() -> None:
    async with proposals() as (sandbox, destination, proposal, incident):
        kept: dict[str, Any] = {}
        asks = job(AskAboutProposal, proposal, incident, kept)
        assert await destination.find(asks) == Absent()
        outcome = await destination.deliver(asks)
        assert isinstance(outcome, Done)
        (posted,) = sandbox.channel("inc-1").posted
        assert "proposes to add a note to the timeline of INC-1" in posted.plain
        assert await destination.find(asks) == Found(outcome.result)

        at = {"posted_in": ChannelId(outcome.result["channel"]), "posted_as": outcome.result["ts"]}
        declined = replace(answered(proposal, ProposalState.DECLINED, proposal.by), **at)
        assert isinstance(await destination.deliver(job(RefreshProposal, declined, incident, {})), Done)
        (posted,) = sandbox.channel("inc-1").posted
        assert "said no" in posted.plain
        assert "Do it" not in str(posted.blocks)


async def test_where_there_is_no_channel_whom_it_is_for_is_asked() -> None:
    async with proposals() as (sandbox, destination, proposal, incident):
        lost = replace(incident, channel_lost=ChannelLoss.ARCHIVED)
        for number, about in enumerate((None, lost), start=1):
            assert isinstance(await destination.deliver(job(AskAboutProposal, proposal, about, {})), Done)
            assert len(sandbox.person("dana").dms) == number
        opening = replace(incident, channel=None)
        assert isinstance(await destination.deliver(job(AskAboutProposal, proposal, opening, {})), Retry)


async def test_what_was_answered_before_it_was_posted_is_not_posted() -> None:
    async with proposals() as (sandbox, destination, proposal, incident):
        over = answered(proposal, ProposalState.EXPIRED, None)
        assert await destination.deliver(job(AskAboutProposal, over, incident, {})) == Done({})
        assert await destination.deliver(job(RefreshProposal, over, incident, {})) == Done({})
        assert sandbox.channel("inc-1").posted == []
