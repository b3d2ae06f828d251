"""`mark` and `step`: a message counts for the review; a step of a runbook was taken."""

from bot.commands.command import Command, Missing, TypedInvocation, recording
from bot.domain.transcript import message_at
from bot.domain.vocabulary import Mark, StepOutcome
from bot.verbs import requests as r
from bot.verbs.did_you_mean import nearest

MARK = "mark evidence https://acme.slack.com/archives/C0123/p1772625840000000"
KINDS = {"key": Mark.KEY_MOMENT, "moment": Mark.KEY_MOMENT, **{mark.value: mark for mark in Mark}}

STEP = "step 3 done replica is read-only"
OUTCOMES = {
    "done": StepOutcome.DONE,
    "skip": StepOutcome.SKIPPED,
    "skipped": StepOutcome.SKIPPED,
    "fail": StepOutcome.FAILED,
    "failed": StepOutcome.FAILED,
}


def _mark(invocation: TypedInvocation) -> r.MarkMessage:
    kind, _, address = invocation.text.partition(" ")
    mark, message = KINDS.get(kind.lower().replace("-", "_")), message_at(address)
    if mark is None or message is None:
        raise Missing(
            what="Say what it is – key_moment, evidence or follow_up – and link to the message, for example",
            example=MARK,
        )
    return r.MarkMessage(mark, message.channel, message.ts)


def _step(invocation: TypedInvocation) -> r.ReportStep:
    words = invocation.text.split(maxsplit=3)
    slug = None if not words or words[0].isdecimal() else words[0].lower()
    if slug is None:
        words = ["", *invocation.text.split(maxsplit=2)]
    number, outcome, note = (*words[1:], "", "", "")[:3]
    if not number.isdecimal() or outcome.lower() not in OUTCOMES:
        near = nearest(outcome.lower(), list(OUTCOMES)) if outcome else None
        hint = f"Did you mean `{near}`? " if near else ""
        raise Missing(what=f"{hint}Give the step's number and done, skip or fail, for example", example=STEP)
    return r.ReportStep(slug, int(number), OUTCOMES[outcome.lower()], note.strip())


MARK_COMMAND = Command(
    name="mark",
    summary="mark a message for the review as key moment, evidence or follow-up; reactions and shortcuts do the same",
    usage="mark key_moment|evidence|follow_up <link of the message>",
    example=MARK,
    handle=recording(_mark),
)
STEP_COMMAND = Command(
    name="step",
    summary="report a step of a runbook as done, skipped or failed",
    usage="step [slug] 3 done|skip|fail [note]",
    example=STEP,
    handle=recording(_step),
)
