"""Every destination there is, by the name that effects know it by."""

import asyncio
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from bot.delivery.delivery import AnyDestination
from bot.domain.effects import (
    BRIDGE,
    DIGEST,
    FILES,
    HEADS_CHANNEL,
    HEADS_FOLDER,
    HEADS_STAMP,
    MAIL,
    PAGERS,
    PROPOSALS,
    RUNBOOKS,
    SLACK,
    TRIAGE,
    WEBHOOKS,
    document,
    engine,
    status_target,
    tracker,
)
from bot.domain.incident import Incident
from bot.integrations.bridge import Bridge
from bot.integrations.documents import Keeper
from bot.integrations.documents.destination import Documents
from bot.integrations.engines.destination import EngineDestination, Engines
from bot.integrations.git import Folder
from bot.integrations.github import GitHub, PullRequests
from bot.integrations.heads import HeadsFolder, Stamps
from bot.integrations.mail import Mailboxes
from bot.integrations.outgoing import Outgoing
from bot.integrations.paging.destination import Pagers, Pages
from bot.integrations.repository import Repository
from bot.integrations.status import Files, HostedStatusPage
from bot.integrations.status.target import Target
from bot.integrations.trackers.destination import Issues
from bot.integrations.webhook import Sender, Webhooks
from bot.jobs.catching_up import CatchingUp
from bot.jobs.digest import Post, write
from bot.review import Redacted, redact
from bot.slack.canvas import ChannelCanvas
from bot.slack.destination import SlackDestination
from bot.slack.digest import DigestChannel
from bot.slack.gateway import Gateway
from bot.slack.heads import HeadsChannel
from bot.slack.looking_up import LookUp
from bot.slack.proposals import Proposals
from bot.slack.triage import Triage
from bot.workflows.compiling import compile_for
from bot.workflows.context import Context
from bot.workflows.status_page import site_now


def destinations(
    context: Context,
    gateway: Gateway,
    slack: SlackDestination,
    catching_up: CatchingUp | None = None,
    sender: Sender | None = None,
    engines: Engines | None = None,
    github: GitHub | None = None,
    status: Mapping[str, HostedStatusPage] | None = None,
    pagers: Pagers | None = None,
    issues: Mapping[str, Issues] | None = None,
    bridge: Bridge | None = None,
    outgoing: Outgoing | None = None,
    keepers: Mapping[str, Keeper] | None = None,
    post: Post | None = None,
) -> Mapping[str, AnyDestination]:
    """Another system joins by a line here. Without `sender` no webhook is sent, without `engines` no action is run,
    without `github` no pull request is opened, without `pagers` nobody is paged, without `outgoing` no head is stamped.
    `issues`: by the name of their tracker; `keepers`: by that of their place; without `post` no week is told of."""

    async def review_of(incident: Incident) -> Redacted:
        heard_to = catching_up.heard_to(incident) if catching_up else None
        return await asyncio.to_thread(redact, await compile_for(context, incident, heard_to))

    named: dict[str, AnyDestination] = {
        SLACK: slack,
        PROPOSALS: Proposals(gateway),
        TRIAGE: Triage(gateway, lambda: context.policy),
        "canvas": ChannelCanvas(gateway, review_of),
    }
    if context.policy.reviews.repository is not None:
        named["repository"] = Repository(Folder(Path(context.policy.reviews.repository)), review_of)
    page = context.policy.status_page
    if page is not None and page.folder is not None:
        named[status_target(FILES)] = Files(Path(page.folder), partial(site_now, context))
    for target in page.targets if page is not None else ():
        if (service := (status or {}).get(target.name)) is not None:
            named[status_target(target.name)] = Target(target, service, str(context.store.workspace))
    if github is not None:
        named[RUNBOOKS] = PullRequests(github)
    if sender is not None:
        look_up = LookUp(context.store, gateway, context.now)
        named[WEBHOOKS] = Webhooks(context, sender, look_up, gateway.workspace_url)
    if engines is not None:
        named |= {engine(name): EngineDestination(name, engines, lambda: context.policy) for name in engines.running}
    if pagers is not None:
        named[PAGERS] = Pages(context, pagers, gateway.workspace_url)
    if bridge is not None:
        named[BRIDGE] = bridge
    proof = context.policy.proof
    if proof.channel is not None:
        named[HEADS_CHANNEL] = HeadsChannel(gateway, proof.channel)
    if proof.folder is not None:
        named[HEADS_FOLDER] = HeadsFolder(Folder(Path(proof.folder)))
    if proof.timestamp is not None and outgoing is not None:
        named[HEADS_STAMP] = Stamps(outgoing, proof.timestamp, proof)
    digest = context.policy.digest
    if digest is not None and post is not None:
        told = partial(write, context, post.address)
        if digest.channel is not None:
            named[DIGEST] = DigestChannel(gateway, digest.channel, told)
        if digest.mail is not None:
            named[MAIL] = Mailboxes(digest.mail, post.password, told)
    named |= {tracker(name): one for name, one in (issues or {}).items()}
    workspace = str(context.store.workspace)
    for name, keeper in (keepers or {}).items():
        place = context.policy.documents[name]
        named[document(name)] = Documents(place, keeper, review_of, workspace, gateway.workspace_url)
    return named
