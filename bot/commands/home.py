"""App Home: what one person should look at. Shown whenever they open it, and after a button that they pressed in it."""

from datetime import timedelta

from bot.blocks.home import home
from bot.commands.command import Dependencies
from bot.domain.actor import Person
from bot.domain.ids import SlackUserId
from bot.domain.overview import OwnFollowUp, overview
from bot.door.reply import ShowHome
from bot.workflows.seeing import visible

KEPT_FOR = timedelta(days=180)
"""Follow-ups that were agreed longer ago are in their reviews."""


async def show_home(dependencies: Dependencies, user: SlackUserId, notice: str = "") -> ShowHome:
    """The Home tab of one person, as things stand."""
    context, now = dependencies.context, dependencies.context.now()
    seen = await visible(context, Person(user), open_only=True)
    async with context.store.read() as tx:
        channels = await tx.channels_of(user)
        agreed = await tx.follow_ups_of(user, since=now - KEPT_FOR)
    own = [OwnFollowUp(number, text, due) for number, text, due in agreed]
    return ShowHome(home(overview(user, now, seen, channels, own, context.policy), context.policy, notice))
