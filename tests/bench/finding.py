"""Finding runbooks: how often the right one comes first, beside a plain search for words."""

from collections.abc import Sequence
from pathlib import Path

from bot.config import runbooks as runbook_files
from bot.config.shipped import shipped
from bot.domain.matching import choose
from tests.bench.figures import Figure, Unit
from tests.domain.phrasings import Ranking, by_keywords, hits, phrasings


async def measure(folder: Path) -> list[Figure]:
    known = runbook_files.load(shipped("runbooks"))

    def chosen(text: str) -> Sequence[str]:
        return [one.slug for one in choose(known, None, None, text)]

    return [*_compared("to tune by", by_keywords(known), chosen), *_compared("held out", by_keywords(known), chosen)]


def _compared(which: str, plain: Ranking, chosen: Ranking) -> list[Figure]:
    asked = phrasings(held_out=which == "held out")
    figures = list[Figure]()
    for name, ranking in (("plain keywords", plain), ("Muster", chosen)):
        found = hits(asked, ranking)
        figures += [
            Figure(f"runbooks, {len(asked)} phrasings {which}, {name}: hit@1", found.first, Unit.RATIO),
            Figure("… hit@3", found.among_three, Unit.RATIO),
            Figure("… nothing offered where nothing fits", found.calm, Unit.RATIO),
        ]
    return figures
