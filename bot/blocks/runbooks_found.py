"""Runbooks that were looked for outside an incident."""

from collections.abc import Sequence

from bot.blocks.facts import one_line
from bot.blocks.message import Rendered, context, rendered, section
from bot.blocks.text import code, plural, safe
from bot.domain.explaining import helped_before
from bot.domain.matching import NO_EXPERIENCE, FoundRunbook

TITLES = 12
"""Steps whose titles are shown."""


def runbooks_found(words: str, found: Sequence[FoundRunbook]) -> Rendered:
    """The best one with what its steps are called, the others by name."""
    if not found:
        text = f"No runbook matches “{safe(words[:80])}”."
        return rendered(text, [section(text)])
    first, *others = found
    titles = [f"{one.number}. {one_line(safe(one.title))}" for one in first.runbook.steps[:TITLES]]
    lines = ["\n".join([_line(first), *titles]), *map(_line, others)]
    link = code(f"/incident runbook {first.runbook.slug}")
    return rendered("\n".join(lines), [*map(section, lines), context(f"In an incident's channel, {link} links it.")])


def _line(one: FoundRunbook) -> str:
    """`*Disk full* (disk-full), 9 steps; matches disk, full; helped in 3 incidents`"""
    matches = f"; matches {safe(', '.join(one.words))}" if one.words else ""
    steps = plural(len(one.runbook.steps), "step")
    past = one.before
    before = f"; {helped_before(past.helped, past.not_helped, past.used)}" if past != NO_EXPERIENCE else ""
    return f"*{one_line(safe(one.runbook.title))}* ({one.runbook.slug}), {steps}{matches}{before}"
