"""`hold`: keep the record of an incident as it is."""

from bot.commands.classifying import cut_first_word
from bot.commands.command import Command, TypedInvocation, recording, require
from bot.verbs import requests as r

HOLD = "hold asked for by legal, case 2026-17"
OFF = "hold off the case is closed"


def _hold(invocation: TypedInvocation) -> r.Hold | r.LiftHold:
    text = require(invocation.text, "Say why its record has to be kept as it is, for example", HOLD)
    word, reason = cut_first_word(text)
    if word.lower() != "off":
        return r.Hold(text)
    return r.LiftHold(require(reason, "Say why the record no longer has to be kept as it is, for example", OFF))


HOLD_COMMAND = Command(
    name="hold",
    summary="legal hold: nothing and nobody is erased from its record; `hold off` lifts it",
    usage="hold <reason> | off <reason>",
    example=HOLD,
    handle=recording(_hold),
)
