"""`followup`: agree on something to be done afterwards."""

from bot.commands.command import Asked, Command, Missing, done, require
from bot.commands.grammar import DATE, Mention, Shape, mentions
from bot.slack.reply import Reply
from bot.workflows import followup

EXAMPLE = "followup Alert when a backup is missing @chen due:2026-12-01"


async def handle(asked: Asked) -> Reply:
    found, text = mentions(asked.text)
    if len(found) > 1 or not all(isinstance(one, Mention) for one in found):
        raise Missing(what="A follow-up has one owner, for example", example=EXAMPLE)
    text = require(" ".join(text.split()), "Say what is to be done, for example", EXAMPLE)
    owners = [one.user for one in found if isinstance(one, Mention)]
    owner = (await asked.counter.look_up(owners[0])).user if owners else None
    return done(await followup.agree(asked.desk, asked.order, text, owner, asked.parsed.values.get("due")))


COMMAND = Command(
    name="followup",
    summary="agree on something to be done afterwards, by whom and by when",
    usage="followup <text> @owner due:2026-12-01",
    example=EXAMPLE,
    handle=handle,
    shape=Shape(keys={"due": DATE}),
)
