"""Updates, as the channel and audiences read them, and whose update is due."""

from collections.abc import Sequence
from datetime import datetime

from bot.blocks import facts
from bot.blocks.message import Rendered, context, paragraphs, rendered, section
from bot.blocks.text import code, safe, shorten, size
from bot.domain import timeline as t
from bot.domain.audience_clocks import CUSTOMERS, STAKEHOLDERS
from bot.domain.incident import Incident
from bot.domain.telling import listed
from bot.domain.vocabulary import DeadlineKind, Status

CONDITIONS = 6_000
OTHERS = 1_500
"""Characters of an update's parts that are announced; together they stay within what a message holds."""
PARTS = ("Conditions", "Actions", "Needs")
"""What the parts of an update are called, where an audience does not call them otherwise."""
VERIFY = code("/incident verify <by whom or what>")


def updated(event: t.UpdatePosted) -> Rendered:
    """An update in the incident's channel, with when each it is for hears next."""
    by = facts.who(event.actor)
    parts = _parts(event.update, event.headings)
    besides = "".join(f" · now *{one}*" for one in (event.status, event.priority) if one)
    check = f"Please check that it holds: {VERIFY}." if event.status is Status.RESOLVED else ""
    whom = for_whom(event)
    ends = (check, _next_comes(event), _cut(event.update))
    footer = " ".join(one for one in ends if one)
    text = f"Update{whom} by {by}{besides}: {shorten(facts.one_line(' '.join(parts)), OTHERS)}\n{footer}".rstrip()
    blocks = [
        section(f"*Update{whom}* by {by}{besides}"),
        *(one for part in parts for one in paragraphs(part)),
        context(footer),
    ]
    return rendered(text, blocks)


def for_whom(event: t.UpdatePosted) -> str:
    """Whom it is for, unless those who follow alone."""
    return f" for {listed(safe(one) for one in event.whom)}" if event.audiences else ""


def next_for(event: t.UpdatePosted) -> str:
    """When whoever it is for hears next, as one more sentence; empty when nobody is owed more."""
    promised = event.next_update
    if not event.audiences:
        return f" The next one is due at {facts.when(promised.due_at, event.at)}." if promised else ""
    return f" {_next_comes(event)}".rstrip()


def for_audience(incident: Incident, event: t.UpdatePosted, one: t.ToldAudience) -> Rendered:
    """An update for an audience outside the channel, under its own headings, with when it hears next."""
    head = f"{facts.headline(incident)} · {facts.title(incident)}"
    parts = _parts(event.update, one.headings)
    footer = " ".join(filter(None, (facts.next_comes(one.promised, event.at), _cut(event.update))))
    text = f"{head}: {shorten(facts.one_line(' '.join(parts)), OTHERS)}"
    blocks = [section(f"*{head}*"), *(block for part in parts for block in paragraphs(part)), context(footer)]
    return rendered(text, blocks)


def audience_of(event: t.UpdatePosted, person: str) -> t.ToldAudience | None:
    """The audience as part of which somebody is told by direct message."""
    return next((one for one in event.audiences if person in one.people), None)


def owed_updates(
    event: t.DeadlineReminded | t.UpdateOverdue | t.EscalationTold | t.LeftUnattended,
) -> tuple[tuple[str, datetime], ...]:
    """Who was to hear, and when; stakeholders first."""
    own = [(STAKEHOLDERS, event.due_at)] if event.deadline is DeadlineKind.UPDATE else []
    return (*own, *((one.audience, one.due_at) for one in event.audiences))


def promised_for(missing: Sequence[tuple[str, datetime]], near: datetime) -> list[str]:
    """Each time with whom it is for; of stakeholders alone that goes without saying."""
    if [whom for whom, _ in missing] == [STAKEHOLDERS]:
        return [facts.when(missing[0][1], near)]
    together: dict[str, list[str]] = {}
    for whom, due in missing:
        together.setdefault(facts.when(due, near), []).append(safe(whom))
    return [f"{due} (for {listed(whom)})" for due, whom in together.items()]


def way_to_tell(missing: Sequence[tuple[str, datetime]]) -> str:
    """What is to be typed, so that all of them hear."""
    whom = [name for name, _ in missing if name != CUSTOMERS]
    typed = "" if whom == [STAKEHOLDERS] else f" for:{','.join(whom)}"
    ways = [code(f"/incident update{typed} <text>")] if whom else []
    if len(whom) < len(missing):
        ways.append(f"{'for customers ' if whom else ''}{code('/incident status-page draft investigating')}")
    return "; ".join(ways)


def _next_comes(event: t.UpdatePosted) -> str:
    if not event.audiences:
        return facts.next_comes(event.next_update, event.at)
    promised = [(STAKEHOLDERS, event.next_update), *((one.audience, one.promised) for one in event.audiences)]
    told = [f"{safe(name)} by {facts.when(one.due_at, event.at)}" for name, one in promised if one]
    return f"Next update: {' · '.join(told)}." if told else ""


def _parts(update: t.Update, headings: Sequence[str]) -> list[str]:
    """Each part under its heading; one alone needs none."""
    update = update.said
    names = (*headings, *PARTS[len(headings) :])
    said = [(name, words) for name, words in zip(names, (update.conditions, update.actions, update.needs), strict=True)]
    given = [(name, words) for name, words in said if words]
    if len(given) == 1:
        return [facts.words(given[0][1], CONDITIONS)]
    return [
        f"*{safe(name)}:* {facts.words(words, CONDITIONS if place == 0 else OTHERS)}"
        for place, (name, words) in enumerate(given)
    ]


def _cut(update: t.Update) -> str:
    """Says so when an update is too long to be shown whole."""
    limits = ((update.conditions, CONDITIONS), (update.actions, OTHERS), (update.needs, OTHERS))
    is_long = any(size(safe(words, keep_mentions=True)) > limit for words, limit in limits)
    return "Shortened here; the review has all of it." if is_long else ""
