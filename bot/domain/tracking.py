"""Trackers: where follow-ups, and incidents of some priorities, have an issue, and what is said there of them.

Once an issue is there, the tracker is right about done, owner and due date, and about the incident Muster is: nothing
that is said there changes an incident.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain import timeline as t
from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import FollowUp, Incident, Issue
from bot.domain.nudges import follow_up_due
from bot.domain.policy import Policy, TrackerPlace
from bot.domain.vocabulary import FollowUpState

OWN = 1
"""What the incident's own issue is `of`: the `seq` of the declaration."""
LOOKED_AT_FOR = timedelta(days=14)
"""How long after its end it is still looked, every hour, whether a follow-up was opened again over there."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a tracker says of an issue."""

    state: FollowUpState
    owner: SlackUserId | None = None
    owner_name: str = ""
    """Who has it, where nobody in Slack is known to be that; both are empty where nobody has it."""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an issue is to say from now on; None leaves it as it is."""

    title: str | None = None
    state: FollowUpState | None = None
    owner: SlackUserId | None = None
    due: date | None = None


def place_of_follow_ups(incident: Incident, policy: Policy) -> TrackerPlace | None:
    """Where what is agreed in an incident is tracked; None: by Muster alone."""
    return next((one for one in _open_to(incident, policy) if one.follow_ups), None)


def place_of(incident: Incident, policy: Policy) -> TrackerPlace | None:
    """Where the incident itself has an issue."""
    if incident.is_drill or incident.status.is_over:
        return None
    return next((one for one in _open_to(incident, policy) if incident.priority in one.incidents), None)


def _open_to(incident: Incident, policy: Policy) -> Iterable[TrackerPlace]:
    for one in policy.trackers.values():
        is_meant = not one.services or incident.service in one.services
        if is_meant and (one.is_private or not incident.is_private):
            yield one


def new_issues(event: t.AnyEvent, before: Incident | None, after: Incident, policy: Policy) -> Iterable[str]:
    """The trackers that are to have an issue because of an event, for what is agreed in it, or for the incident. What
    has a link already is tracked where that leads."""
    if isinstance(event, t.FollowUpAgreed) and event.link is None and (place := place_of_follow_ups(after, policy)):
        yield place.name
    place = place_of(after, policy)
    if place is not None and after.issue is None and (before is None or place_of(before, policy) is None):
        yield place.name


def late_issues(event: t.AnyEvent, before: Incident, after: Incident) -> Iterable[str]:
    """The trackers whose issue does not say any more how it is, because of an event."""
    match event:
        case t.FollowUpChanged(of=of) | t.FollowUpEnded(of=of):
            known = after.follow_up(of)
            if known is not None and known.issue is not None and wanted(event, after) != Wanted():
                yield known.issue.tracker
        case t.IssueFiled(tracker=tracker):
            if event.as_of < after.last_seq - 1:  # it may have changed while it was being filed
                yield tracker
    if before.issue is not None and after.issue is not None and _own(before) != _own(after):
        yield after.issue.tracker


def about(event: t.AnyEvent, seq: int) -> int:
    """The `of` of the issue that an effect of this event is about."""
    match event:
        case t.FollowUpAgreed():
            return seq
        case t.FollowUpChanged(of=of) | t.FollowUpEnded(of=of) | t.IssueFiled(of=of):
            return of
        case _:
            return OWN


def issue_of(incident: Incident, of: int) -> Issue | None:
    found = incident.follow_up(of)
    return found.issue if found else incident.issue if of == OWN else None


def wanted(event: t.AnyEvent, incident: Incident) -> Wanted:
    """What the issue is to say because of an event, as the incident stands."""
    match event:
        case t.FollowUpChanged(owner=owner, due=due):
            return Wanted(owner=owner, due=due)
        case t.FollowUpEnded(state=state):
            return Wanted(state=state)
        case t.IssueFiled(of=of) if found := incident.follow_up(of):
            return Wanted(state=found.state, owner=found.owner, due=found.due)
        case _:
            title, state = _own(incident)
            return Wanted(title=title, state=state)


def _own(incident: Incident) -> tuple[str, FollowUpState]:
    """What the incident's own issue shows of it."""
    return incident.title, FollowUpState.DONE if incident.status.is_over else FollowUpState.OPEN


def filed(incident: Incident, of: int, issue: Issue, as_of: int, now: datetime) -> Decision:
    """The tracker has it. Filed twice it would be recorded once."""
    if issue_of(incident, of) is not None:
        return Decision(())
    return Decision(
        (
            t.IssueFiled(
                at=now,
                of=of,
                text=_text(incident, of),
                tracker=issue.tracker,
                id=issue.id,
                key=issue.key,
                url=issue.url,
                holds=issue.holds,
                as_of=as_of,
            ),
        )
    )


def seen(incident: Incident, of: int, told: Told, now: datetime, policy: Policy) -> Decision:
    """The tracker was asked; what it says otherwise than Muster knew is so from now on."""
    issue, follow_up = issue_of(incident, of), incident.follow_up(of)
    if issue is None:
        return Decision(())
    if follow_up is None:
        is_open = told.state is FollowUpState.OPEN
        is_news = is_open is not issue.is_open and is_open is incident.status.is_over
        changed = t.IssueChanged(at=now, of=of, text="", key=issue.key, state=told.state, news=("state",))
        return Decision((changed,) if is_news else ())
    said = {"owner": told.owner or told.owner_name, "due": told.due}
    holds = tuple(name for name, value in said.items() if value or name in issue.holds)
    told = _with_what_it_does_not_keep(told, issue, follow_up)
    news = _news(told, follow_up)
    if not news and holds == issue.holds:
        return Decision(())
    is_owed = told.due is not None and told.state is FollowUpState.OPEN
    owed = follow_up_due(told.due, now, policy.business_hours) if told.due is not None and is_owed else ()
    return Decision(
        (
            t.IssueChanged(
                at=now,
                of=of,
                text=follow_up.text,
                key=issue.key,
                state=told.state,
                owner=told.owner,
                owner_name=told.owner_name,
                due=told.due,
                owed=owed,
                holds=holds,
                news=news,
            ),
        )
    )


def lost(incident: Incident, of: int, now: datetime) -> Decision:
    """It is not there any more."""
    issue = issue_of(incident, of)
    if issue is None:
        return Decision(())
    return Decision((t.IssueLost(at=now, of=of, text=_text(incident, of), key=issue.key),))


def is_watched(incident: Incident, of: int, now: datetime) -> bool:
    """Whether it is worth looking at without being called."""
    follow_up = incident.follow_up(of)
    if issue_of(incident, of) is None:
        return False
    if follow_up is None:
        return not incident.status.is_over
    return follow_up.ended_at is None or now - follow_up.ended_at < LOOKED_AT_FOR


def _with_what_it_does_not_keep(told: Told, issue: Issue, follow_up: FollowUp) -> Told:
    """That nothing stands there takes nothing away that never stood there: an owner without an account, a due date
    that the tracker has no field for."""
    if told.owner is None and not told.owner_name and "owner" not in issue.holds:
        told = replace(told, owner=follow_up.owner, owner_name=follow_up.owner_name)
    if told.due is None and "due" not in issue.holds:
        told = replace(told, due=follow_up.due)
    return told


def _news(told: Told, follow_up: FollowUp) -> tuple[str, ...]:
    pairs = (
        ("state", told.state, follow_up.state),
        ("owner", (told.owner, told.owner_name), (follow_up.owner, follow_up.owner_name)),
        ("due", told.due, follow_up.due),
    )
    return tuple(name for name, there, here in pairs if there != here)


def _text(incident: Incident, of: int) -> str:
    found = incident.follow_up(of)
    return found.text if found else ""
