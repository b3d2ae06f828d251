"""The clocks of audiences: when executives, customers and others hear, who are told otherwise than those who follow.

Those who follow are the stakeholders, and their clock is that of the priority. Customers hear by what is published on
the status page, so no update is for them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.domain import cadence
from bot.domain.ids import SlackUserId
from bot.domain.incident import AudienceClock, Incident
from bot.domain.policy import Policy
from bot.domain.refusal import Refusal
from bot.domain.spans import shown
from bot.domain.timeline import AudiencePromise, Promise, ToldAudience
from bot.domain.vocabulary import Priority, Status

STAKEHOLDERS: Final = "stakeholders"
"""Those who follow, as people name them."""
CUSTOMERS: Final = "customers"
EVERYBODY: Final = "all"
"""Stands for all that an update can be for."""


class NoSuchAudience(Refusal):
    """No updates are for “{typed}”. There are: {known}."""


class CustomersReadThePage(Refusal):
    """Customers are told on the status page: `/incident status-page draft investigating`."""


class TellsNobodyOutside(Refusal):
    """{ref} is private, so {audience} hear nothing of it from Muster. Leave out `for:`."""


def audiences_named(typed: str, policy: Policy) -> tuple[str, ...]:
    """Whom an update is for, as somebody typed it: `executives`, `stakeholders,executives` or `all`.

    Raises NoSuchAudience, CustomersReadThePage.
    """
    known = (STAKEHOLDERS, *(name for name in policy.audiences if name != CUSTOMERS))
    named: list[str] = []
    for one in filter(None, (word.strip().casefold() for word in typed.split(","))):
        if one == CUSTOMERS and policy.status_page is not None:
            raise CustomersReadThePage
        if one not in (*known, EVERYBODY):
            raise NoSuchAudience(typed=shown(one), known=", ".join((*known, EVERYBODY)))
        named += known if one == EVERYBODY else [one]
    return tuple(dict.fromkeys(named))


def headings_of(whom: Sequence[str], policy: Policy) -> tuple[str, ...]:
    """What the parts of an update are called by all whom it is for; empty where they do not agree, or do not say."""
    known = [policy.audiences.get(one) for one in whom]
    named = {one.headings if one else () for one in known}
    return named.pop() if len(named) == 1 else ()


def offered(policy: Policy, *, is_private: bool) -> tuple[str, ...]:
    """Whom an update can be for, stakeholders first."""
    return (STAKEHOLDERS, *(() if is_private else (name for name in policy.audiences if name != CUSTOMERS)))


def may_hear(audience: str, *, is_private: bool, is_drill: bool) -> bool:
    """Whether an audience is told of such an incident. What customers read is written for them and leaves a private
    incident, but no drill; all others would read what its members say."""
    return not is_drill if audience == CUSTOMERS else not is_private


def first(
    priority: Priority,
    service: str | None,
    now: datetime,
    policy: Policy,
    *,
    is_private: bool,
    is_drill: bool,
) -> tuple[AudiencePromise, ...]:
    """What audiences are promised when an incident is declared, or reopened."""
    return tuple(
        AudiencePromise(name, cadence.first_update(now, rules, policy.business_hours))
        for name in policy.audiences
        if may_hear(name, is_private=is_private, is_drill=is_drill)
        and (rules := policy.rules_of(name, priority, service)) is not None
    )


def told(
    audience: str,
    incident: Incident,
    now: datetime,
    policy: Policy,
    asked: timedelta | datetime | None = None,
    people: Sequence[SlackUserId] = (),
) -> ToldAudience:
    """An audience hears now, and hears again by its cadence, or as `asked`. `people`: who gets a direct message.

    Raises TooLong and NotAhead as for those who follow.
    """
    known = policy.audiences.get(audience)
    clock = incident.clock_of(audience)
    return ToldAudience(
        audience=audience,
        due_at=clock.due_at if clock else None,
        grace=clock.grace if clock else timedelta(),
        promised=_next(audience, incident, now, policy, asked),
        headings=known.headings if known else (),
        people=tuple(people),
        channels=known.channels if known else (),
    )


def _next(
    audience: str, incident: Incident, now: datetime, policy: Policy, asked: timedelta | datetime | None
) -> Promise | None:
    rules = policy.rules_of(audience, incident.priority, incident.service)
    if rules is None or incident.status.is_calm:
        return None
    status = Status.INVESTIGATING if incident.status is Status.DECLARED else incident.status
    return cadence.next_update(status, now, rules, policy.business_hours, asked)


def after_reclassification(
    incident: Incident, priority: Priority, service: str | None, now: datetime, policy: Policy
) -> tuple[AudiencePromise, ...]:
    """The audiences whose clock goes by other rules then: counted again from when they were told last, where they were
    owed something before; after a change for the worse none waits longer than it did."""
    if incident.status.is_calm:
        return ()
    found: list[AudiencePromise] = []
    for name in dict.fromkeys((*policy.audiences, *(one.audience for one in incident.audiences))):
        rules = policy.rules_of(name, priority, service)
        is_as_before = rules == policy.rules_of(name, incident.priority, incident.service)
        if is_as_before or not may_hear(name, is_private=incident.is_private, is_drill=incident.is_drill):
            continue
        clock = incident.clock_of(name)
        if rules is None:
            found += [AudiencePromise(name, None)] if clock and clock.due_at else []
        elif clock is None or clock.due_at is None:
            found.append(AudiencePromise(name, cadence.first_update(now, rules, policy.business_hours)))
        else:
            is_worse = priority.is_worse_than(incident.priority)
            span = (
                cadence.usual_pause(incident.status, rules) if _was_told(clock, incident) else rules.first_update_within
            )
            due_at = cadence.anew(clock.due_at, clock.since, span, now, rules, policy.business_hours, is_worse=is_worse)
            shown = incident.customers_next_at if name == CUSTOMERS else None
            if shown is not None and shown > now:
                due_at = min(due_at, shown)  # the page names that time
            found.append(AudiencePromise(name, cadence.update_by(due_at, now, rules, policy.business_hours)))
    return tuple(found)


def _was_told(clock: AudienceClock, incident: Incident) -> bool:
    """Whether it heard anything since its clock began."""
    last_at = clock.last.at if clock.last else None
    told_at = incident.customers_told_at if clock.audience == CUSTOMERS else last_at
    return told_at is not None and told_at >= clock.since


def after_drill(incident: Incident, now: datetime, policy: Policy, *, is_drill: bool) -> tuple[AudiencePromise, ...]:
    """Customers hear of what is no drill after all, and nothing of what is one."""
    if is_drill:
        clock = incident.clock_of(CUSTOMERS)
        return (AudiencePromise(CUSTOMERS, None),) if clock and clock.due_at else ()
    if incident.status.is_calm:
        return ()
    promised = first(
        incident.priority, incident.service, now, policy, is_private=incident.is_private, is_drill=is_drill
    )
    return tuple(one for one in promised if one.audience == CUSTOMERS)


People = Mapping[str, Sequence[SlackUserId]]
"""Audience → who of it is told by direct message."""
