"""`impact`: re-classify by impact, with a reason."""

from bot.commands.classifying import cut_level, say_anew
from bot.commands.command import Asked, Command
from bot.domain.reclassify import Change
from bot.door.reply import Reply

EXAMPLE = "impact high more regions are affected"


async def handle(asked: Asked) -> Reply:
    level, reason = cut_level(asked.text, EXAMPLE)
    return await say_anew(asked, Change(impact=level), reason, EXAMPLE)


COMMAND = Command(
    name="impact",
    summary="change the impact, with a reason; the priority follows from the matrix",
    usage="impact high|medium|low <reason>",
    example=EXAMPLE,
    handle=handle,
)
