"""Choosing runbooks at declaration, and finding them by words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.policy import Service
from bot.domain.reason import Reason, Reasons, RunbookFits, RunbookHelped
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
TALK = 1.0
"""How much such a word counts where it was only talked about, for much is said that turns out otherwise."""
MOST_TOLD = 5
"""Words that are told as a reason."""
SOMETHING_IS_WRONG = frozenset(
    (
        *("broken", "degraded", "down", "error", "errors", "fail", "failed", "failing", "fails", "failure", "impacted"),
        *("incident", "issue", "issues", "outage", "problem", "problems", "slow", "slowly", "unavailable"),
        *("above", "below", "exceeds", "high", "low", "over", "percent", "rate", "threshold", "too", "under"),
        *("ausfall", "ausgefallen", "fehler", "kaputt", "langsam", "störung"),
        *("caída", "caído", "caida", "caido", "fallo", "falla", "lenta", "lento", "problema"),
        *("erreur", "erreurs", "indisponible", "lent", "lente", "panne", "problème"),
    )
)
"""Words that say only that something is wrong, or that there is too much or too little of it: alone they choose no
runbook."""
EXPERIENCE = 1.5
"""The most that experience counts, for or against: half a word. It orders what fits and chooses nothing."""
FEW = 2
"""So many incidents weigh as if nothing was known, so that one opinion does not count like ten."""
USED = 0.25
"""What a use counts of which nobody said whether it helped."""


@dataclass(frozen=True, slots=True)
class Experience:
    """In how many incidents a runbook helped, did not help, and was used without a word of that."""

    helped: int = 0
    not_helped: int = 0
    used: int = 0

    @property
    def weight(self) -> float:
        """Between -EXPERIENCE and EXPERIENCE."""
        known = self.helped + self.not_helped + self.used
        return EXPERIENCE * (self.helped - self.not_helped + USED * self.used) / (known + FEW)


NO_EXPERIENCE = Experience()


@dataclass(frozen=True, slots=True)
class Told:
    """What of that which is said of an incident stands in a runbook, and what came of it in others."""

    score: float
    """1.0 is about a word that stands in no other runbook."""
    words: tuple[str, ...] = ()
    """As they were said: those that stand in its title, its tags or its symptoms."""
    before: Experience = NO_EXPERIENCE
    talk_score: float = 0.0
    """The same of what people said since, as far as it stands in its title, its tags or its symptoms."""
    talk: tuple[str, ...] = ()


NOTHING_TOLD = Told(0.0)
Words = Mapping[str, Told]
"""By the slugs of the runbooks."""


@dataclass(frozen=True, slots=True)
class FoundRunbook:
    runbook: Runbook
    words: tuple[str, ...] = ()
    """By which it was found, of those that stand in its title, its tags or its symptoms."""
    before: Experience = NO_EXPERIENCE


def choose(
    runbooks: Sequence[Runbook],
    service: Service | None,
    category: str | None,
    told: Words,
    priority: Priority | None = None,
    most: int = MOST_CHOSEN,
) -> tuple[LinkedRunbook, ...]:
    """The runbooks that fit an incident, best first, each with why; `most` at the most, possibly none. One that is
    meant for worse incidents is not among them."""
    offered = [one for one in runbooks if not one.is_withdrawn and _is_meant_for(one, priority)]
    fitting: list[tuple[float, Reasons, Runbook]] = []
    for one in offered:
        said = told.get(one.slug, NOTHING_TOLD)
        score, why = _fit(one, service, category, said)
        if score >= LEAST:
            fitting.append((score + said.before.weight, (*why, *_experience(said.before)), one))
    fitting.sort(key=lambda ranked: (-ranked[0], ranked[2].slug))
    return tuple(linked(one, why) for _, why, one in fitting[:most])


def _is_meant_for(runbook: Runbook, priority: Priority | None) -> bool:
    return runbook.priority is None or priority is None or not runbook.priority.is_worse_than(priority)


def _fit(runbook: Runbook, service: Service | None, category: str | None, told: Told) -> tuple[float, Reasons]:
    """How well a runbook fits, and why."""
    reasons: list[Reason] = []
    score = 0.0
    if service is not None and service.slug in runbook.services:
        score += SERVICE
        reasons.append(RunbookFits((service.name,), code=Code.FOR_SERVICE))
    if service is not None and (shared := [tag for tag in runbook.tags if tag in service.tags]):
        score += TAG * len(shared)
        reasons.append(RunbookFits(tuple(shared), code=Code.SHARES_TAGS))
    if told.score >= LEAST_TOLD and not SOMETHING_IS_WRONG.issuperset(told.words):
        score += WORD * told.score
        reasons.append(RunbookFits(told.words[:MOST_TOLD], code=Code.TITLE_SAYS))
    if told.talk_score >= LEAST_TOLD and not SOMETHING_IS_WRONG.issuperset(told.talk):
        score += TALK * told.talk_score
        reasons.append(RunbookFits(told.talk[:MOST_TOLD], code=Code.PEOPLE_SAY))
    if category is not None and category in runbook.categories:
        score += OWN_CATEGORY if len(runbook.categories) == 1 else CATEGORY
        reasons.append(RunbookFits((category,), code=Code.OF_CATEGORY))
    return score, tuple(reasons)


def _experience(past: Experience) -> Reasons:
    if past == NO_EXPERIENCE:
        return ()
    return (RunbookHelped(past.helped, past.not_helped, past.used),)


def search(runbooks: Sequence[Runbook], told: Words) -> list[Runbook]:
    """Runbooks in which the words stand, best first; without those where that says nothing."""
    held = [(told[one.slug], one) for one in runbooks if one.slug in told and not one.is_withdrawn]
    near = [(said, one) for said, one in held if said.words or said.score >= LEAST_TOLD]
    return [one for _, one in sorted(near, key=lambda pair: (-_rank(pair[0]), pair[1].slug))]


def _rank(said: Told) -> float:
    return WORD * said.score + said.before.weight
