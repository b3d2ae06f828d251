"""A run of an action: proposed, approved by somebody else, started, ended; and how events change it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import timeline as t
from bot.domain.vocabulary import RunOutcome


@dataclass(frozen=True, slots=True)
class Run:
    """One that somebody proposed, and what became of it."""

    proposed: t.RunProposed
    proposed_seq: int
    """The `seq` of that event: the time to answer it was set by that."""
    worked_since: datetime | None
    """When the runbook was started whose step it is for."""
    approved: t.RunApproved | None = None
    approved_seq: int | None = None
    """The `seq` of that event: the time to end was set by that."""
    declined: t.RunDeclined | None = None
    started: t.RunStarted | None = None
    ended: t.RunEnded | None = None

    @property
    def planned(self) -> t.PlannedRun:
        return self.proposed.run

    @property
    def is_waiting(self) -> bool:
        """Whether it still needs somebody's yes."""
        return self.approved is None and self.declined is None

    @property
    def is_under_way(self) -> bool:
        return self.approved is not None and self.ended is None

    @property
    def is_open(self) -> bool:
        return self.is_waiting or self.is_under_way

    @property
    def has_succeeded(self) -> bool:
        return self.ended is not None and self.ended.outcome is RunOutcome.SUCCEEDED

    @property
    def link(self) -> str:
        """Where to look at it; empty where nobody said."""
        return (self.ended.link if self.ended else "") or (self.started.link if self.started else "")


All = tuple[Run, ...]
"""Those of one incident, in their order."""


def of_step(known: All, slug: str, number: int, since: datetime) -> All:
    """Those of a step, of the time that its runbook was started at `since`."""
    return tuple(
        one for one in known if (one.planned.slug, one.planned.step, one.worked_since) == (slug, number, since)
    )


def proposed(known: All, seq: int, event: t.RunProposed, since: datetime | None) -> All:
    return (*known, Run(event, seq, since))


def approved(known: All, seq: int, event: t.RunApproved) -> All:
    return _changed(known, event.run, lambda one: replace(one, approved=event, approved_seq=seq))


def declined(known: All, event: t.RunDeclined) -> All:
    return _changed(known, event.run, lambda one: replace(one, declined=event))


def started(known: All, event: t.RunStarted) -> All:
    return _changed(known, event.run, lambda one: replace(one, started=event))


def ended(known: All, event: t.RunEnded) -> All:
    return _changed(known, event.run, lambda one: replace(one, ended=event))


def _changed(known: All, run: t.PlannedRun, change: Callable[[Run], Run]) -> All:
    return tuple(change(one) if one.planned.number == run.number else one for one in known)
