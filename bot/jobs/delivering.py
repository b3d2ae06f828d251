"""The deliverer with every destination it delivers to."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.delivery.delivery import Delivery
from bot.delivery.patience import Patience
from bot.integrations.bridge import Bridge
from bot.integrations.documents import Keeper
from bot.integrations.engines.destination import Engines
from bot.integrations.github import GitHub
from bot.integrations.outgoing import Outgoing
from bot.integrations.paging.destination import Pagers
from bot.integrations.status import HostedStatusPage
from bot.integrations.trackers.destination import Issues
from bot.integrations.webhook import Sender
from bot.jobs.catching_up import CatchingUp
from bot.jobs.destinations import destinations
from bot.jobs.digest import Post
from bot.slack.destination import SlackDestination
from bot.slack.gateway import Gateway
from bot.workflows.context import Context


def build_delivery(
    context: Context,
    gateway: Gateway,
    owner: str,
    machine_now: Callable[[], datetime],
    patience: Patience | None = None,
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
) -> Delivery:
    """Without `catching_up` no channel is read back before its review is written; without `sender` no webhook is
    sent, without `engines` no action is run, without `github` no pull request is opened, without `pagers` nobody is
    paged, without `outgoing` no head is stamped, and without `post` no week is told of."""
    slack = SlackDestination(context, gateway, catching_up)
    named = destinations(
        context,
        gateway,
        slack,
        catching_up,
        sender,
        engines,
        github,
        status,
        pagers,
        issues,
        bridge,
        outgoing,
        keepers,
        post,
    )
    return Delivery(context, named, slack.tell, owner, machine_now, patience, gateway.pace)
