"""`severity`: say how far the technical failure goes, with a reason."""

from bot.commands.classifying import cut_severity, say_anew
from bot.commands.command import Asked, Command
from bot.domain.reclassify import Change
from bot.door.reply import Reply

EXAMPLE = "severity SEV-2 one node of three is down"


async def handle(asked: Asked) -> Reply:
    severity, reason = cut_severity(asked.text, EXAMPLE)
    return await say_anew(asked, Change(severity=severity), reason, EXAMPLE)


COMMAND = Command(
    name="severity",
    summary="set the technical severity, with a reason; the priority stays",
    usage="severity SEV-1…SEV-4 <reason>",
    example=EXAMPLE,
    handle=handle,
)
