"""Texts found by words: stems, typing errors, several languages, and what is told of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.workflows.word_index import LANGUAGES, Searched, WordIndex, is_mistyped, words_of

FIELDS = {"title": Searched(2.0, LANGUAGES, is_telling=True), "body": Searched(1.0)}
TEXTS = {
    "pool": {"title": "Connection pools run dry", "body": "Restart the pooler of the database."},
    "disk": {"title": "Festplatten voll", "body": "Look at the log files; connections are not the matter."},
    "dns": {"title": "Names, résolution", "body": "Ask three resolvers."},
}


def index() -> WordIndex:
    made = WordIndex(FIELDS)
    made.write(TEXTS)
    return made


INDEX = index()


@pytest.mark.parametrize(
    ("asked", "key", "words"),
    [
        ("connections", "pool", ("connections",)),
        ("Pool is dry", "pool", ("pool", "dry")),
        ("conection pol", "pool", ("conection",)),
        ("PoolExhausted", "pool", ("pool",)),
        ("die Festplatte", "disk", ("festplatte",)),
        ("resolution", "dns", ("resolution",)),
        ("resolvers", "dns", ()),
    ],
)
def test_a_word_is_found_in_other_forms_and_told_as_it_was_asked(asked: str, key: str, words: tuple[str, ...]) -> None:
    best = INDEX.ask(asked, 5)[0]
    assert (best.key, best.words) == (key, words)


@pytest.mark.parametrize("asked", ["", "the of and", "xyzzy", "AND OR NOT", 'title:"', "* ( [ -", "there which about"])
def test_what_is_typed_is_words_and_small_ones_find_nothing(asked: str) -> None:
    assert INDEX.ask(asked, 5) == []


@given(st.text())
def test_whatever_is_asked_is_answered_the_same_by_an_index_made_alike(asked: str) -> None:
    found = INDEX.ask(asked, 5)
    assert found == OTHER.ask(asked, 5)
    for one in found:
        assert set(one.words) <= set(words_of(asked))


OTHER = index()


def test_a_text_is_replaced_and_taken_away() -> None:
    made = index()
    made.write({"pool": {"title": "Something else", "body": ""}}, gone=["disk"])
    assert made.ask("pooler festplatten", 5) == []
    assert [one.key for one in made.ask("something", 5)] == ["pool"]


def test_before_anything_is_written_nothing_is_found() -> None:
    assert WordIndex(FIELDS).ask("pool", 5) == []


@given(st.text("abc", min_size=1, max_size=8), st.integers(0, 7), st.sampled_from("abcx"))
def test_one_letter_more_less_or_another_is_a_typing_error(word: str, at: int, letter: str) -> None:
    assert is_mistyped(word, word[:at] + letter + word[at:])
    assert is_mistyped(word, word[:at] + word[at + 1 :])
    assert is_mistyped(word, word[:at] + letter + word[at + 1 :])
    assert is_mistyped(word, word[:at] + word[at : at + 2][::-1] + word[at + 2 :])
    assert not is_mistyped(word, word + "xx")
    assert not is_mistyped(f"{word}yy", f"{word}zz")


def test_what_is_too_long_for_a_word_is_not_looked_for() -> None:
    assert words_of(f"pool {'x' * 101} {'y' * 100} " + "\ufdfa" * 37_000) == ["pool", "y" * 100]
