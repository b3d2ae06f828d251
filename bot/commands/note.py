"""`note`: write something into the timeline, at the time it happened; say it otherwise, or take it back."""

import re

from bot.blocks.lists import note_list
from bot.commands.command import Asked, Command, done, require, say
from bot.commands.grammar import WORD, Shape, clock_time
from bot.door.reply import Reply
from bot.workflows import record

EXAMPLE = "note First alert, checkout probes fail at:14:05"
NUMBERED = re.compile(r"(?is)(?P<what>amend|retract)\s+(?P<number>[1-9][0-9]{0,3})(?:\s+(?P<rest>.*))?")
"""What may be said of a note that stands: `amend 2 <text>`, `retract 2 <reason>`."""


async def handle(asked: Asked) -> Reply:
    if not asked.text and not asked.parsed.values:
        return say(note_list(await asked.incident()))
    if found := NUMBERED.fullmatch(asked.text):
        return await _about_one(asked, found["what"].lower(), int(found["number"]), found["rest"] or "")
    text = require(asked.text, "Say what happened, for example", EXAMPLE)
    typed = asked.parsed.values.get("at")
    happened_at = clock_time(typed, await asked.timezone(), asked.context.now()) if typed else None
    return done(await record.add_note(asked.context, asked.order, text, happened_at))


async def _about_one(asked: Asked, what: str, number: int, rest: str) -> Reply:
    if what == "amend":
        text = require(rest, "Say how it is to read, for example", f"note amend {number} the second alert, at 14:07")
        return done(await record.amend_note(asked.context, asked.order, number, text))
    reason = require(rest, "Say why, for example", f"note retract {number} it was another service")
    return done(await record.retract_note(asked.context, asked.order, number, reason))


COMMAND = Command(
    name="note",
    summary="add to the timeline; at: says when it happened, in your own time zone; alone: list them. amend 2 <text>, "
    "retract 2 <reason>",
    usage="note <text> [at:14:05]",
    example=EXAMPLE,
    handle=handle,
    shape=Shape(keys={"at": WORD}),
)
