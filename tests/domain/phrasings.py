"""The labelled phrasings, and how often a ranking finds what they want."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.domain.runbook import Runbook

FILE = Path(__file__).parent / "runbook_phrasings.yaml"
Ranking = Callable[[str], Sequence[str]]
"""Words → the slugs that are offered, best first."""


@dataclass(frozen=True, slots=True)
class Phrasing:
    text: str
    slugs: tuple[str, ...]
    """What it wants; nothing, where nothing should be offered."""


@dataclass(frozen=True, slots=True)
class Hits:
    first: float
    """The share of phrasings whose runbook comes first."""
    among_three: float
    """… is one of the first three."""
    calm: float
    """Of the phrasings for which there is no runbook, the share that is offered none."""


def phrasings(*, held_out: bool) -> list[Phrasing]:
    """Those to tune by, or those that are held out: the second and the fourth of five."""
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return [Phrasing(text, tuple(slugs)) for at, (text, slugs) in enumerate(told) if (at % 5 in (1, 3)) is held_out]


def hits(asked: Sequence[Phrasing], ranking: Ranking) -> Hits:
    found = [(one, list(ranking(one.text))) for one in asked]
    wanted = [(one.slugs, slugs) for one, slugs in found if one.slugs]
    unwanted = [slugs for one, slugs in found if not one.slugs]
    first = sum(bool(set(slugs[:1]) & set(right)) for right, slugs in wanted) / len(wanted)
    three = sum(bool(set(slugs[:3]) & set(right)) for right, slugs in wanted) / len(wanted)
    return Hits(first, three, sum(not slugs for slugs in unwanted) / len(unwanted))


def by_keywords(runbooks: Sequence[Runbook]) -> Ranking:
    """What a plain search does: the runbook in which most of the words stand, anywhere in it."""
    words = {one.slug: _words(" ".join((one.title, *one.tags, *one.symptoms, one.body))) for one in runbooks}

    def ranking(text: str) -> Sequence[str]:
        wanted = _words(text)
        scored = sorted((-len(wanted & held), slug) for slug, held in words.items())
        return [slug for score, slug in scored if score][:3]

    return ranking


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{2,}", text.casefold()))
