"""`service`: correct the service, with a reason."""

from bot.commands.classifying import cut_first_word, say_anew
from bot.commands.command import Asked, Command, require
from bot.commands.naming import service_named
from bot.domain.reclassify import Change
from bot.door.reply import Reply

EXAMPLE = "service checkout it is not the search"


async def handle(asked: Asked) -> Reply:
    word, reason = cut_first_word(asked.text)
    require(word, "Give a service and a reason, for example", EXAMPLE)
    service = service_named(asked.context.policy, word)
    return await say_anew(asked, Change(service=service), reason, EXAMPLE)


COMMAND = Command(
    name="service",
    summary="correct the affected service, with a reason; the priority, the runbooks and who is asked follow",
    usage="service <service> <reason>",
    example=EXAMPLE,
    handle=handle,
)
