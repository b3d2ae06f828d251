"""App Home: what one person should look at. Shown whenever they open it, and after a button that they pressed in it."""

from datetime import timedelta

from bot.blocks.home import home
from bot.commands.command import Dependencies
from bot.domain.home import OwnFollowUp, overview
from bot.door.caller import Caller
from bot.door.reply import ShowHome
from bot.workflows.seeing import readable, visible

KEPT_FOR = timedelta(days=180)
"""Follow-ups that were agreed longer ago are in their reviews."""


async def show_home(dependencies: Dependencies, caller: Caller, notice: str = "") -> ShowHome:
    """The Home tab of one person, as things stand."""
    context, now, viewer = dependencies.context, dependencies.context.now(), dependencies.viewer(caller)
    user = caller.person
    if user is None:
        raise LookupError("only a person has a Home tab")
    seen = await visible(context, viewer, open_only=True)
    async with context.store.read() as tx:
        channels = await tx.channels_of(user)
        agreed = await tx.follow_ups_of(user, since=now - KEPT_FOR)
    read = await readable(context, viewer, {number for number, _, _ in agreed})
    own = [OwnFollowUp(number, text, due) for number, text, due in agreed if number in read]
    return ShowHome(home(overview(user, now, seen, channels, own, context.policy), context.policy, notice))
