"""Choosing runbooks at declaration, and finding them by words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.policy import Service
from bot.domain.reason import Reason, Reasons, RunbookFits
from bot.domain.runbook import Runbook, linked
from bot.domain.timeline import LinkedRunbook
from bot.domain.vocabulary import Priority
from bot.domain.vocabulary import ReasonCode as Code

MOST_CHOSEN = 3
SERVICE, TAG, OWN_CATEGORY, CATEGORY, WORD = 8.0, 3.0, 3.0, 1.0, 3.0
"""How much a match counts: the service; a tag of the service; the one category a runbook is for; one category of
several; a word that stands in no other runbook."""
LEAST = 1.5
"""What chooses a runbook. One of several categories alone does not: outages are many."""
LEAST_TOLD = 0.5
"""What words must come to."""
MOST_TOLD = 5
"""Words that are told as a reason."""
SOMETHING_IS_WRONG = frozenset(
    (
        *("broken", "degraded", "down", "error", "errors", "fail", "failed", "failing", "fails", "failure", "impacted"),
        *("incident", "issue", "issues", "outage", "problem", "problems", "slow", "slowly", "unavailable"),
        *("ausfall", "ausgefallen", "fehler", "kaputt", "langsam", "störung"),
        *("caída", "caído", "caida", "caido", "fallo", "falla", "lenta", "lento", "problema"),
        *("erreur", "erreurs", "indisponible", "lent", "lente", "panne", "problème"),
    )
)
"""Words that say only that something is wrong: alone they choose no runbook."""


@dataclass(frozen=True, slots=True)
class Told:
    """What of that which is said of an incident stands in a runbook."""

    score: float
    """1.0 is about a word that stands in no other runbook."""
    words: tuple[str, ...] = ()
    """As they were said: those that stand in its title, its tags or its symptoms."""


Words = Mapping[str, Told]
"""By the slugs of the runbooks."""


@dataclass(frozen=True, slots=True)
class FoundRunbook:
    runbook: Runbook
    words: tuple[str, ...] = ()
    """By which it was found, of those that stand in its title, its tags or its symptoms."""


def choose(
    runbooks: Sequence[Runbook],
    service: Service | None,
    category: str | None,
    told: Words,
    priority: Priority | None = None,
) -> tuple[LinkedRunbook, ...]:
    """The runbooks that fit an incident, best first, each with why; three at the most, possibly none. One that is meant
    for worse incidents is not among them."""
    offered = [one for one in runbooks if not one.is_withdrawn and _is_meant_for(one, priority)]
    scored = [(*_fit(one, service, category, told.get(one.slug)), one) for one in offered]
    fitting = sorted((one for one in scored if one[0] >= LEAST), key=lambda one: (-one[0], one[2].slug))
    return tuple(linked(one, why) for _, why, one in fitting[:MOST_CHOSEN])


def _is_meant_for(runbook: Runbook, priority: Priority | None) -> bool:
    return runbook.priority is None or priority is None or not runbook.priority.is_worse_than(priority)


def _fit(runbook: Runbook, service: Service | None, category: str | None, told: Told | None) -> tuple[float, Reasons]:
    """How well a runbook fits, and why."""
    reasons: list[Reason] = []
    score = 0.0
    if service is not None and service.slug in runbook.services:
        score += SERVICE
        reasons.append(RunbookFits((service.name,), code=Code.FOR_SERVICE))
    if service is not None and (shared := [tag for tag in runbook.tags if tag in service.tags]):
        score += TAG * len(shared)
        reasons.append(RunbookFits(tuple(shared), code=Code.SHARES_TAGS))
    if told is not None and told.score >= LEAST_TOLD and not SOMETHING_IS_WRONG.issuperset(told.words):
        score += WORD * told.score
        reasons.append(RunbookFits(told.words[:MOST_TOLD], code=Code.TITLE_SAYS))
    if category is not None and category in runbook.categories:
        score += OWN_CATEGORY if len(runbook.categories) == 1 else CATEGORY
        reasons.append(RunbookFits((category,), code=Code.OF_CATEGORY))
    return score, tuple(reasons)


def search(runbooks: Sequence[Runbook], told: Words) -> list[Runbook]:
    """Runbooks in which the words stand, best first; without those where that says nothing."""
    held = [(told[one.slug], one) for one in runbooks if one.slug in told and not one.is_withdrawn]
    near = [(said, one) for said, one in held if said.words or said.score >= LEAST_TOLD]
    return [one for _, one in sorted(near, key=lambda pair: (-pair[0].score, pair[1].slug))]
