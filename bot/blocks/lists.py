"""Lists: open incidents, a timeline, what was agreed."""

from collections.abc import Sequence
from datetime import datetime

from bot.blocks import facts, limits
from bot.blocks.facts import closed, counted, entry, one_line, told, when, who, words
from bot.blocks.message import Rendered, actions, button, context, header, pages, rendered, said, section
from bot.blocks.text import channel_link, code, date_and_time, mention, plural, safe, shorten, size
from bot.domain.actor import MUSTER
from bot.domain.dates import a_date
from bot.domain.escalation import taken_back
from bot.domain.grace import is_late
from bot.domain.ids import ref
from bot.domain.incident import Action, FollowUp, Incident, MadeDecision, Note
from bot.domain.listed import Listed, Outlined
from bot.domain.timeline import Recorded
from bot.domain.vocabulary import FollowUpState

MOST = 20
"""Incidents in a list."""
TITLE = 150
"""Characters of an incident's title in a list."""
LINE = 2_400
"""Characters of an entry: what a paragraph holds beside its time, its author and a link."""
ROOM = 500
"""Characters kept free for what stands around the entries of a list."""


def incident_list(lines: Sequence[Listed], now: datetime) -> Rendered:
    """Open incidents, worst first."""
    if not lines:
        declare = code("/incident declare <title>")
        return said(f"There are no open incidents that you can see. {declare} declares one.")
    shown = [_line(one, now) for one in lines[:MOST]]
    if len(lines) > MOST:
        shown.append(f"… and {len(lines) - MOST} more.")
    head = counted(lines)
    return rendered(f"{head}\n" + "\n".join(shown), [section(f"*{head}*"), *[section(one) for one in shown]])


def outline(one: Outlined, now: datetime) -> Rendered:
    """How a private incident stands, for somebody who is not in its channel."""
    text = f"{_outlined(one, now)}."
    footer = (
        f"It's private: only its members can read the rest. {code(f'/incident {ref(one.number)} follow')} tells "
        f"you when its status changes, {code(f'/incident {ref(one.number)} join')} asks them to let you in."
    )
    return rendered(f"{text}\n{footer}", [section(text), context(footer)])


def _line(one: Listed, now: datetime) -> str:
    if one.is_outline:
        return f"{_outlined(one, now)} (private)"
    who = mention(one.commander) if one.commander else f"asked {mention(one.asked)}" if one.asked else "nobody"
    where = f" {channel_link(one.channel)}" if one.channel else ""
    return f"{_head(one)}{where}\nCommander: {who}{_due(one, now)}"


def _outlined(one: Outlined, now: datetime) -> str:
    return f"{_head(one)}{_due(one, now)}"


def _head(one: Outlined) -> str:
    title = safe(shorten(one_line(one.title), TITLE))
    return f"{entry(one)} · {title}"


def _due(one: Outlined, now: datetime) -> str:
    if one.update_due_at is None:
        return ""
    how = "overdue since" if is_late(one.update_due_at, now) else "by"
    return f", update {how} {when(one.update_due_at, near=now)}"


def timeline_list(incident: Incident, timeline: Sequence[Recorded]) -> Rendered:
    """What happened, newest last; what does not fit is counted. `timeline`: its last events."""
    untrue = taken_back(timeline)
    known = [entry for entry in timeline if entry.seq not in untrue]
    ordered = sorted(known, key=lambda entry: (entry.event.at, entry.seq))
    lines = [f"{date_and_time(one.event.at)} {closed(shorten(one_line(told(one.event)), LINE))}" for one in ordered]
    in_text, in_blocks = _as_many_as_fit(lines, incident.last_seq, "entry", "entries")
    head = f"Timeline of {incident.ref}: {plural(incident.last_seq, 'entry', 'entries')}"
    blocks = [header(f"Timeline of {incident.ref}"), *(section(page) for page in pages(in_blocks))]
    return rendered("\n".join([head, *in_text]), blocks)


def _as_many_as_fit(lines: Sequence[str], total: int, one: str, many: str | None = None) -> tuple[list[str], list[str]]:
    """What a message's text and its blocks have room for: the newest entries, whole, below a line that counts the
    earlier ones. `lines`: the last of `total` entries, which are called `one` or `many`."""
    text, blocks = (newest(lines, limit - ROOM) for limit in (limits.UPDATED_TEXT, limits.MESSAGE_BLOCKS_TEXT))

    def counted(shown: list[str]) -> list[str]:
        earlier = plural(total - len(shown), f"earlier {one}", many and f"earlier {many}")
        return [f"… {earlier}; the review has all of them.", *shown] if total > len(shown) else shown

    return counted(text), counted(blocks)


def newest(lines: Sequence[str], room: int) -> list[str]:
    """The last lines that fit into so many characters together; one at least, for whoever shows it cuts what is
    longer."""
    kept: list[str] = []
    for line in reversed(lines):
        room -= size(line) + 1
        if room < 0 and kept:
            break
        kept.append(line)
    return kept[::-1]


def _numbered(head: str, lines: Sequence[str], noun: str, ways: str) -> Rendered:
    """A list whose entries are referred to by their numbers; `ways`: what can be said of one."""
    in_text, in_blocks = _as_many_as_fit(lines, len(lines), noun)
    blocks = [section(f"*{head}*"), *(section(page) for page in pages(in_blocks)), context(ways)]
    return rendered("\n".join([head, *in_text]), blocks)


def follow_up_list(incident: Incident, agreed: Sequence[FollowUp] | None = None) -> Rendered:
    """What was agreed in an incident, by number, and what became of it. `agreed`: it with names in its texts."""
    agree = code("/incident followup <text> @owner due:2026-12-01")
    add = actions([button("Add a follow-up", f"{incident.ref} followup add")])
    if not incident.follow_ups:
        text = f"No follow-ups yet. {agree} adds one."
        return rendered(text, [section(text), add])
    lines = [_follow_up(one) for one in agreed or incident.follow_ups]
    ends = code("/incident followup done <number>")
    head = f"{plural(len(lines), 'follow-up')} of {incident.ref}, {len(incident.open_follow_ups())} open"
    listed = _numbered(head, lines, "follow-up", f"When one is done: {ends}.")
    return rendered(listed.text, [*listed.blocks, add])


def _follow_up(one: FollowUp) -> str:
    parts = [
        mention(one.owner) if one.owner else safe(one.owner_name) or "no owner",
        f"due {a_date(one.due)}" if one.due else "no due date",
        one.priority or "",
        facts.tracked(one),
        f"*{one.state}*" if one.state is not FollowUpState.OPEN else "",
    ]
    return f"{one.number}. {words(one_line(one.text), LINE)} ({', '.join(part for part in parts if part)})"


def action_list(incident: Incident, actions: Sequence[Action] | None = None) -> Rendered:
    """What somebody is to do now, by number, and what is done. `actions`: the same with names in their texts."""
    if not incident.actions:
        return said(f"No actions yet. {code('/incident action <text> @owner')} adds one.")
    lines = [facts.action(one, LINE) for one in actions or incident.actions]
    head = f"{plural(len(lines), 'action')} of {incident.ref}, {len(incident.open_actions())} open"
    return _numbered(head, lines, "action", f"When one is done: {code('/incident action <number> done')}.")


def decision_list(incident: Incident, made: Sequence[MadeDecision] | None = None) -> Rendered:
    """What was decided, in order. `made`: the same with names in their texts."""
    if not incident.decisions:
        return said(f"No decisions yet. {code('/incident decision <text>')} records one.")
    lines = [f"{date_and_time(one.at)} {words(one_line(one.text), LINE)}" for one in made or incident.decisions]
    in_text, in_blocks = _as_many_as_fit(lines, len(lines), "decision")
    head = f"{plural(len(lines), 'decision')} of {incident.ref}"
    return rendered("\n".join([head, *in_text]), [section(f"*{head}*"), *(section(page) for page in pages(in_blocks))])


def note_list(incident: Incident, notes: Sequence[Note] | None = None) -> Rendered:
    """What people noted, by number, in its last wording. `notes`: the same with names in their texts."""
    if not incident.notes:
        return said(f"No notes yet. {code('/incident note <text>')} adds one.")
    lines = [_note(one) for one in notes or incident.notes]
    head = f"{plural(len(lines), 'note')} of {incident.ref}"
    ways = f"{code('/incident note amend <number> <text>')}, {code('/incident note retract <number> <reason>')}"
    return _numbered(head, lines, "note", ways)


def _note(one: Note) -> str:
    by = f"{who(one.actor)}, " if one.actor != MUSTER else ""
    mark = " *(retracted)*" if one.is_retracted else " (amended)" if one.is_amended else ""
    return f"{one.number}. {by}{date_and_time(one.at)}{mark}: {words(one_line(one.text), LINE)}"
