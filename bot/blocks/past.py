"""Incidents of the past that look alike, and what is known of their causes."""

from collections.abc import Sequence

from bot.blocks import facts
from bot.blocks.message import Rendered, rendered, section
from bot.blocks.text import code, plural, safe
from bot.domain.ids import problem_ref, ref
from bot.domain.problem import Problem
from bot.domain.timeline import PastIncident, PastRecalled

MOST = 20
"""Problems in a list, and incidents named of one problem."""
NOTHING_ALIKE = "Nothing like it has been resolved here before."


def past_recalled(event: PastRecalled) -> Rendered:
    """What the channel is told when an incident of the past looks alike."""
    return _listing("This looks like something that happened before", event.alike)


def similar(asked: str, alike: Sequence[PastIncident]) -> Rendered:
    """The answer to whoever looks for incidents of the past."""
    if not alike:
        return rendered(NOTHING_ALIKE, [section(NOTHING_ALIKE)])
    return _listing(f"Looks like {safe(asked)}", alike)


def _listing(headline: str, alike: Sequence[PastIncident]) -> Rendered:
    lines = [line(one) for one in alike]
    return rendered("\n".join([headline, *lines]), [section(f"*{headline}*"), *map(section, lines)])


def line(one: PastIncident) -> str:
    """`INC-12: title. Fixed by: …. Workaround (PRB-3): …`, in mrkdwn."""
    parts = [
        f"*{ref(one.number)}*: {safe(one.title)}",
        f"Fixed by: {safe(one.fixed_by)}" if one.fixed_by else "",
        f":bulb: Workaround ({problem_ref(one.problem)}): {safe(one.workaround)}"
        if one.problem and one.workaround
        else "",
    ]
    return "\n".join(part for part in parts if part)


def problem(one: Problem) -> Rendered:
    """Everything that is known of a problem."""
    state = "solved" if one.solved_at else "open"
    linked = ", ".join(map(ref, one.incidents[:MOST])) or "none"
    more = f" and {len(one.incidents) - MOST:,} more" if len(one.incidents) > MOST else ""
    parts = [
        f"*{problem_ref(one.number)}*: {safe(one.title)}",
        f"{state.capitalize()}, opened by {facts.who(one.opened_by)}. Incidents: {linked}{more}.",
        f"*Cause*\n{safe(one.cause)}" if one.cause else "*Cause*\nNot known yet.",
        f"*Workaround*\n{safe(one.workaround)}" if one.workaround else "*Workaround*\nNone is known.",
    ]
    return rendered("\n".join(parts), map(section, parts))


def problems(found: Sequence[Problem]) -> Rendered:
    """The open problems, those with the most incidents first."""
    if not found:
        opening = code("/incident problem <title>")
        text = f"No problem is open. In an incident's channel, {opening} opens one."
        return rendered(text, [section(text)])
    lines = [
        f"*{problem_ref(one.number)}*: {safe(one.title)} ({plural(len(one.incidents), 'incident')})"
        for one in sorted(found, key=lambda one: (-len(one.incidents), one.number))[:MOST]
    ]
    if len(found) > MOST:
        lines.append(f"… and {len(found) - MOST:,} more.")
    return rendered("\n".join(["Open problems", *lines]), [section("*Open problems*"), *map(section, lines)])
