"""`step`: report a step of a runbook."""

from bot.commands.command import Asked, Command, Missing, done
from bot.commands.grammar import nearest
from bot.domain.vocabulary import StepOutcome
from bot.door.reply import Reply
from bot.workflows.runbook import report_step

EXAMPLE = "step 3 done replica is read-only"
WORDS = {
    "done": StepOutcome.DONE,
    "skip": StepOutcome.SKIPPED,
    "skipped": StepOutcome.SKIPPED,
    "fail": StepOutcome.FAILED,
    "failed": StepOutcome.FAILED,
}


async def handle(asked: Asked) -> Reply:
    words = asked.text.split(maxsplit=3)
    slug = None if not words or words[0].isdecimal() else words[0].lower()
    if slug is None:
        words = ["", *asked.text.split(maxsplit=2)]
    number, outcome, note = (*words[1:], "", "", "")[:3]
    if not number.isdecimal() or outcome.lower() not in WORDS:
        near = nearest(outcome.lower(), list(WORDS)) if outcome else None
        hint = f"Did you mean `{near}`? " if near else ""
        raise Missing(what=f"{hint}Give the step's number and done, skip or fail, for example", example=EXAMPLE)
    return done(await report_step(asked.context, asked.order, slug, int(number), WORDS[outcome.lower()], note.strip()))


COMMAND = Command(
    name="step",
    summary="report a step of a runbook as done, skipped or failed",
    usage="step [slug] 3 done|skip|fail [note]",
    example=EXAMPLE,
    handle=handle,
)
