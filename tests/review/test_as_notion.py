"""Blocks for Notion keep its limits for any text, and nothing is left out."""

from collections.abc import Iterable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.review.as_notion import MOST_BLOCKS, MOST_ROWS, render_notion, requests
from bot.review.blocks import Items, Table, Title, read_blocks, words
from bot.review.prose import Paragraph
from bot.review.wording import Fence, Link, Plain, Styled, tidy
from tests.integrations.documents.fake_notion import too_much
from tests.review.test_as_confluence import BLOCKS
from tests.review.test_blocks import said


def texts(made: Iterable[dict[str, Any]]) -> str:
    """What they say, in order."""
    found = []
    for block in made:
        content = block[block["type"]]
        found += [one["text"]["content"] for one in content.get("rich_text", [])]
        for row in content.get("children", []):
            found += [one["text"]["content"] for cell in row["table_row"]["cells"] for one in cell]
    return "".join(found)


@settings(max_examples=60, deadline=None)
@given(st.lists(BLOCKS, max_size=4))
def test_any_blocks_keep_the_limits_and_say_what_they_said(blocks: list[Any]) -> None:
    made = render_notion(blocks)
    assert [one for part in requests(made) for one in part] == made
    assert all(not too_much(part) for part in requests(made))
    wide = [one for one in blocks if not isinstance(one, Table)]
    assert texts(render_notion(wide)).replace("\n", "") == tidy(said(wide)).replace("\n", "")


def test_what_is_too_long_is_cut_into_several_and_nothing_is_lost() -> None:
    long = "ü😀" * 120_000
    made = render_notion([Paragraph((Plain(long),)), Fence(long)])
    assert texts(made) == long * 2
    parts = list(requests([*made, *render_notion([Title((Plain("a"),), 2)] * 250)]))
    assert all(len(part) <= MOST_BLOCKS and not too_much(part) for part in parts)
    assert len(parts) > 2


def test_a_long_table_becomes_several_with_its_head() -> None:
    rows = tuple(((Plain(str(number)),),) for number in range(MOST_ROWS + 11))
    first, second = render_notion([Table(rows)])
    assert [len(one["table"]["children"]) for one in (first, second)] == [MOST_ROWS + 1, 11]
    assert texts([second]).startswith("0100")


def test_styles_links_and_lists_are_kept() -> None:
    text, *_ = render_notion([Paragraph((Styled("bold", (Link("https://x.example/a", "it"),)),))])
    (one,) = text["paragraph"]["rich_text"]
    assert (one["text"]["link"]["url"], one["annotations"]) == ("https://x.example/a", {"bold": True})
    items = render_notion(read_blocks("1. a\n   - b\n\n     ```\n     c\n     ```\n2. d\n"))
    kinds = [one["type"] for one in items]
    assert kinds == ["numbered_list_item", "bulleted_list_item", "code", "numbered_list_item"]
    assert texts(items) == "abcd"
    assert render_notion([Items(((),))]) == [{"type": "bulleted_list_item", "bulleted_list_item": {"rich_text": []}}]
    assert words((Plain("a"),)) == "a"
