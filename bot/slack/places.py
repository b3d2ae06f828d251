"""Where things of an incident stand in Slack, and what they are called there."""

from bot.delivery.job import Job
from bot.delivery.outcomes import Gone, Retry, Unknown
from bot.domain.audience import is_routine
from bot.domain.ids import ChannelId, MessageTs
from bot.domain.incident import Incident
from bot.domain.timeline import AnyEvent, RunbookStopped, RunDeclined, RunEnded, RunProposed, StepTimeUp
from bot.domain.transcript import permalink
from bot.domain.vocabulary import Place
from bot.slack.gateway import Gateway


async def broadcast_channel(gateway: Gateway, incident: Incident) -> ChannelId | Retry | Unknown | Gone:
    """The channel where stakeholders follow, if the bot is in it."""
    channel = await gateway.own_channel(incident.broadcast or "")
    return Gone("channel_not_found") if channel is None else channel


def thread_of(job: Job) -> MessageTs | None:
    """The message below which the effect's event is told: that of the runbook, for its steps, runs and end; the card,
    for other routine; where there is one."""
    slug = _runbook_of(job.cause.event)
    if slug is not None and not job.now.is_out_of_reach:
        runbook = job.now.working(slug)
        if runbook is not None and runbook.shown is not None and runbook.shown[0] == job.now.channel:
            return runbook.shown[1]
    card = job.now.card(Place.CHANNEL)
    is_there = card is not None and card.channel == job.now.channel and not job.now.is_out_of_reach
    return card.ts if card is not None and is_there and is_routine(job.cause.event) else None


def _runbook_of(event: AnyEvent) -> str | None:
    match event:
        case StepTimeUp(slug=slug) | RunbookStopped(slug=slug):
            return slug
        case RunProposed(run=run) | RunDeclined(run=run) | RunEnded(run=run):
            return run.slug
    return None


def bookmark(incident: Incident, what: str, workspace_url: str | None) -> tuple[str, str] | None:
    """Title and link of a bookmark; None when there is nothing to link to."""
    if what == "bridge":
        return ("Bridge", incident.bridge_url) if incident.bridge_url else None
    card = incident.card(Place.CHANNEL)
    if card is None or not workspace_url:
        return None
    return f"{incident.ref} card", permalink(workspace_url, card.channel, card.ts)
