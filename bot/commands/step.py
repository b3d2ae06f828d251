"""`step`: who does a step of a runbook, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.blocks.forms import step_form
from bot.blocks.run import parameters_form
from bot.commands.command import Command, Invocation, Missing, SubmittedInvocation, TypedInvocation, done, done_in_sight
from bot.commands.forms import field, opening
from bot.commands.grammar import split
from bot.domain import running, working
from bot.domain.automation import NotPossible, StillToGive
from bot.domain.incident import Incident
from bot.domain.spans import duration
from bot.domain.vocabulary import StepOutcome
from bot.door.reply import FormErrors, OpenForm, Reply, View
from bot.verbs.did_you_mean import nearest
from bot.verbs.requests import ApproveRun, DeclineRun, ProposeRun, ReportStep, TakeStep

EXAMPLE = "step 3 done replica is read-only"
WAIT = "step 3 wait 10m replication catches up"
ANSWER = "step 3 approve 2"
OUTCOMES = {
    "done": StepOutcome.DONE,
    "skip": StepOutcome.SKIPPED,
    "skipped": StepOutcome.SKIPPED,
    "fail": StepOutcome.FAILED,
    "failed": StepOutcome.FAILED,
}
TAKE, WAITS = "take", "wait"
PROPOSE, APPROVE, DECLINE = "propose", "approve", "decline"
WHY = {StepOutcome.SKIPPED: "Say why it is skipped.", StepOutcome.FAILED: "Say what you saw."}


@dataclass(frozen=True, slots=True)
class Read:
    """What stands after `step`."""

    slug: str | None
    number: int
    act: str
    rest: str


def read(text: str) -> Read:
    """Raises Missing."""
    words = text.split(maxsplit=3)
    slug = None if not words or words[0].isdecimal() else words[0].lower()
    if slug is None:
        words = ["", *text.split(maxsplit=2)]
    number, act, rest = (*words[1:], "", "", "")[:3]
    known = [*OUTCOMES, TAKE, WAITS, PROPOSE, APPROVE, DECLINE]
    if not number.isdecimal() or act.lower() not in known:
        near = nearest(act.lower(), known) if act else None
        hint = f"Did you mean `{near}`? " if near else ""
        what = f"{hint}Give the step's number and done, skip, fail, take, wait or propose, for example"
        raise Missing(what=what, example=EXAMPLE)
    return Read(slug, int(number), act.lower(), rest.strip())


async def _handle(invocation: TypedInvocation) -> Reply:
    said = read(invocation.text)
    if said.act in (TAKE, WAITS):
        return done_in_sight(invocation, await invocation.perform(_take(said)))
    if said.act == PROPOSE:
        return await _propose(invocation, said)
    if said.act in (APPROVE, DECLINE):
        return done_in_sight(invocation, await invocation.perform(_answer(said)))
    outcome = OUTCOMES[said.act]
    if outcome is not StepOutcome.DONE and not said.rest:
        return _form(said, outcome)(invocation)
    reported = ReportStep(said.slug, said.number, outcome, said.rest)
    return done_in_sight(invocation, await invocation.perform(reported))


def _take(said: Read) -> TakeStep:
    if said.act == TAKE:
        return TakeStep(said.slug, said.number, note=said.rest)
    span, _, note = said.rest.partition(" ")
    if not span:
        raise Missing(what="Say for how long it waits, for example", example=WAIT)
    return TakeStep(said.slug, said.number, duration(span), note.strip())


def _answer(said: Read) -> ApproveRun | DeclineRun:
    """To one proposal, by its number: another one may have taken its place. Raises Missing."""
    number, _, why = said.rest.partition(" ")
    if not number.isdecimal():
        raise Missing(what="Name the proposal by its number, as its message does, for example", example=ANSWER)
    if said.act == APPROVE:
        return ApproveRun(said.slug, said.number, int(number))
    return DeclineRun(said.slug, said.number, int(number), why.strip())


async def _propose(invocation: TypedInvocation, said: Read) -> Reply:
    """At once where everything is said; else a form asks for the rest."""
    values = tuple(said.rest.split())
    try:
        return done_in_sight(invocation, await invocation.perform(ProposeRun(said.slug, said.number, values)))
    except StillToGive:
        return _parameters(said, values)(invocation)


def _parameters(said: Read, values: tuple[str, ...]) -> Callable[[TypedInvocation], OpenForm]:
    def draw(incident: Incident, invocation: Invocation) -> View:
        policy = invocation.context.policy
        slug, action, known = running.to_choose(incident, invocation.user, said.slug, said.number, values, policy)
        return parameters_form(incident, slug, said.number, action, known, policy.services)

    return opening("Propose an action", draw)


def _form(said: Read, outcome: StepOutcome) -> Callable[[TypedInvocation], OpenForm]:
    """Asks why, of a step of which nothing was said yet."""

    def draw(incident: Incident, invocation: Invocation) -> View:
        slug, title = working.require_open(incident, invocation.user, said.slug, said.number)
        return step_form(incident, slug, said.number, title, outcome)

    return opening(f"Step {said.number}", draw)


async def _submit(invocation: SubmittedInvocation) -> Reply:
    """What the form carries is the command that opened it."""
    said = read(split(invocation.sent.carried).rest)
    if said.act == PROPOSE:
        given = {name: field(invocation.sent, name) for name in invocation.sent.values}
        if missing := {name: "Choose a value." for name, value in given.items() if not value}:
            return FormErrors(missing)
        try:
            values = tuple(f"{name}={value}" for name, value in given.items())
            return done(await invocation.perform(ProposeRun(said.slug, said.number, values)))
        except NotPossible as wrong:
            return FormErrors({str(wrong.facts["name"]): str(wrong)})
    outcome, why = OUTCOMES[said.act], field(invocation.sent, "what")
    if not why:
        return FormErrors({"what": WHY[outcome]})
    return done(await invocation.perform(ReportStep(said.slug, said.number, outcome, why, is_in_hand=True)))


COMMAND = Command(
    name="step",
    summary="say what became of a step of a runbook; take: you are on it; wait: you are, and are reminded of it then; "
    "skip or fail alone: a form; propose: have its action run, once somebody else approves it",
    usage="step [slug] 3 done|skip|fail|take [note] | [slug] 3 wait 10m [note] | [slug] 3 propose [name=value…] | "
    "[slug] 3 approve|decline 2",
    example=EXAMPLE,
    handle=_handle,
    submit=_submit,
)
