"""Choosing runbooks at declaration, and finding them by words."""

import re
from collections.abc import Iterable, Sequence

from bot.domain.policy import Service
from bot.domain.reason import Reason, Reasons, RunbookFits
from bot.domain.runbook import Runbook, linked
from bot.domain.timeline import LinkedRunbook
from bot.domain.vocabulary import ReasonCode as Code

MOST_CHOSEN = 3
SERVICE, TAG, OWN_CATEGORY, NAMED, CATEGORY, WORD = 8, 3, 3, 2, 2, 1
"""How much a match counts: the service; a tag of the service; the one category a runbook is for; a tag or a word of
its name in the incident's title; one category of several; a word of its symptoms in the title."""
LEAST = 3
"""What chooses a runbook. One of several categories alone does not: outages are many."""


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
    offered = [one for one in runbooks if not one.is_withdrawn]
    scored = [(*_fit(one, service, category, title), one) for one in offered]
    fitting = sorted((one for one in scored if one[0] >= LEAST), key=lambda one: (-one[0], one[2].slug))
    return tuple(linked(one, why) for _, why, one in fitting[:MOST_CHOSEN])


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

    scored = [(score(runbook), runbook) for runbook in runbooks if not runbook.is_withdrawn]
    return [runbook for points, runbook in sorted(scored, key=lambda one: (-one[0], one[1].slug)) if points]
