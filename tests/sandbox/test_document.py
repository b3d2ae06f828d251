"""docs/sandbox.md names everything that is there."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.sandbox import Person, breaking, faults, journal, limits
from bot.sandbox.acts import ACTS
from bot.sandbox.asked_for import SENT
from bot.sandbox.methods import METHODS
from tests.sandbox.schema.tables import read

DOCUMENT = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
TABLE = [
    line.split("|") for line in DOCUMENT.partition("| act | fields")[2].partition("\n## ")[0].splitlines()[2:] if line
]
FIELD = re.compile(r"`(\w+)`")
NAMED = {"faults": faults.KINDS, "acts on connections": breaking.ACTS, "kinds of entries": journal.KINDS}


@pytest.mark.parametrize("words", NAMED.values(), ids=NAMED.keys())
def test_every_word_of_these_tables_is_explained(words: Iterable[str]) -> None:
    assert [word for word in words if f"`{word}`" not in DOCUMENT] == []


@pytest.mark.parametrize("name", ACTS)
def test_every_act_is_listed_with_its_fields(name: str) -> None:
    act, [row] = ACTS[name], [row for row in TABLE if f"`{name}`" in row[1]]
    assert set(FIELD.findall(re.sub(r"\([^)]*\)", "", row[2]))) == set(act.needs)
    assert set(FIELD.findall(re.sub(r"\([^)]*\)", "", row[3]))) == set(act.may_have)


def test_every_act_is_a_method_of_a_person_in_python_too() -> None:
    assert [name for name in ACTS if not hasattr(Person, name)] == []
    methods = [line for line in DOCUMENT.splitlines() if line.startswith(("| a person", "| what a person sees"))]
    assert [name for name in ACTS if f"`{name}" not in "".join(methods)] == []


def test_every_method_is_listed_with_its_family() -> None:
    listed = DOCUMENT.partition("- **Methods**: ")[2].partition(".\n  Any other")[0]
    families = " ".join(listed.split()).split("; ")
    assert {method for family in families for method in methods_of(family)} == set(METHODS)


def test_what_is_listed_as_not_there_is_not() -> None:
    rows = DOCUMENT.partition("## What it is not")[2].partition("\nOne workspace")[0].splitlines()
    named = {name for row in rows if row.startswith("|") for name in re.findall(r"`([\w.]+)", row.split("|")[1])}
    assert {"usergroups.create", "function_executed", "chat.startStream"} <= named
    assert named & ({*METHODS} | SENT) == set()


def test_the_events_that_are_sent_are_those_of_the_tables() -> None:
    """A message's subtype stands behind a dot in the tables, and its kind of channel in manifests."""
    of_tables = {name.partition(".")[0] for name in read("events")}
    assert {name.partition(".")[0] for name in SENT} == of_tables


def methods_of(family: str) -> list[str]:
    """`views.open, push` is views.open and views.push."""
    first, *others = family.split(", ")
    prefix = first.rpartition(".")[0]
    return [first, *(f"{prefix}.{name}" for name in others)]


def test_the_number_of_characters_in_blocks_is_the_one_that_is_held_to() -> None:
    assert f"{limits.ALL_TEXT:,}" in DOCUMENT
