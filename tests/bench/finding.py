"""Finding runbooks: how often the right one comes first, beside a plain search for words, and how long it takes."""

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.config import runbooks as runbook_files
from bot.config.shipped import shipped
from bot.domain.matching import choose
from bot.domain.runbook import Runbook
from bot.workflows.runbook_index import RunbookIndex
from tests.bench.figures import Figure, Unit, percentile
from tests.domain.phrasings import Phrasing, Ranking, by_keywords, hits, phrasings

MANY = 2_000
QUESTIONS = 500


async def measure(folder: Path) -> list[Figure]:
    known = runbook_files.load(shipped("runbooks"))
    index = RunbookIndex(lambda: known)

    def chosen(text: str) -> Sequence[str]:
        return [one.slug for one in choose(known, None, None, index.told_at_once(text))]

    figures = list[Figure]()
    for which in ("to tune by", "held out"):
        asked = phrasings(held_out=which == "held out")
        figures += _compared(f"{len(asked)} phrasings {which}", asked, by_keywords(known), chosen)
    many = _many(known)
    return [*figures, *await _timed(RunbookIndex(lambda: many))]


def _compared(which: str, asked: Sequence[Phrasing], plain: Ranking, chosen: Ranking) -> list[Figure]:
    figures = list[Figure]()
    for name, ranking in (("plain keywords", plain), ("Muster", chosen)):
        found = hits(asked, ranking)
        figures += [
            Figure(f"runbooks, {which}, {name}: hit@1", found.first, Unit.RATIO),
            Figure("… hit@3", found.among_three, Unit.RATIO),
            Figure("… nothing offered where nothing fits", found.calm, Unit.RATIO),
        ]
    return figures


def _many(known: Sequence[Runbook]) -> tuple[Runbook, ...]:
    """As many as a large company has, of the words of those that are shipped."""
    dice = random.Random(7)  # noqa: S311 - the same runbooks every time
    words = [word for one in known for word in one.body.split()]
    return tuple(
        replace(
            one,
            slug=f"{one.slug}-{number}",
            title=f"{one.title} {dice.choice(words)} {number}",
            body=" ".join(dice.choices(words, k=400)),
        )
        for number, one in ((number, known[number % len(known)]) for number in range(MANY))
    )


async def _timed(index: RunbookIndex) -> list[Figure]:
    took = list[float]()
    began = time.perf_counter()
    await index.told("")
    built = time.perf_counter() - began
    asked = [*phrasings(held_out=False), *phrasings(held_out=True)]
    for number in range(QUESTIONS):
        began = time.perf_counter()
        await index.told(f"{asked[number % len(asked)].text} {asked[number * 7 % len(asked)].text}")
        took.append((time.perf_counter() - began) * 1000)
    return [
        Figure(f"index of {MANY:,} runbooks, built anew", built, Unit.SECONDS, 3),
        Figure("… a question, p50", percentile(took, 0.5), Unit.MILLISECONDS),
        Figure("… p99", percentile(took, 0.99), Unit.MILLISECONDS, 20),
    ]
