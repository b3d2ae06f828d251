"""Paging: who is called by which pager, until when a page is wanted, and what becomes of it.

A page calls somebody who does not look at Slack. It is wanted until command is accepted, the incident is calm, or what
was asked for has come; from then on it is stopped everywhere.
"""

import dataclasses
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain import timeline as t
from bot.domain.decision import Decision
from bot.domain.ids import IncidentNumber, SlackUserId, number_of, ref
from bot.domain.incident import Incident, OpenPage, replace
from bot.domain.oncall import on_call
from bot.domain.owing import changed
from bot.domain.policy import Policy
from bot.domain.refusal import Refusal
from bot.domain.vocabulary import DeadlineKind, DeadlineStep, Priority, Role

FOR_OUTAGES = (Priority.P1, Priority.P2)
"""Of these somebody is called when Slack cannot be reached."""
TARGET = "page"
"""How a step of a ladder says that its people are called by their pagers, too."""
OWN = "muster/"
"""What the keys of pages begin with, by which pagers know them."""
ONE_MESSAGE = frozenset({"apprise"})
"""Pagers that send a message and no more: it can be neither acknowledged nor taken back."""
NUMBER = "[1-9][0-9]{0,8}"
KEY = re.compile(rf"{OWN}(?P<workspace>[^/]+)/(?P<ref>INC-{NUMBER})/page/(?P<seq>{NUMBER})/(?P<person>[A-Z0-9]+)")


@dataclasses.dataclass(frozen=True, slots=True)
class PageKey:
    """What one page is known by wherever it goes: the workspace, the incident, the `seq` of the event that asked for
    it, and whom it calls."""

    workspace: str
    number: IncidentNumber
    seq: int
    person: SlackUserId

    def __str__(self) -> str:
        return f"{OWN}{self.workspace}/{ref(self.number)}/page/{self.seq}/{self.person}"


TRY = re.compile(rf"{OWN}(?P<workspace>[^/]+)/test/(?P<key>[0-9a-f]{{32}})")
TAKEN_AT, SEEN_AT, REFUSED = "taken_at", "seen_at", "refused"
"""What stands of a test in the result of its effect."""
BETWEEN_TESTS = timedelta(minutes=10)
"""How long somebody waits until their pagers can be called for a test again."""
TEST_RINGS_FOR = timedelta(minutes=2)
"""How long a test rings, and how long it is tried where it cannot be sent."""


@dataclasses.dataclass(frozen=True, slots=True)
class Tried:
    """How far a test of one pager has come. Instants are machine time."""

    pager: str
    asked_at: datetime
    taken_at: datetime | None = None
    seen_at: datetime | None = None
    error: str = ""
    """Why it could not be sent, or not so far."""
    is_over: bool = False


class NoPagerOfYours(Refusal):
    """The policy names no pager that rings for you. {way}"""


def key_of_try(workspace: str, key: str) -> str:
    """What a test is known by wherever it goes. `key`: the effect's own."""
    return f"{OWN}{workspace}/test/{key}"


def try_of_key(text: str) -> tuple[str, str] | None:
    """The workspace and the effect's own key; None for what is no key of a test."""
    found = TRY.fullmatch(text)
    return (found["workspace"], found["key"]) if found else None


def pagers_to_try(person: SlackUserId, now: datetime, policy: Policy) -> tuple[str, ...]:
    """Those that ring for somebody: their own, else that of whoever is on call, while they are. Raises
    NoPagerOfYours."""
    turns = [on_call(one, now) for one in policy.schedules.values()]
    is_on_call = any(turn is not None and turn.primary == person for turn in turns)
    if pagers := policy.paging.pagers_of(person, is_on_call=is_on_call):
        return pagers
    general = any(one.key for one in policy.paging.pagers.values())
    way = "While you are on call, you can test that of whoever is." if general else ""
    raise NoPagerOfYours(way=f"A pager of your own belongs under `paging: {{people: …}}`. {way}".strip())


def of_key(text: str) -> PageKey | None:
    """None for what is no key of a page."""
    found = KEY.fullmatch(text)
    if found is None:
        return None
    return PageKey(found["workspace"], number_of(found["ref"]), int(found["seq"]), SlackUserId(found["person"]))


def pages_for(people: Iterable[SlackUserId], service: str | None, now: datetime, policy: Policy) -> tuple[t.Page, ...]:
    """How each of them is called: by their own pagers, else by the one that all have. Somebody for whom there is none
    has a page without a pager, so that it is said."""
    if not policy.paging.is_on:
        return ()
    schedule = policy.schedule_for(service)
    turn = on_call(schedule, now) if schedule else None
    primary = turn.primary if turn else None
    return tuple(
        t.Page(person, pager)
        for person in dict.fromkeys(people)
        for pager in policy.paging.pagers_of(person, is_on_call=person == primary) or ("",)
    )


def with_pages(before: Incident | None, after: Incident, recorded: t.Recorded) -> Incident:
    """The incident with the pages that are still wanted after one more event. `before`: None for its declaration."""
    event = recorded.event
    fresh = tuple(
        OpenPage(
            recorded.seq,
            one.person,
            one.pager,
            _kind_of(event),
            is_for_outage=isinstance(event, t.SlackLost),
            asked_at=event.at,
        )
        for one in paged_with(event)
    )
    if before is None or not (fresh or after.pages):
        return after
    kept = tuple(one for one in after.pages if _is_wanted(one, event, after))
    return replace(after, pages=(*(_noted(one, event) for one in kept), *fresh))


def paged_with(event: t.AnyEvent) -> tuple[t.Page, ...]:
    """The pages that an event asks for."""
    match event:
        case t.AcknowledgementOverdue(rungs=rungs) | t.UpdateOverdue(rungs=rungs) | t.EscalationTold(rungs=rungs):
            return rungs.pages if rungs else ()
        case t.ServicePaged(pages=pages) | t.SlackLost(pages=pages):
            return pages
        case _:
            return ()


def unwanted(before: Incident, after: Incident) -> tuple[OpenPage, ...]:
    """The pages that are to be stopped; one without a pager never rang."""
    left = {one.key for one in after.pages}
    return tuple(one for one in before.pages if one.pager and one.key not in left)


def is_wanted(incident: Incident, seq: int, person: SlackUserId, pager: str) -> bool:
    return any(one.key == (seq, person, pager) for one in incident.pages)


def taken(incident: Incident, seq: int, person: SlackUserId, pager: str, asked_at: datetime, now: datetime) -> Decision:
    """The pager has taken the page."""
    if _found(incident, seq, person, pager) is None:
        return Decision(())
    return Decision((t.PageTaken(at=now, of=seq, person=person, pager=pager, asked_at=asked_at),))


def seen(incident: Incident, seq: int, person: SlackUserId, pager: str, now: datetime) -> Decision:
    """The page was acknowledged where it rings; that of one which is not wanted any more is nobody's concern."""
    page = _found(incident, seq, person, pager)
    if page is None or page.seen_at is not None:
        return Decision(())
    return Decision((t.PageSeen(at=now, of=seq, person=person, pager=pager, asked_at=page.asked_at or now),))


def slack_lost(incident: Incident, now: datetime, policy: Policy) -> Decision:
    """Slack has not been reached for as long as the policy says: of what is urgent, those who see to it are called,
    once per outage."""
    after = policy.paging.slack_down_after
    is_urgent = incident.priority in FOR_OUTAGES and not incident.status.is_calm
    if after is None or not is_urgent or incident.slack_lost is not None:
        return Decision(())
    schedule = policy.schedule_for(incident.service)
    turn = on_call(schedule, now) if schedule else None
    people = (incident.commander or incident.asked, incident.holder(Role.DEPUTY), turn.primary if turn else None)
    called = [one for one in people if one is not None and incident.may_be_called(one)]
    pages = tuple(one for one in pages_for(called, incident.service, now, policy) if one.pager)
    return Decision((t.SlackLost(at=now, since=now - after, pages=pages),))


def slack_regained(incident: Incident, now: datetime) -> Decision:
    """Slack can be reached again: it is said who was called meanwhile, and nobody is called any longer."""
    if (lost := incident.slack_lost) is None:
        return Decision(())
    paged = tuple(dict.fromkeys(one.person for one in lost.pages))
    return Decision((t.SlackRegained(at=now, lost_at=lost.since, paged=paged),))


def not_sent(incident: Incident, seq: int, person: SlackUserId, pager: str, now: datetime) -> Decision:
    """The page could not be sent, or not so far: the ladder does not wait for it."""
    page = _found(incident, seq, person, pager)
    if page is None or page.is_late:
        return Decision(())
    return Decision((t.PageNotSent(at=now, of=seq, person=person, pager=pager),))


def climbing(incident: Incident, event: t.PageNotSent) -> Incident:
    """The next step is due at once where the same one calls nobody else."""
    page = _found(incident, event.of, event.person, event.pager)
    others = [one for one in incident.pages if one.seq == event.of and one is not page]
    if page is None or page.kind is None or not all(one.is_late for one in others):
        return incident
    next_step = (page.kind, DeadlineStep.ESCALATE)
    return changed(incident, lambda one: (one.kind, one.step) == next_step, due_at=event.at)


def _found(incident: Incident, seq: int, person: SlackUserId, pager: str) -> OpenPage | None:
    return next((one for one in incident.pages if one.key == (seq, person, pager)), None)


def _kind_of(event: t.AnyEvent) -> DeadlineKind | None:
    match event:
        case t.AcknowledgementOverdue():
            return DeadlineKind.ACKNOWLEDGE
        case t.UpdateOverdue():
            return DeadlineKind.UPDATE
        case t.EscalationTold(deadline=kind):
            return kind
        case _:
            return None


def _is_wanted(page: OpenPage, event: t.AnyEvent, after: Incident) -> bool:
    """Until the incident is calm, somebody accepts command, or whoever was called has come."""
    if after.status.is_calm or isinstance(event, t.CommandAccepted | t.CommandTakenOver) or event.by == page.person:
        return False
    if page.is_for_outage:
        return after.priority in FOR_OUTAGES and not isinstance(event, t.SlackRegained)
    return not (page.kind is DeadlineKind.UPDATE and isinstance(event, t.UpdatePosted) and event.is_for_stakeholders)


def _noted(page: OpenPage, event: t.AnyEvent) -> OpenPage:
    if not isinstance(event, HOPS) or page.key != (event.of, event.person, event.pager):
        return page
    match event:
        case t.PageNotSent():
            return dataclasses.replace(page, is_late=True)
        case t.PageTaken(at=at):
            return dataclasses.replace(page, taken_at=page.taken_at or at)
        case t.PageSeen(at=at):
            return dataclasses.replace(page, seen_at=at)


HOPS = t.PageNotSent | t.PageTaken | t.PageSeen
"""What becomes of a page on its way."""
