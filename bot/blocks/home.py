"""App Home: one page per person, within Slack's hundred blocks; what is left out is counted."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from bot.blocks import limits
from bot.blocks.facts import NOT_THERE, one_line
from bot.blocks.message import Block, actions, button, context, header, pages, section
from bot.blocks.oncall import on_call_line
from bot.blocks.text import at_time, channel_link, code, date_and_time, mention, plural, safe, shorten
from bot.domain.dates import a_date
from bot.domain.home import Listed, Overview, OwnFollowUp
from bot.domain.ids import ref
from bot.domain.policy import Policy

View = dict[str, object]

MOST_MINE = 10
"""Incidents of the reader's own that are shown."""
MOST_LISTED = 40
"""Open incidents that are shown."""
MOST_OTHERS = 15
"""Entries of every other list that are shown."""
TITLE = 120
"""Characters of an incident's title."""


def home(overview: Overview, policy: Policy, notice: str = "") -> View:
    """The Home tab; `notice` stands at its top: what came of a button that was pressed here."""
    blocks = [
        section(notice),
        header("Muster"),
        actions([button("Declare an incident", "declare", "primary"), button("Refresh", "home")]),
        *_mine(overview),
        *_listed("Updates overdue", [_late(one) for one in overview.overdue], MOST_OTHERS, "No update is overdue."),
        *_open(overview),
        *_listed(
            "On call now",
            [on_call_line(policy, one, overview.at) for one in overview.schedules],
            MOST_OTHERS,
            "The policy has no on-call schedule.",
        ),
        *_listed(
            "Your follow-ups", [_follow_up(one) for one in overview.follow_ups], MOST_OTHERS, "You have no follow-up."
        ),
        context(f"As of {date_and_time(overview.at)}."),
    ]
    return {"type": "home", "blocks": [block for block in blocks if block is not None][: limits.VIEW_BLOCKS]}


def _mine(overview: Overview) -> list[Block | None]:
    found: list[Block | None] = [header("Your incidents")]
    if not overview.mine:
        return [*found, section("You have a part in no open incident.")]
    for one in overview.mine[:MOST_MINE]:
        told = section(_line(one))
        ways = _ways(one, overview)
        found.append({**told, "accessory": ways} if told and ways else told)
    return [*found, _left_out(len(overview.mine) - MOST_MINE)]


def _ways(one: Listed, overview: Overview) -> Block | None:
    """The most likely next step; a button for every step would be too many."""
    if one.asked == overview.person:
        return button("Accept command", f"{ref(one.number)} accept", "primary")
    if one.commander == overview.person:
        return button("Update", f"{ref(one.number)} update")
    return None


def _open(overview: Overview) -> list[Block | None]:
    if not overview.incidents:
        return [header("Open incidents"), section("Nothing is open. Enjoy the calm.")]
    counts = [
        f"{priority}: {len(list(those))}" for priority, those in groupby(overview.incidents, lambda one: one.priority)
    ]
    lines = [_line(one) for one in overview.incidents[:MOST_LISTED]]
    return [
        header(f"{plural(len(overview.incidents), 'open incident')}"),
        context(" · ".join(counts)),
        *(section(page) for page in pages(lines)),
        _left_out(len(overview.incidents) - MOST_LISTED),
    ]


def _listed(title: str, lines: Sequence[str], most: int, none: str) -> list[Block | None]:
    shown: Iterable[str] = lines[:most] or [none]
    return [header(title), *(section(page) for page in pages(shown)), _left_out(len(lines) - most)]


def _left_out(count: int) -> Block | None:
    return context(f"… and {count:,} more: {code('/incident list')}") if count > 0 else None


def _line(one: Listed) -> str:
    who = mention(one.commander) if one.commander else f"asked {mention(one.asked)}" if one.asked else "nobody"
    where = f" {channel_link(one.channel)}" if one.channel else ""
    due = f", next update by {at_time(one.update_due_at)}" if one.update_due_at else ""
    head = f"*{ref(one.number)}* {one.priority}, {one.status}: {_title(one)}"
    return f"{head} (private){due}" if one.is_outline else f"{head}{where}\nCommander: {who}{due}{_lost(one)}"


def _lost(one: Listed) -> str:
    return f"\n{NOT_THERE[one.channel_lost]}" if one.channel_lost else ""


def _late(one: Listed) -> str:
    due = date_and_time(one.update_due_at) if one.update_due_at else ""
    return f"*{ref(one.number)}* {one.priority}: {_title(one)}, since {due}"


def _title(one: Listed) -> str:
    return safe(shorten(one_line(one.title), TITLE))


def _follow_up(one: OwnFollowUp) -> str:
    due = f"due {a_date(one.due)}" if one.due else "no due date"
    return f"*{ref(one.number)}* {safe(shorten(one_line(one.text), TITLE))} ({due})"
