"""`review`: start the post-incident review, approve and publish it, waive it, or see how it stands."""

from bot.blocks.answers import review_state
from bot.commands.admitting import admit
from bot.commands.command import Asked, Command, Missing, done, require, say
from bot.domain.access import APPROVE
from bot.slack.reply import Reply
from bot.workflows import review
from bot.workflows.desk import require_writable


async def handle(asked: Asked) -> Reply:
    what, _, rest = asked.text.partition(" ")
    match what.lower(), rest.strip():
        case "", "":
            async with asked.desk.store.read() as tx:
                incident = require_writable(await tx.incident(asked.order.number), asked.order.number)
            return say(review_state(incident))
        case "start", "":
            return done(await review.start(asked.desk, asked.order))
        case "approve", "":
            await admit(asked.desk, APPROVE, asked.number, asked.by)
            return done(await review.approve(asked.desk, asked.order))
        case "publish", "":
            await admit(asked.desk, APPROVE, asked.number, asked.by)
            return done(await review.publish(asked.desk, asked.order))
        case "waive", reason:
            why = require(reason, "Say why there is to be none, for example", "review waive a drill of ten minutes")
            await admit(asked.desk, APPROVE, asked.number, asked.by)
            return done(await review.waive(asked.desk, asked.order, why))
        case _:
            raise Missing(what="A review can be started, approved, published and waived; type", example="review start")


COMMAND = Command(
    name="review",
    summary="start the post-incident review, approve or publish it, waive it; alone: see how it stands",
    usage="review [start|approve|publish|waive <reason>]",
    example="review start",
    handle=handle,
    aliases=("postmortem", "retro"),
)
