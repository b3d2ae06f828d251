"""The live card and the topic."""

from dataclasses import replace

from hypothesis import given

from bot.blocks import limits
from bot.blocks.card import card
from bot.blocks.text import size
from bot.blocks.topic import topic
from bot.domain import timeline as t
from bot.domain.vocabulary import Place
from tests.blocks.hostile import story_with, text
from tests.blocks.reading import CALLS_ALL, as_read, called, fits
from tests.blocks.story import after, at, moments


@given(text)
def test_any_incident_fits_its_card_and_its_topic(words: str) -> None:
    events = story_with(words)
    for incident, _ in moments(events):
        for place in Place:
            fits(card(incident, place))
        assert size(topic(incident)) <= limits.TOPIC
        assert not CALLS_ALL.search(topic(incident))
        assert "\n" not in topic(incident)


def test_people_named_in_a_title_are_not_called_by_the_card() -> None:
    incident = replace(after(t.IncidentDeclared), title="<@UEVE> did it")
    assert "UEVE" not in called(card(incident, Place.CHANNEL)) | called(card(incident, Place.BROADCAST))


def test_command_can_be_accepted_only_while_nobody_commands() -> None:
    assert "[Accept command = INC-42 accept]" in as_read(card(after(t.IncidentDeclared), Place.CHANNEL))
    assert "Accept" not in as_read(card(after(t.CommandAccepted), Place.CHANNEL))


def test_what_is_over_has_no_buttons() -> None:
    assert "[" not in as_read(card(after(t.IncidentClosed), Place.CHANNEL))


def test_on_the_broadcast_channels_card_one_can_follow_and_find_the_channel() -> None:
    read = as_read(card(after(t.UpdatePosted), Place.BROADCAST))
    assert "[Follow = INC-42 follow]" in read
    assert "Accept" not in read
    assert "<#C042>" in read


def test_an_overdue_update_is_overdue_until_one_is_posted() -> None:
    assert "overdue since 12:15 UTC" in as_read(card(after(t.UpdateOverdue), Place.CHANNEL))
    assert "update overdue since 12:15 UTC" in topic(after(t.UpdateOverdue))
    assert "overdue" not in as_read(card(after(t.UpdatePosted), Place.CHANNEL))


def test_a_drill_is_marked_in_words() -> None:
    incident = replace(after(t.IncidentDeclared), is_drill=True, is_private=True)
    assert "# INC-42 · P1 · drill · checkout" in as_read(card(incident, Place.CHANNEL))
    assert "declared (private, drill)" in topic(incident)


def test_a_due_time_on_another_day_has_its_date() -> None:
    incident = replace(after(t.IncidentDeclared), update_due_at=at(60 * 24))
    assert "by 5 Mar 2026 12:00 UTC" in as_read(card(incident, Place.CHANNEL))
    assert "next update by 2026-03-05 12:00 UTC" in topic(incident)
