"""`make fuzz`: hostile texts through Muster's real commands, through all that reads, and over the wire.

`--seed` makes the same texts again. What goes wrong is printed as a line for the corpus (`tests/fuzz/corpus`), as short
as it could be made, so that it is tried again with every run of the tests.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

from tests.fuzz.desk import PLACES, Wrong, a_desk, prepare
from tests.fuzz.keeping import Kept, line
from tests.fuzz.parsers import defect, growing, parsers, payload
from tests.fuzz.texts import BOMBS, hostile
from tests.fuzz.wire import over_the_wire

AT_A_DESK = 100
"""Texts, after which all is as it was at first."""
TELLS_EVERY = 5_000
OFTEN = (1, 3, 6, 4, 3, 2, 1, 2)
"""How often somebody types in each of the places."""
MOST_TOLD = 3
"""Of findings that read the same."""
TRIES = 60
"""Texts tried to make one shorter."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fuzz ARGS=…", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="default: a new one, which is printed")
    parser.add_argument("--texts", type=int, default=5_000, help="through the real commands, with a store behind them")
    parser.add_argument("--parsers", type=int, default=500, help="through everything that reads")
    parser.add_argument("--wire", type=int, default=200, help="typed in the local Slack, with the whole of Muster")
    parser.add_argument("--growth", action="store_true", help="where four times the length takes much longer than that")
    return parser.parse_args()


def place_of(seed: int, number: int) -> str:
    chance = random.Random(f"{seed}/{number}/place")  # noqa: S311 - chance, no secret
    return chance.choices(list(PLACES), OFTEN)[0]


async def typed(seed: int, count: int, folder: Path) -> AsyncIterator[Wrong]:
    """What is wrong about the answers to so many texts, made as short as it still is wrong."""
    prepared = folder / "prepared.db"
    await prepare(prepared)
    for first in range(0, count, AT_A_DESK):
        if first % TELLS_EVERY == 0 and first:
            print(f"{first:,}…", file=sys.stderr, flush=True)
        found: list[Wrong] = []
        async with a_desk(prepared, folder) as desk:
            for number in range(first, min(count, first + AT_A_DESK)):
                found += await desk.judge(hostile(seed, number), place_of(seed, number))
        for one in found:
            yield await _shorter(one, prepared, folder)


async def _shorter(wrong: Wrong, prepared: Path, folder: Path) -> Wrong:
    """The same with parts of its text left out, as long as it is still wrong where nothing else was typed before."""
    size, tries = len(wrong.text), 0
    while size and tries < TRIES:
        for at in range(0, len(wrong.text), size):
            tries += 1
            async with a_desk(prepared, folder) as desk:
                text = wrong.text[:at] + wrong.text[at + size :]
                if found := [one for one in await desk.judge(text, wrong.where) if one.what[:12] == wrong.what[:12]]:
                    wrong = replace(wrong, text=text, what=found[0].what)
                    break
            if tries >= TRIES:
                break
        else:
            size //= 2
            continue
        size = min(size, len(wrong.text))
    return wrong


def parsed(seed: int, count: int, folder: Path) -> dict[tuple[str, str], str]:
    """Parser and what it raised → a text that makes it do so."""
    found: dict[tuple[str, str], str] = {}
    for number in range(count):
        chance = random.Random(f"{seed}/{number}/shape")  # noqa: S311 - chance, no secret
        text = payload(chance, hostile(seed, number))
        for name, parse in parsers(folder).items():
            if what := defect(parse, text):
                found.setdefault((name, what.partition(":")[0]), text)
    return found


async def _all(seed: int, asked: argparse.Namespace, folder: Path) -> int:
    told: Counter[str] = Counter()
    async for wrong in typed(seed, asked.texts, folder):
        told[wrong.what[:40]] += 1
        if told[wrong.what[:40]] <= MOST_TOLD:
            print(f"{wrong}\n  {line(Kept(wrong.what[:80], wrong.text, wrong.where))}", flush=True)
    for (name, what), text in parsed(seed, asked.parsers, folder).items():
        told[what] += 1
        print(f"{name}: {what}\n  {line(Kept(what, text, parser=name))}", flush=True)
    texts = [hostile(seed + 1, number) for number in range(asked.wire)]
    async for what in over_the_wire(texts, folder):
        told[what[:40]] += 1
        print(what, flush=True)
    for one in growing(parsers(folder), BOMBS) if asked.growth else ():
        told[str(one)] += 1
        print(one, flush=True)
    return sum(told.values())


def main() -> int:
    asked = _arguments()
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(1_000_000)
    title = f"--seed {seed} --texts {asked.texts} --parsers {asked.parsers} --wire {asked.wire}"
    print(f"{title}…", file=sys.stderr, flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="muster-fuzz-") as folder:
        found = asyncio.run(_all(seed, asked, Path(folder)))
    print(f"{title}: {found or 'no'} findings in {time.monotonic() - began:,.0f} s")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
