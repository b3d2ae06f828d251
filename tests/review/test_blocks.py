"""The review as blocks: its own Markdown is read back whole, whatever people wrote."""

from collections.abc import Callable, Iterable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.review import Redacted, render_markdown
from bot.review.blocks import Block, Items, Quote, Table, Title, read_blocks, words
from bot.review.prose import Paragraph
from bot.review.wording import Break, Code, Fence, Link, Plain, Styled, one_line


def said(blocks: Iterable[Block]) -> str:
    """What they say, in order."""
    found = []
    for one in blocks:
        match one:
            case Paragraph(pieces) | Title(pieces):
                found.append(words(pieces))
            case Items(items):
                found += [said(item) for item in items]
            case Quote(inner):
                found.append(said(inner))
            case Fence(text):
                found.append(text)
            case Table(rows):
                found += [words(cell) for row in rows for cell in row]
    return "\n".join(found)


def test_each_kind_of_block_is_read() -> None:
    told = "# A: b\n\nHi *there* [x](<https://a.b/?q=1>)\\\n`c` ~~d~~\n\n| e | f |\n| --- | --- |\n| g | |"
    title, text, table, items, quote, code = read_blocks(f"{told}\n\n3. h\n\n> i\n\n```\nj\n```\n")
    assert title == Title((Plain("A: b"),), 1)
    link = Link("https://a.b/?q=1", "x")
    assert text == Paragraph(
        (
            *(Plain("Hi "), Styled("italic", (Plain("there"),)), Plain(" "), link, Break()),
            *(Code("c"), Plain(" "), Styled("strike", (Plain("d"),))),
        )
    )
    assert table == Table((((Plain("e"),), (Plain("f"),)), ((Plain("g"),), ())))
    assert items == Items(((Paragraph((Plain("h"),), is_tight=True),),), 3)
    assert quote == Quote((Paragraph((Plain("i"),)),))
    assert code == Fence("j")


def test_what_is_no_markdown_of_ours_is_text() -> None:
    told = "<b>a</b> ![b](https://x.example/b.png) [c](javascript:alert) [d]\n\n[d]: https://x.example\n"
    assert said(read_blocks(told)).startswith("<b>a</b> !b [c](javascript:alert) [d]")


def test_a_review_has_its_headings_and_tables(small_review: Redacted) -> None:
    blocks = read_blocks(render_markdown(small_review, with_transcript=False))
    titles = [words(one.pieces) for one in blocks if isinstance(one, Title)]
    assert titles[0].startswith("INC-42: ")
    assert {"At a glance", "Timeline", "People"} <= {*titles}
    assert all(len({len(row) for row in one.rows}) == 1 for one in blocks if isinstance(one, Table))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_whatever_people_write_comes_back_as_they_wrote_it(
    review_with: Callable[[str | None], Redacted], text: str
) -> None:
    """Words between two signs stand in titles, tables, lists and texts; none of it becomes anything else."""
    typed = f"aZ{text.replace('<', '(').replace('`', ' ').replace('*', ' ').replace('_', ' ').replace('~', ' ')}Za"
    review = review_with(typed)
    title = read_blocks(render_markdown(review, with_transcript=False))[0]
    assert isinstance(title, Title)
    assert one_line(words(title.pieces)) == one_line(f"INC-42: {review.incident.title}")
