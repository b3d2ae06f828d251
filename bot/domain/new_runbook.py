"""A runbook from what was done in an incident that had none: a draft for whoever knows better."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain import timeline as t
from bot.domain.amending import inert
from bot.domain.dates import a_date
from bot.domain.incident import Incident
from bot.domain.lessons import without_names
from bot.domain.refusal import Refusal
from bot.domain.runbook import Runbook

MOST_STEPS: Final = 40
MOST_SYMPTOMS: Final = 8
LONGEST_SLUG: Final = 60


class NothingWasDone(Refusal):
    """Nothing in the timeline of {ref} says what was done: no actions, no decisions, no updates about them. A runbook
    would be empty."""


class HasOneAlready(Refusal):
    """{ref} was handled with “{title}”. To change that: `/incident review lesson`."""


@dataclass(frozen=True, slots=True)
class Draft:
    slug: str
    title: str
    content: str


def draft(
    incident: Incident,
    events: Sequence[t.AnyEvent],
    runbooks: Iterable[Runbook],
    link: str,
    clean: Callable[[str], str],
) -> Draft:
    """The file, from the timeline in its order. `link`: where the incident's channel is; may be empty. `clean` takes
    secrets out of a text. Raises HasOneAlready, NothingWasDone."""
    if incident.worked:
        raise HasOneAlready(ref=incident.ref, title=incident.worked[0].title)

    def said(text: str) -> str:
        return inert(clean(without_names(text, incident)))

    steps = [*_once(said(one) for one in _done(events))][:MOST_STEPS]
    if not steps:
        raise NothingWasDone(ref=incident.ref)
    title = " ".join(clean(without_names(incident.title, incident)).split())[:120]
    symptoms = [*_once(said(one) for one in (incident.title, *(alert.title for alert in incident.alerts)))]
    checks = [*_once(said(one.how) for one in events if isinstance(one, t.IncidentVerified))]
    held = f" in its channel: <{link}>" if link else ""
    lines = (
        *("---", *_front(incident, title), "---", "", f"# {inert(title)}", ""),
        f"A draft from {incident.ref}, {a_date(incident.declared_at.date())}. Read it through before you rely on it.",
        *("", "## Symptoms", "", *(f"- {one}" for one in symptoms[:MOST_SYMPTOMS])),
        *("", "## Steps", "", *(f"{number}. {one}" for number, one in enumerate(steps, start=1))),
        *(("", "## Verification", "", *(f"- {one}" for one in checks)) if checks else ()),
        *("", "## Sources", "", f"- The review of {incident.ref}: `/incident {incident.ref} review`{held}", ""),
    )
    return Draft(_slug(title, incident, runbooks), title, "\n".join(lines))


def _front(incident: Incident, title: str) -> Iterator[str]:
    yield f"title: {_quoted(title)}"
    if incident.service:
        yield f"services: [{_quoted(incident.service)}]"
    if incident.category:
        yield f"categories: [{_quoted(incident.category)}]"


def _quoted(text: str) -> str:
    """A text of JSON is one of YAML."""
    return json.dumps("".join(one if one.isprintable() else " " for one in text), ensure_ascii=False)


def _done(events: Iterable[t.AnyEvent]) -> Iterator[str]:
    for event in events:
        match event:
            case t.ActionDone(text=text, note=note):
                yield f"{text.rstrip('.')}. {note}" if note else text
            case t.DecisionMade(text=text):
                yield text
            case t.UpdatePosted():
                yield event.update.said.actions
            case t.IncidentMitigated(what=what) | t.IncidentResolved(what=what):
                yield what
            case _:
                pass


def _once(texts: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for text in texts:
        key = re.sub(r"\W+", " ", text).strip().casefold()
        if key and key not in seen:
            seen.add(key)
            yield text


def _slug(title: str, incident: Incident, runbooks: Iterable[Runbook]) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_SLUG].strip("-")
    taken = {name for one in runbooks for name in (one.slug, one.path.removesuffix(".md").lower())}
    number = incident.ref.lower()
    return slug if slug and slug not in taken else f"{slug}-{number}".strip("-")
