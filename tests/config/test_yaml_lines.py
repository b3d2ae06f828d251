"""YAML with lines: what it reads, and what it says of what it cannot read."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.yaml_lines import Problems, nearest, read, read_quickly, text_of


def problems(text: str, first_line: int = 1) -> str:
    with pytest.raises(Problems) as refused:
        read(text, "policy.yml", first_line)
    return str(refused.value)


def test_every_key_and_item_has_its_line() -> None:
    document = read("people:\n  managers:\n    - U1\n    - U2\n", "policy.yml")
    assert document.content == {"people": {"managers": ["U1", "U2"]}}
    assert document.line(("people", "managers", 1)) == 4


def test_what_is_not_there_is_told_by_the_line_around_it() -> None:
    document = read("a: 1\npeople:\n  managers: []\n", "policy.yml")
    assert document.line(("people", "executives", 3)) == document.line(("people",))
    assert document.line(("nowhere",)) == 1


@pytest.mark.parametrize("typed", ["NO", "yes", "on", "18:00", "2026-01-05", "0x1f", "1_000", "010", "~x"])
def test_only_true_and_false_numbers_and_null_are_no_text(typed: str) -> None:
    assert read(f"holidays: {typed}\n", "policy.yml").content == {"holidays": typed}


def test_a_document_may_begin_further_down_in_its_file() -> None:
    assert problems("a: 1\na: 2\n", first_line=10).startswith("policy.yml:11: ")


@pytest.mark.parametrize(
    "text", ["a: [1", "a: 1\na: 2", "a: *nowhere", "\tb: 1", "a: !!python/object:os.system {}", "a: 'x", "--- 1\n--- 2"]
)
def test_what_cannot_be_read_is_refused_with_its_file_and_line(text: str) -> None:
    assert problems(text).startswith("policy.yml:")


@given(st.text(max_size=60))
def test_no_text_is_answered_with_anything_but_a_document_or_problems(text: str) -> None:
    with suppress(Problems):
        assert read(text, "policy.yml").line(()) >= 1


def test_files_that_cannot_be_read_are_problems_of_theirs(tmp_path: Path) -> None:
    with pytest.raises(Problems, match="cannot be read"):
        text_of(tmp_path / "nowhere.yml")
    latin = tmp_path / "latin.yml"
    latin.write_bytes("name: Zürich".encode("latin-1"))
    with pytest.raises(Problems, match="is not UTF-8 text"):
        text_of(latin)


def test_a_byte_order_mark_is_not_part_of_the_text(tmp_path: Path) -> None:
    marked = tmp_path / "marked.yml"
    marked.write_text("\ufeffa: 1", encoding="utf-8")
    assert text_of(marked) == "a: 1"


def test_the_nearest_key_is_named_before_all_of_them() -> None:
    assert nearest("updat_every", ["warn_before", "update_every"]) == (
        "did you mean `update_every`? known: update_every, warn_before"
    )
    assert nearest("xyz", ["b", "a"]) == "known: a, b"
    assert nearest("xyz", []) == "known: none"


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 100_000])
def test_what_is_nested_without_end_is_refused_quickly_too_and_ends_no_process(text: str) -> None:
    with pytest.raises(Problems):
        read_quickly(text, "front matter")
