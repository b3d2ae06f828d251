"""Whatever of a chain is changed, taken out, put in or moved is found, wherever it stands."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.proof import NO_LINK, Checking, End, Entry, check_heads, content_of, digest_of, head_of, link_of
from tests.domain.given import NOON

TEXTS = st.lists(st.text(max_size=8), min_size=1, max_size=6)
BOOKS = st.dictionaries(st.integers(0, 4), TEXTS, min_size=1, max_size=3)


def chained(books: dict[int, list[str]]) -> list[Entry]:
    found = []
    for book, texts in sorted(books.items()):
        link = NO_LINK
        for position, text in enumerate(texts, start=1):
            salt = bytes([book, position] * 8)
            digest = digest_of(salt, text)
            link = link_of(link, book, position, digest)
            found.append(Entry(book, position, salt, digest, link, "NoteAdded", text))
    return found


def ends_of(entries: list[Entry]) -> list[End]:
    lasts = {one.book: End(one.book, one.position, one.link) for one in entries}
    return list(lasts.values())


def findings(entries: list[Entry], ends: list[End]) -> list[str]:
    checking = Checking(ends)
    for one in entries:
        checking.take(one)
    checking.end()
    return checking.findings


@given(BOOKS)
def test_a_chain_that_was_left_alone_holds(books: dict[int, list[str]]) -> None:
    entries = chained(books)
    assert findings(entries, ends_of(entries)) == []


@given(BOOKS, st.data())
def test_every_change_is_found(books: dict[int, list[str]], data: st.DataObject) -> None:
    entries = chained(books)
    ends = ends_of(entries)
    place = data.draw(st.integers(0, len(entries) - 1))
    one = entries[place]
    changes = {
        "its content": [replace(one, content=f"{one.content}!")],
        "its content, salt and digest": [
            replace(one, content="!", salt=b"s" * 16, digest=digest_of(b"s" * 16, "!")),
        ],
        "its digest": [replace(one, digest=b"d" * 32)],
        "its link": [replace(one, link=b"l" * 32)],
        "its row gone": [replace(one, content=None, kind=None)],
        "all of it gone": [],
        "twice": [one, one],
        "one put in after it": [one, replace(one, position=one.position + 1)],
    }
    for what, instead in changes.items():
        assert findings([*entries[:place], *instead, *entries[place + 1 :]], ends), what


@given(BOOKS, st.text(max_size=8))
def test_whoever_makes_a_book_anew_is_found_by_its_end(books: dict[int, list[str]], text: str) -> None:
    ends = ends_of(chained(books))
    book = min(books)
    forged = chained({**books, book: [*books[book][:-1], f"{text}!{books[book][-1]}"]})
    assert len(findings(forged, ends)) == 1


def test_what_was_erased_counts_only_where_the_record_says_so() -> None:
    entries = [
        replace(one, salt=b"", content="[erased]") if one.position == 2 else one
        for one in chained({1: ["a", "b", "c"]})
    ]
    assert findings(entries, []) == [
        "INC-1 entry 2 (NoteAdded) was replaced, and no entry says that its words were erased"
    ]


def test_heads_follow_from_each_other() -> None:
    first = head_of(None, NOON, [End(1, 3, b"a" * 32), End(0, 2, b"b" * 32)])
    second = head_of(first, NOON, [End(1, 4, b"c" * 32)])
    assert check_heads([first, second]) == []
    assert [(one.number, one.at, one.ends[0]) for one in (first, second)] == [
        (1, NOON, End(1, 3, b"a" * 32)),
        (2, NOON, End(1, 4, b"c" * 32)),
    ]
    assert check_heads([second]) == ["head 1 is gone"]
    forged = replace(first, text=first.text.replace("INC-1", "INC-2"))
    assert check_heads([forged, second]) == ["head 1 was changed"]
    again = head_of(None, NOON, [End(2, 3, b"a" * 32)])
    assert check_heads([again, second]) == ["head 2 was changed"], "it names the digest of the one before"
    assert all(one.digest != other.digest for one, other in pairwise([first, second, again]))


def test_a_row_has_one_content_on_both_engines() -> None:
    assert content_of(["NoteAdded", 1, NOON, None, "Ü"]) == f'["NoteAdded",1,"{NOON.isoformat()}",null,"Ü"]'
