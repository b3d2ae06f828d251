"""Commands that move an incident through its life, with the words that each of them needs."""

from bot.commands.classifying import cut_first_word
from bot.commands.command import Command, Missing, Named, TypedInvocation, recording, require, wording
from bot.commands.forms import worded
from bot.commands.grammar import split
from bot.domain import status
from bot.domain.ids import Reference
from bot.domain.spans import duration
from bot.verbs import requests as r

MITIGATE = "mitigate traffic moved to the standby"
RESOLVE = "resolve rolled back to 4.2, error rate is normal"
VERIFY = "verify @chen: error rate flat for 15 minutes"
CLOSE = "close unverified the service was switched off for good"
REOPEN = "reopen errors are back since the evening deploy"
CANCEL = "cancel the alert came from a test environment"
MERGE = "merge INC-41"
OPEN = "open customers were told in public"
SNOOZE = "snooze 30m on the call with the vendor"


def _close(invocation: TypedInvocation) -> r.Close:
    word, reason = cut_first_word(invocation.text)
    if word and word.lower() != "unverified":
        raise Missing(what="To close, type `/incident close`; or, without verification,", example=CLOSE)
    if word:
        reason = require(reason, "Say why it is closed without verification, for example", CLOSE)
    return r.Close(reason or None)


def _merge(invocation: TypedInvocation) -> r.Merge:
    words = split(invocation.text)
    if words.reference is None or words.verb:
        raise Missing(what="Name the incident to continue with, for example", example=MERGE)
    return r.Merge(Reference(words.reference))


def _snooze(invocation: TypedInvocation) -> r.Snooze:
    typed, reason = cut_first_word(require(invocation.text, "Say for how long and why, for example", SNOOZE))
    span = duration(typed)
    return r.Snooze(span, require(reason, "Say why, for example", SNOOZE))


MITIGATE_COMMAND = worded(
    "mitigate",
    "the impact has stopped: say how",
    "mitigate <what>",
    MITIGATE,
    r.Mitigate,
    "Say what stopped the impact.",
    lambda incident: status.require(incident, "mitigate"),
)
RESOLVE_COMMAND = worded(
    "resolve",
    "the fault is gone: say what fixed it",
    "resolve <what fixed it>",
    RESOLVE,
    r.Resolve,
    "Say what fixed it; the review starts from this.",
    lambda incident: status.require(incident, "resolve"),
)
VERIFY_COMMAND = worded(
    "verify",
    "confirm that the resolution holds",
    "verify <by whom or what>",
    VERIFY,
    r.Verify,
    "Say who or what confirmed it.",
    lambda incident: status.require(incident, "verify"),
)
CLOSE_COMMAND = Command(
    name="close",
    summary="close a resolved and verified incident; its review is posted",
    usage="close [unverified <reason>]",
    example="close",
    handle=recording(_close),
)
REOPEN_COMMAND = worded(
    "reopen",
    "go back to investigating, and restart the clocks; while it is open: replace a lost channel",
    "reopen <reason>",
    REOPEN,
    r.Reopen,
    "Say why it is open again.",
    lambda incident: None if incident.is_out_of_reach else status.require(incident, "reopen"),
)
CANCEL_COMMAND = worded(
    "cancel",
    "it wasn't an incident after all",
    "cancel <reason>",
    CANCEL,
    r.Cancel,
    "Say why it wasn't an incident.",
    lambda incident: status.require(incident, "cancel"),
)
MERGE_COMMAND = Command(
    name="merge",
    summary="continue as another incident; both channels are told, and both timelines are kept",
    usage="merge INC-41",
    example=MERGE,
    handle=recording(_merge),
    named=Named.TEXT,
)
OPEN_COMMAND = Command(
    name="open",
    summary="list a private incident for everybody: title, status, priority and next update, nothing else",
    usage="open <reason>",
    example=OPEN,
    handle=wording(r.Disclose, "Give a reason, since it can't be undone; for example", OPEN),
)
SNOOZE_COMMAND = Command(
    name="snooze",
    summary="pause reminders for a while; what was promised stays due",
    usage="snooze 30m <reason>",
    example=SNOOZE,
    handle=recording(_snooze),
)
