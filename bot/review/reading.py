"""What a reader of the written review is shown, whatever the format: times, spans, phases, threads."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.audience_clocks import STAKEHOLDERS
from bot.domain.compiling import A_MOMENT
from bot.domain.dates import MONTHS, a_date
from bot.domain.document import (
    AudienceTold,
    Entry,
    Line,
    OpenStep,
    Paged,
    PostedUpdate,
    Reported,
    ReportedStep,
    Reporting,
    Review,
    RunbookChange,
    UsedRunbook,
)
from bot.domain.ids import SlackUserId
from bot.domain.labels import unmarked
from bot.domain.named import MENTION
from bot.domain.sections import HEADINGS, OPEN, Heading
from bot.domain.service_levels import ServiceLevel
from bot.domain.telling import ITSELF, OUTCOMES, PAGERS, ended, how_late, listed, spell, spell_percent
from bot.domain.transcript import File
from bot.domain.vocabulary import Section
from bot.review.emoji import character
from bot.review.wording import TIME, Reader, instant_of, name_of, one_line

NO_PART = frozenset(
    {
        "ApprovalAsked",
        "CustomerUpdateApproved",
        "DocumentKept",
        "DocumentWritten",
        "FollowUpAgreed",
        "FollowUpChanged",
        "FollowUpEnded",
        "Followed",
        "IncidentListed",
        "JoinAsked",
        "OverwritingDecided",
        "ProblemLinked",
        "ReportSubmitted",
        "ReportingRuledOut",
        "ReportingTriggered",
        "ReviewApproved",
        "ReviewMeetingMoved",
        "ReviewPublished",
        "ReviewReopened",
        "ReviewStarted",
        "ReviewWaived",
        "RunbookProposed",
        "Unfollowed",
    }
)
"""What people do who were not there: they follow the incident, or see to what becomes of it."""

LEVELS = {
    "acknowledge": "Command accepted",
    "update first": "First update",
    "mitigate": "Mitigated",
    "resolve": "Resolved",
}
"""Name of a service level → what is reached by it."""


@dataclass(frozen=True, slots=True)
class Phase:
    title: str
    entries: tuple[Entry, ...]


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
class Attendee:
    """Somebody who took part, and how: as texts."""

    name: str
    roles: str
    there: str


@dataclass(frozen=True, slots=True)
class ReportedLine:
    """A stage of a regulation as texts; of one that was ruled out, why."""

    name: str
    stage: str
    due: str
    submitted: str
    reference: str
    kept: str
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class PagedLine:
    """How far one page came; `sent`, `seen` and `answered`: how long after it was asked for."""

    who: str
    """And by which pager."""
    at: str
    sent: str
    seen: str
    answered: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """What was said of a step of a runbook."""

    step: str
    outcome: str
    who: str
    at: str
    took: str
    """How long somebody worked on it, as far as that is known."""
    note: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A review as one person reads it, in the zone of its times. `has_days`: the incident spans several days, so that
    times need a date."""

    review: Review
    zone: ZoneInfo
    has_days: bool

    def clock(self, instant: datetime) -> str:
        """`00:36`, or `1 Feb 00:36` where the incident spans several days, or the instant is of another day."""
        local, declared = instant.astimezone(self.zone), self.review.times.declared_at.astimezone(self.zone)
        time = f"{local.hour:02}:{local.minute:02}"
        is_dated = self.has_days or local.date() != declared.date()
        return f"{local.day} {MONTHS[local.month - 1]} {time}" if is_dated else time

    def moment(self, instant: datetime) -> str:
        """An instant on its own: `5 Jul 2019, 14:05`."""
        local = instant.astimezone(self.zone)
        return f"{a_date(local.date())}, {local:%H:%M}"

    def declared(self) -> str:
        """When it was declared, also in UTC: `31 Jan 2017, 19:00 (18:00 UTC)`."""
        at = self.review.times.declared_at
        utc, local = at.astimezone(UTC), at.astimezone(self.zone)
        if utc.utcoffset() == local.utcoffset():
            return f"{self.moment(at)} UTC"
        day = "" if utc.date() == local.date() else f"{a_date(utc.date())}, "
        return f"{self.moment(at)} ({day}{utc:%H:%M} UTC)"

    def zone_told(self) -> str:
        return "All times are UTC." if self.zone.key == "UTC" else f"All times are those of {self.zone.key}."

    def reader(self, *, is_escaped: bool) -> Reader:
        return Reader(self.review.people, is_escaped, clock=self.clock)

    @property
    def is_settled(self) -> bool:
        """Nobody writes in it any more: what is empty is left out."""
        return self.review.incident.review not in OPEN

    def name(self, user: SlackUserId | None, nobody: str = "Muster") -> str:
        """The full name on one line; the id of somebody unknown, `nobody` for no person at all."""
        return nobody if user is None else name_of(user, self.review.people)

    def author(self, line: Line) -> str:
        """Who wrote a message: a bot as Slack shows it, else a person."""
        return one_line(line.shown_as) if line.shown_as else self.name(line.author, "Somebody")

    def actor(self, user: SlackUserId | None, integration: str | None) -> str:
        """Who did it: a person, else an integration, else Muster itself."""
        return self.name(user, one_line(integration or ITSELF))

    def names(self, text: str) -> str:
        """Plain text on one line, with names for mentions."""

        def name(found: re.Match[str]) -> str:
            return name_of(SlackUserId(found["user"]), self.review.people)

        told = TIME.sub(lambda found: self.clock(instant_of(found)), text)
        return one_line(unmarked(MENTION.sub(name, told)))

    def service_told(self) -> str:
        """Who looks after the service, and what it is part of: `Owner: Shop · System: Storefront · Tier: 1`."""
        about = self.review.incident.about_service
        if about is None:
            return ""
        named = (
            ("Owner", about.owned_by),
            ("System", about.system),
            ("Tier", "" if about.tier is None else str(about.tier)),
        )
        return " · ".join(f"{name}: {one_line(value)}" for name, value in named if value)

    def took_part(self) -> tuple[SlackUserId, ...]:
        """Who had a role, acted or wrote while it was worked on; those with roles first. Whoever only followed it, or
        saw to its review, did not."""
        people, lines = self.review.people, self.review.transcript
        active = {line.author for line in lines if line.shown_as is None}
        active |= {entry.by for entry in self.review.timeline if entry.kind not in NO_PART}
        there = [user for user, one in people.items() if one.roles or user in active]
        return tuple(sorted(there, key=lambda user: not people[user].roles))

    def roles(self, user: SlackUserId) -> str:
        """`commander 13:46 to 15:01, scribe from 13:50`."""
        return ", ".join(
            f"{held.role} {self.clock(held.since)} to {self.clock(held.until)}"
            if held.until
            else f"{held.role} from {self.clock(held.since)}"
            for held in self.review.people[user].roles
        )

    def attendees(self) -> tuple[Attendee, ...]:
        there = self._there()
        return tuple(
            Attendee(self.name(user), self.roles(user) or "–", there.get(user, "–")) for user in self.took_part()
        )

    def _there(self) -> dict[SlackUserId, str]:
        """From when to when people were in the channel: since they first joined, until they last left for good."""
        first: dict[SlackUserId, datetime] = {}
        left: dict[SlackUserId, datetime | None] = {}
        for one in self.review.presence:
            first.setdefault(one.user, one.at)
            left[one.user] = None if one.is_joining else one.at
        return {
            user: f"{self.clock(at)} to {self.clock(gone)}" if (gone := left[user]) else f"from {self.clock(at)}"
            for user, at in first.items()
        }

    def summary_rows(self) -> tuple[Row, ...]:
        """The instants that are known, each with the time it took."""
        times = self.review.times
        known = (
            ("Began", "began_at", times.began_at),
            ("Detected", "detected_at", times.detected_at),
            ("Declared", "declared_at", times.declared_at),
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
        """The timeline cut where the incident was declared, mitigated, resolved and closed; no phase is empty, and
        nothing in it is for the record alone."""
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
            if entry.is_bookkeeping:
                continue
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

    def unwritten(self) -> tuple[Heading, ...]:
        """What is still to be written, while people write."""
        if self.is_settled:
            return ()
        return tuple(heading for one, heading in HEADINGS.items() if not self.review.section(one).text)

    def files(self, entry: Entry) -> tuple[File, ...]:
        """The files of the message that an entry shows, as references."""
        shown = (one for one in self.review.evidence if one.permalink and one.permalink == entry.permalink)
        return next((one.files for one in shown), ())

    def entry_count(self) -> int:
        return sum(not entry.is_bookkeeping for entry in self.review.timeline)

    def levels_told(self) -> str:
        """`2 of 3 met`."""
        levels = self.review.service_levels
        return f"{sum(one.is_kept is True for one in levels)} of {len(levels)} met"

    def paged(self) -> tuple[PagedLine, ...]:
        """Each page, with how long after it was asked for it came how far."""
        return tuple(map(self._page, self.review.pages or ()))

    def _page(self, page: Paged) -> PagedLine:
        def took(at: datetime | None) -> str:
            return spell(at - page.asked_at) if at else "–"

        sent = "not sent" if page.taken_at is None and page.is_late else took(page.taken_at)
        stood_in = page.answered_by is not None and page.answered_by != page.person
        answered = took(page.answered_at) + (f", by {self.name(page.answered_by)}" if stood_in else "")
        who = f"{self.name(page.person)} ({PAGERS.get(page.pager, page.pager)})"
        return PagedLine(who, self.clock(page.asked_at), sent, took(page.seen_at), answered)

    def reported(self) -> tuple[ReportedLine, ...]:
        """Each stage of each regulation: when it was due, when it was submitted, and how late."""
        return tuple(line for one in self.review.reporting or () for line in self._reported(one))

    def _reported(self, one: Reporting) -> Iterator[ReportedLine]:
        for stage in one.stages:
            kept, is_late = self._kept(stage)
            yield ReportedLine(
                one.name,
                stage.title,
                self.clock(stage.due_at) if stage.due_at else "–",
                self.clock(stage.submitted_at) if stage.submitted_at else "–",
                stage.reference or "–",
                kept,
                is_late,
            )
        if one.ruled_out is not None:
            yield ReportedLine(one.name, "–", "–", "–", "–", f"nothing to report: {one.ruled_out}")

    def _kept(self, stage: Reported) -> tuple[str, bool]:
        """How a stage was kept, and whether it is late."""
        if stage.due_at is None:
            return ("" if stage.submitted_at else "not due yet"), False
        if stage.submitted_at is None:
            is_over = stage.due_at <= self.review.complete_to
            return ("not recorded as submitted" if is_over else "not due yet"), is_over
        return how_late(stage.submitted_at, stage.due_at), stage.submitted_at > stage.due_at

    def budget_told(self) -> str:
        """What the incident used of an error budget, and what was left of it; empty where it used none."""
        one = self.review.error_budget
        if one is None:
            return ""
        used = f"{spell(one.impact)} of impact at {spell_percent(one.degraded)} degraded"
        used = f"{used} {'have used' if one.is_under_way else 'used'} {spell(one.used)}"
        when = f"At {self.clock(one.at)}" if one.is_under_way else "When it stopped"
        left = (
            f"{spell(one.left)} of {spell(one.allowed)} were left"
            if one.left > timedelta()
            else f"the {spell(one.allowed)} were exhausted{f' by {spell(-one.left)}' if one.left else ''}"
        )
        return f"{used}. {when}, {left}: {spell_percent(one.target * 100)} {one.window}."

    def runbooks(self) -> tuple[str, ...]:
        """Each runbook that was worked through or judged, in a sentence."""
        return tuple(self._used(one) for one in self.review.runbooks if _is_told(one))

    def steps(self) -> tuple[tuple[str, tuple[StepLine, ...]], ...]:
        """Each of `runbooks`, with every report of its steps in the order given, then those that were not reached."""
        used = [one for one in self.review.runbooks if _is_told(one)]
        lines = ((*map(self._step, one.steps), *map(self._open_step, one.not_done)) for one in used)
        return tuple(zip(self.runbooks(), lines, strict=True))

    def runbook_changes(self) -> tuple[tuple[str, str | None], ...]:
        """Each change to a runbook that was proposed, in a sentence, and the address of its pull request."""
        return tuple((self._proposed(one), one.url) for one in self.review.runbook_changes)

    def _proposed(self, change: RunbookChange) -> str:
        """`A change to “Roll back”, proposed by Bo: the tool is in the new console.`"""
        what, by = "A change to" if change.text else "A new runbook,", self.actor(change.by, change.integration)
        told = f"{what} “{self.names(change.title)}”, proposed by {by}"
        return ended(f"{told}: {self.names(change.text)}" if change.text else told)

    def _used(self, runbook: UsedRunbook) -> str:
        """`“Roll back”: 3 of 5 steps reported; stopped by Bo at 14:05: mitigated; the impact stopped 4 min after step
        3; did not help (Bo): the tool is gone`; the steps stand below it."""
        said, verdict = [steps_reported(runbook)] if runbook.steps else [], runbook.verdict
        for stop in runbook.stops:
            who = self.actor(stop.by, stop.integration)
            said.append(f"stopped by {who} at {self.clock(stop.at)}: {self.names(stop.reason)}")
        if told := self._before_mitigation(runbook):
            said.append(told)
        if verdict is not None:
            note = f": {self.names(verdict.note)}" if verdict.note else ""
            who = self.actor(verdict.by, verdict.integration)
            said.append(f"{'helped' if verdict.helped else 'did not help'} ({who}){note}")
        return f"“{self.names(runbook.title)}”: {'; '.join(said)}"

    def _before_mitigation(self, runbook: UsedRunbook) -> str:
        """What was done last before the impact stopped; that it helped is for people to say."""
        end, number = self.review.times.mitigated_at, runbook.mitigated_after
        if end is None or number is None:
            return ""
        at = max(one.at for one in runbook.steps if one.number == number and one.at <= end)
        return f"the impact stopped {spell(end - at)} after step {number}"

    def _open_step(self, step: OpenStep) -> StepLine:
        return StepLine(f"{step.number}. {self.names(step.text)}", "not done", "–", "–", "–", "–")

    def _step(self, step: ReportedStep) -> StepLine:
        return StepLine(
            f"{step.number}. {self.names(step.text)}",
            OUTCOMES[step.outcome],
            self.actor(step.by, step.integration),
            self.clock(step.at),
            spell(step.at - step.began_at) if step.began_at else "–",
            self.names(step.note) or "–",
        )

    def notes(self) -> str:
        """About the document itself: how far it is complete, and what it leaves out. Of a draft, the findings say what
        may be missing and what was redacted."""
        review = self.review
        told = [f"Complete to {self.moment(review.complete_to)}:{review.complete_to:%S}."]
        if self.is_settled and review.generated_at - review.complete_to > A_MOMENT:
            told.append("What was said later may be missing.")
        hidden = sum(one.original is not None for one in review.left_out)
        if hidden:
            entries, it = count(hidden, "timeline entry", "timeline entries"), "it" if hidden == 1 else "them"
            told.append(f"{entries} {'was' if hidden == 1 else 'were'} hidden; the JSON file has {it}.")
        left_out = len(review.left_out) - hidden + len(review.timeline) - self.entry_count()
        if left_out:
            entries = count(left_out, "entry", "entries")
            verb = "is" if left_out == 1 else "are"
            told.append(
                f"{entries} about the work around the incident, such as reminders and invitations, {verb} not shown; "
                "the JSON file has the whole record."
            )
        if self.is_settled and review.redacted:
            places = count(review.redacted, "place")
            told.append(f"{places} that looked like a secret {'was' if review.redacted == 1 else 'were'} taken out.")
        return " ".join(told)


def read(review: Review) -> Reading:
    instants = [entry.at for entry in review.timeline] + [line.at for line in review.transcript]
    zone = ZoneInfo(review.timezone)
    return Reading(review, zone, has_days=len({instant.astimezone(zone).date() for instant in instants}) > 1)


def moment(instant: datetime) -> str:
    """An instant on its own, for readers in many zones: `5 Jul 2019, 14:05 UTC`."""
    return f"{a_date(instant.date())}, {instant:%H:%M} UTC"


def since(span: timedelta) -> str:
    """A span from the declaration; what came before it says so."""
    return f"{spell(-span)} before" if span < timedelta() else spell(span)


def punctuality(update: PostedUpdate) -> str:
    """How it stood to its time, and whom it was for, where that is not stakeholders alone."""
    how = "on time" if update.is_on_time else f"late by {spell(update.late_by)}"
    if update.whom is None:
        return how if update.due_at else "none was due"
    return "; ".join([*([how] if update.due_at else ()), f"for {listed(update.whom)}"])


def kept(level: ServiceLevel) -> str:
    """How a service level turned out."""
    if level.is_kept is None:
        return "open"
    if level.is_kept:
        return "on time"
    return f"late by {spell(level.at - level.due_at)}" if level.at and level.at > level.due_at else "missed"


def audiences_told(audiences: Sequence[AudienceTold] | None) -> str:
    """`Executives: 3 of 4 on time. `; empty where nobody has a clock of their own."""
    told = (
        f"{one.audience.capitalize()}: {one.updates_on_time} of {one.updates_due} on time" for one in audiences or ()
    )
    return "; ".join(told)


def updates_told(updates: Sequence[PostedUpdate]) -> str:
    """`21, 19 of them on time`; without those that were for others than stakeholders."""
    updates = [one for one in updates if one.whom is None or STAKEHOLDERS in one.whom]
    if not updates:
        return "none for stakeholders"
    on_time = sum(update.is_on_time for update in updates)
    if on_time == len(updates):
        return f"{len(updates)}, on time" if len(updates) == 1 else f"{len(updates)}, all on time"
    return f"{len(updates)}, {on_time or 'none'} of them on time" if len(updates) > 1 else "1, late"


def count(number: int, noun: str, many: str | None = None) -> str:
    """`1 update`, `3 updates`, `no updates`; `many` is the plural where it is not the noun and an s."""
    return f"{f'{number:,}' if number else 'no'} {noun if number == 1 else many or noun + 's'}"


def steps_reported(runbook: UsedRunbook) -> str:
    """`2 of 5 steps reported`, a step counted once."""
    reported = len({step.number for step in runbook.steps})
    if runbook.step_count is None:
        return f"{count(reported, 'step')} reported"
    return f"{reported} of {count(runbook.step_count, 'step')} reported"


def _is_told(runbook: UsedRunbook) -> bool:
    """Whether it was worked through or judged: one that was only proposed is not told."""
    return bool(runbook.steps or runbook.stops or runbook.not_done) or runbook.verdict is not None


def emoji(name: str) -> str:
    """The character of one of Slack's emoji; `:party_parrot:` for one that a workspace made itself."""
    found = character(name)
    if not found:
        return f":{one_line(name)}:"
    return f"{found}\ufe0f" if len(found) == 1 and found < "\U0001f000" else found


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
