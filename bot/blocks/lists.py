"""Lists: open incidents, a timeline, a runbook's steps."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.blocks import limits
from bot.blocks.message import Rendered, context, header, rendered, said, section
from bot.blocks.text import at_time, channel_link, date_and_time, mention, plural, safe, shorten
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId, ref
from bot.domain.incident import Incident
from bot.domain.runbook import Runbook
from bot.domain.telling import OUTCOMES, tell
from bot.domain.timeline import Recorded

MOST = 20
LINE = 400


class Line(Protocol):
    """What a list needs to know of an incident."""

    @property
    def number(self) -> IncidentNumber: ...
    @property
    def title(self) -> str: ...
    @property
    def priority(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def commander(self) -> SlackUserId | None: ...
    @property
    def asked(self) -> SlackUserId | None: ...
    @property
    def channel(self) -> ChannelId | None: ...
    @property
    def update_due_at(self) -> datetime | None: ...


def incident_list(lines: Sequence[Line], now: datetime) -> Rendered:
    """Open incidents, worst first."""
    if not lines:
        return said("There is no open incident that you can see. `/incident declare <title>` declares one.")
    shown = [_line(one, now) for one in lines[:MOST]]
    if len(lines) > MOST:
        shown.append(f"… and {len(lines) - MOST} more.")
    head = f"{plural(len(lines), 'open incident')}"
    return rendered(f"{head}\n" + "\n".join(shown), [section(f"*{head}*"), *[section(one) for one in shown]])


def _line(one: Line, now: datetime) -> str:
    who = mention(one.commander) if one.commander else f"asked {mention(one.asked)}" if one.asked else "nobody"
    due = ""
    if one.update_due_at is not None:
        late = one.update_due_at < now
        due = f", update {'overdue since' if late else 'by'} {at_time(one.update_due_at)}"
    where = f" {channel_link(one.channel)}" if one.channel else ""
    title = safe(shorten(one.title, 150))
    return f"*{ref(one.number)}* {one.priority}, {one.status}: {title}{where}\nCommander: {who}{due}"


def timeline_list(incident: Incident, timeline: Sequence[Recorded]) -> Rendered:
    """What happened, newest last; what does not fit is counted."""
    ordered = sorted(timeline, key=lambda one: (one.event.at, one.seq))
    lines: list[str] = []
    room = limits.MESSAGE_BLOCKS_TEXT - 500
    for one in reversed(ordered):
        told = shorten(" ".join(safe(tell(one.event), keep_mentions=True).split()), LINE)
        line = f"{date_and_time(one.event.at)} {told}"
        room -= len(line) + 1
        if room < 0:
            break
        lines.insert(0, line)
    earlier = len(ordered) - len(lines)
    note = f"… {plural(earlier, 'earlier entry', 'earlier entries')}; the review has all of them." if earlier else ""
    return rendered(
        f"Timeline of {incident.ref}: {plural(len(ordered), 'entry', 'entries')}",
        [header(f"Timeline of {incident.ref}"), context(note), *[section(part) for part in _pages(lines)]],
    )


def _pages(lines: Sequence[str]) -> list[str]:
    """Lines joined into texts that fit into a section each."""
    pages: list[str] = []
    for line in lines:
        if pages and len(pages[-1]) + len(line) + 1 <= limits.SECTION_TEXT:
            pages[-1] += f"\n{line}"
        else:
            pages.append(line)
    return pages


def runbook_view(runbook: Runbook, incident: Incident) -> Rendered:
    """A runbook's steps, with what became of each in this incident."""
    states = {report.number: OUTCOMES[report.outcome] for report in incident.steps if report.slug == runbook.slug}
    lines = [
        f"{step.number}. {'~' if states.get(step.number) else ''}{safe(step.title)}"
        f"{'~' if states.get(step.number) else ''}{f' ({states[step.number]})' if step.number in states else ''}"
        for step in runbook.steps
    ]
    details = [
        f"*{step.number}. {safe(step.title)}*\n{safe(step.body)}"
        if step.body
        else f"*{step.number}. {safe(step.title)}*"
        for step in runbook.steps
        if step.number not in states
    ]
    reviewed = f", reviewed {runbook.reviewed_at.isoformat()}" if runbook.reviewed_at else ""
    owner = f"Owner: {safe(runbook.owner)}{reviewed}" if runbook.owner else ""
    how = f"Report a step: `/incident step {runbook.slug} 1 done`, or `skip` or `fail` with a reason."
    return rendered(
        f"{runbook.title}\n" + "\n".join(lines),
        [
            header(runbook.title),
            context(owner),
            section("\n".join(line for line in lines if "~" in line)),
            *[section(part) for part in details[:30]],
            context(how),
        ],
    )
