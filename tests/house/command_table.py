"""The tables of commands in the documents, from the code: `python -m tests.house.command_table` writes them anew."""

import re
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from bot import commands
from bot.commands.command import Command
from bot.commands.read_as_text import examples
from bot.commands.table import COMMANDS

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
TYPING = ROOT / "docs" / "commands.md"
PLACES = ROOT / "docs" / "architecture.md"
SECTION = r"(<!-- {name}: [^>]*-->\n)(.*?)(<!-- /{name} -->)"


def command_table(commands: Iterable[Command]) -> str:
    """One row per verb, in the order of help."""
    return _table(("Typed", "Does"), [(f"`{command.usage}`", command.summary) for command in commands])


def near_misses_table() -> str:
    """One row for each kind of text that looks like something else."""
    return _table(("Typed", "Told"), [(f"`{typed}`", told) for typed, told in examples()])


def places_table() -> str:
    """One row for each file of verbs: those that stand in it."""
    names = [one.name for one in iter_modules(commands.__path__) if one.name != "table"]
    found = {name: _commands_in(f"{commands.__name__}.{name}") for name in names}
    rows = [
        (f"`bot/commands/{name}.py`", ", ".join(f"`{one.name}`" for one in COMMANDS if one in there))
        for name, there in found.items()
    ]
    return _table(("File", "Verbs"), [(file, verbs) for file, verbs in rows if verbs])


def _commands_in(module: str) -> list[Command]:
    """Those that a module names, alone or in a tuple."""
    values = vars(import_module(module)).values()
    listed = [one if isinstance(one, tuple) else (one,) for one in values]
    return [one for several in listed for one in several if isinstance(one, Command)]


def table_in(document: Path, name: str) -> str:
    """What stands between the two markers. Raises LookupError without them."""
    found = re.search(SECTION.format(name=name), document.read_text(encoding="utf-8"), re.DOTALL)
    if found is None:
        raise LookupError(f"{document.name} has no section between <!-- {name}: … --> and <!-- /{name} -->")
    return found[2]


def _table(heads: tuple[str, str], rows: Iterable[tuple[str, str]]) -> str:
    lines = [
        "| {} | {} |".format(*heads),
        "|---|---|",
        *(f"| {_cell(left)} | {_cell(right)} |" for left, right in rows),
    ]
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    """A `|` would end the cell."""
    return text.replace("|", r"\|")


def _write(document: Path, name: str, table: str) -> None:
    table_in(document, name)
    text = document.read_text(encoding="utf-8")
    section = re.compile(SECTION.format(name=name), re.DOTALL)
    document.write_text(section.sub(lambda found: found[1] + table + found[3], text), encoding="utf-8")


if __name__ == "__main__":
    _write(README, "commands", command_table(COMMANDS))
    _write(TYPING, "near misses", near_misses_table())
    _write(PLACES, "places", places_table())
