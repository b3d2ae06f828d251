"""`priority`: set the priority by hand, with a reason."""

from bot.commands.classifying import cut_priority, say_anew
from bot.commands.command import Asked, Command
from bot.domain.reclassify import Change
from bot.door.reply import Reply

EXAMPLE = "priority P2 only one region is affected"


async def handle(asked: Asked) -> Reply:
    wanted, reason = cut_priority(asked.text, EXAMPLE)
    return await say_anew(asked, Change(priority=wanted), reason, EXAMPLE)


COMMAND = Command(
    name="priority",
    summary="set the priority by hand, with a reason",
    usage="priority P1…P4 <reason>",
    example=EXAMPLE,
    handle=handle,
)
