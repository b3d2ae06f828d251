"""`alert`: what monitoring told of and nobody has decided on; each button of the question has its twin here."""

import re

from bot.blocks import alert as blocks
from bot.blocks import answers
from bot.commands import declare
from bot.commands.classifying import cut_first_word
from bot.commands.command import Command, Missing, TypedInvocation, done, say
from bot.commands.grammar import DASHES, split
from bot.domain.alerting import report_of
from bot.domain.alerts import IGNORED_FOR
from bot.domain.ids import ref
from bot.domain.spans import duration
from bot.door.reply import Reply
from bot.verbs.declaring import AlreadyOpen
from bot.verbs.perform import perform
from bot.verbs.reading import ListAlerts, ShowAlert
from bot.verbs.requests import Declare, IgnoreAlert, JoinAlert
from bot.verbs.verb import About

EXAMPLE = "alert 12 declare"
JOIN = "alert 12 join INC-7"
NUMBER = re.compile(r"[1-9][0-9]{0,8}")


async def handle(invocation: TypedInvocation) -> Reply:
    typed, rest = cut_first_word(invocation.text)
    if not typed or (typed.lower() == "list" and not rest):
        return say(blocks.listed((await invocation.perform(ListAlerts())).alerts))
    if not NUMBER.fullmatch(typed):
        raise Missing(what="Name the alert by its number, for example", example=EXAMPLE)
    number = int(typed)
    what, more = cut_first_word(rest)
    match what.lower():
        case "":
            return say(blocks.question(await invocation.perform(ShowAlert(number))))
        case "declare":
            return await _declared(invocation, number, anyway=more.translate(DASHES).strip("- ").lower() == "anyway")
        case "join":
            return await _joined(invocation, number, more)
        case "ignore":
            span = duration(more) if more else IGNORED_FOR
            return say(blocks.ignored(await invocation.perform(IgnoreAlert(number, span))))
    raise Missing(what="Say what is to be done: `declare`, `join INC-7` or `ignore 1h`; for example", example=EXAMPLE)


async def _declared(invocation: TypedInvocation, number: int, *, anyway: bool) -> Reply:
    report = report_of(await invocation.perform(ShowAlert(number)), invocation.context.policy)
    try:
        outcome = await invocation.perform(Declare(report, anyway, alert=number))
    except AlreadyOpen as refusal:
        same = refusal.same
        join, declared = f"alert {number} join {ref(same.number)}", f"alert {number} declare --anyway"
        return say(answers.duplicate(same.title, ref(same.number), same.channel, join, declared))
    return declare.confirm(invocation.context, outcome)


async def _joined(invocation: TypedInvocation, number: int, more: str) -> Reply:
    words = split(more)
    if words.reference is None or words.verb:
        raise Missing(what="Name the incident that it belongs to, for example", example=JOIN)
    caller = invocation.admission.caller
    return done(await perform(invocation.dependencies, caller, JoinAlert(number), words.reference))


COMMAND = Command(
    name="alert",
    summary="decide on an alert: declare an incident from it, have it join one, or ignore it for a while",
    usage="alert [12] [declare|join INC-7|ignore 1h]",
    example=EXAMPLE,
    handle=handle,
    about=About.NOTHING,
)
