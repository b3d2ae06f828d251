"""Lists: open incidents, timelines, what was agreed."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given

from bot.blocks import lists
from bot.blocks.message import Rendered
from bot.domain import timeline as t
from bot.domain.folding import fold
from bot.domain.incident import Incident
from bot.domain.timeline import AnyEvent
from tests.blocks.hostile import story_with, text
from tests.blocks.reading import as_read, called, fits
from tests.blocks.story import CHEN, after, at, recorded


@given(text)
def test_any_words_stay_within_slacks_limits_and_call_no_group(words: str) -> None:
    events = story_with(words)
    timeline = recorded(events)
    incident = fold(timeline)
    fits(lists.timeline_list(incident, timeline))
    fits(lists.incident_list([incident] * 25, at(30)))


def test_a_long_timeline_shows_its_newest_entries_and_counts_the_rest() -> None:
    notes = tuple(t.NoteAdded(at=at(40000 + number), by=CHEN, text=f"note {number}") for number in range(500))
    timeline = recorded((*recorded_events(), *notes))
    read = as_read(lists.timeline_list(fold(timeline), timeline))
    assert read.rstrip().endswith("noted: note 499.")
    assert "earlier entries; the review has all of them." in read
    assert read.index("note 498.") < read.index("note 499.")


def recorded_events() -> tuple[AnyEvent, ...]:
    return tuple(one.event for one in recorded())


def test_people_named_in_a_title_are_not_called_by_a_list_or_a_timeline() -> None:
    first, *rest = recorded_events()
    assert isinstance(first, t.IncidentDeclared)
    timeline = recorded((replace(first, title="<@UEVE> did it"), *rest))
    assert "UEVE" not in called(lists.timeline_list(fold(timeline), timeline))
    assert "UEVE" not in called(lists.incident_list([fold(timeline)], at(30)))


def test_more_incidents_than_fit_are_counted() -> None:
    assert as_read(lists.incident_list([after(t.UpdatePosted)] * 23, at(20))).endswith("… and 3 more.")


LONG = "the probes of the checkout fail in every zone, " * 6
"""An entry of 300 characters and its number."""


def noted(count: int, text: str) -> Incident:
    notes = [t.NoteAdded(at=at(40000 + one), by=CHEN, text=f"({one}) {text}end{one}.") for one in range(1, count + 1)]
    return fold(recorded((*recorded_events()[:1], *notes)))


def agreed(count: int, text: str) -> Incident:
    events = [
        t.FollowUpAgreed(at=at(40000 + one), by=CHEN, text=f"({one}) {text}end{one}.") for one in range(1, count + 1)
    ]
    return fold(recorded((*recorded_events()[:1], *events)))


def happened(count: int, text: str) -> Rendered:
    incident = noted(count, text)
    notes = [t.NoteAdded(at=at(40000 + one), by=CHEN, text=f"({one}) {text}end{one}.") for one in range(1, count + 1)]
    return lists.timeline_list(incident, recorded((*recorded_events()[:1], *notes)))


LISTS: dict[str, tuple[Callable[[int, str], Rendered], str]] = {
    "note": (lambda count, text: lists.note_list(noted(count, text)), "earlier notes; the review has all of them."),
    "followup": (
        lambda count, text: lists.follow_up_list(agreed(count, text)),
        "earlier follow-ups; the review has all of them.",
    ),
    "timeline": (happened, "earlier entries; the review has all of them."),
}


@pytest.mark.parametrize("verb", LISTS)
@pytest.mark.parametrize("text", [LONG, LONG * 4, "< & > " * 80])
def test_a_long_list_shows_its_newest_entries_whole_and_counts_the_rest(verb: str, text: str) -> None:
    shown, rest = LISTS[verb][0](60, text), LISTS[verb][1]
    fits(shown)
    for read in (shown.text, as_read(shown).removeprefix(shown.text)):
        begun = [one for one in range(1, 61) if f"({one}) " in read]
        ended = [one for one in range(1, 61) if f"end{one}." in read]
        assert begun == ended == list(range(61 - len(begun), 61))
        earlier = 60 - len(begun) + (verb == "timeline")  # its declaration stands there too
        assert f"… {earlier} {rest}" in read


@pytest.mark.parametrize("verb", LISTS)
def test_an_entry_that_no_message_could_hold_is_shown_as_far_as_it_fits(verb: str) -> None:
    shown = LISTS[verb][0](3, "<&> " * 2000)
    fits(shown)
    assert "(3) " in shown.text
    assert "(3) " in str(shown.blocks)
