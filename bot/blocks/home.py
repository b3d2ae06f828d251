"""App Home: one page per person, within Slack's hundred blocks; a section stands there only if it holds something, and
what is left out is counted."""

from collections.abc import Sequence
from itertools import groupby

from bot.blocks import limits
from bot.blocks.facts import NOT_THERE, counted, entry, one_line, way_to, when
from bot.blocks.message import Block, actions, button, context, header, pages, section
from bot.blocks.oncall import on_call_line
from bot.blocks.text import channel_link, code, date_and_time, mention, safe, shorten
from bot.domain.dates import a_date
from bot.domain.grace import is_late
from bot.domain.home import InOverview, Overview, OwnFollowUp, OwnReview
from bot.domain.ids import ref
from bot.domain.policy import Policy
from bot.domain.telling import listed

View = dict[str, object]

MOST_MINE = 10
"""Incidents of the reader's own that are shown, and entries of each kind that wait for them."""
MOST_LISTED = 40
"""Other open incidents that are shown."""
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
        *_waiting(overview),
        *_mine(overview),
        *_open(overview),
        *_listed("On call now", [on_call_line(policy, one, overview.at) for one in overview.schedules], MOST_OTHERS),
        context(f"As of {date_and_time(overview.at)}."),
    ]
    return {"type": "home", "blocks": [block for block in blocks if block is not None][: limits.VIEW_BLOCKS]}


def _waiting(overview: Overview) -> list[Block | None]:
    """What only the reader can do, or one of few."""
    asked = [_way(f"You are asked to take command.\n{_line(one, overview)}", _accept(one)) for one in overview.asked]
    unled = [_way(f"Nobody has command.\n{_line(one, overview)}", _accept(one)) for one in overview.unled]
    reviews = [_way(_review(one), button("Read it", f"{ref(one.number)} review")) for one in overview.reviews]
    owed = [_follow_up(one, overview) for one in overview.follow_ups]
    groups = (asked, unled, reviews)
    found = [one for group in groups for one in group[:MOST_MINE]]
    if not found and not owed:
        return []
    left = sum(max(0, len(group) - MOST_MINE) for group in groups)
    return [header("Waiting for you"), *found, _left_out(left), *_listed("", owed, MOST_OTHERS)]


def _accept(one: InOverview) -> Block:
    return button("Accept command", f"{ref(one.number)} accept", "primary")


def _way(mrkdwn: str, way: Block | None) -> Block | None:
    """A paragraph with its most likely next step; a button for every step would be too many."""
    told = section(mrkdwn)
    return {**told, "accessory": way} if told and way else told


def _review(one: OwnReview) -> str:
    if one.asked_by:
        return f"*{ref(one.number)}*: {mention(one.asked_by)} asks you to approve the review of “{_title(one.title)}”."
    by = f" {mention(one.started_by)} started it." if one.started_by else ""
    return f"*{ref(one.number)}*: the review of “{_title(one.title)}” waits for somebody's approval.{by}"


def _mine(overview: Overview) -> list[Block | None]:
    if not overview.mine:
        return []
    shown = [
        _way(
            _line(one, overview),
            button("Update", f"{ref(one.number)} update") if one.commander == overview.person else None,
        )
        for one in overview.mine[:MOST_MINE]
    ]
    return [header("Your incidents"), *shown, _left_out(len(overview.mine) - MOST_MINE)]


def _open(overview: Overview) -> list[Block | None]:
    """The open incidents besides; drills are in no count."""
    own = overview.asked or overview.unled or overview.mine
    if not overview.others:
        return [] if own else [section("Nothing is open. Enjoy the calm.")]
    real = [one for one in overview.others if not one.is_drill]
    counts = [f"{priority}: {len(list(those))}" for priority, those in groupby(real, lambda one: one.priority)]
    lines = [_line(one, overview) for one in overview.others[:MOST_LISTED]]
    return [
        header(f"{counted(overview.others)}{' besides' if own else ''}"),
        context(" · ".join(counts)),
        *(section(page) for page in pages(lines)),
        _left_out(len(overview.others) - MOST_LISTED),
    ]


def _listed(title: str, lines: Sequence[str], most: int) -> list[Block | None]:
    if not lines:
        return []
    head = [header(title)] if title else []
    return [*head, *(section(page) for page in pages(lines[:most])), _left_out(len(lines) - most)]


def _left_out(count: int) -> Block | None:
    return context(f"… and {count:,} more: {code('/incident list')}") if count > 0 else None


def _line(one: InOverview, overview: Overview) -> str:
    where = f" {channel_link(one.channel)}" if one.channel else ""
    head = f"{entry(one)} · {_title(one.title)}"
    due = _due(one, overview)
    if one.is_outline:
        return f"{head} (private){due}"
    return f"{head}{where}\nCommander: {_commander(one, overview)}{due}{_lost(one)}"


def _commander(one: InOverview, overview: Overview) -> str:
    """Who commands; else who cannot, who was asked, and until when: `@bo can't; @chen was asked, until 14:08`."""
    if one.commander:
        return mention(one.commander)
    call = overview.calls.get(one.number)
    if call is None:
        return f"asked {mention(one.asked)}" if one.asked else "nobody"
    cannot = f"{listed(mention(person) for person in call.declined)} can't; " if call.declined else ""
    asked = f"{mention(call.asked)} was asked" if call.asked else "nobody else is asked" if cannot else "nobody"
    if call.until is None:
        return f"{cannot}{asked}"
    until = when(call.until, near=overview.at)
    return f"{cannot}{asked}, {f'*overdue since {until}*' if call.is_overdue else f'until {until}'}"


def _due(one: InOverview, overview: Overview) -> str:
    if one.update_due_at is None:
        return ""
    shown = when(one.update_due_at, near=overview.at)
    return (
        f", *update overdue since {shown}*" if is_late(one.update_due_at, overview.at) else f", next update by {shown}"
    )


def _lost(one: InOverview) -> str:
    return f"\n{NOT_THERE[one.channel_lost]}" if one.channel_lost else ""


def _title(title: str) -> str:
    return safe(shorten(one_line(title), TITLE))


def _follow_up(one: OwnFollowUp, overview: Overview) -> str:
    late = one.due is not None and one.due < overview.at.date()
    due = f"{'overdue since' if late else 'due'} {a_date(one.due)}" if one.due else "no due date"
    where = f" · {way}" if (way := way_to(one.link, one.key)) else ""
    return f"*{ref(one.number)}* follow-up: {_title(one.text)} ({due}){where}"
