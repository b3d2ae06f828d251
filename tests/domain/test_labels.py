"""User groups and channels that are mentioned: found, named, and read without Slack's markup."""

from dataclasses import dataclass

import pytest

from bot.domain.labels import labelled, nameless, unmarked
from bot.domain.texts import texts

NAMES = {"S1": "shop-sre", "S2": "@ops", "C1": "general", "U1": "dana"}


@dataclass(frozen=True)
class Said:
    text: str
    parts: tuple["Said", ...] = ()
    number: int = 0


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("ask <!subteam^S1> in <#C1>", "ask <!subteam^S1|@shop-sre> in <#C1|general>"),
        ("<!subteam^S2> and <#C1|>", "<!subteam^S2|@ops> and <#C1|general>"),
        ("<#C1|as it was> <!subteam^S1|@it>", "<#C1|as it was> <!subteam^S1|@it>"),
        ("<#C9> <@U1> <!channel> <https://x.example>", "<#C9> <@U1> <!channel> <https://x.example>"),
    ],
)
def test_what_has_no_label_gets_one_where_the_name_is_known(text: str, named: str) -> None:
    assert labelled(Said("x", (Said(text),)), NAMES) == Said("x", (Said(named),))


def test_what_needs_no_label_is_the_very_same() -> None:
    said = Said("plain", (Said("<#C1|general>"),))
    assert labelled(said, NAMES) is said


def test_those_without_a_label_are_found_in_every_text() -> None:
    said = Said("<#C1> <#C2|two>", (Said("<!subteam^S1>"), Said("<#C3|> <@U1>")))
    assert nameless(texts(said)) == {"C1", "S1", "C3"}


def test_markup_is_read_as_people_read_it() -> None:
    read = unmarked("<!subteam^S1|@shop-sre> <!subteam^S2> <#C1|general> <#C2> <@U1>")
    assert read == "@shop-sre @S2 #general #C2 <@U1>"
