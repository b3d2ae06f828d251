"""A person is found in a text by id and by name however they are written, and nobody else is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import SlackUserId
from bot.domain.named import MENTION
from bot.domain.pseudonyms import RANDOM_BYTES, called, is_pseudonym, pseudonym, seeking

ALICE = SlackUserId("U01ALICE")
GONE = pseudonym(bytes(range(RANDOM_BYTES)))
READ = called(GONE)
WHO = seeking(ALICE, ("alice", "Alice Moreau", "alice.moreau@acme.example"), GONE)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<@U01ALICE> takes over", f"<@{GONE}> takes over"),
        ("<@U01ALICE|alice> takes over", f"<@{GONE}> takes over"),
        ("dm:U01ALICE", f"dm:{GONE}"),
        ("home:U01ALICE/view", f"home:{GONE}/view"),
        ("ask @alice, Alice or ALICE", f"ask {READ}, {READ} or {READ}"),
        ("Alice's laptop", f"{READ}'s laptop"),
        ("alice MOREAU wrote it", f"{READ} wrote it"),
        ("#inc-7-alice-moreau-cannot-log-in", f"#inc-7-{READ}-cannot-log-in"),
        ("mail Alice.Moreau@ACME.example now", f"mail {READ} now"),
        ("<mailto:alice.moreau@acme.example|her>", f"<mailto:{READ}|her>"),
    ],
)
def test_they_are_replaced_however_they_are_written(text: str, left: str) -> None:
    assert WHO.are_in(text)
    assert WHO.replaced(text) == left


@pytest.mark.parametrize("text", ["U01ALICE2 and XU01ALICE", "malice", "aLiCe", "alicea", "Moreau", ""])
def test_nobody_else_is(text: str) -> None:
    assert not WHO.are_in(text)
    assert WHO.replaced(text) == text


def test_a_name_that_is_a_word_is_found_only_as_a_name() -> None:
    mark = seeking(SlackUserId("U2"), ("Mark",), GONE)
    assert mark.replaced("Mark, mark the step; MARK!") == f"{READ}, mark the step; {READ}!"


@pytest.mark.parametrize("name", ["", "x", "@", "-", "U01ALICE"])
def test_what_is_no_name_is_not_looked_for(name: str) -> None:
    assert seeking(ALICE, (name,), GONE).names == {}


@pytest.mark.parametrize("name", ["Zoë Müller", "张伟", "O'Brien", "a+b", "(alice)"])
def test_names_of_any_letters_are_found_also_as_json_escapes_them(name: str) -> None:
    who = seeking(ALICE, (name,), GONE)
    text = f"by {name}."
    assert READ in who.replaced(text)
    assert all(_fits(like, stored) for stored in (text, json.dumps(text)) for like in who.likes[1:])


def _fits(like: str, text: str) -> bool:
    """What LIKE does with a pattern of letters and `%`."""
    place = 0
    for part in like.strip("%").casefold().split("%"):
        place = text.casefold().find(part, place)
        if place < 0:
            return False
    return True


def test_json_keeps_its_shape_and_what_is_not_theirs_stays_the_very_same() -> None:
    other = {"people": ["U2"], "n": 3, "none": None}
    value = {"by": ALICE, "told": [ALICE, "U2"], "note": "ask alice", "other": other, ALICE: True}
    left = WHO.without(value)
    assert left == {"by": GONE, "told": [GONE, "U2"], "note": f"ask {READ}", "other": other, GONE: True}
    assert left["other"] is other
    assert WHO.without(left) is left
    assert WHO.without(other) is other


def test_how_often_each_name_was_found_is_told() -> None:
    assert WHO.counted("<@U01ALICE> is alice, Alice Moreau, Alice") == {ALICE: 1, "alice": 2, "Alice Moreau": 1}


@given(st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES))
def test_a_pseudonym_stands_wherever_an_id_does(random: bytes) -> None:
    made = pseudonym(random)
    assert is_pseudonym(made)
    assert len(made) <= 32
    assert MENTION.fullmatch(f"<@{made}>")
    assert not is_pseudonym(ALICE)


@given(st.text())
def test_nothing_of_them_is_left_in_any_text(text: str) -> None:
    for where in (f"{text} <@{ALICE}> {text}", f"{text} Alice Moreau {text}", f"{text} {ALICE} {text}"):
        assert not WHO.are_in(WHO.replaced(where))
