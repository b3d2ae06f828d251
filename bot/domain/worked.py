"""A runbook that is being worked through: its steps as they were when it was started, and what became of each."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import timeline as t
from bot.domain.actor import Actor
from bot.domain.ids import ChannelId, MessageTs, SlackUserId
from bot.domain.vocabulary import StepOutcome


@dataclass(frozen=True, slots=True)
class WorkedStep:
    """A step, who has it, and what became of it."""

    number: int
    title: str
    section: str = ""
    action: str = ""
    """The action of the policy that it names, as of `PlannedStep`."""
    holder: SlackUserId | None = None
    """Who took it."""
    taken_at: datetime | None = None
    taken_seq: int | None = None
    """The `seq` of the event that took it last: its timer, if it has one, was set by that."""
    remind_at: datetime | None = None
    """When whoever has it is reminded of it; None once they were."""
    waits_for: str = ""
    """What they wait for, in their words."""
    report: t.StepReported | None = None
    """What was said of it last; None while it is open."""

    @property
    def outcome(self) -> StepOutcome | None:
        return self.report.outcome if self.report else None


@dataclass(frozen=True, slots=True)
class Worked:
    """One time that a runbook is worked through. Of each runbook an incident knows the last time."""

    slug: str
    title: str
    actor: Actor
    """Who started it."""
    started_at: datetime
    steps: tuple[WorkedStep, ...]
    shown: tuple[ChannelId, MessageTs] | None = None
    """Where the message stands that shows it; None until it is posted, and once it was deleted."""
    stopped: t.RunbookStopped | None = None
    """Who stopped it before its end, and why."""

    def step(self, number: int) -> WorkedStep | None:
        return next((one for one in self.steps if one.number == number), None)

    @property
    def behind(self) -> int:
        """How many of its steps were done or skipped."""
        return sum(one.outcome in (StepOutcome.DONE, StepOutcome.SKIPPED) for one in self.steps)

    @property
    def failed(self) -> int:
        return sum(one.outcome is StepOutcome.FAILED for one in self.steps)

    @property
    def is_finished(self) -> bool:
        """Whether something was said of each of its steps."""
        return all(one.report for one in self.steps)

    @property
    def is_under_way(self) -> bool:
        return self.stopped is None and not self.is_finished

    @property
    def not_done(self) -> tuple[WorkedStep, ...]:
        """The steps of which nothing was said."""
        return tuple(one for one in self.steps if one.report is None)

    @property
    def in_hand(self) -> tuple[WorkedStep, ...]:
        """The steps that people have, and the next one that nobody has yet; none once it was stopped."""
        open_ones = self.not_done if self.stopped is None else ()
        following = next((one for one in open_ones if one.holder is None), None)
        return tuple(one for one in open_ones if one.holder is not None or one is following)


All = tuple[Worked, ...]
"""Those of one incident, in the order in which they were started first."""


def started(known: All, event: t.RunbookStarted) -> All:
    steps = tuple(WorkedStep(one.number, one.title, one.section, one.action) for one in event.steps)
    new = Worked(event.runbook.slug, event.runbook.title, event.actor, event.at, steps)
    return (*(one for one in known if one.slug != new.slug), new)


def stopped(known: All, event: t.RunbookStopped) -> All:
    """Nobody waits for a step of it any longer."""

    def change(one: Worked) -> Worked:
        return replace(
            one, stopped=event, steps=tuple(replace(step, remind_at=None, waits_for="") for step in one.steps)
        )

    return _changed(known, event.slug, change)


def posted(known: All, event: t.RunbookPosted) -> All:
    return _changed(known, event.slug, lambda one: replace(one, shown=(event.channel, event.ts)))


def lost(known: All, event: t.RunbookLost) -> All:
    """One that stands elsewhere by now stays."""
    place = (event.channel, event.ts)
    return _changed(known, event.slug, lambda one: replace(one, shown=None) if one.shown == place else one)


def taken(known: All, seq: int, event: t.StepTaken) -> All:
    def change(step: WorkedStep) -> WorkedStep:
        taken_at = step.taken_at if step.holder == event.by else event.at
        has = replace(step, holder=event.by, taken_at=taken_at, taken_seq=seq)
        return replace(has, remind_at=event.remind_at, waits_for=event.note)

    return _with_step(known, event.slug, event.number, change)


def waited(known: All, event: t.StepTimeUp) -> All:
    """Whoever has it has it still, and waits no longer."""
    return _with_step(known, event.slug, event.number, lambda step: replace(step, remind_at=None, waits_for=""))


def reported(known: All, event: t.StepReported) -> All:
    return _with_step(known, event.slug, event.number, lambda step: replace(step, report=event))


def _with_step(known: All, slug: str, number: int, change: Callable[[WorkedStep], WorkedStep]) -> All:
    def changed(one: Worked) -> Worked:
        return replace(one, steps=tuple(change(step) if step.number == number else step for step in one.steps))

    return _changed(known, slug, changed)


def _changed(known: All, slug: str, change: Callable[[Worked], Worked]) -> All:
    return tuple(change(one) if one.slug == slug else one for one in known)
