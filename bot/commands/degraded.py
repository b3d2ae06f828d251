"""`degraded`: say what part of the service fails, by which the incident uses its error budget."""

import re

from bot.commands.command import Command, Missing, TypedInvocation, recording, require
from bot.verbs.requests import StateDegraded

EXAMPLE = "degraded 30% only card payments fail"
PERCENT = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,2})?)\s*%")


def _degraded(invocation: TypedInvocation) -> StateDegraded:
    found = PERCENT.match(invocation.text.strip())
    if found is None:
        raise Missing(what="Say what part of the service fails, in percent, and why, for example", example=EXAMPLE)
    reason = require(invocation.text.strip()[found.end() :], "Give a reason as well, for example", EXAMPLE)
    return StateDegraded(float(found[1].replace(",", ".")), reason)


COMMAND = Command(
    name="degraded",
    summary="what part of the service fails: so fast the incident uses its error budget",
    usage="degraded <percent>% <reason>",
    example=EXAMPLE,
    handle=recording(_degraded),
)
