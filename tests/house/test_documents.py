"""What the documents say is there, is there."""

import re
from pathlib import Path

import pytest

from bot.domain.vocabulary import Clock, DeadlineKind, DeadlineStep, Role, Status
from tests.house.sources import ROOT, named, project_files

RECORDS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
HEADINGS = ["Context", "Decision", "Consequences", "Checks"]
ONE_PAGE = 60
"""Lines."""
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)\s#]+)")
PATH = re.compile(r"`((?:bot|tests|runbooks|docs|\.ci)/[\w./-]+)`")


def documents() -> list[Path]:
    return [file for file in project_files() if file.suffix == ".md" and "golden" not in file.parts]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_decision_record_is_one_page_under_four_headings(record: Path) -> None:
    lines = record.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith(f"# {int(record.name[:4])}. ")
    assert [line.removeprefix("## ") for line in lines if line.startswith("## ")] == HEADINGS
    assert len(lines) <= ONE_PAGE


def test_decision_records_are_numbered_without_gaps() -> None:
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))
    assert RECORDS


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = [
        f"{named(file)}: {target}"
        for file in documents()
        for target in LINK.findall(file.read_text(encoding="utf-8"))
        if not (file.parent / target).exists()
    ]
    assert broken == []


def test_every_file_that_a_document_names_exists() -> None:
    missing = [
        f"{named(file)}: {path}"
        for file in documents()
        for path in PATH.findall(file.read_text(encoding="utf-8"))
        if not (ROOT / path).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("words", [Status, Role, DeadlineKind, DeadlineStep, Clock], ids=lambda words: words.__name__)
def test_the_glossary_holds_every_word_of_the_domains_lists(words: type[Status]) -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").casefold()
    assert [word.value for word in words if word.value not in glossary] == []


TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
HOLD = ("What Muster stores", "What Muster never logs", "What it relies on")


def promises() -> list[str]:
    """The paragraphs of SECURITY.md that say how Muster is."""
    parts = (ROOT / "SECURITY.md").read_text(encoding="utf-8").split("\n## ")
    held = [part for part in parts if part.startswith(HOLD)]
    assert len(held) == len(HOLD)
    lines = [line for part in held for line in part.splitlines()[1:]]
    return [line for line in lines if line and not line.endswith(":")]


def test_every_promise_of_security_names_a_test_that_would_fail() -> None:
    assert [line for line in promises() if not TEST.search(line)] == []


def test_every_test_that_security_names_exists() -> None:
    missing = [
        f"{path}::{name}"
        for path, name in TEST.findall("\n".join(promises()))
        if not re.search(rf"^(?:async )?def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert missing == []
