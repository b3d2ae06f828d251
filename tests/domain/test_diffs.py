"""Diffs of one change in one file: git applies them, and so do we."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.diffs import applied, unified

LINES = st.lists(st.sampled_from(["a", "b", "", "  c", "- d", "+ e", "@@ f", "\\ g", "\x0c\u2028h", "i\r"]), max_size=9)
TEXTS = st.tuples(LINES, st.sampled_from(["", "\n"])).map(lambda one: "\n".join(one[0]) + one[1])


def with_git(folder: Path, diff: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", "apply", "-"], cwd=folder, input=diff.encode(), capture_output=True, check=False)


@given(TEXTS, TEXTS)
def test_what_is_applied_to_the_file_as_it_was_gives_the_file_as_it_is_to_be(before: str, after: str) -> None:
    if before != after:
        assert applied(unified("a.md", before, after), before) == after
    assert applied(unified("a.md", None, f"{after}x"), None) == f"{after}x"


@settings(max_examples=12)
@given(text=TEXTS, extra=LINES.filter(any), at=st.integers(0, 9))
def test_git_applies_it_too(tmp_path_factory: pytest.TempPathFactory, text: str, extra: list[str], at: int) -> None:
    folder = tmp_path_factory.mktemp("git")
    lines = [f"{number} {line}" for number, line in enumerate(text.split("\n"))]
    before = "\n".join(lines) + "\n" * text.endswith("\n")
    after = "\n".join([*lines[:at], *extra, *lines[at:]]) + "\n" * text.endswith("\n")
    (folder / "a.md").write_bytes(before.encode())
    done = with_git(folder, unified("a.md", before, after))
    assert (done.returncode, (folder / "a.md").read_bytes().decode()) == (0, after), done.stderr


@pytest.mark.parametrize("name", ["a.md", "with space.md", 'quo"ted.md', "back\\slash.md", "été.md", "a\tb.md"])
def test_git_takes_every_name_of_a_file_also_of_a_new_one(tmp_path: Path, name: str) -> None:
    (tmp_path / "k8s").mkdir()
    for before, after in ((None, "1. Stop\n"), ("1. Stop\n", "1. Stop\n2. Go")):
        done = with_git(tmp_path, unified(f"k8s/{name}", before, after))
        assert (done.returncode, (tmp_path / "k8s" / name).read_bytes().decode()) == (0, after), done.stderr


def test_it_is_applied_where_its_lines_stand_by_now_and_nowhere_where_that_is_in_doubt() -> None:
    diff = unified("a.md", "a\nb\nc\n", "a\nb\nnew\nc\n")
    assert applied(diff, "first\na\nb\nc\nlast\n") == "first\na\nb\nnew\nc\nlast\n"
    assert applied(diff, "x\na\nb\nc\na\nb\nc\n") is None
    assert applied(diff, "a\nB\nc\n") is None
    assert applied(diff, None) is None
    assert applied(unified("a.md", None, "a\n"), "a\n") is None
