"""`dashboard`: a link of one's own to the dashboard."""

from bot.blocks.answers import dashboard_link
from bot.commands.command import Command, TypedInvocation, say
from bot.domain.refusal import Refusal
from bot.door.reply import Reply
from bot.verbs.verb import About
from bot.workflows.review_links import DASHBOARD


class NoDashboard(Refusal):
    """There is no dashboard here: Muster's pages are switched off. Whoever runs Muster can switch them on by setting
    its public address. `/incident list` shows the open incidents."""


async def handle(invocation: TypedInvocation) -> Reply:
    link = await invocation.dependencies.link(invocation.user, DASHBOARD)
    if link is None:
        raise NoDashboard
    return say(dashboard_link(link))


COMMAND = Command(
    name="dashboard",
    summary="a link to the dashboard: open incidents and trends, in your browser",
    usage="dashboard",
    example="dashboard",
    handle=handle,
    about=About.NOTHING,
)
