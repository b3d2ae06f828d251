"""How well runbooks do: how often each was offered, used, finished and helped, and how long incidents took with it.

What each figure means, and what it does not prove, stands in `docs/metrics.md`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain.incident import Incident
from bot.domain.metrics import Spread, spread

OFFERED: Final = "o"
USED, FINISHED, HELPED, DID_NOT_HELP = "u", "f", "h", "n"
LATELY: Final = timedelta(days=90)
"""What a runbook is shown with: how it did in this time."""
ENOUGH: Final = 5
"""Incidents on either side from which on two medians are compared."""


def uses(incident: Incident) -> dict[str, str]:
    """What came of each runbook in an incident, by slug: a letter for each thing that holds."""
    started = {one.slug: one for one in incident.worked}
    reported = {one.slug for one in incident.steps}
    verdicts = {one.runbook.slug: one.helped for one in incident.judgements}
    found = {}
    for slug in dict.fromkeys((*(one.slug for one in incident.runbooks), *started, *reported, *verdicts)):
        worked, helped = started.get(slug), verdicts.get(slug)
        holds = (
            (OFFERED, True),
            (USED, worked is not None or slug in reported or helped is not None),
            (FINISHED, worked is not None and worked.is_finished),
            (HELPED, helped is True),
            (DID_NOT_HELP, helped is False),
        )
        found[slug] = "".join(letter for letter, does in holds if does)
    return found


@dataclass(frozen=True, slots=True)
class Used:
    """What is measured of the runbooks of one incident. `uses`: as above."""

    uses: Mapping[str, str]
    declared_at: datetime
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """How long something took with a runbook, and where it was offered and nobody used it."""

    used: Spread | None
    unused: Spread | None

    @property
    def saved(self) -> timedelta | None:
        """By how much the median is shorter with it, negative where it is longer; None of too few to compare."""
        if self.used is None or self.unused is None or min(self.used.count, self.unused.count) < ENOUGH:
            return None
        return self.unused.median - self.used.median


@dataclass(frozen=True, slots=True)
class Effectiveness:
    """The figures of one runbook."""

    slug: str
    offered: int
    """Incidents that it was linked to."""
    used: int
    """Incidents in which it was started, a step of it reported, or somebody said whether it helped."""
    finished: int
    """Incidents in which something was said of each of its steps."""
    helped: int
    did_not_help: int
    mitigate: Compared
    resolve: Compared


@dataclass(frozen=True, slots=True)
class RunbookReport:
    since: datetime
    until: datetime
    runbooks: tuple[Effectiveness, ...]
    """Those used most often first."""


def report(incidents: Iterable[Used], since: datetime, until: datetime) -> RunbookReport:
    """The figures of every runbook that was offered in an incident declared between two instants."""
    by_slug: dict[str, list[tuple[str, Used]]] = {}
    for one in incidents:
        if since <= one.declared_at < until:
            for slug, letters in one.uses.items():
                by_slug.setdefault(slug, []).append((letters, one))
    found = (_figures(slug, those) for slug, those in by_slug.items())
    return RunbookReport(since, until, tuple(sorted(found, key=lambda one: (-one.used, -one.offered, one.slug))))


def _figures(slug: str, those: Sequence[tuple[str, Used]]) -> Effectiveness:
    counts = {letter: sum(letter in letters for letters, _ in those) for letter in "oufhn"}
    used = [one for letters, one in those if USED in letters]
    unused = [one for letters, one in those if USED not in letters]
    return Effectiveness(
        slug,
        counts[OFFERED],
        counts[USED],
        counts[FINISHED],
        counts[HELPED],
        counts[DID_NOT_HELP],
        Compared(*(_took(side, [one.mitigated_at for one in side]) for side in (used, unused))),
        Compared(*(_took(side, [one.resolved_at for one in side]) for side in (used, unused))),
    )


def _took(incidents: Sequence[Used], ends: Sequence[datetime | None]) -> Spread | None:
    """Without those that have not come that far, and those corrected to before the declaration."""
    spans = (end - one.declared_at for one, end in zip(incidents, ends, strict=True) if end is not None)
    return spread(span for span in spans if span >= timedelta())
