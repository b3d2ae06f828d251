"""The README's table and Slack's manifest come from the verbs there are."""

from collections.abc import Iterator

import click

from bot.cli import main
from bot.commands.helping import GROUPS, NOW
from bot.commands.read_as_text import examples
from bot.commands.table import COMMANDS
from bot.domain.vocabulary import Status
from bot.slack.manifest import as_yaml, build_manifest
from tests.house.command_table import (
    PLACES,
    README,
    TYPING,
    command_table,
    near_misses_table,
    places_table,
    table_in,
)
from tests.house.sources import ROOT


def test_the_readme_lists_exactly_the_verbs_there_are() -> None:
    """If not: `python -m tests.house.command_table` writes the table anew."""
    assert table_in(README, "commands") == command_table(COMMANDS)


def test_the_document_lists_what_is_told_of_near_misses() -> None:
    """If not: `python -m tests.house.command_table` writes the table anew."""
    assert table_in(TYPING, "near misses") == near_misses_table()


def test_the_architecture_tells_the_file_of_every_verb() -> None:
    """If not: `python -m tests.house.command_table` writes the table anew."""
    told = table_in(PLACES, "places")
    assert told == places_table()
    assert all(f"`{command.name}`" in told for command in COMMANDS)
    assert all(told for _, told in examples())


def test_the_shipped_manifest_is_what_the_code_needs() -> None:
    """If not: `python -m bot.slack.manifest > manifest.yml`."""
    assert (ROOT / "manifest.yml").read_text(encoding="utf-8") == as_yaml(build_manifest())


def test_the_hint_that_slack_shows_names_verbs_that_exist() -> None:
    (command,) = build_manifest()["features"]["slash_commands"]
    verbs = {part.split()[0] for part in command["usage_hint"].split(" · ")}
    assert verbs <= {known.name for known in COMMANDS}


def test_help_names_every_verb_once_and_no_other() -> None:
    listed = [verb for verbs in GROUPS.values() for verb in verbs]
    known = {known.name for known in COMMANDS}
    assert sorted(listed) == sorted(known)
    assert {verb for verbs in NOW.values() for verb in verbs} <= known
    assert list(NOW) == list(Status)


def test_operations_lists_every_command_of_muster() -> None:
    """Those of `muster incident` are made from the API's table, and listed by its help."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").partition("## Commands and exit codes")[2]
    rows = [line for line in page.splitlines() if line.startswith("| `muster")]

    def names(group: click.Command, before: str) -> Iterator[str]:
        if isinstance(group, click.Group) and before != "muster incident":
            for name, command in group.commands.items():
                yield from names(command, f"{before} {name}")
        else:
            yield before

    assert [one for one in names(main, "muster") if not any(f"`{one}" in row for row in rows)] == []
