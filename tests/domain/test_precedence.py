"""The order in which effects go out when not all can at once."""

from typing import get_args

from bot.domain import effects as e
from bot.domain.precedence import URGENT, Precedence, place_of, precedence_of
from bot.domain.timeline import NoteAdded, UpdateOverdue
from bot.domain.vocabulary import Place, Priority
from tests.store.given import DANA, declaration, note
from tests.store.samples import SAMPLES

DECLARED = declaration(1)
OVERDUE = next(one for one in SAMPLES if isinstance(one, UpdateOverdue))
NOTE: NoteAdded = note("seen")


def test_channels_then_calls_then_news_then_cards_then_trimmings() -> None:
    effects = (
        e.OpenChannel(DECLARED),
        e.InvitePeople(DECLARED, (DANA,)),
        e.TellPerson(OVERDUE, DANA),
        e.Announce(OVERDUE),
        e.Announce(NOTE),
        e.PostCard(DECLARED, Place.CHANNEL),
        e.RefreshCard(Place.CHANNEL),
        e.RefreshTopic(),
        e.AddBookmark(DECLARED, "card"),
    )
    assert [precedence_of(one) for one in effects] == sorted(precedence_of(one) for one in effects)
    assert {precedence_of(one) for one in effects} == set(Precedence)


def test_p1_goes_first_among_equals_and_never_before_what_is_more_urgent() -> None:
    call, card = e.Announce(OVERDUE), e.RefreshCard(Place.CHANNEL)
    ordered = [*(place_of(call, one) for one in Priority), *(place_of(card, one) for one in Priority)]
    assert ordered == sorted(set(ordered))


def test_only_channels_and_calls_of_p1_are_never_held_up() -> None:
    held_up = {place_of(e.OpenChannel(DECLARED), Priority.P2), place_of(e.Announce(NOTE), Priority.P1)}
    never = {place_of(e.OpenChannel(DECLARED), Priority.P1), place_of(e.TellPerson(OVERDUE, DANA), Priority.P1)}
    assert never == set(URGENT)
    assert not held_up & never


def test_what_belongs_to_no_incident_goes_after_what_does_and_is_as_urgent() -> None:
    asked, told = e.AskAboutAlert(1), e.Announce(OVERDUE)
    assert place_of(told, Priority.P4) < place_of(asked, None) < place_of(e.Announce(NOTE), Priority.P1)
    assert {type(one) for one in (asked,)} <= set(get_args(e.AlertEffect))
