"""Two incidents that turn out to be one: the one goes on as the other, and both keep their timelines."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.nudges import archiving
from bot.domain.policy import Policy
from bot.domain.refusal import Refusal
from bot.domain.status import require
from bot.domain.timeline import IncidentMerged, OtherMergedIn


class IntoItself(Refusal):
    """{ref} cannot be merged into itself. Name the incident to continue with, for example `/incident merge INC-41`."""


class IntoOneThatIsOver(Refusal):
    """{ref} is {status}, so nothing can be merged into it. Reopen it first, or merge it into this one instead."""


class NotListed(Refusal):
    """{ref} and {other} cannot be merged: {hidden} is private and not listed, so its title must not show in the other.
    `/incident {hidden} open <reason>` lists it, which can't be undone."""


class NotAlike(Refusal):
    """{ref} and {other} cannot be merged: only one of them is {what}."""


def merge(
    incident: Incident,
    into: Incident,
    people: Sequence[SlackUserId],
    by: SlackUserId | None,
    now: datetime,
    policy: Policy,
) -> tuple[Decision, Decision]:
    """What happens in the incident that ends, and in the one that goes on. `people`: who is in the channel that ends.

    They are added to the other channel; roles and follow-ups stay where they are. Neither of two private incidents has
    the other's title: their members need not be the same.
    """
    _require_mergeable(incident, into)
    owed = archiving(incident, now, policy)
    here, there = ("", "") if into.is_private else (incident.title, into.title)
    ours = IncidentMerged(
        at=now,
        by=by,
        into=into.number,
        title=there,
        channel=into.channel,
        is_unreachable=into.is_out_of_reach,
        owed=owed,
    )
    theirs = OtherMergedIn(at=now, by=by, other=incident.number, title=here, channel=incident.channel)
    return Decision((ours,)), Decision((theirs,), present=tuple(people))


def _require_mergeable(incident: Incident, into: Incident) -> None:
    if incident.number == into.number:
        raise IntoItself(ref=incident.ref)
    require(incident, "merge")
    if into.status.is_over:
        raise IntoOneThatIsOver(ref=into.ref, status=into.status)
    for what, differs in (
        ("private", incident.is_private != into.is_private),
        ("a drill", incident.is_drill != into.is_drill),
    ):
        if differs:
            raise NotAlike(ref=incident.ref, other=into.ref, what=what)
    if incident.is_hidden != into.is_hidden:
        hidden = incident.ref if incident.is_hidden else into.ref
        raise NotListed(ref=incident.ref, other=into.ref, hidden=hidden)
