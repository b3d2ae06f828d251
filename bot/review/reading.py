"""What a reader of the written review is shown, whatever the format: times, spans, phases, threads."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from bot.domain.compiling import named
from bot.domain.dates import MONTHS, a_date
from bot.domain.document import Entry, Line, PostedUpdate, ReportedStep, Review, UsedRunbook
from bot.domain.ids import SlackUserId
from bot.domain.sections import HEADINGS, Heading
from bot.domain.service_levels import ServiceLevel
from bot.domain.telling import ITSELF, OUTCOMES, spell
from bot.domain.transcript import Came
from bot.domain.vocabulary import Mark, Section, StepOutcome
from bot.review.wording import one_line

MARKS = {Mark.KEY_MOMENT: "Key moment", Mark.FOLLOW_UP: "Follow-up", Mark.EVIDENCE: "Evidence"}


QUIET = frozenset(
    {
        "ChannelOpened",
        "CommanderAsked",
        "EscalationTold",
        "Followed",
        "IncidentListed",
        "JoinAsked",
        "LeftUnattended",
        "MarkRemoved",
        "Nudged",
        "OnCallChanged",
        "PeopleInvited",
        "PeopleNotAdded",
        "RemindersSnoozed",
        "RunbookLinked",
        "TargetMissed",
        "Unfollowed",
        "UpdateOverdue",
        "AcknowledgementOverdue",
        "ChannelArchived",
        "ReviewStarted",
        "ReviewApproved",
        "ReviewPublished",
        "ReviewReopened",
        "ReviewWaived",
    }
)
"""Kinds of entries about the work on the incident rather than about the incident: many in a row are folded."""
FOLDED_FROM = 3
"""So many quiet entries in a row are folded."""


@dataclass(frozen=True, slots=True)
class Run:
    """Entries in a row: one that stands by itself, or several quiet ones that are folded."""

    entries: tuple[Entry, ...]

    @property
    def is_folded(self) -> bool:
        return len(self.entries) > 1


@dataclass(frozen=True, slots=True)
class Phase:
    title: str
    entries: tuple[Entry, ...]

    def runs(self) -> Iterator[Run]:
        """Every entry once, in order."""
        for is_quiet, group in groupby(self.entries, key=lambda entry: entry.kind in QUIET):
            entries = tuple(group)
            if is_quiet and len(entries) >= FOLDED_FROM:
                yield Run(entries)
            else:
                yield from (Run((entry,)) for entry in entries)


@dataclass(frozen=True, slots=True)
class Thread:
    """A message with its replies; `first` is None where replies answer a message that is not in the transcript."""

    first: Line | None
    replies: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the summary table: what, when, and how long after the declaration."""

    what: str
    at: str
    after: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A review as one person reads it. `has_days`: the incident spans several days, so that times need a date."""

    review: Review
    has_days: bool

    def clock(self, instant: datetime) -> str:
        """`00:36`, or `1 Feb 00:36` where the incident spans several days. UTC."""
        time = f"{instant.hour:02}:{instant.minute:02}"
        return f"{instant.day} {MONTHS[instant.month - 1]} {time}" if self.has_days else time

    def name(self, user: SlackUserId | None, nobody: str = "Muster") -> str:
        """The name on one line; the id of somebody unknown, `nobody` for no person at all."""
        if user is None:
            return nobody
        known = self.review.people.get(user)
        return one_line(known.name if known else user) or user

    def author(self, line: Line) -> str:
        """Who wrote a message: a bot as Slack shows it, else a person."""
        return one_line(line.shown_as) if line.shown_as else self.name(line.author, "Somebody")

    def actor(self, user: SlackUserId | None, integration: str | None) -> str:
        """Who did it: a person, else an integration, else Muster itself."""
        return self.name(user, one_line(integration or ITSELF))

    def names(self, text: str) -> str:
        """Plain text on one line, with names for mentions."""
        return one_line(named(text, self.review.people))

    def with_roles(self) -> tuple[SlackUserId, ...]:
        return tuple(user for user, one in self.review.people.items() if one.roles)

    def roles(self, user: SlackUserId) -> str:
        """`commander 13:46 to 15:01, scribe from 13:50`."""
        return ", ".join(
            f"{held.role} {self.clock(held.since)} to {self.clock(held.until)}"
            if held.until
            else f"{held.role} from {self.clock(held.since)}"
            for held in self.review.people[user].roles
        )

    def also_there(self) -> tuple[SlackUserId, ...]:
        """Who acted, wrote or owns a follow-up without holding a role."""
        active = {entry.by for entry in self.review.timeline} | {
            line.author for line in self.review.transcript if line.shown_as is None
        }
        active |= {one.owner for one in self.review.follow_ups}
        return tuple(user for user, one in self.review.people.items() if user in active and not one.roles)

    def in_each_status(self) -> str:
        """How long it was in each status that has ended, in order; a status that came back stands again."""
        ended = [one for one in self.review.statuses if one.until is not None]
        return ", ".join(f"{one.status} {spell(one.until - one.since)}" for one in ended if one.until is not None)

    def summary_rows(self) -> tuple[Row, ...]:
        """The instants that are known, each with the time it took."""
        times, to_channel = self.review.times, self.review.durations.time_to_channel
        known = (
            ("Began", "began_at", times.began_at),
            ("Detected", "detected_at", times.detected_at),
            ("Declared", "declared_at", times.declared_at),
            ("Channel opened", "", None if to_channel is None else times.declared_at + to_channel),
            ("Command accepted", "acknowledged_at", times.acknowledged_at),
            ("Mitigated", "mitigated_at", times.mitigated_at),
            ("Resolved", "resolved_at", times.resolved_at),
            ("Verified", "verified_at", times.verified_at),
            ("Closed", "closed_at", times.closed_at),
        )
        return tuple(
            Row(
                f"{what} (inferred)" if name in times.inferred else what,
                self.clock(at),
                "–" if name == "declared_at" else since(at - times.declared_at),
            )
            for what, name, at in known
            if at is not None
        )

    def phases(self) -> Iterator[Phase]:
        """The timeline cut where the incident was declared, mitigated, resolved and closed; no phase is empty."""
        times = self.review.times
        told = times.mitigated_at if "mitigated_at" not in times.inferred else None
        steps = (
            ("Declared", times.declared_at),
            ("Mitigated", told),
            ("Resolved", times.resolved_at),
            ("Closed", times.closed_at),
        )
        borders = [(title, at) for title, at in steps if at is not None]
        title, entries = "Before it was declared", list[Entry]()
        for entry in self.review.timeline:
            while borders and entry.at >= borders[0][1]:
                if entries:
                    yield Phase(title, tuple(entries))
                title, entries = borders.pop(0)[0], []
            entries.append(entry)
        if entries:
            yield Phase(title, tuple(entries))

    def threads(self) -> tuple[Thread, ...]:
        """The transcript in the channel's order, replies under their message."""
        first: dict[str, Line | None] = {}
        replies: dict[str, list[Line]] = {}
        for line in self.review.transcript:
            if line.thread_ts is None or line.thread_ts == line.ts:
                first[line.ts] = line
            else:
                first.setdefault(line.thread_ts, None)
                replies.setdefault(line.thread_ts, []).append(line)
        return tuple(Thread(line, tuple(replies.get(ts, ()))) for ts, line in first.items())

    def heading(self, name: str) -> Heading:
        return HEADINGS[Section(name)]

    def came_and_went(self) -> str:
        """`12:01 Dana, Bo; 12:14 Chen (left 12:50)`: who was there when, by the minute they joined."""
        left = {one.user: one.at for one in self.review.presence if not one.is_joining}
        first: dict[SlackUserId, Came] = {}
        for one in self.review.presence:
            if one.is_joining:
                first.setdefault(one.user, one)
        told = []
        for minute, group in groupby(first.values(), key=lambda one: self.clock(one.at)):
            names = [
                self.name(one.user) + (f" (left {self.clock(gone)})" if (gone := left.get(one.user)) else "")
                for one in group
            ]
            told.append(f"{minute} {', '.join(names)}")
        return "; ".join(told)

    def steps_not_done(self) -> tuple[tuple[UsedRunbook, ReportedStep], ...]:
        """Steps that failed or were skipped."""
        return tuple(
            (runbook, step)
            for runbook in self.review.runbooks
            for step in runbook.steps
            if step.outcome is not StepOutcome.DONE
        )

    def left_out(self) -> tuple[tuple[str, int], ...]:
        """Why something of the timeline is not shown, and how many times."""
        return tuple(Counter(one.why for one in self.review.left_out).items())


def read(review: Review) -> Reading:
    instants = [entry.at for entry in review.timeline] + [line.at for line in review.transcript]
    return Reading(review, has_days=len({instant.date() for instant in instants}) > 1)


def to_the_second(instant: datetime) -> str:
    """`5 Jul 2019, 14:05:09 UTC`."""
    return f"{a_date(instant.date())}, {instant:%H:%M:%S} UTC"


def moment(instant: datetime) -> str:
    """An instant on its own: `5 Jul 2019, 14:05 UTC`."""
    return f"{a_date(instant.date())}, {instant.hour:02}:{instant.minute:02} UTC"


def since(span: timedelta) -> str:
    """A span from the declaration; what came before it says so."""
    return f"{spell(-span)} before" if span < timedelta() else spell(span)


def punctuality(update: PostedUpdate) -> str:
    if update.due_at is None:
        return "none was due"
    return "on time" if update.is_on_time else f"late by {spell(update.late_by)}"


def kept(level: ServiceLevel) -> str:
    """How a service level turned out."""
    if level.is_kept is None:
        return "open"
    if level.is_kept:
        return "kept"
    return f"missed by {spell(level.at - level.due_at)}" if level.at and level.at > level.due_at else "missed"


def count(number: int, noun: str, many: str | None = None) -> str:
    """`1 update`, `3 updates`, `no updates`; `many` is the plural where it is not the noun and an s."""
    return f"{f'{number:,}' if number else 'no'} {noun if number == 1 else many or noun + 's'}"


def outcome(step: ReportedStep) -> str:
    return OUTCOMES[step.outcome]


def steps_reported(runbook: UsedRunbook) -> str:
    """`2 of 5 steps reported`, a step counted once."""
    reported = len({step.number for step in runbook.steps})
    if runbook.step_count is None:
        return f"{count(reported, 'step')} reported"
    return f"{reported} of {count(runbook.step_count, 'step')} reported"


def marked(mark: Mark) -> str:
    return MARKS[mark]


def size(number: int) -> str:
    """`420 bytes`, `1.2 kB`, `3.4 MB`, `12.3 GB`: powers of ten, as Slack shows them."""
    if number < 1000:
        return count(number, "byte")
    shown, unit = number / 1000, "kB"
    for larger in ("MB", "GB", "TB"):
        if round(shown, 1) < 1000:
            break
        shown, unit = shown / 1000, larger
    return f"{shown:.1f} {unit}"
