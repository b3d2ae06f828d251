"""The timeline of a review is curated: hidden, reworded, shown again; what was recorded stays."""

from collections.abc import Iterator

import pytest

from bot.domain import timeline as t
from bot.domain.compiling import Material, compile_review
from bot.domain.curating import LONGEST, EntryTooLong, NoSuchEntry, TimelineIsSettled, curate
from bot.domain.document import Review
from bot.domain.folding import fold
from bot.domain.ids import MessageTs
from bot.domain.refusal import NothingToChange
from bot.domain.transcript import Message
from bot.domain.vocabulary import Mark, Place
from bot.review.reading import read
from tests.domain.test_compiling import BO, CHANNEL, DANA, after, recorded

NOTE = t.NoteAdded(at=after(5), by=BO, text="locks on the orders table")
CARD = t.CardPosted(at=after(1), place=Place.CHANNEL, channel=CHANNEL, ts=MessageTs("1.0"))
TS = MessageTs("2.0")
MARKED = t.MessageMarked(at=after(6), by=BO, mark=Mark.KEY_MOMENT, channel=CHANNEL, ts=TS, author=DANA)


def curated(*events: t.AnyEvent, **how: object) -> t.EntryCurated:
    known = recorded(*events)
    (event,) = curate(fold(known), known, BO, 2, after(90), **how).events  # type: ignore[arg-type]
    assert isinstance(event, t.EntryCurated)
    return event


def review_of(*events: t.AnyEvent, transcript: Iterator[Message] | tuple[Message, ...] = ()) -> Review:
    return compile_review(Material(recorded(*events), tuple(transcript)), after(600), after(599))


def texts(review: Review) -> dict[int, str]:
    return {entry.seq: entry.text for entry in review.timeline}


def test_a_hidden_entry_is_listed_as_left_out_with_what_it_said() -> None:
    hidden = curated(NOTE, is_hidden=True, reason="it was another table")
    review = review_of(NOTE, hidden)
    assert 2 not in texts(review)
    (one,) = [one for one in review.left_out if one.seq == 2]
    assert one.why == "hidden by those who wrote the review: it was another table"
    assert one.original is not None
    assert one.original.text == "<@UBO> noted: locks on the orders table."
    assert "1 timeline entry was hidden" in read(review).notes()
    shown = curated(NOTE, hidden, is_hidden=False)
    assert texts(review_of(NOTE, hidden, shown))[2] == "<@UBO> noted: locks on the orders table."


def test_a_reworded_entry_keeps_its_original_and_gets_it_back() -> None:
    reworded = curated(NOTE, text="  The orders table\nwas locked. ")
    (entry,) = [one for one in review_of(NOTE, reworded).timeline if one.seq == 2]
    assert entry.text == "The orders table was locked."
    assert entry.original == "<@UBO> noted: locks on the orders table."
    hidden = curated(NOTE, reworded, is_hidden=True)
    assert hidden.text == reworded.text
    again = curated(NOTE, reworded, text="")
    assert texts(review_of(NOTE, reworded, again))[2] == "<@UBO> noted: locks on the orders table."


def test_other_words_for_a_message_go_with_the_message() -> None:
    reworded = curated(MARKED, text="dana said: the password is hunter2")
    said = Message(CHANNEL, TS, DANA, "the password is hunter2", after(6))
    assert "hunter2" in texts(review_of(MARKED, reworded, transcript=(said,)))[2]
    deleted = Message(CHANNEL, TS, DANA, "the password is hunter2", after(6), deleted_at=after(7))
    assert "hunter2" not in str(review_of(MARKED, reworded, transcript=(deleted,)))


def test_what_changes_nothing_or_is_not_there_is_refused() -> None:
    for how in ({"is_hidden": False}, {"text": " "}, {}):
        with pytest.raises(NothingToChange):
            curated(NOTE, **how)
    with pytest.raises(EntryTooLong, match="2,001 characters"):
        curated(NOTE, text="x" * (LONGEST + 1))
    with pytest.raises(NoSuchEntry, match="has no entry 2"):
        curated(CARD, is_hidden=True)
    with pytest.raises(NoSuchEntry):
        curated(is_hidden=True)


def test_a_review_that_is_approved_stays_as_it_is() -> None:
    life = (
        t.IncidentResolved(at=after(60), by=BO, what="rolled back"),
        t.ReviewStarted(at=after(61), by=BO),
        t.ReviewApproved(at=after(62), by=DANA),
    )
    with pytest.raises(TimelineIsSettled, match="is approved; its timeline can't be changed"):
        curated(*life, is_hidden=True)
    assert curated(*life, t.ReviewReopened(at=after(63), by=DANA, reason="x"), is_hidden=True).is_hidden
