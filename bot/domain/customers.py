"""What customers are told on the status page: drafted, read by somebody else, approved, published.

Nothing of an incident is copied: title and text are written for customers. An approval is of one version; whatever is
changed afterwards is approved anew. What was published stays: a correction is one more entry.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain import audience_clocks
from bot.domain.audience_clocks import CUSTOMERS
from bot.domain.cadence import TooLong, spelled
from bot.domain.decision import Decision
from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.incident import CustomerDraft, Incident
from bot.domain.policy import Component, Policy, StatusPage
from bot.domain.refusal import NothingToChange, Refusal
from bot.domain.spans import shown
from bot.domain.telling import listed, spell
from bot.domain.timeline import (
    AffectedComponent,
    CustomerUpdate,
    CustomerUpdateApproved,
    CustomerUpdateDrafted,
    CustomerUpdateInReview,
    CustomerUpdatePublished,
)
from bot.domain.vocabulary import Health, Stage

APPROVE_CUSTOMERS: Final = "status-page approve"
"""The verb of those who approve what customers are told; the policy names them in the part about the status page."""
LONGEST_TITLE: Final = 120
LONGEST_TEXT: Final = 2_500

WORDS: Final[Mapping[Stage, str]] = {
    Stage.INVESTIGATING: "We are looking into a problem with {components}. We will post here as soon as we know more.",
    Stage.IDENTIFIED: "We have found the cause of the problem with {components} and are working on a fix.",
    Stage.MONITORING: "A fix for the problem with {components} is in place, and we are watching that it holds.",
    Stage.RESOLVED: "The problem with {components} is resolved. We are sorry for the trouble it caused.",
}
"""What a draft begins with, where the policy has no words of its own."""


@dataclass(frozen=True, slots=True)
class Published:
    """One entry of the page: what customers were told, when, and of which incident."""

    number: IncidentNumber
    seq: int
    at: datetime
    update: CustomerUpdate


class NoStatusPage(Refusal):
    """There is no status page: `status_page` in the policy says what stands on it."""


class DrillStaysInside(Refusal):
    """{ref} is a drill; customers are told nothing of it."""


class OverForCustomers(Refusal):
    """{ref} is {status}, so the page can only say that it is resolved: `/incident status-page draft resolved`. If it is
    not over: `/incident reopen <reason>`."""


class NotOverYet(Refusal):
    """{ref} is still {status}. Resolve it first, `/incident resolve <what fixed it>`; or tell customers that a fix is
    being watched: `/incident status-page draft monitoring`."""


class NoDraft(Refusal):
    """There is no draft for customers of {ref}. Write one: `/incident status-page draft investigating`."""


class DraftChanged(Refusal):
    """The draft was changed since you read it. Read it again, `/incident status-page`, and decide on that."""


class NotInReviewYet(Refusal):
    """The draft is not in review. First: `/incident status-page review`."""


class NotApprovedYet(Refusal):
    """This version was not approved. First: `/incident status-page review`, then somebody who may approve it reads
    it."""


class WroteIt(Refusal):
    """You wrote this version; somebody else has to read and approve it."""


class SaysTooMuch(Refusal):
    """Customers should not read this: {found}. Change the draft; if it is meant to be there:
    `/incident status-page review anyway`."""


class HoldsSecret(Refusal):
    """The draft holds what looks like a secret. Change it: `/incident status-page draft`. Revoke what was posted."""


class NoSuchComponent(Refusal):
    """The status page has no component “{typed}”. It has: {known}."""


class TooLongForCustomers(Refusal):
    """The {what} is too long: {most} characters at the most."""


def page_of(policy: Policy) -> StatusPage:
    """Raises NoStatusPage."""
    if policy.status_page is None:
        raise NoStatusPage
    return policy.status_page


def wording(page: StatusPage, stage: Stage, components: Sequence[str]) -> str:
    """What a draft begins with."""
    words = page.templates.get(stage) or WORDS[stage]
    return words.replace("{components}", listed(components) if components else "our service")


def likely(incident: Incident, page: StatusPage) -> tuple[Component, ...]:
    """What is probably affected: as customers were told last, else what the service stands behind."""
    last = incident.customer_draft.update if incident.customer_draft else incident.customers_told
    if last is None:
        return page.behind(incident.service)
    known = [page.component(one.id) for one in last.components]
    return tuple(one for one in known if one is not None)


def affected(page: StatusPage, health: Mapping[str, Health]) -> tuple[AffectedComponent, ...]:
    """In the order of the page. Raises NoSuchComponent."""
    for typed in health:
        if page.component(typed) is None:
            raise NoSuchComponent(typed=shown(typed), known=", ".join(one.id for one in page.components))
    return tuple(AffectedComponent(one.id, one.name, health[one.id]) for one in page.components if one.id in health)


def draft(
    incident: Incident,
    by: SlackUserId | None,
    stage: Stage,
    title: str,
    text: str,
    health: Mapping[str, Health] | None,
    next_in: timedelta | None,
    now: datetime,
    policy: Policy,
) -> Decision:
    """Write what customers are to read. An empty title is the one they know, an empty text that of the template; None
    for the components leaves them as they are, and once it is resolved they all are operational. `next_in`: how long
    after its publication the next entry comes; zero: they are told of no time; None: as before, else by their clock.
    Raises TooLong."""
    page = page_of(policy)
    _require_fitting(incident, stage)
    last = incident.customers_told
    if health is None:
        before = incident.customer_draft.update if incident.customer_draft else last
        known = before.components if before else ()
        health = {one.id: one.health for one in known if page.component(one.id)}
        health = health or {one.id: Health.DEGRADED for one in page.behind(incident.service)}
    if stage is Stage.RESOLVED:
        health = dict.fromkeys(health, Health.OPERATIONAL)
    components = affected(page, health)
    names = [one.name for one in components]
    earlier = last.title if last else f"Problems with {listed(names) if names else 'our service'}"
    update = CustomerUpdate(
        stage=stage,
        title=" ".join(title.split()) or earlier,
        text=text.strip() or wording(page, stage, names),
        components=components,
        next_in=_next_in(incident, stage, next_in, now, policy),
    )
    for what, found, most in (("title", update.title, LONGEST_TITLE), ("text", update.text, LONGEST_TEXT)):
        if len(found) > most:
            raise TooLongForCustomers(what=what, most=most)
    if incident.customer_draft is not None and incident.customer_draft.update == update:
        raise NothingToChange(text="The draft says exactly that already; nothing was changed.")
    if update == last and update.next_in is None:
        raise NothingToChange(text="The status page says exactly that already; nothing was changed.")
    return Decision((CustomerUpdateDrafted(at=now, by=by, update=update),))


def ask_for_review(
    incident: Incident,
    by: SlackUserId | None,
    version: int | None,
    findings: Sequence[str],
    asked: Sequence[SlackUserId],
    now: datetime,
    policy: Policy,
) -> Decision:
    """Somebody else is to read it. `version`: None for the draft as it stands. `findings`: what customers should not
    read in it."""
    page_of(policy)
    found = _draft(incident, version)
    _require_fitting(incident, found.update.stage)
    if found.is_in_review:
        raise NothingToChange(text="This version is in review already; nothing was changed.")
    if findings:
        raise SaysTooMuch(found="; ".join(findings))
    others = tuple(dict.fromkeys(one for one in asked if one != found.by))
    return Decision((CustomerUpdateInReview(at=now, by=by, version=found.version, asked=others),))


def approve(incident: Incident, by: SlackUserId, version: int | None, now: datetime, policy: Policy) -> Decision:
    """Somebody who did not write it has read this version."""
    page_of(policy)
    found = _draft(incident, version)
    _require_fitting(incident, found.update.stage)
    if found.is_approved:
        raise NothingToChange(text="This version is approved already. Next: `/incident status-page publish`.")
    if not found.is_in_review:
        raise NotInReviewYet
    if by == found.by:
        raise WroteIt
    return Decision((CustomerUpdateApproved(at=now, by=by, version=found.version),))


def publish(incident: Incident, by: SlackUserId, version: int | None, now: datetime, policy: Policy) -> Decision:
    """The approved version goes out, unless the incident has moved on since."""
    page = page_of(policy)
    found = _draft(incident, version)
    _require_fitting(incident, found.update.stage)
    if not found.is_approved:
        raise NotApprovedYet
    targets = tuple(one.name for one in page.targets)
    next_at = now + found.update.next_in if found.update.next_in else None
    told = audience_clocks.told(CUSTOMERS, incident, now, policy, next_at) if CUSTOMERS in policy.audiences else None
    published = CustomerUpdatePublished(
        at=now, by=by, version=found.version, update=found.update, targets=targets, told=told
    )
    return Decision((published,))


def _next_in(
    incident: Incident, stage: Stage, asked: timedelta | None, now: datetime, policy: Policy
) -> timedelta | None:
    """Raises TooLong."""
    if stage is Stage.RESOLVED:
        return None
    if asked is not None:
        most = longest_pause(incident, policy)
        if asked > most:
            raise TooLong(longest=spelled(most))
        return asked or None
    known = incident.customer_draft
    if known is not None and known.update.stage is not Stage.RESOLVED:
        return known.update.next_in
    return usual_pause(incident, now, policy)


def longest_pause(incident: Incident, policy: Policy) -> timedelta:
    """The most that can be said until the next entry."""
    rules = policy.rules_of(CUSTOMERS, incident.priority, incident.service)
    return (rules or policy.rules_for(incident.priority, incident.service)).max_next


def usual_pause(incident: Incident, now: datetime, policy: Policy) -> timedelta | None:
    """From one entry to the next by the clock of customers, in whole minutes; None where they have none."""
    if CUSTOMERS not in policy.audiences:
        return None
    promised = audience_clocks.told(CUSTOMERS, incident, now, policy).promised
    return timedelta(minutes=math.ceil((promised.due_at - now) / timedelta(minutes=1))) if promised else None


def offered_stages(incident: Incident) -> tuple[Stage, ...]:
    """What customers can be told of it now."""
    return (Stage.RESOLVED,) if incident.status.is_calm else (Stage.INVESTIGATING, Stage.IDENTIFIED, Stage.MONITORING)


def is_resolution_owed(incident: Incident) -> bool:
    """Whether the page still tells of trouble that is over."""
    told = incident.customers_told
    return incident.status.is_calm and told is not None and told.stage is not Stage.RESOLVED


def changes(incident: Incident, update: CustomerUpdate) -> tuple[str, ...]:
    """What is different on the page once it is published, a line each."""
    last = incident.customers_told
    if last is None:
        lines = [f"A new incident: {update.title}"]
    else:
        lines = [f"One more entry: {last.stage} → {update.stage}"]
        if last.stage is update.stage:
            lines = [f"One more entry, still {update.stage}"]
        if last.title != update.title:
            lines.append(f"The title: {last.title} → {update.title}")
    before = {one.id: one.health for one in last.components} if last else {}
    for one in update.components:
        was = before.pop(one.id, Health.OPERATIONAL)
        if was is not one.health:
            lines.append(f"{one.name}: {was.words} → {one.health.words}")
    gone = [one for one in (last.components if last else ()) if one.id in before]
    lines += [f"{one.name}: {one.health.words} → operational" for one in gone if one.health is not Health.OPERATIONAL]
    if update.next_in is not None:
        lines.append(f"Next update: within {spell(update.next_in)} of publishing")
    elif last is not None and last.next_in is not None and update.stage is not Stage.RESOLVED:
        lines.append("Next update: no time given")
    return tuple(lines)


def _require_fitting(incident: Incident, stage: Stage) -> None:
    """Raises DrillStaysInside, OverForCustomers, NotOverYet."""
    if incident.is_drill:
        raise DrillStaysInside(ref=incident.ref)
    if incident.status.is_calm and stage is not Stage.RESOLVED:
        raise OverForCustomers(ref=incident.ref, status=incident.status)
    if not incident.status.is_calm and stage is Stage.RESOLVED:
        raise NotOverYet(ref=incident.ref, status=incident.status)


def _draft(incident: Incident, version: int | None) -> CustomerDraft:
    """Raises NoDraft, DraftChanged."""
    found = incident.customer_draft
    if found is None:
        raise NoDraft(ref=incident.ref)
    if version is not None and version != found.version:
        raise DraftChanged
    return found
