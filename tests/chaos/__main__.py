"""`make chaos`: a company works with Muster while everything breaks; then the checker looks at what there is.

`--seed` makes the same plan again: who does what, what breaks and when. It cannot make the same run again, as the
processes of an operating system take turns as they like.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import postgres
from tests.chaos import outage
from tests.chaos import plan as plans
from tests.chaos.plan import Plan
from tests.chaos.report import report
from tests.chaos.rounds import Round, go, shrunk


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos ARGS=…", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="default: a new one, which is printed")
    parser.add_argument("--operations", type=int, default=200)
    parser.add_argument("--engine", choices=("sqlite", "postgres"), action="append", help="default: both")
    parser.add_argument("--replicas", type=int, choices=(1, 2, 3), default=2, help="on PostgreSQL; SQLite has one")
    parser.add_argument("--rounds", type=int, default=1, help="each with the next seed")
    parser.add_argument("--trouble-every", type=int, default=25, help="operations, on average")
    parser.add_argument("--shrink", type=int, default=0, help="so many runs more to make what failed smaller")
    parser.add_argument(
        "--outage", type=int, default=0, help="minutes without Slack, at speed, and nothing else breaks"
    )
    parser.add_argument("--folder", type=Path, default=None, help="where logs and the database stay")
    return parser.parse_args()


@contextmanager
def _a_database(plan: Plan, folder: Path) -> Iterator[str]:
    if plan.engine == "sqlite":
        yield f"sqlite+aiosqlite:///{folder / 'muster.db'}"
        return
    with postgres.a_database(blank=True) as url:
        yield url


def _run(plan: Plan, given: Path | None) -> Round:
    print(f"{plan.title}: {len(plan.troubles)} troubles…", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="muster-chaos-") as made:
        folder = (given or Path(made)).resolve() / f"{plan.engine}-{plan.seed}-{time.time():.0f}"
        folder.mkdir(parents=True)
        with _a_database(plan, folder) as url:
            return asyncio.run(go(plan, folder, url))


def _outage(plan: Plan, minutes: int) -> Round:
    with tempfile.TemporaryDirectory(prefix="muster-outage-") as made, _a_database(plan, Path(made)) as url:
        done, hour = asyncio.run(outage.go(plan, Path(made), url, minutes))
    print(f"{plan.title} --outage {minutes}: {hour}", flush=True)
    return done


def main() -> int:
    asked = _arguments()
    first = asked.seed if asked.seed is not None else random.SystemRandom().randrange(1_000_000)
    rounds = []
    postgres.share()
    try:
        for seed in range(first, first + asked.rounds):
            for engine in asked.engine or ("sqlite", "postgres"):
                replicas = 1 if engine == "sqlite" else asked.replicas
                plan = plans.make(seed, asked.operations, engine, replicas, asked.trouble_every)
                if asked.outage:
                    rounds.append(_outage(plan.without(troubles=plan.troubles), asked.outage))
                    print(rounds[-1].told(), flush=True)
                    continue
                rounds.append(_run(plan, asked.folder))
                if rounds[-1].findings and asked.shrink:
                    rounds[-1] = shrunk(rounds[-1], lambda smaller: _run(smaller, asked.folder), asked.shrink)
                print(rounds[-1].told(), flush=True)
    finally:
        postgres.stop_server()
    if not asked.outage:
        print(report(rounds))
    return 1 if any(one.findings for one in rounds) else 0


if __name__ == "__main__":
    sys.exit(main())
