"""What is said when the review is posted: at the close of an incident, and when it is published."""

import re
from datetime import timedelta

from bot.blocks import facts
from bot.blocks.message import Rendered, actions, button, rendered, section
from bot.blocks.text import code, plural, safe, shorten
from bot.domain import timeline as t
from bot.domain.actor import Actor, Person
from bot.domain.document import Review
from bot.domain.ids import SlackUserId
from bot.domain.named import MENTION
from bot.domain.telling import ended, spell
from bot.domain.vocabulary import Section

TITLE, SUMMARY, IMPACT = 300, 900, 500
"""Characters of each."""


def closing(review: Review, event: t.IncidentClosed) -> str:
    """How it went in figures, beside the picture; the review itself is below."""
    incident = review.incident
    how = " without verification" if event.unverified_because is not None else ""
    lines = (
        f":white_check_mark: *{_head(review)}* – closed{how} by {_named(review, event.actor)}.",
        " ".join(filter(None, (_durations(review), _updates(review), _follow_ups(review)))),
        f"The draft of the review is below. Open the review: {code(f'/incident {incident.ref} review')}",
    )
    return "\n".join(filter(None, lines))


def published(review: Review, event: t.ReviewPublished) -> str:
    """What somebody who was not there wants to know, and where the rest is."""
    told = (
        f":page_facing_up: *{_head(review)}* – review published by {_named(review, event.actor)}.",
        _written(review, Section.SUMMARY, SUMMARY),
        f"*Impact:* {impact}" if (impact := _written(review, Section.IMPACT, IMPACT)) else "",
        " ".join(filter(None, (_lasted(review), _follow_ups(review)))),
    )
    return "\n".join(filter(None, told))


def with_the_files(review: Review, event: t.ReviewPublished) -> str:
    """The same above the files."""
    way = code(f"/incident {review.incident.ref} review")
    return f"{published(review, event)}\nIt is below. Open the review: {way}"


def elsewhere(review: Review, event: t.ReviewPublished) -> Rendered:
    """The same where its files are not: below the card that all can see."""
    text = published(review, event)
    return rendered(text, [section(text), actions([button("Open the review", f"{review.incident.ref} review")])])


def _head(review: Review) -> str:
    incident = review.incident
    drill = "DRILL · " if incident.is_drill else ""
    return f"{drill}{incident.ref} · {incident.priority} · {safe(shorten(' '.join(incident.title.split()), TITLE))}"


def _named(review: Review, actor: Actor) -> str:
    """Who did it, by name: they know it and are not called."""
    match actor:
        case Person(user=user) if user in review.people:
            return safe(review.people[user].name)
        case _:
            return facts.who(actor)


def _written(review: Review, section: Section, limit: int) -> str:
    """What stands in a section, with people by name: whoever only reads of it is not called."""

    def name(found: re.Match[str]) -> str:
        there = review.people.get(SlackUserId(found["user"]))
        return there.name if there else found[0]

    return shorten(safe(MENTION.sub(name, review.section(section).text.strip())), limit)


def _durations(review: Review) -> str:
    spans = review.durations
    known = (
        ("command accepted", spans.time_to_acknowledge),
        ("mitigated", None if "mitigated_at" in review.times.inferred else spans.time_to_mitigate),
        ("resolved", spans.time_to_resolve),
        ("closed", spans.time_to_close),
    )
    told = ", ".join(f"{what} {_after(span)}" for what, span in known if span is not None)
    return ended(told[:1].upper() + told[1:]) if told else ""


def _after(span: timedelta) -> str:
    return f"{spell(-span)} before it was declared" if span < timedelta() else f"after {spell(span)}"


def _lasted(review: Review) -> str:
    span = review.durations.time_to_resolve
    return f"*Duration:* {spell(span)} until it was resolved." if span is not None else ""


def _updates(review: Review) -> str:
    posted = len(review.updates)
    on_time = sum(update.is_on_time for update in review.updates)
    return f"{on_time} of {plural(posted, 'update')} on time." if posted else ""


def _follow_ups(review: Review) -> str:
    return f"{plural(len(review.follow_ups), 'follow-up')}." if review.follow_ups else "No follow-ups."
