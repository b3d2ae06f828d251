"""While the incident lasts: what somebody is to do now, and what was decided. What is left for later is a follow-up."""

from datetime import datetime

from bot.domain.copies import to_do
from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.refusal import Refusal
from bot.domain.status import require_not_over
from bot.domain.timeline import ActionDone, ActionOpened, DecisionMade
from bot.domain.transcript import Message


class NoSuchAction(Refusal):
    """{ref} has no action {number}. {there}; `/incident action` lists them."""


class DoneAlready(Refusal):
    """Action {number} of {ref} is already done; nothing was changed."""


class NothingSaid(Refusal):
    """Say it in a few words, for example `/incident {example}`."""


def open_action(
    incident: Incident,
    by: SlackUserId | None,
    text: str,
    owner: SlackUserId | None,
    now: datetime,
    of: Message | None = None,
) -> Decision:
    """Somebody is to do something now. `of`: the message whose words it is in."""
    require_not_over(incident)
    words, source = (to_do(of), of.address) if of else (text.strip(), None)
    if not words:
        raise NothingSaid(example="action restart the pool @bo")
    return Decision((ActionOpened(at=now, by=by, text=words, owner=owner, from_message=source),))


def finish(incident: Incident, by: SlackUserId | None, number: int, note: str, now: datetime) -> Decision:
    """It is done. Possible at any status: work may outlast the incident."""
    known = incident.actions
    one = next((one for one in known if one.number == number), None)
    if one is None:
        there = f"It has {len(known)}, from 1" if len(known) > 1 else "It has one, number 1" if known else "It has none"
        raise NoSuchAction(ref=incident.ref, number=number, there=there)
    if one.done_at is not None:
        raise DoneAlready(number=number, ref=incident.ref)
    return Decision((ActionDone(at=now, by=by, of=one.seq, text=one.text, note=note),))


def decide(incident: Incident, by: SlackUserId | None, text: str, now: datetime, of: Message | None = None) -> Decision:
    """Something was decided. `of`: the message that says so."""
    require_not_over(incident)
    words, source = (to_do(of), of.address) if of else (text.strip(), None)
    if not words:
        raise NothingSaid(example="decision we fail over to fra-2")
    return Decision((DecisionMade(at=now, by=by, text=words, from_message=source),))
