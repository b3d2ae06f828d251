"""Holding reminders for a while: somebody says that they are at it, and is not called in between.

What was promised stays as it was, and its lateness is measured as ever. The policy says for how long at most.
"""

from datetime import datetime, timedelta

from bot.domain.cadence import spelled
from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import NAGGING, Incident, clock_longer_held, longer_held
from bot.domain.policy import Policy
from bot.domain.refusal import Refusal
from bot.domain.status import require_not_over
from bot.domain.telling import own_time
from bot.domain.timeline import RemindersSnoozed


class SnoozedTooLong(Refusal):
    """Reminders can be snoozed for {longest} at most. Try `/incident snooze {longest} <reason>`."""


class SnoozedEnough(Refusal):
    """Reminders for {ref} can be snoozed for {longest} in all; {left} is left. An update restarts the clock:
    `/incident update <text>`."""


class NothingToSnooze(Refusal):
    """{ref} has nothing to snooze until {until}: {when}."""


def snooze(
    incident: Incident, by: SlackUserId, span: timedelta, reason: str, now: datetime, policy: Policy
) -> Decision:
    """Nobody is reminded or told of what is owed until `span` has passed."""
    require_not_over(incident)
    longest = policy.max_snooze
    if span > longest:
        raise SnoozedTooLong(longest=spelled(longest))
    until = now + span
    coming = [one.due_at for one in incident.open_deadlines() if one.kind in NAGGING]
    if not coming or min(coming) > until:
        when = f"the next reminder comes {own_time(min(coming))}" if coming else "no reminder is to come"
        raise NothingToSnooze(ref=incident.ref, until=own_time(until), when=when)
    clocks = [one for one in incident.audiences if one.due_at is not None]
    held = [incident.held_for(kind) for kind in NAGGING if incident.owed_at(kind)] + [one.held for one in clocks]
    left = longest - max(held)
    longer = [longer_held(incident, kind, now, until) for kind in NAGGING]
    longer += [clock_longer_held(one, now, until) for one in clocks]
    if max(longer) > left:
        raise SnoozedEnough(ref=incident.ref, longest=spelled(longest), left=spelled(max(left, timedelta())))
    return Decision((RemindersSnoozed(at=now, by=by, until=until, reason=reason),))
