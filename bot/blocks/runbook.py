"""A runbook in Slack: its steps with what became of each, and its other sections on demand."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from bot.blocks import limits
from bot.blocks.facts import closed, one_line
from bot.blocks.markup import line, mrkdwn
from bot.blocks.message import Block, Rendered, actions, button, context, fits_button, header, pages, rendered, section
from bot.blocks.text import bold, code, plain, plural, safe, shorten, size, split_long
from bot.domain.dates import a_date
from bot.domain.effectiveness import LATELY, Compared, Effectiveness
from bot.domain.explaining import why_runbook
from bot.domain.incident import Incident
from bot.domain.runbook import INTRODUCTION, Part, Runbook, Section, Step, outcomes
from bot.domain.telling import OUTCOMES, few, spell

ROOM = 8_000
"""Characters for steps and sections; the rest of a message is for what stands around them."""
STEP = 1_500
"""Characters of one step among others."""
MOST_BUTTONS = 8
"""Sections that have a button; all of them can be typed."""
MOST_EARLIER = 5
"""Steps of an earlier version that are named."""


def runbook_view(
    runbook: Runbook, incident: Incident, part: Part | None = None, did: Effectiveness | None = None
) -> Rendered:
    """Its steps in order, with what became of each in this incident, what is still to do in full as far as there is
    room; or one part of it. `did`: how well it did lately."""
    if part is not None:
        return _part(runbook, incident, part)
    now, earlier = outcomes(runbook, incident.steps)
    states = {number: OUTCOMES[outcome] for number, outcome in now.items()}
    to_do = next((step for step in runbook.steps if step.number not in states), None)
    titles = [f"{step.number}. {one_line(safe(step.title))}" for step in runbook.steps]
    return rendered(
        "\n".join([safe(runbook.title), *titles]),
        [
            header(runbook.title),
            context(_about(runbook, incident)),
            context(_lately(did) if did else ""),
            *_paragraphs(_steps(runbook, states)),
            context(_before_it_changed([f"{one.number}. {one.step} – {OUTCOMES[one.outcome]}" for one in earlier])),
            actions([*(_start(runbook, incident) if to_do else ()), *_buttons(runbook, incident)]),
            context(_how(runbook, to_do)),
        ],
    )


def _about(runbook: Runbook, incident: Incident) -> str:
    """Whose it is, how fresh, and why it is linked."""
    linked = incident.linked(runbook.slug)
    parts = (
        f"Owner: {safe(runbook.owner)}" if runbook.owner else "",
        f"reviewed {a_date(runbook.reviewed_at)}" if runbook.reviewed_at else "",
        f"why: {safe(why_runbook(linked))}" if linked and linked.why else "",
        "its file is gone" if runbook.is_withdrawn else "",
    )
    return " · ".join(part for part in parts if part)


def _lately(did: Effectiveness) -> str:
    """`Last 90 days: offered in 9 incidents, used in 4, finished in 3, helped in 3 of 4; resolved 25 min sooner than
    without it (medians of 5 and 6)`; empty of one that nobody used. That is a hint, no proof."""
    if not did.used:
        return ""
    counts = [f"offered in {plural(did.offered, 'incident')}", f"used in {did.used:,}", f"finished in {did.finished:,}"]
    if said := did.helped + did.did_not_help:
        counts.append(f"helped in {did.helped:,} of {said:,}")
    took = (("resolved", did.resolve), ("mitigated", did.mitigate))
    saved = next((_saved(what, one) for what, one in took if one.saved), "")
    return f"Last {LATELY.days} days: {', '.join(counts)}{saved}"


def _saved(what: str, one: Compared) -> str:
    if one.saved is None or one.used is None or one.unused is None:
        return ""
    how = "sooner" if one.saved > timedelta() else "later"
    of = f"medians of {one.used.count:,} and {one.unused.count:,}"
    return f"; {what} {spell(abs(one.saved))} {how} than without it ({of})"


def _how(runbook: Runbook, to_do: Step | None) -> str:
    if not runbook.steps:
        return "It has no numbered steps."
    if to_do is None:
        return "Every step has been reported."
    done = code(f"/incident step {runbook.slug} {to_do.number} done")
    return f"Report a step: {done}, or `skip` or `fail` with a reason."


def _before_it_changed(steps: Sequence[str]) -> str:
    named = few([one_line(safe(one)) for one in steps], MOST_EARLIER, "; ")
    return f"Reported before the runbook changed: {named}" if steps else ""


def _steps(runbook: Runbook, states: Mapping[int, str]) -> Iterator[str]:
    """What is still to do in full while there is room, the first of it in any case; the others by their titles."""
    heads = [_head(runbook, step, states.get(step.number)) for step in runbook.steps]
    room = ROOM - sum(size(head) + 1 for head in heads)
    if room < 0:
        heads, left = _as_fit(heads)
        yield from heads
        yield f"… and {left} more. {code(f'/incident runbook {runbook.slug} <number>')} shows one of them in full."
        return
    section_now, is_first, is_cut = None, True, False
    several = len({step.section for step in runbook.steps}) > 1
    for step, head in zip(runbook.steps, heads, strict=True):
        if several and step.section != section_now:
            section_now = step.section
            if section_now:
                yield f"*{one_line(safe(section_now))}*"
        if step.number in states:
            yield head
            continue
        before, body = _around(runbook, step)
        fits = is_first or size(before) + size(body) <= room
        is_first, is_cut = False, is_cut or not fits
        if fits:
            room -= size(before) + size(body)
        yield "\n".join(text for text in ((before, head, body) if fits else (head,)) if text)
    if is_cut:
        yield f"{code(f'/incident runbook {runbook.slug} <number>')} shows a step in full."


def _as_fit(heads: Sequence[str]) -> tuple[list[str], int]:
    kept, room = [], ROOM
    for head in heads:
        room -= size(head) + 1
        if room < 0:
            break
        kept.append(head)
    return kept, len(heads) - len(kept)


def _head(runbook: Runbook, step: Step, state: str | None = None) -> str:
    """Its number and title; of one that is still to do, with the links and code in it."""
    if state:
        return f"{step.number}. {one_line(safe(step.title))} – {state}"
    title = line(step.lead, runbook.leads_to, is_bold=True) if step.lead else one_line(safe(step.title))
    return bold(f"{step.number}. {title}")


def _around(runbook: Runbook, step: Step) -> tuple[str, str]:
    """What is said before a step, and what below its title."""
    return mrkdwn(step.before, runbook.leads_to), mrkdwn(step.body, runbook.leads_to)


def step_text(runbook: Runbook, step: Step) -> str:
    """What is to be done at a step, as mrkdwn, to stand below its title."""
    text = "\n".join(one for one in _around(runbook, step) if one)
    return closed(shorten(text, STEP))


def _part(runbook: Runbook, incident: Incident, part: Part) -> Rendered:
    """One step in full, or a section with those below it."""
    texts = [*(_section(runbook, one) for one in part.sections)]
    for step in part.steps:
        before, body = _around(runbook, step)
        texts.append("\n".join(text for text in (before, _head(runbook, step), body) if text))
    back = button("All steps", f"{incident.ref} runbook {runbook.slug}")
    whole = "\n".join(texts)
    return rendered(
        f"{safe(runbook.title)}\n{whole}",
        [
            header(runbook.title),
            context(_about(runbook, incident)),
            *_paragraphs(texts),
            actions([back]) if fits_button(back) else None,
        ],
    )


def _section(runbook: Runbook, one: Section) -> str:
    heading = one_line(safe(one.heading or INTRODUCTION))
    return f"*{heading}*\n{mrkdwn(one.blocks, runbook.leads_to)}".rstrip()


def _start(runbook: Runbook, incident: Incident) -> list[Block]:
    """A button, unless it is worked through or cannot be any more."""
    before = incident.working(runbook.slug)
    is_under_way = before is not None and not before.is_finished
    start = button("Start in the channel", f"{incident.ref} runbook {runbook.slug} start", "primary")
    return [] if is_under_way or incident.status.is_over or not fits_button(start) else [start]


def _buttons(runbook: Runbook, incident: Incident) -> list[Block]:
    """One for each section that stands beside the steps."""
    names = [one_line(plain(one.heading)) or INTRODUCTION for one in runbook.outer_sections()][:MOST_BUTTONS]
    found = [
        button(shorten(name, limits.BUTTON_TEXT), f"{incident.ref} runbook {runbook.slug} {name}") for name in names
    ]
    return [one for one in found if fits_button(one)]


def _paragraphs(texts: Iterable[str]) -> list[Block | None]:
    """Texts as paragraphs; code in one that is longer than a paragraph stays code."""
    pieces = (piece for text in texts for piece in split_long(text, limits.SECTION_TEXT))
    return [section(page) for page in pages(pieces)]
