"""Words that were copied from a message into a timeline follow the message.

A copy reads as its message reads now; when the message is deleted, the copy says so. What people typed themselves is
no copy: a note about the message, the title of the incident that was declared from it. No verb gives a follow-up other
words, so none of anybody's own is ever replaced.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.domain.erasing import ERASED
from bot.domain.timeline import (
    ActionDone,
    ActionOpened,
    AnyEvent,
    DecisionMade,
    Evidence,
    FollowUpAgreed,
    FollowUpChanged,
    FollowUpEnded,
    IncidentDeclared,
    MessageMarked,
    Recorded,
)
from bot.domain.transcript import Message, MessageAt, as_typed, message_at
from bot.domain.vocabulary import Mark

DELETED = "(deleted)"
"""What stands in place of words whose message was deleted."""
GONE = frozenset({"", ERASED, DELETED})
"""Wordings that stay, whatever is edited later: nothing was to be quoted, or it was taken out."""
LONGEST = 300
"""Characters of a message that become a follow-up's text; the link leads to the rest."""
LONGEST_EVIDENCE = 1_500
"""Characters of a message that evidence quotes: as many as the form of a declaration carries at the most."""

Copy = IncidentDeclared | FollowUpAgreed | FollowUpChanged | FollowUpEnded | ActionOpened | ActionDone | DecisionMade
COPIES = (
    *(IncidentDeclared, FollowUpAgreed, FollowUpChanged, FollowUpEnded),
    *(ActionOpened, ActionDone, DecisionMade),
)
"""Kinds of events that may hold words of a message."""
TELLING = frozenset(kind.__name__ for kind in (*COPIES, MessageMarked))
"""Kinds of events that tell which words are copies of which message."""


def to_do(message: Message) -> str:
    """The text of what is made of a message: a follow-up, an action, a decision."""
    return _cut(" ".join(as_typed(message.text).split()) or "see the message", LONGEST)


def brought_up_to_date(at: MessageAt, message: Message | None, entries: Iterable[Recorded]) -> dict[int, AnyEvent]:
    """The entries that hold other words of a message than it has now, as they are to read, by `seq`.

    `message`: as it stands; None when it was deleted. `entries`: all of an incident that are `TELLING`, in order.
    """
    copied = _copies(at, entries)
    return {seq: after for seq, before in copied if (after := _rewritten(before, message)) != before}


def _copies(at: MessageAt, entries: Iterable[Recorded]) -> Iterator[tuple[int, Copy]]:
    """The entries with words of a message; what was said later of a follow-up repeats its text."""
    marked, agreed = 0, set[int]()
    for entry in entries:
        match entry.event:
            case IncidentDeclared(evidence=Evidence(permalink=link)) as event if message_at(link) == at:
                yield entry.seq, event
            case MessageMarked(mark=Mark.FOLLOW_UP, channel=channel, ts=ts) if MessageAt(channel, ts) == at:
                marked = entry.seq
            case FollowUpAgreed(from_message=source) as event if source == at or (
                source is None and marked == entry.seq - 1
            ):
                agreed.add(entry.seq)
                yield entry.seq, event
            case ActionOpened(from_message=source) as event if source == at:
                agreed.add(entry.seq)
                yield entry.seq, event
            case DecisionMade(from_message=source) as event if source == at:
                yield entry.seq, event
            case FollowUpChanged(of=of) | FollowUpEnded(of=of) | ActionDone(of=of) as event if of in agreed:
                yield entry.seq, event


def _rewritten(event: Copy, message: Message | None) -> Copy:
    """The event with the words that the message has now."""
    match event:
        case IncidentDeclared(evidence=Evidence() as shown):
            return replace(event, evidence=quoting(shown, message))
        case FollowUpAgreed(text=text) | FollowUpChanged(text=text) | FollowUpEnded(text=text) if text not in GONE:
            return replace(event, text=DELETED if message is None else to_do(message))
        case ActionOpened(text=text) | ActionDone(text=text) | DecisionMade(text=text) if text not in GONE:
            return replace(event, text=DELETED if message is None else to_do(message))
        case _:
            return event


def quoting(shown: Evidence, message: Message | None) -> Evidence:
    """The evidence with the words that its message has now; None: it was deleted. A text that was shortened is the
    same as long as the message begins with it."""
    if shown.text in GONE:
        return shown
    if message is None:
        return replace(shown, text=DELETED)
    words = as_typed(message.text)
    is_same = shown.text.endswith("…") and words.startswith(shown.text[:-1])
    return shown if is_same else replace(shown, text=_cut(words, LONGEST_EVIDENCE))


def _cut(words: str, longest: int) -> str:
    return words if len(words) <= longest else f"{words[: longest - 1]}…"
