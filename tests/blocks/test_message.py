"""Messages as a whole, for words as long as Slack's messages get."""

import pytest

from bot.blocks import answers, lists
from bot.blocks.announce import announcement
from bot.blocks.card import card
from bot.blocks.direct import direct
from bot.blocks.message import button, fields, pages, rendered, said, section
from bot.domain.folding import fold
from bot.domain.vocabulary import Place
from tests.blocks.hostile import LONG, story_with
from tests.blocks.reading import as_read, fits
from tests.blocks.story import BO, at, moments, recorded


@pytest.mark.parametrize("words", LONG, ids=("words", "entities", "mentions", "code", "emoji"))
def test_words_of_any_length_fit_into_every_message(words: str) -> None:
    events = story_with(words)
    for incident, one in moments(events):
        fits(announcement(incident, one))
        fits(direct(incident, one, BO))
    whole = recorded(events)
    fits(lists.timeline_list(fold(whole), whole))
    for seq in (1, 12, len(events)):
        incident = fold(whole[:seq])
        fits(answers.status(incident, at(30)))
        fits(card(incident, Place.CHANNEL))
        fits(card(incident, Place.BROADCAST))
    fits(answers.declared(fold(whole[:1]), "inc-42"))
    fits(answers.refusal(words))


def test_paragraphs_give_way_to_what_stands_around_them() -> None:
    message = rendered("text", [*(section("a" * 3_000) for _ in range(5)), section("the end")])
    fits(message)
    assert len(message.blocks) == 4
    assert "the end" not in as_read(message)


def test_lines_are_joined_into_as_few_paragraphs_as_fit() -> None:
    assert pages(["a" * 1_500, "b" * 1_499, "c"]) == [f"{'a' * 1_500}\n{'b' * 1_499}", "c"]
    assert pages([]) == []


def test_a_button_stands_for_what_would_be_typed() -> None:
    shown = button("Update", "INC-42 update")
    assert (shown["action_id"], shown["value"]) == ("command:update", "INC-42 update")
    assert "style" not in shown


def test_nothing_said_is_no_paragraph() -> None:
    assert section(" \n") is None
    assert said("one").blocks == (section("one"),)


def test_no_field_is_left_out_however_many_there_are() -> None:
    blocks = fields([(f"Name {number}", f"value {number}") for number in range(13)] + [("Empty", "")])
    assert [len(block["fields"]) for block in blocks] == [10, 3]
    assert fields([("Empty", "")]) == []
