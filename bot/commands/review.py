"""`review`: start the post-incident review, or see how it stands."""

from bot.blocks.answers import review_state
from bot.commands.command import Asked, Command, Missing, done, say
from bot.slack.reply import Reply
from bot.workflows.desk import require_writable
from bot.workflows.followup import start_review


async def handle(asked: Asked) -> Reply:
    match asked.text.lower().split():
        case []:
            async with asked.desk.store.read() as tx:
                incident = require_writable(await tx.incident(asked.order.number), asked.order.number)
            return say(review_state(incident))
        case ["start"]:
            return done(await start_review(asked.desk, asked.order))
        case _:
            raise Missing(what="A review can be started; type", example="review start")


COMMAND = Command(
    name="review",
    summary="start the post-incident review, or see how it stands",
    usage="review [start]",
    example="review start",
    handle=handle,
    aliases=("postmortem", "retro"),
)
