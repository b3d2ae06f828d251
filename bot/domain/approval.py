"""Who may approve a review, who is told that it is ready, and asking one of them."""

from collections.abc import Collection
from datetime import datetime

from bot.domain.access import APPROVE, Groups, NotForYou, named_for, require_access
from bot.domain.actor import Person
from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.people import Profile
from bot.domain.policy import Policy
from bot.domain.refusal import NothingToChange, Refusal
from bot.domain.review import NotInReview, not_for
from bot.domain.timeline import ApprovalAsked
from bot.domain.vocabulary import ReviewState, Wanted

MOST_TOLD = 5
"""So many of those whom the policy names hear that a review is ready; any of them can approve it."""
MOST_OFFERED = 3
"""So many people are offered to be asked."""


class MayNotApprove(Refusal):
    """<@{user}> may not approve the review of {ref}: {why}. Ask somebody else."""


class ApproveInstead(Refusal):
    """To approve it yourself, type `/incident review approve`."""


def why_not(
    incident: Incident,
    person: Profile,
    authors: frozenset[SlackUserId],
    present: Collection[SlackUserId],
    policy: Policy,
    groups: Groups,
    now: datetime,
) -> str:
    """Why somebody may not approve the review, as the end of a sentence; empty where they may. `present`: who is in the
    incident's channel."""
    if person.is_bot or person.is_deactivated:
        return "that is a bot" if person.is_bot else "the account is deactivated"
    if (incident.is_private or person.is_guest) and person.user not in present:
        return "they are not in its channel"
    if person.user == incident.review_started_by:
        return "they started it"
    if not_for(incident, person.user, authors) is not None:
        return "nobody else wrote in it"
    try:
        require_access(APPROVE, Person(person.user), incident, present, policy, groups, now)
    except NotForYou as no:
        return f"that is for {no.facts['who']}"
    return ""


def likely(
    incident: Incident, present: Collection[SlackUserId], policy: Policy, groups: Groups, now: datetime
) -> tuple[SlackUserId, ...]:
    """Who is asked first: those whom the policy names; else whoever manages what was affected, and who took part."""
    named = named_for(APPROVE, incident, present, policy, groups, now)
    if named is not None:
        return named
    held = (one.person for one in reversed(incident.roles))
    own = (*policy.managers_of(incident.service), incident.commander, *held, incident.declared_by)
    return tuple(dict.fromkeys(one for one in own if one is not None))


def told_of_it(
    incident: Incident, present: Collection[SlackUserId], policy: Policy, groups: Groups, now: datetime
) -> tuple[SlackUserId, ...]:
    """Who may hear that a review is ready to be approved: those whom the policy names, else the managers of the
    service. What it leaves to whoever is there calls nobody: they read it in the channel."""
    targets = policy.access.get(APPROVE)
    if targets is None or "anyone" in targets:
        return policy.managers_of(incident.service)
    named = tuple(one for one in targets if one != "responders")
    return named_for(APPROVE, incident, present, policy, groups, now, named) or ()


def was_asked(incident: Incident, person: SlackUserId) -> bool:
    """Whether somebody has asked them to approve the review as it stands; that it is ready does not count."""
    return any(one.wanted is Wanted.APPROVAL and one.person == person and one.by is not None for one in incident.asks)


def ask(incident: Incident, by: SlackUserId, person: SlackUserId, why_not: str, now: datetime) -> Decision:
    """Ask somebody to approve the review. `why_not`: what stands in the way."""
    if incident.review_state is not ReviewState.IN_REVIEW:
        raise NotInReview(ref=incident.ref, state=incident.review_state)
    if person == by:
        raise ApproveInstead
    if was_asked(incident, person):
        raise NothingToChange(text=f"<@{person}> was asked already and has not approved it yet; nothing was changed.")
    if why_not:
        raise MayNotApprove(user=person, ref=incident.ref, why=why_not)
    return Decision((ApprovalAsked(at=now, by=by, asked=person),))
