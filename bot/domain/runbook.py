"""Runbooks: what they hold, linking them, reporting their steps."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from difflib import get_close_matches
from urllib.parse import unquote, urlsplit

from bot.domain.amending import Amended, Amendment, never
from bot.domain.decision import Decision
from bot.domain.explaining import why_runbook
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.markup import Block, Piece
from bot.domain.reason import Reason, Reasons, Stated
from bot.domain.refusal import Refusal
from bot.domain.spans import shown
from bot.domain.status import require_not_over
from bot.domain.telling import few
from bot.domain.timeline import LinkedRunbook, RunbookLinked, StepReported
from bot.domain.vocabulary import Priority, ReasonCode, StepOutcome


class UnknownRunbook(Refusal):
    """There is no runbook `{slug}`. {hint}Known: {known}."""


class NoRunbookYet(Refusal):
    """No runbook is linked to {ref} yet. Find one first, for example `/incident runbook database`."""


class NoSuchStep(Refusal):
    """“{title}” has {steps}; there is no step {number}. `/incident runbook {slug}` shows them."""


class WhyNotDone(Refusal):
    """Say why step {number} {was}, for example `/incident step {number} {outcome} the tool is not available`."""


WAS = {StepOutcome.SKIPPED: "is skipped", StepOutcome.FAILED: "failed"}


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done; `title` is its first sentence."""

    number: int
    title: str
    body: tuple[Block, ...] = ()
    """All the rest of it, and what follows it up to the next step or heading."""
    lead: tuple[Piece, ...] = ()
    """The title as it was formed, where that is more than text."""
    section: str = ""
    """The heading it stands under."""
    before: tuple[Block, ...] = ()
    """What is said before it, where a list begins: for what case it is."""
    action: str = ""
    """The action of the policy that it names, and what it gives it: `restart-checkout percent=10`."""


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under a heading and is no step; without a heading, what the runbook begins with."""

    heading: str
    level: int
    """1 to 6; a section holds those of a higher level that follow it."""
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What could not be kept as it was written, or leads nowhere, and what to do about it."""

    line: int
    text: str


INTRODUCTION = "Introduction"
"""What is called so that a runbook begins with, before its first heading."""


def nowhere(_: str) -> None:
    """No link leads to another runbook."""


@dataclass(frozen=True, slots=True)
class Runbook:
    """A written procedure."""

    slug: str
    title: str
    services: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    priority: Priority | None = None
    """The mildest priority it is meant for; None for all."""
    owner: str = ""
    reviewed_at: date | None = None
    steps: Sequence[Step] = ()
    sections: Sequence[Section] = ()
    """Where steps stand under a heading, what they are about stands in them."""
    body: str = ""
    """Everything below the front matter, as it was written in Markdown."""
    first_line: int = 1
    """Where that begins in its file."""
    path: str = ""
    """The file it stands in, within its folder: `kubernetes/KubePodCrashLooping.md`."""
    other: Mapping[str, object] = field(default_factory=dict, hash=False)
    """Keys of its front matter that mean nothing to Muster."""
    leads_to: Callable[[str], str | None] = field(default=nowhere, compare=False)
    """The slug of the runbook that a link's address means; None for any other address."""
    amended: Callable[[Amendment], Amended] = field(default=never, compare=False)
    """Its file with something added to it. It is read for that, and refuses what would not be read as it was."""
    is_withdrawn: bool = False
    """Its file is gone: incidents that use it go on with it, and nothing chooses or finds it any more."""

    def outer_sections(self) -> tuple[Section, ...]:
        """Those that are not within another one."""
        found: list[Section] = []
        for section in self.sections:
            if not found or section.level <= found[-1].level or not found[-1].level:
                found.append(section)
        return tuple(found)

    def part(self, words: str) -> "Part | None":
        """A step by its number, or a section by its heading or the beginning of that, with those within it."""
        wanted = " ".join(words.split()).casefold()
        if wanted.isdecimal():
            steps = tuple(step for step in self.steps if str(step.number) == wanted.lstrip("0"))
            return Part((), steps) if steps else None
        headings = [one.heading or INTRODUCTION for one in self.sections] + [step.section for step in self.steps]
        known = [one.casefold() for one in headings]
        heading = next(
            (one for one in known if one == wanted), next((one for one in known if one.startswith(wanted)), "")
        )
        if not wanted or not heading:
            return None
        return Part(self._within(heading), tuple(step for step in self.steps if step.section.casefold() == heading))

    def _within(self, heading: str) -> tuple[Section, ...]:
        found: list[Section] = []
        for section in self.sections:
            if found and (section.level <= found[0].level or not found[0].level):
                break
            if found or (section.heading or INTRODUCTION).casefold() == heading:
                found.append(section)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody wants to see of a runbook."""

    sections: tuple[Section, ...]
    steps: tuple[Step, ...]


def outcomes(
    runbook: Runbook, reports: Iterable[StepReported]
) -> tuple[dict[int, StepOutcome], tuple[StepReported, ...]]:
    """What became of its steps, by number, and the reports of steps that it does not have any more: a report belongs
    to the step that has its title, for numbers change with the file."""
    by_title: dict[str, list[int]] = {}
    for step in runbook.steps:
        by_title.setdefault(step.title, []).append(step.number)
    now: dict[int, StepOutcome] = {}
    earlier: list[StepReported] = []
    for report in reports:
        if report.slug != runbook.slug:
            continue
        numbers = by_title.get(report.step, [])
        number = report.number if report.number in numbers else next(iter(numbers), None)
        if number is None:
            earlier.append(report)
        else:
            now[number] = report.outcome
    return now, tuple(earlier)


def linked(runbook: Runbook, why: Reasons) -> LinkedRunbook:
    """The runbook as it is now, and why it was linked."""
    without_words = LinkedRunbook(runbook.slug, runbook.title, "", why, len(runbook.steps))
    return replace(without_words, why=why_runbook(without_words))


def by_address(runbooks: Iterable[Runbook], address: str) -> Runbook | None:
    """The runbook that an alert's `runbook_url` means: the one whose path ends most like the address does, such as
    `kubernetes/KubePodCrashLooping.md` for `https://runbooks.example/kubernetes/kubepodcrashlooping/`."""
    try:
        wanted = _parts(unquote(urlsplit(address).path))
    except ValueError:
        return None
    found: Runbook | None = None
    longest = 0
    for runbook in runbooks:
        alike = 0
        for one, other in zip(reversed(wanted), reversed(_parts(runbook.path)), strict=False):
            if one != other:
                break
            alike += 1
        if alike > longest and not runbook.is_withdrawn:
            found, longest = runbook, alike
    return found


def named_first(
    runbooks: Iterable[Runbook], address: str | None, chosen: tuple[LinkedRunbook, ...]
) -> tuple[LinkedRunbook, ...]:
    """The runbook that an alert names by its address, then those that were chosen."""
    found = by_address(runbooks, address) if address else None
    if found is None:
        return chosen
    named = linked(found, (Stated(ReasonCode.NAMED_BY_ALERT),))
    return (named, *(one for one in chosen if one.slug != found.slug))


def _parts(path: str) -> list[str]:
    """The names in a path, without what says how it is written."""
    plain = re.sub(r"(?:\.(?:md|markdown|html?))?/*$", "", path.casefold())
    return [part for part in plain.split("/") if part and part != "index"]


MOST_NAMED = 20


def named(runbooks: Iterable[Runbook]) -> str:
    """The slugs that can be typed, as many as one reads."""
    known = sorted(one.slug for one in runbooks if not one.is_withdrawn)
    return few(known, MOST_NAMED) or "none"


def find(runbooks: Iterable[Runbook], slug: str) -> Runbook:
    """The runbook of that slug. Raises UnknownRunbook with the nearest one."""
    known = {runbook.slug: runbook for runbook in runbooks}
    if slug in known:
        return known[slug]
    near = get_close_matches(slug, list(known), n=1)
    hint = f"Did you mean `{near[0]}`? " if near else ""
    raise UnknownRunbook(slug=shown(slug), hint=hint, known=named(known.values()))


def link(incident: Incident, by: SlackUserId | None, runbook: Runbook, why: Reason, now: datetime) -> Decision:
    """Link a runbook to the incident. Possible at any status but over."""
    require_not_over(incident)
    event = RunbookLinked(at=now, by=by, runbook=linked(runbook, (why,)))
    return Decision((event,))


def step_reported(
    by: SlackUserId | None, slug: str, number: int, title: str, outcome: StepOutcome, note: str, now: datetime
) -> Decision:
    """What became of a step. Raises WhyNotDone."""
    if outcome is not StepOutcome.DONE and not note:
        raise WhyNotDone(number=number, outcome=outcome, was=WAS[outcome])
    event = StepReported(at=now, by=by, slug=slug, number=number, step=title, outcome=outcome, note=note)
    return Decision((event,))


def step_count(count: int) -> str:
    return "1 step" if count == 1 else f"steps 1 to {count}"


def report_step(
    incident: Incident,
    by: SlackUserId | None,
    runbooks: Iterable[Runbook],
    slug: str | None,
    number: int,
    outcome: StepOutcome,
    note: str,
    now: datetime,
) -> Decision:
    """Say what became of a step; without a slug, of the runbook last touched."""
    require_not_over(incident)
    wanted = slug or incident.last_runbook
    if wanted is None:
        raise NoRunbookYet(ref=incident.ref)
    runbook = find(runbooks, wanted)
    step = next((one for one in runbook.steps if one.number == number), None)
    if step is None:
        steps = step_count(len(runbook.steps))
        raise NoSuchStep(title=runbook.title, steps=steps, number=number, slug=runbook.slug)
    return step_reported(by, runbook.slug, number, step.title, outcome, note, now)
