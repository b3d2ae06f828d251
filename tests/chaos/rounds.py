"""One round from the plan to the findings; and what failed, made smaller."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tests.chaos.checking import Finding, check
from tests.chaos.evidence import Evidence, gather
from tests.chaos.laboratory import a_laboratory, ready
from tests.chaos.plan import Plan

MOST_TOLD = 10
"""Findings whose history is printed."""
AROUND = 60.0
"""Seconds before somebody did something in which what broke is told, too."""


@dataclass(frozen=True, slots=True)
class Round:
    plan: Plan
    evidence: Evidence
    findings: tuple[Finding, ...]
    smallest: "Round | None" = None
    """Of those that were tried to make it smaller, the smallest that failed too."""

    def told(self) -> str:
        """What was found, and the history of each incident that it was found in."""
        if self.smallest is not None:
            operations, troubles = len(self.smallest.plan.operations), len(self.smallest.plan.troubles)
            begun = f"{self.plan.title}: {len(self.findings)} findings, such as “{self.findings[0]}”"
            made = f"It failed too with {operations} of its operations and {troubles} of its troubles:"
            return "\n".join([begun, made, self.smallest.told()])
        lines = [f"{self.plan.title}: {len(self.findings) or 'no'} findings"]
        for one in self.findings[:MOST_TOLD]:
            lines.append(f"  {one}")
        for number in dict.fromkeys(one.incident for one in self.findings[:MOST_TOLD] if one.incident):
            lines += [f"  What happened to INC-{number}:", *(f"    {line}" for line in history(self.evidence, number))]
        return "\n".join(lines)


async def go(plan: Plan, folder: Path, database_url: str) -> Round:
    """Carry it out, make everything well, wait until all is quiet, and look."""
    async with a_laboratory(plan, folder, database_url) as laboratory:
        await laboratory.carry_out()
        await laboratory.make_well()
        await ready(laboratory)
        evidence = await gather(laboratory, database_url)
    return Round(plan, evidence, tuple(check(evidence)))


def history(evidence: Evidence, number: int) -> list[str]:
    """What was done about an incident and what broke meanwhile, in order."""
    acts = [one for one in evidence.acts if one.incident == number and one.answered_at]
    told = [(one.began_at, str(one)) for one in acts]
    begins, ends = min((at for at, _ in told), default=0.0), max((one.answered_at for one in acts), default=0.0)
    told += [
        (one.began_at, f"! {one}")
        for one in evidence.broke
        if begins - AROUND < one.ended_at and one.began_at < ends + AROUND
    ]
    return [line for _, line in sorted(told)]


def shrunk(failed: Round, run: Callable[[Plan], Round], runs: int) -> Round:
    """Leave out halves, then quarters and so on, of what broke and of what was done, as long as it still fails.

    That a smaller plan does not fail once proves nothing, as no run is like another; that it fails does.
    """
    smallest = failed
    parts = 2
    while runs and parts <= 8:
        for smaller in _smaller(smallest.plan, parts):
            runs -= 1
            if (tried := run(smaller)).findings:
                smallest = tried
                break
            if not runs:
                break
        else:
            parts *= 2
    return failed if smallest is failed else replace(failed, smallest=smallest)


def _smaller(plan: Plan, parts: int) -> list[Plan]:
    """The plan without one part of its troubles, and without one part of its operations."""
    found = []
    for place in range(parts):
        troubles = plan.troubles[place::parts]
        size = -(-len(plan.operations) // parts)
        operations = plan.operations[place * size : (place + 1) * size]
        found += [plan.without(troubles=troubles)] if troubles else []
        found += [plan.without(operations=operations)] if len(operations) < len(plan.operations) else []
    return found
