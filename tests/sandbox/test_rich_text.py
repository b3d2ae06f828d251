"""The rich text that goes beside what people type."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.blocks import check_message
from bot.sandbox.rich_text import inline, rich_text
from tests.sandbox.bolt_app import workspace


def words(text: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("plain &lt;words&gt; &amp; more", [words("plain <words> & more")]),
        ("*bold _both_* ~gone~", [words("bold ", bold=True), words("both", bold=True, italic=True), words(" "),
                                  words("gone", strike=True)]),
        ("2*3*4 a_b_c * x *", [words("2*3*4 a_b_c * x *")]),
        ("run `a *b*`", [words("run "), words("a *b*", code=True)]),
        ("<@U1> <#C1|general> <!here>", [{"type": "user", "user_id": "U1"}, words(" "),
                                         {"type": "channel", "channel_id": "C1"}, words(" "),
                                         {"type": "broadcast", "range": "here"}]),
        ("<!subteam^S1|@shop>", [{"type": "usergroup", "usergroup_id": "S1"}]),
        ("<https://a.example/?x=1&amp;y=2>", [{"type": "link", "url": "https://a.example/?x=1&y=2"}]),
        ("<https://a.example|here>", [{"type": "link", "url": "https://a.example", "text": "here"}]),
        (":wave: 10:30:00", [{"type": "emoji", "name": "wave"}, words(" 10"), {"type": "emoji", "name": "30"},
                             words("00")]),
        ("<!date^1^{time}|noon> <!> <|x>", [words("noon <!> x")]),
        ("*<@U1>*", [{"type": "user", "user_id": "U1", "style": {"bold": True}}]),
    ],
)  # fmt: skip
def test_text_becomes_elements(text: str, elements: list[dict[str, Any]]) -> None:
    assert inline(text) == elements


def test_lines_become_sections_quotes_lists_and_code() -> None:
    text = "first\nsecond\n&gt; quoted\n- one\n    - inner\n1. uno\n```\nx = 1\n```\nlast"
    [block] = rich_text(text)
    assert [one["type"].removeprefix("rich_text_") for one in block["elements"]] == [
        "section", "quote", "list", "list", "list", "preformatted", "section"
    ]  # fmt: skip
    assert [(one["style"], one["indent"]) for one in block["elements"][2:5]] == [
        ("bullet", 0), ("bullet", 1), ("ordered", 0)
    ]  # fmt: skip
    assert block["elements"][0]["elements"] == [words("first\nsecond")]
    assert block["elements"][5]["elements"] == [words("x = 1")]


def test_a_message_without_words_has_none() -> None:
    assert rich_text(" \n") == []


@given(st.text(alphabet=st.sampled_from("ab *_~`<>|@#!:&;-1.\n"), max_size=200))
def test_whatever_is_typed_becomes_a_block_that_slack_would_take(text: str) -> None:
    check_message(rich_text(text))


async def test_what_people_say_and_edit_carries_it() -> None:
    async with workspace() as found:
        ts = await found.dana.says("ask *@bo*", in_="general")
        [message] = (await found.client.conversations_history(channel=found.general))["messages"]
        assert message["blocks"][0]["elements"][0]["elements"][1] == {
            "type": "user", "user_id": found.bo.id, "style": {"bold": True}
        }  # fmt: skip
        await found.dana.edits(ts, "never mind", in_="general")
        [message] = (await found.client.conversations_history(channel=found.general))["messages"]
        assert message["blocks"][0]["elements"][0]["elements"] == [words("never mind")]
