"""What people add to the record by hand: notes and corrected times."""

from datetime import datetime

from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident, Note
from bot.domain.refusal import NothingToChange, Refusal
from bot.domain.status import require_not_over
from bot.domain.telling import own_moment
from bot.domain.timeline import NoteAdded, NoteAmended, NoteRetracted, TimeCorrected
from bot.domain.vocabulary import TimeName


class InTheFuture(Refusal):
    """That time has not come yet. Notes and corrections are about what has happened."""


class NotReached(Refusal):
    """{ref} is not {name} yet, so there is no such time to correct. Type `/incident {verb} …` when it is."""


class OutOfOrder(Refusal):
    """Then it would have {this} {relation} it {other}, at {at}. Correct that time first, or this one."""


class NoSuchNote(Refusal):
    """{ref} has no note {number}, or it was retracted. `/incident note` lists them."""


def add_note(
    by: SlackUserId | None, text: str, happened_at: datetime, now: datetime, *, is_aloud: bool = False
) -> Decision:
    """Write something into the timeline at the time it happened. Possible at any status. `is_aloud`: everybody in the
    channel is to read it there."""
    if happened_at > now:
        raise InTheFuture
    return Decision((NoteAdded(at=happened_at, by=by, text=text, is_aloud=is_aloud),))


def amend_note(incident: Incident, by: SlackUserId | None, number: int, text: str, now: datetime) -> Decision:
    """A note is to read otherwise."""
    note = _standing(incident, number)
    if note.text == text:
        raise NothingToChange(text=f"Note {number} of {incident.ref} already reads like that; nothing was changed.")
    return Decision((NoteAmended(at=now, by=by, of=note.seq, text=text),))


def retract_note(incident: Incident, by: SlackUserId | None, number: int, reason: str, now: datetime) -> Decision:
    """A note counts no more; the record keeps what it said, the review leaves it out."""
    note = _standing(incident, number)
    return Decision((NoteRetracted(at=now, by=by, of=note.seq, reason=reason),))


def _standing(incident: Incident, number: int) -> Note:
    """Raises NoSuchNote."""
    found = next((one for one in incident.notes if one.number == number and not one.is_retracted), None)
    if found is None:
        raise NoSuchNote(ref=incident.ref, number=number)
    return found


def correct_time(
    incident: Incident, by: SlackUserId | None, name: TimeName, value: datetime, reason: str, now: datetime
) -> Decision:
    """Say when something truly began, was detected, mitigated or resolved. Not possible any more when it is over."""
    require_not_over(incident)
    if value > now:
        raise InTheFuture
    known = {
        TimeName.BEGAN: incident.began_at,
        TimeName.DETECTED: incident.detected_at,
        TimeName.MITIGATED: incident.mitigated_at,
        TimeName.RESOLVED: incident.resolved_at,
    }[name]
    if known is None and name in (TimeName.MITIGATED, TimeName.RESOLVED):
        verb = "mitigate" if name is TimeName.MITIGATED else "resolve"
        raise NotReached(ref=incident.ref, name=name, verb=verb)
    if known == value:
        raise NothingToChange(text=f"{incident.ref} already has that time; nothing was changed.")
    _require_order(incident, name, value)
    return Decision((TimeCorrected(at=now, by=by, name=name, value=value, was=known, reason=reason),))


SAID = {
    TimeName.BEGAN: "begun",
    TimeName.DETECTED: "been detected",
    TimeName.MITIGATED: "been mitigated",
    TimeName.RESOLVED: "been resolved",
}


def _require_order(incident: Incident, name: TimeName, value: datetime) -> None:
    """It begins first, and is resolved after it was mitigated; when somebody noticed is bound to its beginning alone.
    Raises OutOfOrder."""
    began, mitigated, resolved = incident.began_at, incident.mitigated_at, incident.resolved_at
    told_mitigated = None if "mitigated_at" in incident.inferred else mitigated
    after = {
        TimeName.DETECTED: ((began, "began"),),
        TimeName.MITIGATED: ((began, "began"),),
        TimeName.RESOLVED: ((began, "began"), (told_mitigated, "was mitigated")),
    }
    before = {
        TimeName.BEGAN: (
            (incident.detected_at, "was detected"),
            (told_mitigated, "was mitigated"),
            (resolved, "was resolved"),
        ),
        TimeName.MITIGATED: ((resolved, "was resolved"),),
    }
    for relation, bounds in (("before", after.get(name, ())), ("after", before.get(name, ()))):
        for at, other in bounds:
            if at is not None and (value < at if relation == "before" else value > at):
                raise OutOfOrder(this=SAID[name], relation=relation, other=other, at=own_moment(at))
