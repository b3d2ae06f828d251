"""`make bench`: measure, and print one table. `python -m tests.bench intake …` measures only what is named.

The budgets are told, never enforced: figures belong to a machine, and a test that measures time is a flaky test.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from rich.console import Console

from tests.bench import (
    alerts,
    answering,
    api,
    calm,
    declaring,
    degraded,
    faulty,
    finding,
    growing,
    home,
    intake,
    learning,
    measuring,
    nagging,
    oncall,
    outward,
    repairing,
    reviewing,
    sandbox,
    starting,
    storming,
    ticking,
    trends,
)
from tests.bench.figures import Figure, measure_baseline, table

MEASUREMENTS: dict[str, Callable[[Path], Awaitable[list[Figure]]]] = {
    "declaring": declaring.measure,
    "growing": growing.measure,
    "answering": answering.measure,
    "api": api.measure,
    "intake": intake.measure,
    "starting": starting.measure,
    "ticking": ticking.measure,
    "nagging": nagging.measure,
    "oncall": oncall.measure,
    "home": home.measure,
    "reviewing": reviewing.measure,
    "repairing": repairing.measure,
    "learning": learning.measure,
    "finding": finding.measure,
    "measuring": measuring.measure,
    "trends": trends.measure,
    "sandbox": sandbox.measure,
    "calm": calm.measure,
    "storm-declares": storming.measure,
    "faults": faulty.measure,
    "degraded": degraded.measure,
    "alerts": alerts.measure,
    "outward": outward.measure,
}


async def _measure(names: list[str], console: Console) -> list[Figure]:
    figures = []
    for name in names:
        console.print(f"{name}…")
        with tempfile.TemporaryDirectory(prefix="muster-bench-") as folder:
            figures += await MEASUREMENTS[name](Path(folder))
    return figures


def main(names: list[str]) -> int:
    progress = Console(stderr=True)
    if unknown := set(names) - set(MEASUREMENTS):
        progress.print(f"Unknown: {', '.join(sorted(unknown))}. Known: {', '.join(MEASUREMENTS)}.")
        return 2
    baseline = measure_baseline()
    figures = asyncio.run(_measure(names or list(MEASUREMENTS), progress))
    Console(width=None if sys.stdout.isatty() else 110).print(table(figures, baseline))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
