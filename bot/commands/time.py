"""`time`: say when something truly happened."""

from bot.commands.classifying import cut_first_word
from bot.commands.command import Asked, Command, Missing, done, require
from bot.commands.grammar import WORD, Shape, clock_time
from bot.domain.vocabulary import TimeName
from bot.door.reply import Reply
from bot.workflows import record

EXAMPLE = "time began at:13:42 the deploy went out then"


async def handle(asked: Asked) -> Reply:
    word, reason = cut_first_word(asked.text)
    typed = asked.parsed.values.get("at")
    if word.lower() not in list(TimeName) or not typed:
        known = ", ".join(TimeName)
        raise Missing(what=f"Say which time ({known}), when, and why, for example", example=EXAMPLE)
    reason = require(reason, "Give a reason as well, for example", EXAMPLE)
    value = clock_time(typed, await asked.timezone(), asked.context.now())
    return done(await record.correct_time(asked.context, asked.order, TimeName(word.lower()), value, reason))


COMMAND = Command(
    name="time",
    summary="say when the incident truly began, was detected, mitigated or resolved",
    usage="time began|detected|mitigated|resolved at:14:05 <reason>",
    example=EXAMPLE,
    handle=handle,
    shape=Shape(keys={"at": WORD}),
)
