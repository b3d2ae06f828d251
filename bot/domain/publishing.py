"""Where published reviews go besides Slack, and what becomes of a document there that people have changed.

Muster writes what it wrote before and nobody touched. What people edited or commented on is theirs: whoever published
is asked, and what they say holds for the document as it was seen.
"""

from collections.abc import Iterable
from datetime import datetime

from bot.domain import timeline as t
from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.policy import DocumentPlace, Policy
from bot.domain.refusal import Refusal
from bot.domain.vocabulary import KeptAs, Overwriting, ReviewState

OFFERED = {
    KeptAs.EDITED: tuple(Overwriting),
    KeptAs.UNSURE: tuple(Overwriting),
    KeptAs.COMMENTED: tuple(Overwriting),
    KeptAs.GONE: (Overwriting.REPLACE, Overwriting.LEAVE),
}
"""What can be done about a document, by why it was left as it stands."""


class NothingAsked(Refusal):
    """Nothing is asked about the review of {ref} in {place}. It is asked when the review is published anew and people
    have changed it there."""


class NothingToAddTo(Refusal):
    """The review in {place} is not there any more, so nothing can be added to it. `replace` writes it anew, `leave`
    does not."""


def places(incident: Incident, policy: Policy) -> Iterable[str]:
    """Those that its review goes to. One of a private incident goes only where the policy says so."""
    return (one.name for one in policy.documents.values() if may_have(one, incident))


def may_have(place: DocumentPlace, incident: Incident) -> bool:
    return place.is_private or not incident.is_private


def is_wanted(place: DocumentPlace, incident: Incident) -> bool:
    """Whether the place is to have the review as it stands: what people write in it again is nobody's yet."""
    return incident.review_state is ReviewState.PUBLISHED and may_have(place, incident)


def kept(incident: Incident, event: t.DocumentKept) -> Decision:
    """People changed it. The same is asked once; that the review was reopened meanwhile asks nobody."""
    known = incident.document(event.place)
    held = known.held if known is not None else None
    is_asked = held is not None and (held.version, held.comments) == (event.version, event.comments)
    return Decision(() if is_asked or incident.review_state is not ReviewState.PUBLISHED else (event,))


def decide(incident: Incident, by: SlackUserId, place: str, choice: Overwriting, now: datetime) -> Decision:
    """Somebody says what becomes of a document that people changed."""
    known = incident.document(place)
    if known is None or known.held is None:
        raise NothingAsked(ref=incident.ref, place=place)
    if choice not in OFFERED[known.held.why]:
        raise NothingToAddTo(place=place)
    held = known.held
    decided = t.OverwritingDecided(
        at=now, by=by, place=place, choice=choice, version=held.version, comments=held.comments
    )
    return Decision((decided,))
