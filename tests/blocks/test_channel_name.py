"""What an incident's channel is called."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.channel_name import channel_name, next_name

LEGAL = re.compile(r"[a-z0-9_-]{1,80}")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Checkout returns 500s", "inc-42-checkout-returns-500s"),
        ("  502 -- for / everyone!  ", "inc-42-502-for-everyone"),
        ("We can’t log in", "inc-42-we-cant-log-in"),
        ("Überlastung in Århus", "inc-42-uberlastung-in-arhus"),
        ("数据库 宕机", "inc-42-shujuku-dangji"),
        ("🔥", "inc-42-fire"),
        ("<@U1|dana> & <!channel>", "inc-42-dana-channel"),
        ("…", "inc-42"),
        ("", "inc-42"),
        ("snake_case_", "inc-42-snake_case"),
    ],
)
def test_a_channel_is_named_after_its_incident(title: str, name: str) -> None:
    assert channel_name("inc", 42, title, private=False) == name


def test_a_private_channel_does_not_tell_its_title() -> None:
    assert channel_name("inc", 42, "Somebody reads our mail", private=True) == "inc-42"


def test_a_long_title_is_cut_between_words() -> None:
    name = channel_name("inc", 42, "word " * 40, private=False)
    assert name == "inc-42" + "-word" * 14
    assert len(channel_name("inc", 42, "w" * 200, private=False)) == 80


def test_a_taken_name_gets_a_number() -> None:
    assert next_name("inc-42-checkout", 2) == "inc-42-checkout-2"
    assert next_name("x" * 80, 12) == "x" * 77 + "-12"


@given(
    st.sampled_from(["inc", "major_incident", "sev1"]),
    st.integers(1, 999_999_999),
    st.text(max_size=200) | st.text(alphabet="🔥数é-_ '<@!>|", max_size=200),
    st.booleans(),
    st.integers(2, 999),
)
def test_any_title_gives_names_that_slack_takes(prefix: str, number: int, title: str, private: bool, n: int) -> None:
    name = channel_name(prefix, number, title, private)
    for one in (name, next_name(name, n)):
        assert LEGAL.fullmatch(one)
        assert "--" not in one
        assert one[-1] not in "-_"
    assert name.startswith(f"{prefix}-{number}")
