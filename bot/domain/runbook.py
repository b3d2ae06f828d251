"""Runbooks: what they hold, linking them, reporting their steps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from difflib import get_close_matches

from bot.domain.decision import Decision
from bot.domain.explaining import why_runbook
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.reason import Reason, Reasons
from bot.domain.refusal import Refusal
from bot.domain.status import require_not_over
from bot.domain.timeline import LinkedRunbook, RunbookLinked, StepReported
from bot.domain.vocabulary import Priority, StepOutcome


class UnknownRunbook(Refusal):
    """There is no runbook `{slug}`. {hint}Known: {known}."""


class NoRunbookYet(Refusal):
    """No runbook is linked to {ref} yet. Find one first, for example `/incident runbook database`."""


class NoSuchStep(Refusal):
    """“{title}” has {steps}; there is no step {number}. `/incident runbook {slug}` shows them."""


class WhyNotDone(Refusal):
    """Say why step {number} {was}, for example `/incident step {number} {outcome} the tool is not available`."""


WAS = {StepOutcome.SKIPPED: "is skipped", StepOutcome.FAILED: "failed"}


@dataclass(frozen=True, slots=True)
class Step:
    number: int
    title: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Runbook:
    """A written procedure."""

    slug: str
    title: str
    services: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    priority: Priority | None = None
    """The mildest priority it is meant for; None for all."""
    owner: str = ""
    reviewed_at: date | None = None
    steps: Sequence[Step] = ()
    body: str = ""
    """Everything below the front matter, as it was written in Markdown."""
    path: str = ""
    """The file it stands in, within its folder: `kubernetes/KubePodCrashLooping.md`."""
    other: Mapping[str, object] = field(default_factory=dict, hash=False)
    """Keys of its front matter that mean nothing to Muster."""
    is_withdrawn: bool = False
    """Its file is gone: incidents that use it go on with it, and nothing chooses or finds it any more."""


def linked(runbook: Runbook, why: Reasons) -> LinkedRunbook:
    """The runbook as it is now, and why it was linked."""
    without_words = LinkedRunbook(runbook.slug, runbook.title, "", why, len(runbook.steps))
    return replace(without_words, why=why_runbook(without_words))


def find(runbooks: Iterable[Runbook], slug: str) -> Runbook:
    """The runbook of that slug. Raises UnknownRunbook with the nearest one."""
    known = {runbook.slug: runbook for runbook in runbooks}
    if slug in known:
        return known[slug]
    near = get_close_matches(slug, list(known), n=1)
    hint = f"Did you mean `{near[0]}`? " if near else ""
    raise UnknownRunbook(slug=slug, hint=hint, known=", ".join(sorted(known)) or "none")


def link(incident: Incident, by: SlackUserId | None, runbook: Runbook, why: Reason, now: datetime) -> Decision:
    """Link a runbook to the incident. Possible at any status but over."""
    require_not_over(incident)
    event = RunbookLinked(at=now, by=by, runbook=linked(runbook, (why,)))
    return Decision((event,))


def report_step(
    incident: Incident,
    by: SlackUserId | None,
    runbooks: Iterable[Runbook],
    slug: str | None,
    number: int,
    outcome: StepOutcome,
    note: str,
    now: datetime,
) -> Decision:
    """Say what became of a step; without a slug, of the runbook last touched."""
    require_not_over(incident)
    wanted = slug or incident.last_runbook
    if wanted is None:
        raise NoRunbookYet(ref=incident.ref)
    runbook = find(runbooks, wanted)
    step = next((one for one in runbook.steps if one.number == number), None)
    if step is None:
        count = len(runbook.steps)
        steps = "1 step" if count == 1 else f"steps 1 to {count}"
        raise NoSuchStep(title=runbook.title, steps=steps, number=number, slug=runbook.slug)
    if outcome is not StepOutcome.DONE and not note:
        raise WhyNotDone(number=number, outcome=outcome, was=WAS[outcome])
    event = StepReported(at=now, by=by, slug=runbook.slug, number=number, step=step.title, outcome=outcome, note=note)
    return Decision((event,))
