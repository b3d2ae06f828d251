"""`proposal`: what a program proposes for somebody; each button of the question has its twin here."""

import re

from bot.blocks import answers
from bot.blocks import proposal as blocks
from bot.commands import declare
from bot.commands.classifying import cut_first_word
from bot.commands.command import Command, Missing, TypedInvocation, done, say
from bot.commands.grammar import DASHES
from bot.domain.ids import ref
from bot.door.reply import Reply
from bot.verbs import proposing
from bot.verbs.declaring import AlreadyOpen
from bot.verbs.verb import About

EXAMPLE = "proposal 3 do"
NUMBER = re.compile(r"[1-9][0-9]{0,8}")


async def handle(invocation: TypedInvocation) -> Reply:
    dependencies, caller = invocation.dependencies, invocation.admission.caller
    typed, rest = cut_first_word(invocation.text)
    if not typed or (typed.lower() == "list" and not rest):
        return say(blocks.listed(await proposing.waiting(dependencies, caller)))
    if not NUMBER.fullmatch(typed):
        raise Missing(what="Name the proposal by its number, for example", example=EXAMPLE)
    number = int(typed)
    what, more = cut_first_word(rest)
    match what.lower():
        case "" if not more:
            return say(blocks.question(await proposing.shown(dependencies, caller, number)))
        case "do" if more.translate(DASHES).strip("- ").lower() in ("", "anyway"):
            return await _done(invocation, number, anyway=bool(more))
        case "no" if not more:
            return say(blocks.declined(await proposing.decline(dependencies, caller, number)))
    raise Missing(what="Say `do` or `no`, for example", example=EXAMPLE)


async def _done(invocation: TypedInvocation, number: int, *, anyway: bool) -> Reply:
    try:
        outcome = await proposing.have_done(invocation.dependencies, invocation.admission.caller, number, anyway=anyway)
    except AlreadyOpen as refusal:
        same = refusal.same
        return say(
            answers.duplicate(
                same.title, ref(same.number), same.channel, f"{ref(same.number)} join", f"proposal {number} do anyway"
            )
        )
    if any(one.seq == 1 for one in outcome.recorded):
        return declare.confirm(invocation.context, outcome)
    return done(outcome)


COMMAND = Command(
    name="proposal",
    summary="answer what a program proposes for somebody: have it done, or say no; alone: those that wait",
    usage="proposal [3] [do|no]",
    example=EXAMPLE,
    handle=handle,
    about=About.NOTHING,
)
