"""`clock`: since when a regulation applies, that it does not, what was submitted, or how every one stands."""

import re
from datetime import datetime

from bot.blocks.clock import drafted, standing
from bot.commands.classifying import cut_first_word
from bot.commands.command import Command, TypedInvocation, done, require, say
from bot.commands.dates_and_times import clock_time
from bot.commands.grammar import MOMENT, WORD, Shape
from bot.domain.clock import rules_of
from bot.door.reply import Reply
from bot.verbs.reporting import DraftReport
from bot.verbs.requests import RecordSubmission, RuleOutReporting, TriggerClock

EXAMPLE = "clock nis2 aware at:14:05 <why>"
NONE, SUBMITTED, DRAFT = "none", "submitted", "draft"


async def handle(invocation: TypedInvocation) -> Reply:
    regulation, rest = cut_first_word(invocation.text)
    policy = invocation.context.policy
    if not regulation:
        incident = await invocation.incident()
        rules_of(next(iter(policy.regulations), ""), policy)
        return say(standing(await invocation.in_names(incident), policy))
    key = regulation.lower()
    rules_of(key, policy)
    what, rest = cut_first_word(rest)
    what = require(what, "Say since when it applies, or none, or what was submitted; for example", EXAMPLE).lower()
    if what == NONE:
        reason = require(rest, "Say why there is nothing to report, for example", f"clock {key} none no data was read")
        return done(await invocation.perform(RuleOutReporting(key, reason)))
    if what == DRAFT:
        stage = require(rest, "Say of which stage, for example", f"clock {key} draft early_warning")
        return say(drafted(await invocation.in_names(await invocation.perform(DraftReport(key, _stage(stage))))))
    at = await _at(invocation)
    if what == SUBMITTED:
        stage, note = cut_first_word(rest)
        example = f"clock {key} submitted early_warning ref:FI-88213"
        named = _stage(require(stage, "Say which stage was submitted, for example", example))
        reference = invocation.parsed.values.get("ref", "")
        return done(await invocation.perform(RecordSubmission(key, named, at, reference, note.strip())))
    reason = require(rest, "Say why, in a few words; for example", f"clock {key} {what} at:14:05 card data was read")
    return done(await invocation.perform(TriggerClock(key, _stage(what), reason, at)))


def _stage(typed: str) -> str:
    """`early-warning` and `early warning` are the same."""
    return re.sub(r"[-\s]+", "_", typed.strip().lower())


async def _at(invocation: TypedInvocation) -> datetime | None:
    typed = invocation.parsed.values.get("at")
    return clock_time(typed, await invocation.timezone(), invocation.context.now()) if typed else None


COMMAND = Command(
    name="clock",
    summary="reporting deadlines of NIS2, DORA, GDPR, CRA and others in the policy: since when one applies, that it "
    "doesn't, what was submitted; draft: what a report could say; alone: how they stand",
    usage="clock [nis2 aware [at:14:05] <why> | dora major <why> | gdpr none <reason> | "
    "nis2 submitted early_warning [ref:FI-88213] [at:15:10] [note] | nis2 draft early_warning]",
    example=EXAMPLE,
    handle=handle,
    shape=Shape(keys={"at": MOMENT, "ref": WORD}),
)
