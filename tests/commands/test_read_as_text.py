"""The table of near misses: each line is true of its own example, and of nothing ordinary."""

import pytest

from bot.commands.grammar import Parsed
from bot.commands.read_as_text import NEAR_MISSES, Numbered, examples, numbered, read_as_text
from bot.commands.table import COMMANDS
from bot.domain.refusal import Refusal


def test_each_line_has_an_example_that_is_told() -> None:
    for miss, (typed, told) in zip(NEAR_MISSES, examples(), strict=True):
        verb, _, text = typed.partition(" ")
        assert verb in miss.advice
        assert told.endswith(".")
        assert "{" not in told
        assert told in {read_as_text(verb, Parsed(text))}


def test_the_table_names_verbs_that_exist() -> None:
    verbs = {verb for miss in NEAR_MISSES for verb in miss.advice}
    assert verbs <= {command.name for command in COMMANDS}


@pytest.mark.parametrize(
    ("verb", "text"),
    [
        ("note", "it began at noon"),
        ("note", "at 12:30 it began"),
        ("note", "look at 12:30 in the log"),
        ("note", "see `at 12:30`"),
        ("note", "the format:12:30"),
        ("update", "we meet at 14:00"),
        ("update", "nobody knows what comes next"),
        ("resolve", "rolled back, error rate is normal"),
        ("declare", "upgrade from P2 to P1"),
        ("declare", "step1"),
        ("status", "at 12:30"),
    ],
)
def test_ordinary_words_are_not_told(verb: str, text: str) -> None:
    assert read_as_text(verb, Parsed(text)) == ""


def test_nothing_is_told_where_the_key_was_given_besides() -> None:
    assert read_as_text("note", Parsed("restarted at 12:30", {"at": "12:40"})) == ""


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("done 2", Numbered("done", 2, "")),
        ("Done #2 in the night", Numbered("done", 2, "in the night")),
        ("change 12: x", Numbered("change", 12, "x")),
        ("done and dusted", None),
        ("done with INC-1", None),
        ("two done", None),
        ("2 change requests to review", None),
        ("", None),
    ],
)
def test_a_known_word_and_a_number_are_no_text(text: str, meant: Numbered | None) -> None:
    assert numbered("followup", text, ("done", "drop", "change")) == meant


@pytest.mark.parametrize(
    "text", ["done 0", "1 done", "#1 done", "1 drop it is retired", "2 change", "done", "drop all", "done inc-1"]
)
def test_what_can_hardly_be_a_text_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="recorded as text"):
        numbered("followup", text, ("done", "drop", "change"))
