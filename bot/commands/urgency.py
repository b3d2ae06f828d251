"""`urgency`: re-classify by urgency, with a reason."""

from bot.commands.classifying import cut_level, say_anew
from bot.commands.command import Asked, Command
from bot.domain.reclassify import Change
from bot.door.reply import Reply

EXAMPLE = "urgency low traffic is low until Monday"


async def handle(asked: Asked) -> Reply:
    level, reason = cut_level(asked.text, EXAMPLE)
    return await say_anew(asked, Change(urgency=level), reason, EXAMPLE)


COMMAND = Command(
    name="urgency",
    summary="change the urgency, with a reason; the priority follows from the matrix",
    usage="urgency high|medium|low <reason>",
    example=EXAMPLE,
    handle=handle,
)
