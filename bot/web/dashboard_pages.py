"""What the pages of the dashboard look like: what they show, in words, and the templates it is put in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.blocks.text import plain, plural
from bot.domain.budgets import Budget
from bot.domain.dates import MONTHS
from bot.domain.document import Entry, FollowUp, Review
from bot.domain.explaining import why_priority
from bot.domain.grace import is_late
from bot.domain.ids import SlackUserId, ref
from bot.domain.incident import Incident
from bot.domain.named import by_name
from bot.domain.telling import spell
from bot.domain.vocabulary import Role
from bot.review import Redacted, without_secrets
from bot.review.picture import picture
from bot.review.reading import Reading, read
from bot.store import Summary
from bot.verbs.reading import Outline
from bot.web.pages import templates

MOST_ENTRIES = 300
"""Of a timeline on its page, the newest; the review has all of them."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page: whose it is, in which zone its times are, and when it was asked for."""

    viewer: str
    zone: ZoneInfo
    now: datetime
    has_budgets: bool = False
    """Whether any service has an objective: others need no way to what is left of them."""

    @property
    def read(self) -> str:
        """When the page was, of one that follows by itself."""
        return f"Read at {self.when(self.now)}, and again by itself."

    def when(self, instant: datetime) -> str:
        """`14:05`, or `27 Nov, 14:05` on another day; with its year where that is another one."""
        local, today = instant.astimezone(self.zone), self.now.astimezone(self.zone)
        if local.date() == today.date():
            return f"{local:%H:%M}"
        year = "" if local.year == today.year else f" {local.year}"
        return f"{local.day} {MONTHS[local.month - 1]}{year}, {local:%H:%M}"


@dataclass(frozen=True, slots=True)
class Line:
    """An incident in a list. What is empty is not known, or not for whoever looks."""

    number: int
    ref: str
    title: str
    priority: str
    status: str
    is_drill: bool
    is_over: bool
    is_outline: bool
    update: str
    is_overdue: bool
    commander: str = ""
    service: str = ""
    declared: str = ""
    is_private: bool = False


def line(
    one: Summary | Outline,
    frame: Frame,
    names: Mapping[SlackUserId, str],
    services: Mapping[str, str] | None = None,
) -> Line:
    """`names`: of people; `services`: their names by slug."""
    late = is_late(one.update_due_at, frame.now)
    due = "" if one.update_due_at is None else frame.when(one.update_due_at)
    told = Line(
        number=one.number,
        ref=ref(one.number),
        title=_title(one.title, names),
        priority=one.priority.value,
        status=one.status.value,
        is_drill=one.is_drill,
        is_over=one.status.is_over,
        is_outline=True,
        update=due and f"update overdue since {due}" if late else due and f"next update by {due}",
        is_overdue=late,
    )
    if isinstance(one, Outline) or one.is_outline:
        return told
    return replace(
        told,
        is_outline=False,
        commander=_commander(one, names),
        service=(services or {}).get(one.service or "", one.service or ""),
        declared=f"declared {frame.when(one.declared_at)}",
        is_private=one.is_private,
    )


def _title(text: str, names: Mapping[SlackUserId, str]) -> str:
    """On one line, without secrets, with people by name."""
    return " ".join(plain(by_name(without_secrets(text)[0], names)).split())


def _commander(one: Summary, names: Mapping[SlackUserId, str]) -> str:
    if one.commander:
        return f"commander {names.get(one.commander, one.commander)}"
    return f"asked {names.get(one.asked, one.asked)} to command" if one.asked else "nobody commands"


@dataclass(frozen=True, slots=True)
class OpenIncidents:
    """What is open now, worst first."""

    lines: Sequence[Line]

    @property
    def real(self) -> list[Line]:
        return [one for one in self.lines if not one.is_drill]

    @property
    def drills(self) -> list[Line]:
        return [one for one in self.lines if one.is_drill]

    @property
    def head(self) -> str:
        """`3 open incidents: 1 P1, 2 P3; 1 overdue update`."""
        if not self.real:
            return "No open incidents"
        by_priority = groupby(sorted(one.priority for one in self.real))
        told = ", ".join(f"{len(list(same))} {priority}" for priority, same in by_priority)
        late = sum(one.is_overdue for one in self.real)
        overdue = f"; {plural(late, 'overdue update')}" if late else ""
        return f"{plural(len(self.real), 'open incident')}: {told}{overdue}"


@dataclass(frozen=True, slots=True)
class OneIncident:
    """An incident on its page. `reading`: what its timeline tells, in the zone of whoever looks; `workspace_url`:
    Slack's, for links."""

    incident: Incident
    reading: Reading
    frame: Frame
    workspace_url: str | None
    budget: Budget | None = None

    @property
    def record(self) -> Review:
        return self.reading.review

    @property
    def picture(self) -> Markup:
        return picture(self.reading)

    @property
    def title(self) -> str:
        return self.reading.names(self.record.incident.title)

    @property
    def channel(self) -> tuple[str, str | None] | None:
        """Its name, and where it is in Slack."""
        channel = self.record.incident.channel
        if channel is None:
            return None
        return channel.name, f"{self.workspace_url.rstrip('/')}/archives/{channel.id}" if self.workspace_url else None

    def facts(self) -> list[tuple[str, str]]:
        """What its card says, each fact after its name; what is not known is left out."""
        it, reading = self.incident, self.reading
        why = why_priority(it.why_reasons, it.why, it.priority)
        users = reading.names(self.record.incident.user_impact or "")
        told = [
            ("Commander", self._commander()),
            *((role.value.capitalize(), self._people(it.holders(role))) for role in Role if role is not Role.COMMANDER),
            ("Next update", self._next_update()),
            ("Priority", f"{it.priority}{f': {reading.names(why)}' if why else ''}"),
            ("Impact and urgency", f"{it.impact}, {it.urgency}"),
            ("Severity", it.severity or ""),
            ("Service", " · ".join(filter(None, (it.service_name or "", reading.service_told())))),
            ("Category", it.category or ""),
            ("Users notice", users),
            ("Error budget", self._budget()),
            ("Declared by", self._declared_by()),
            ("Alerts", f"{len(it.alerts):,}" if it.alerts else ""),
        ]
        return [(name, value) for name, value in told if value]

    def _commander(self) -> str:
        it = self.incident
        if it.commander:
            return self.reading.name(it.commander)
        return f"nobody yet; {self.reading.name(it.asked)} was asked" if it.asked else "nobody yet"

    def _budget(self) -> str:
        """Where it uses one: what is left, and how much of it this incident used."""
        one, number = self.budget, self.incident.number
        if one is None or not one.concerns(number):
            return ""
        return f"{one.words} · {spell(one.used_by(number))} used by {self.incident.ref}"

    def _people(self, users: Sequence[SlackUserId]) -> str:
        return ", ".join(map(self.reading.name, users))

    def _next_update(self) -> str:
        due = self.incident.update_due_at
        if due is None:
            return ""
        return f"{'overdue since' if is_late(due, self.frame.now) else 'by'} {self.frame.when(due)}"

    def _declared_by(self) -> str:
        head = self.record.incident
        return self.reading.actor(head.declared_by, head.integration)

    def entries(self) -> list[Entry]:
        """The newest, in their order; nothing that is for the record alone."""
        return self._entries()[-MOST_ENTRIES:]

    @property
    def earlier(self) -> int:
        """How many entries stand before those that are shown."""
        return max(0, len(self._entries()) - MOST_ENTRIES)

    def _entries(self) -> list[Entry]:
        return [one for one in self.record.timeline if not one.is_bookkeeping]

    def follow_up(self, one: FollowUp) -> str:
        """Who has it, by when, and how it stands."""
        owner = self.reading.name(one.owner) if one.owner else one.owner_name or "no owner yet"
        due = f", due {one.due.day} {MONTHS[one.due.month - 1]} {one.due.year}" if one.due else ""
        return f"{owner}{due}, {one.state}"


def in_zone(record: Redacted, frame: Frame) -> Reading:
    return read(replace(record, timezone=frame.zone.key))


def page(template: str, frame: Frame, here: str = "", **shown: Any) -> str:
    """`here`: the address in the navigation that it stands for."""
    return templates().get_template(template).render(frame=frame, here=here, **shown)


def open_part(now: OpenIncidents) -> str:
    """The part of the page that changes."""
    return templates().get_template("open_part.html").render(now=now)
