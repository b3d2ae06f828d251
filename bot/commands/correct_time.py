"""`time`: say when something truly happened."""

from bot.commands.classifying import cut_first_word
from bot.commands.command import Command, Missing, TypedInvocation, done, require
from bot.commands.dates_and_times import clock_time
from bot.commands.grammar import MOMENT, Shape
from bot.domain.vocabulary import TimeName
from bot.door.reply import Reply
from bot.verbs.requests import CorrectTime

EXAMPLE = "time began at:13:42 the deploy went out then"


async def handle(invocation: TypedInvocation) -> Reply:
    word, reason = cut_first_word(invocation.text)
    typed = invocation.parsed.values.get("at")
    if word.lower() not in list(TimeName) or not typed:
        known = ", ".join(TimeName)
        raise Missing(what=f"Say which time ({known}), when, and why, for example", example=EXAMPLE)
    reason = require(reason, "Give a reason as well, for example", EXAMPLE)
    value = clock_time(typed, await invocation.timezone(), invocation.context.now())
    return done(await invocation.perform(CorrectTime(TimeName(word.lower()), value, reason)))


COMMAND = Command(
    name="time",
    summary="correct when the incident began, was detected, mitigated or resolved",
    usage="time began|detected|mitigated|resolved at:14:05 <reason>",
    example=EXAMPLE,
    handle=handle,
    shape=Shape(keys={"at": MOMENT}),
)
