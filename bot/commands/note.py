"""`note`: write something into the timeline, at the time it happened."""

from bot.commands.command import Asked, Command, done, require
from bot.commands.grammar import WORD, Shape, clock_time
from bot.slack.reply import Reply
from bot.workflows import record

EXAMPLE = "note First alert, checkout probes fail at:14:05"


async def handle(asked: Asked) -> Reply:
    text = require(asked.text, "Say what happened, for example", EXAMPLE)
    typed = asked.parsed.values.get("at")
    happened_at = clock_time(typed, await asked.timezone(), asked.desk.now()) if typed else None
    return done(await record.add_note(asked.desk, asked.order, text, happened_at))


COMMAND = Command(
    name="note",
    summary="add to the timeline; at: says when it happened, in your own time zone",
    usage="note <text> [at:14:05]",
    example=EXAMPLE,
    handle=handle,
    shape=Shape(keys={"at": WORD}),
)
