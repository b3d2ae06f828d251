"""Slack's mrkdwn is read as people meant it, and nothing else is taken for markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.document import Participant
from bot.domain.ids import SlackUserId
from bot.domain.transcript import as_typed
from bot.review.wording import Code, Fence, Link, Name, Piece, Plain, Reader, Styled, one_line, tidy

PEOPLE = {SlackUserId("U1"): Participant("Dana")}
TYPED = Reader(PEOPLE, is_escaped=True)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("plain &lt;b&gt; &amp;amp;", [Plain("plain <b> &amp;")]),
        ("<@U1> and <@U2|bo>", [Name("@Dana"), Plain(" and "), Name("@U2")]),
        ("<#C1|general> <#C2>", [Name("#general"), Plain(" "), Name("#C2")]),
        ("<!here> <!subteam^S1|@ops>", [Name("@here"), Plain(" "), Name("@ops")]),
        ("<!date^1772625600^{time}|12:00 UTC>", [Name("12:00 UTC")]),
        ("<https://x.example/?a=1&amp;b=2>", [Link("https://x.example/?a=1&b=2", "https://x.example/?a=1&b=2")]),
        ("at https://x.example/a_b_c.", [Plain("at "), Link("https://x.example/a_b_c", "https://x.example/a_b_c"),
                                         Plain(".")]),
        ("<https://x.example|the graph>", [Link("https://x.example", "the graph")]),
        ("<mailto:a@x.example|a@x.example>", [Link("mailto:a@x.example", "a@x.example")]),
        ("<javascript:alert(1)|x>", [Plain("<javascript:alert(1)|x>")]),
        ("say `a *b* &lt;c&gt;`", [Plain("say "), Code("a *b* <c>")]),
        ("log:\n```\na\n  b\n```\nend", [Plain("log:"), Fence("a\n  b"), Plain("end")]),
        ("```never closed", [Plain("```never closed")]),
        ("*bold <@U1>*", [Styled("bold", (Plain("bold "), Name("@Dana")))]),
        ("*a _b_*", [Styled("bold", (Plain("a "), Styled("italic", (Plain("b"),))))]),
        ("~no~", [Styled("strike", (Plain("no"),))]),
        ("2 * 3 * 4, a_b_c, x~y~z", [Plain("2 * 3 * 4, a_b_c, x~y~z")]),
        ("", []),
    ],
)  # fmt: skip
def test_a_message_is_read_as_slack_shows_it(text: str, pieces: list[Piece]) -> None:
    assert list(TYPED.read(text)) == pieces


def test_plain_text_keeps_its_entities() -> None:
    assert Reader(PEOPLE, is_escaped=False).read("&lt; <@U1>") == (Plain("&lt; "), Name("Dana"))


def test_control_characters_and_turned_text_are_taken_out() -> None:
    assert tidy("a\r\nb\rc\x00\x1b[31m\u202ed\u2066e\ud800\tf") == "a\nb\nc[31mde?\tf"
    assert one_line(" a\n\tb ") == "a b"


def test_entities_are_decoded_once() -> None:
    assert as_typed("&amp;lt; &lt; &copy;") == "&lt; < &copy;"


def words_of(pieces: tuple[Piece, ...]) -> str:
    return "".join(words_of(one.parts) if isinstance(one, Styled) else one.text for one in pieces)


@given(st.text(alphabet="ab \n", max_size=40))
def test_text_without_markup_is_kept_as_it_is(text: str) -> None:
    assert words_of(TYPED.read(text)) == text


@given(st.text(alphabet="é<>`*_~@!#&U1 \n", max_size=60))
def test_whatever_is_taken_for_markup_no_letter_is_lost(text: str) -> None:
    assert words_of(TYPED.read(text)).count("é") == text.count("é")


@pytest.mark.parametrize("part", ["*a ", "_a ", "`a", "```", "<https://", "<@U1", "<!a|", "<#C|", "~a", "&amp"])
def test_the_longest_message_of_unfinished_markup_is_read_in_one_go(part: str) -> None:
    assert TYPED.read(part * (40_000 // len(part)))
