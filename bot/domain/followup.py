"""Follow-ups: what is left to do afterwards."""

from datetime import date, datetime, timedelta

from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import FollowUp, Incident
from bot.domain.nudges import follow_up_due
from bot.domain.policy import Policy
from bot.domain.refusal import NothingToChange, Refusal
from bot.domain.timeline import FollowUpAgreed, FollowUpChanged, FollowUpEnded
from bot.domain.vocabulary import FollowUpState, Priority


class DueInThePast(Refusal):
    """{due} has passed. Give a later date, such as `due:{example}`."""


class NoSuchFollowUp(Refusal):
    """{ref} has no follow-up {number}. {there}; `/incident followup` lists them."""


class EndedAlready(Refusal):
    """Follow-up {number} of {ref} is already {state}; nothing was changed."""


def agree(
    by: SlackUserId | None,
    text: str,
    owner: SlackUserId | None,
    due: date | None,
    now: datetime,
    policy: Policy,
    priority: Priority | None = None,
    link: str | None = None,
    today: date | None = None,
) -> Decision:
    """Agree on something to be done, by whom and by when. Possible at any status. `today`: where the person is; None:
    by UTC."""
    _require_ahead(due, today or now.date())
    owed = follow_up_due(due, now, policy.business_hours) if due else ()
    event = FollowUpAgreed(at=now, by=by, text=text, owner=owner, due=due, owed=owed, priority=priority, link=link)
    return Decision((event,))


def change(
    incident: Incident,
    by: SlackUserId | None,
    number: int,
    owner: SlackUserId | None,
    due: date | None,
    now: datetime,
    policy: Policy,
    priority: Priority | None = None,
    link: str | None = None,
    today: date | None = None,
) -> Decision:
    """Say owner, due date, priority or link of a follow-up anew; None keeps what was said."""
    one = _open_one(incident, number)
    _require_ahead(due, today or now.date())
    said = (("owner", owner), ("due", due), ("priority", priority), ("link", link))
    if all(value is None or value == getattr(one, name) for name, value in said):
        raise NothingToChange(text=f"Follow-up {number} of {incident.ref} is already like that; nothing was changed.")
    owed = follow_up_due(due, now, policy.business_hours) if due else ()
    event = FollowUpChanged(
        at=now, by=by, of=one.seq, text=one.text, owner=owner, due=due, priority=priority, link=link, owed=owed
    )
    return Decision((event,))


def end(
    incident: Incident, by: SlackUserId | None, number: int, state: FollowUpState, note: str, now: datetime
) -> Decision:
    """A follow-up is done, or dropped for a reason; nobody is reminded of it any more."""
    one = _open_one(incident, number)
    return Decision((FollowUpEnded(at=now, by=by, of=one.seq, text=one.text, state=state, note=note),))


def _require_ahead(due: date | None, today: date) -> None:
    if due is not None and due < today:
        raise DueInThePast(due=due.isoformat(), example=(today + timedelta(days=14)).isoformat())


def _open_one(incident: Incident, number: int) -> FollowUp:
    """Raises NoSuchFollowUp, EndedAlready."""
    found = next((one for one in incident.follow_ups if one.number == number), None)
    if found is None:
        known = len(incident.follow_ups)
        there = f"It has {known}, from 1" if known > 1 else "It has one, number 1" if known else "It has none yet"
        raise NoSuchFollowUp(ref=incident.ref, number=number, there=there)
    if found.state is not FollowUpState.OPEN:
        raise EndedAlready(number=number, ref=incident.ref, state=found.state)
    return found
