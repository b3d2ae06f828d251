"""Marking messages: a reaction of the policy says that a message counts for the review, each once, at its own time."""

from datetime import datetime

from bot.domain.copies import to_do
from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.refusal import Refusal
from bot.domain.timeline import FollowUpAgreed, MarkRemoved, MessageMarked
from bot.domain.transcript import Message
from bot.domain.vocabulary import Mark


class NoSuchMessage(Refusal):
    """Muster has not seen that message in the channel of {ref}. Its own messages cannot be marked: they are in the
    timeline already."""


def mark(
    incident: Incident, by: SlackUserId, mark: Mark, message: Message, link: str | None, now: datetime
) -> Decision | None:
    """Keep that a message counts; None when that is known. A follow-up is agreed in the words of the message."""
    if incident.is_marked(mark, message.channel, message.ts):
        return None
    marked = MessageMarked(
        at=min(message.posted_at, now), by=by, mark=mark, channel=message.channel, ts=message.ts, author=message.author
    )
    if mark is not Mark.FOLLOW_UP:
        return Decision((marked,))
    agreed = FollowUpAgreed(at=now, by=by, text=to_do(message), link=link, from_message=message.address)
    return Decision((marked, agreed))


def unmark(incident: Incident, by: SlackUserId, mark: Mark, message: Message, now: datetime) -> Decision | None:
    """Nobody marks the message any more. A follow-up that was agreed with it stays: it is dropped by its own verb."""
    if not incident.is_marked(mark, message.channel, message.ts):
        return None
    return Decision((MarkRemoved(at=now, by=by, mark=mark, channel=message.channel, ts=message.ts),))
