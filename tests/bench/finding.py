"""Finding runbooks: how often the right one comes first, beside a plain search for words, and how long it takes."""

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from bot.config import policy_loading as policies
from bot.config import runbooks as runbook_files
from bot.config.shipped import shipped
from bot.domain.ids import WorkspaceId
from bot.domain.matching import choose
from bot.domain.runbook import Runbook
from bot.store import Database, Store
from bot.verbs.verb import Dependencies
from bot.workflows.context import Context
from bot.workflows.runbook_index import RunbookIndex
from bot.workflows.search_index import SearchIndex
from tests.bench.api import asking, timed
from tests.bench.api import known as person
from tests.bench.figures import Figure, Unit, percentile
from tests.domain.phrasings import Phrasing, Ranking, by_keywords, hits, phrasings
from tests.store.given import NOON

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
    return [*figures, *await _timed(RunbookIndex(lambda: many)), *await _kept(folder, known)]


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


async def _kept(folder: Path, known: Sequence[Runbook]) -> list[Figure]:
    """As many files: one of them changes, and a program asks for the list, by pages and by words."""
    kept = folder / "runbooks"
    kept.mkdir()
    for number in range(MANY):
        (kept / f"{known[number % len(known)].slug}-{number}.md").write_text(known[number % len(known)].body, "utf-8")
    shelf = runbook_files.Shelf([kept])
    began = time.process_time()
    shelf.look()
    read = time.process_time() - began
    changed = kept / f"{known[0].slug}-0.md"
    changed.write_text(f"{changed.read_text('utf-8')}\nChanged.\n", "utf-8")
    began = time.process_time()
    library = shelf.look()
    again = time.process_time() - began
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'runbooks.db'}", migrate=True)
    try:
        context = Context(Store(database, WorkspaceId("T1")), policies.load(None), library.runbooks, lambda: NOON)
        async with asking(Dependencies(context, SearchIndex(context), person)) as asks:
            pages = await timed(f"API with {MANY:,} runbooks, a page of 50", None, lambda _: asks("GET", "runbooks"))
            asked = f"runbooks?words={quote('database failover connections')}"
            words = await timed("… by words", None, lambda _: asks("GET", asked))
    finally:
        await database.close()
    return [
        Figure(f"{MANY:,} files of runbooks read, processor time", read, Unit.SECONDS),
        Figure("… again when one of them has changed, processor time", again, Unit.SECONDS, 1),
        *pages,
        *words,
    ]


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
