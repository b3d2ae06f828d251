"""`page`: call a service's on-call into the incident."""

from bot.commands.command import Asked, Command, done, require
from bot.commands.naming import service_to_page
from bot.door.reply import Reply
from bot.workflows import invite


async def handle(asked: Asked) -> Reply:
    name = require(asked.text, "Name a service, for example", "page checkout")
    service = service_to_page(asked.context.policy, name)
    return done(await invite.page(asked.context, asked.order, service))


COMMAND = Command(
    name="page",
    summary="call whoever is on call for a service into the incident",
    usage="page <service>",
    example="page checkout",
    handle=handle,
)
