"""Whatever was said in a channel, its review is written in every format, and says what it left out."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.compiling import Material, compile_review
from bot.domain.ids import MessageTs, SlackUserId
from bot.domain.timeline import Recorded
from bot.domain.transcript import File, Message
from bot.review import RENDERERS, Redacted, redact, render_pdf
from tests.review.conftest import CHEN, NOON, after, message, timeline_of

NASTY = {
    "forty thousand characters": "x" * 40_000,
    "forty thousand backticks": "`" * 40_000,
    "forty thousand stars": "*a " * 13_000,
    "forty thousand brackets": "<" * 40_000,
    "broken markup": "*bold _italic ~strike `code <https://x.example|link ```fence",
    "right to left": "\u202eevil\u202c שלום עולם \u2067x\u2069",
    "zero width": "a\u200bb\u200d\u2060\ufeffc",
    "fences in fences": "```\n~~~\n```\n````\n```\n````\n~~~\n```",
    "end of script": "</script></style></details><!-- ]]>",
    "templates": "{{ 7 * 7 }} {% raw %} {# x #} ${7*7} <%= 7 %>",
    "everybody": "<!channel> <!here> <!everyone> <!subteam^S1|@all>",
    "nothing but blanks": "\n \t\n",
    "lone surrogate": "a\ud800b",
    "table": "| a | b |\n|---|---|\n| 1 | 2 |",
}


def review_of(*transcript: Message) -> Redacted:
    recorded = [Recorded(seq, event.at, event) for seq, event in enumerate(timeline_of(None), start=1)]
    return redact(compile_review(Material(recorded, transcript), after(71), after(71)))


@pytest.mark.parametrize("ending", RENDERERS)
@pytest.mark.parametrize("said", NASTY.values(), ids=NASTY)
def test_whatever_was_said_is_in_every_format(said: str, ending: str) -> None:
    written = RENDERERS[ending](review_of(message(1, CHEN, said), message(2, CHEN, "the last word")))
    assert "the last word" in written
    written.encode("utf-8")
    if said.startswith("x"):
        assert said in written


def test_ten_thousand_replies_stand_under_their_message() -> None:
    first = message(1, CHEN, "what do we know?")
    replies = [
        replace(message(1 + number / 600, CHEN, f"answer {number}."), thread_ts=first.ts) for number in range(1, 10_001)
    ]
    review = review_of(first, *replies)
    for ending, render in RENDERERS.items():
        written = render(review)
        assert all(f"answer {number}." in written for number in (1, 5_000, 10_000)), ending
        assert len(set(re.findall(r"answer \d+\.", written))) == 10_000


def test_messages_that_arrive_out_of_order_stand_in_order() -> None:
    said = [message(minute, CHEN, f"word {minute}") for minute in (9, 1, 5, 3, 7)]
    texts = [one["text"] for one in json.loads(RENDERERS["json"](review_of(*said)))["transcript"]]
    assert texts == sorted(texts)


def test_files_without_a_name_or_type_are_still_there() -> None:
    bare = replace(message(1, CHEN, ""), files=(File("", "", 0, ""),))
    for render in RENDERERS.values():
        assert render(review_of(bare, message(2, CHEN, "the last word")))


def test_somebody_nobody_knows_keeps_their_id() -> None:
    written = RENDERERS["md"](review_of(message(1, SlackUserId("UGONE"), "I was deleted since, <@UTOO>")))
    assert "UGONE" in written
    assert "@UTOO" in written


def test_odd_timestamps_are_kept() -> None:
    odd = replace(message(1, CHEN, "long ago"), ts=MessageTs("1.0"), posted_at=NOON - timedelta(days=20_000))
    assert "long ago" in RENDERERS["html"](review_of(odd))


def test_the_pdf_takes_it_too() -> None:
    said = [NASTY[name] for name in ("right to left", "end of script", "templates", "lone surrogate")]
    review = review_of(*(message(minute, CHEN, words) for minute, words in enumerate(said, start=1)))
    assert render_pdf(review).startswith(b"%PDF-")
