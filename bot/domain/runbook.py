"""Runbooks: choosing them at declaration, finding them by words, reporting their steps."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import get_close_matches

from bot.domain.decision import Decision
from bot.domain.explaining import why_runbook
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.policy import Service
from bot.domain.reason import Reason, Reasons, RunbookFits
from bot.domain.refusal import Refusal
from bot.domain.status import require_not_over
from bot.domain.timeline import LinkedRunbook, RunbookLinked, StepReported
from bot.domain.vocabulary import Priority, StepOutcome
from bot.domain.vocabulary import ReasonCode as Code

MOST_CHOSEN = 3
SERVICE, TAG, OWN_CATEGORY, NAMED, CATEGORY, WORD = 8, 3, 3, 2, 2, 1
"""How much a match counts: the service; a tag of the service; the one category a runbook is for; a tag or a word of
its name in the incident's title; one category of several; a word of its symptoms in the title."""
LEAST = 3
"""What chooses a runbook. One of several categories alone does not: outages are many."""


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
    steps: tuple[Step, ...] = ()
    body: str = ""


def words_of(text: str) -> frozenset[str]:
    """The telling words of a text, folded so that a plural finds its singular."""
    found = set(re.findall(r"\w{2,}", text.casefold())) - COMMON
    return frozenset(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in found)


COMMON = frozenset(
    (
        *("after", "again", "all", "an", "and", "are", "at", "by", "for", "from", "in", "into", "is", "it"),
        *("no", "not", "of", "on", "or", "the", "to", "was", "were", "with"),
    )
)
"""Words that tell nothing."""


def choose(
    runbooks: Sequence[Runbook], service: Service | None, category: str | None, title: str
) -> tuple[LinkedRunbook, ...]:
    """The runbooks that fit a declaration, best first, each with why; three at the most, possibly none."""
    scored = [(*_fit(runbook, service, category, title), runbook) for runbook in runbooks]
    fitting = sorted((one for one in scored if one[0] >= LEAST), key=lambda one: (-one[0], one[2].slug))
    return tuple(linked(one, why) for _, why, one in fitting[:MOST_CHOSEN])


def linked(runbook: Runbook, why: Reasons) -> LinkedRunbook:
    """The runbook as it is now, and why it was linked."""
    without_words = LinkedRunbook(runbook.slug, runbook.title, "", why, len(runbook.steps))
    return replace(without_words, why=why_runbook(without_words))


def _fit(runbook: Runbook, service: Service | None, category: str | None, title: str) -> tuple[int, Reasons]:
    """How well a runbook fits, and why."""
    reasons: list[Reason] = []
    score = 0
    if service is not None and service.slug in runbook.services:
        score += SERVICE
        reasons.append(RunbookFits((service.name,), code=Code.FOR_SERVICE))
    if service is not None and (shared := [tag for tag in runbook.tags if tag in service.tags]):
        score += TAG * len(shared)
        reasons.append(RunbookFits(tuple(shared), code=Code.SHARES_TAGS))
    if said := words_of(title) & (_named(runbook) | _told(runbook)):
        score += NAMED * len(said & _named(runbook)) + WORD * len(said - _named(runbook))
        reasons.append(RunbookFits(tuple(sorted(said)), code=Code.TITLE_SAYS))
    if category is not None and category in runbook.categories:
        score += OWN_CATEGORY if len(runbook.categories) == 1 else CATEGORY
        reasons.append(RunbookFits((category,), code=Code.OF_CATEGORY))
    return score, tuple(reasons)


def _named(runbook: Runbook) -> frozenset[str]:
    return words_of(" ".join((runbook.slug, runbook.title, *runbook.tags)))


def _told(runbook: Runbook) -> frozenset[str]:
    return words_of(" ".join(runbook.symptoms))


def search(runbooks: Iterable[Runbook], words: str) -> list[Runbook]:
    """Runbooks in which the words stand, best first; a title or tag counts more than a symptom."""
    wanted = words_of(words)

    def score(runbook: Runbook) -> int:
        return NAMED * len(wanted & _named(runbook)) + WORD * len(wanted & _told(runbook) - _named(runbook))

    scored = [(score(runbook), runbook) for runbook in runbooks]
    return [runbook for points, runbook in sorted(scored, key=lambda one: (-one[0], one[1].slug)) if points]


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
