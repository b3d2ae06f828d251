"""What similar incidents of the past suggest for one that is being declared. Suggested is what people said of those,
with the incidents that it comes from; nothing is chosen by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.declaration import Declaration
from bot.domain.policy import Policy
from bot.domain.problem import Lesson
from bot.domain.timeline import ClassificationSuggested, SuggestedValue
from bot.domain.vocabulary import Level, Priority, Suggestible

LEAST = 0.4
"""The confidence from which on something is suggested: one incident that is much like it, or a clear majority."""
LIKELY = 0.6
UNKNOWN = 1.0
"""So much weighs what is not known, so that one incident does not count like ten."""


@dataclass(frozen=True, slots=True)
class Similar:
    """An incident of the past, and how much it is like the one that is declared: 1.0 is the same title."""

    lesson: Lesson
    score: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    suggested: SuggestedValue
    confidence: float
    """Between LEAST and 1."""

    @property
    def is_likely(self) -> bool:
        return self.confidence >= LIKELY


@dataclass(frozen=True, slots=True)
class History:
    """What the past says of an incident that is being declared."""

    suggestions: tuple[Suggestion, ...] = ()
    paged: tuple[tuple[str, int], ...] = ()
    """Other services whose on-call was paged in similar incidents, and in how many."""
    of: int = 0
    """How many incidents are similar."""


NOTHING = History()


def history_of(similar: Sequence[Similar], draft: Declaration, policy: Policy) -> History:
    """What is suggested for the fields that the draft leaves open. Of impact, urgency and priority, what the draft
    says of one leaves the others open; a priority is suggested only where no impact or urgency is."""
    found = [
        suggestion
        for what in Suggestible
        if what is not Suggestible.PRIORITY and said_of(draft, what) is None
        if (suggestion := _suggestion(similar, what, policy)) is not None
    ]
    is_measured = any(one.suggested.what in (Suggestible.IMPACT, Suggestible.URGENCY) for one in found)
    says_how_bad = any(said_of(draft, what) for what in (Suggestible.IMPACT, Suggestible.URGENCY, Suggestible.PRIORITY))
    if draft.priority is not None:
        found = [one for one in found if one.suggested.what not in (Suggestible.IMPACT, Suggestible.URGENCY)]
    elif not (is_measured or says_how_bad) and (one := _suggestion(similar, Suggestible.PRIORITY, policy)):
        found.append(one)
    return History(tuple(found), _paged(similar, draft, policy), len(similar))


def said_of(draft: Declaration, what: Suggestible) -> str | None:
    """What the draft says of it."""
    said: Mapping[Suggestible, str | None] = {
        Suggestible.SERVICE: draft.service,
        Suggestible.CATEGORY: draft.category,
        Suggestible.IMPACT: draft.impact,
        Suggestible.URGENCY: draft.urgency,
        Suggestible.PRIORITY: draft.priority,
    }
    return said[what] or None


def suggested(suggestions: Sequence[SuggestedValue], now: datetime) -> ClassificationSuggested | None:
    """For the record of what was suggested, by which it is measured how often that was right."""
    return ClassificationSuggested(at=now, suggested=tuple(suggestions)) if suggestions else None


def _suggestion(similar: Sequence[Similar], what: Suggestible, policy: Policy) -> Suggestion | None:
    """The value that most of them have, weighed by how similar they are."""
    told = [(one, value) for one in similar if (value := one.lesson.said.get(what)) and _is_known(policy, what, value)]
    weights: dict[str, float] = {}
    for one, value in told:
        weights[value] = weights.get(value, 0.0) + one.score
    if not weights:
        return None
    best = min(weights, key=lambda value: (-weights[value], value))
    confidence = weights[best] / (sum(weights.values()) + UNKNOWN)
    if confidence < LEAST:
        return None
    like = sorted((one.lesson.number for one, value in told if value == best), reverse=True)
    return Suggestion(SuggestedValue(what, best, tuple(like), len(told)), confidence)


def _is_known(policy: Policy, what: Suggestible, value: str) -> bool:
    """Whether it can still be said today."""
    match what:
        case Suggestible.SERVICE:
            return not policy.services or value in policy.services
        case Suggestible.CATEGORY:
            return not policy.categories or value in policy.categories
        case _:
            return True


def _paged(similar: Sequence[Similar], draft: Declaration, policy: Policy) -> tuple[tuple[str, int], ...]:
    """Those that were paged in most of them, two incidents at the least."""
    counts: dict[str, int] = {}
    for one in similar:
        for service in one.lesson.paged - {draft.service or one.lesson.service}:
            counts[service] = counts.get(service, 0) + 1
    often = [one for one in counts.items() if one[1] >= 2 and 2 * one[1] > len(similar) and one[0] in policy.services]
    return tuple(sorted(often, key=lambda one: (-one[1], one[0])))


def with_taken(draft: Declaration, what: Suggestible, value: str) -> Declaration:
    """The draft with a suggestion that somebody took. Raises ValueError for a level or a priority that there is not."""
    match what:
        case Suggestible.SERVICE:
            return replace(draft, service=value)
        case Suggestible.CATEGORY:
            return replace(draft, category=value)
        case Suggestible.IMPACT:
            return replace(draft, impact=Level(value))
        case Suggestible.URGENCY:
            return replace(draft, urgency=Level(value))
        case Suggestible.PRIORITY:
            return replace(draft, priority=Priority(value))
