"""How far each page came, and how soon: asked for, taken by the pager, acknowledged, answered."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain import timeline as t
from bot.domain.document import Paged
from bot.domain.folding import begin, evolve
from bot.domain.incident import Incident
from bot.domain.paging import paged_with

Key = tuple[int, str, str]
"""The `seq` of the event that asked for the page, whom it calls, and by which pager."""


def hops(timeline: Sequence[t.Recorded]) -> tuple[Paged, ...]:
    """Each page in the order asked for. Whom no pager calls has none."""
    if not any(page.pager for one in timeline for page in paged_with(one.event)):
        return ()
    found: dict[Key, Paged] = {}
    incident: Incident | None = None
    for one in timeline:
        before = incident.pages if incident else ()
        incident = begin(one) if incident is None else evolve(incident, one)
        event, wanted = one.event, {page.key for page in incident.pages}
        for page in paged_with(event):
            if page.pager:
                found[one.seq, page.person, page.pager] = Paged(page.person, page.pager, event.at)
        for ended in (page.key for page in before if page.key not in wanted and page.key in found):
            if event.by is not None:
                found[ended] = replace(found[ended], answered_at=event.at, answered_by=event.by)
        match event:
            case t.PageTaken(of=seq, person=person, pager=pager) if (key := (seq, person, pager)) in found:
                found[key] = replace(found[key], taken_at=found[key].taken_at or event.at)
            case t.PageSeen(of=seq, person=person, pager=pager) if (key := (seq, person, pager)) in found:
                found[key] = replace(found[key], seen_at=found[key].seen_at or event.at)
            case t.PageNotSent(of=seq, person=person, pager=pager) if (key := (seq, person, pager)) in found:
                found[key] = replace(found[key], is_late=True)
            case _:
                pass
    return tuple(found.values())
