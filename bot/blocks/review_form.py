"""The form in which people write a review, and how the review stands."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.blocks import limits
from bot.blocks.answers import REFUSED
from bot.blocks.documents import documents
from bot.blocks.forms import View, text_input, view
from bot.blocks.lessons import LESSON, RUNBOOK
from bot.blocks.message import Rendered, actions, button, rendered, section
from bot.blocks.text import code, date_and_time, link, mention, plain, safe, shorten, size
from bot.domain.document import ReviewSection
from bot.domain.incident import Incident
from bot.domain.named import Names, by_name
from bot.domain.people import Profile
from bot.domain.sections import HEADINGS, OPEN
from bot.domain.telling import listed
from bot.domain.vocabulary import ReviewState, Section, Wanted

FINDINGS_SHOWN: Final = 6

NEXT = {
    ReviewState.NONE: "A draft is kept from the moment it is resolved; then `review start` opens it for everybody.",
    ReviewState.DRAFT: "Next: `/incident review start` opens it for everybody.",
    ReviewState.IN_REVIEW: "Next: somebody who did not start it reads it, then `/incident review approve`. "
    "To ask them: `/incident review ask @name`.",
    ReviewState.APPROVED: "Next: `/incident review publish` posts it as it stands.",
    ReviewState.PUBLISHED: "It was posted in the channel.",
    ReviewState.WAIVED: "There will be none; the timeline says why.",
}
"""What follows in each state of a review."""


def review_state(
    incident: Incident, findings: Sequence[str] = (), address: str | None = None, *, can_learn: bool = False
) -> Rendered:
    """How the review stands, what is asked about it, and what comes next. `address`: the reader's own link;
    `can_learn`: whether a runbook could learn from it."""
    state = incident.review_state
    when = {
        ReviewState.WAIVED: incident.review_waived_at,
        ReviewState.PUBLISHED: incident.review_published_at,
        ReviewState.APPROVED: incident.review_approved_at,
        ReviewState.IN_REVIEW: incident.review_started_at,
    }.get(state)
    since = f"{' since' if state is ReviewState.IN_REVIEW else ''} {date_and_time(when)}" if when else ""
    waits = state in (ReviewState.DRAFT, ReviewState.IN_REVIEW)
    due = f" It is due {date_and_time(incident.review_due_at)}." if waits and incident.review_due_at else ""
    text = f"Review of {incident.ref}: {state}{since}.{due} {NEXT[state]}"
    open_it = (
        f"{link(address, 'Open the review in your browser')}. The link is yours alone and works for one hour."
        if address
        else ""
    )
    blocks = [
        section(text),
        *documents(incident),
        section(_asked(findings) if state in OPEN else ""),
        section(open_it),
        actions([*_write(incident), *_propose(incident, can_learn=can_learn)]),
    ]
    return rendered(text, blocks)


def _write(incident: Incident) -> Sequence[View]:
    return [button("Write in Slack", f"{incident.ref} review edit")] if incident.review_state in OPEN else []


def _propose(incident: Incident, *, can_learn: bool) -> Sequence[View]:
    """What a runbook could say from now on."""
    change = [button(LESSON, f"{incident.ref} review lesson")] if can_learn else []
    is_new = incident.status.is_calm and not incident.worked and not incident.is_drill
    return [*change, *([button(RUNBOOK, f"{incident.ref} review runbook")] if is_new else [])]


def has_empty_sections(refusal: str, reference: str) -> Rendered:
    """What is missing before it is approved, with a way to write it and one to approve it as it is."""
    anyway = f"{reference} review approve anyway"
    text = f"{refusal} To approve it as it is: {code(f'/incident {anyway}')}."
    write = button("Write them", f"{reference} review edit", "primary")
    return rendered(text, [section(text), actions([write, button("Approve anyway", anyway)])])


def may_not_approve(refusal: str, incident: Incident, others: Sequence[Profile]) -> Rendered:
    """Why not, and who could be asked instead."""
    ask = code(f"/incident {incident.ref} review ask @name")
    asked = [one.person for one in incident.asks if one.wanted is Wanted.APPROVAL and one.by is not None]
    was = f"{listed(map(mention, asked))} {'was' if len(asked) == 1 else 'were'} asked already. " if asked else ""
    text = f"{REFUSED}{safe(refusal, keep_mentions=True)} {was}To ask somebody: {ask}."
    ways = [button(f"Ask {plain(one.name)} to approve", f"{incident.ref} review ask <@{one.user}>") for one in others]
    return rendered(text, [section(text), actions(ways)])


def _asked(findings: Sequence[str]) -> str:
    if not findings:
        return ""
    more = len(findings) - FINDINGS_SHOWN
    lines = [f"• {safe(one, keep_mentions=True)}" for one in findings[:FINDINGS_SHOWN]]
    return "\n".join(["*Worth a look*", *lines, *([f"…and {more} more in the review."] if more > 0 else [])])


def review_form(incident: Incident, sections: Sequence[ReviewSection], names: Names) -> View:
    """Every section that fits into a form, with the question it answers; longer ones are only named. People stand in
    it by name."""
    sections = [replace(one, text=by_name(one.text, names)) for one in sections]
    fitting = [one for one in sections if not one.is_written or size(one.text) <= limits.PLAIN_TEXT_INPUT]
    blocks = [_field(one) for one in fitting]
    if len(fitting) < len(sections):
        titles = ", ".join(HEADINGS[one.name].title for one in sections if one not in fitting)
        told = f"Too long for a form, and left as they are: {titles}. They can be edited in the browser."
        blocks.append({"type": "section", "text": {"type": "plain_text", "text": told}})
    return view(f"Review of {incident.ref}", blocks, "review", "Save", carried(incident.ref, fitting))


def carried(reference: str, sections: Sequence[ReviewSection]) -> str:
    """`INC-42 summary:3 impact:0`: which revisions the form was opened with."""
    return " ".join([reference, *(f"{one.name}:{one.revision}" for one in sections)])


def seen(carried: str) -> Mapping[Section, int]:
    """The revisions out of `carried`."""
    pairs = (word.partition(":") for word in carried.split()[1:])
    known = {str(one): one for one in Section}
    return {known[name]: int(number) for name, _, number in pairs if name in known and number.isdecimal()}


def _field(one: ReviewSection) -> View:
    heading = HEADINGS[one.name]
    block = text_input(one.name, heading.title, heading.question, initial=one.text if one.is_written else "")
    drafted = "" if one.is_written or not one.text else f"If you leave it empty: {plain(one.text)}"
    block["hint"] = {
        "type": "plain_text",
        "text": shorten(drafted or heading.question, limits.INPUT_HINT),
    }
    return block


def meeting(incident: Incident, begins: datetime) -> str:
    """What stands beside the calendar file."""
    move = code(f"/incident {incident.ref} review meet 2026-12-03T10:00")
    return (
        f"A meeting about {incident.ref} is proposed: {date_and_time(begins)}. Open the file to add it to your "
        f"calendar; {move} moves it."
    )


def saved(incident: Incident, titles: Sequence[str]) -> Rendered:
    """What became of a form."""
    if not titles:
        return rendered(
            f"Nothing was changed in the review of {incident.ref}.",
            [section(f"Nothing was changed in the review of {incident.ref}.")],
        )
    text = f"Saved in the review of {incident.ref}: {', '.join(titles)}."
    return rendered(text, [section(safe(text))])
