"""The README's table of commands, from the verbs themselves: `python -m tests.house.command_table` writes it anew."""

import re
from collections.abc import Iterable
from pathlib import Path

from bot.commands.command import Command
from bot.commands.table import COMMANDS

README = Path(__file__).parents[2] / "README.md"
SECTION = re.compile(r"(<!-- commands: [^>]*-->\n)(.*?)(<!-- /commands -->)", re.DOTALL)


def command_table(commands: Iterable[Command]) -> str:
    """One row per verb, in the order of help."""
    rows = [f"| `{_cell(command.usage)}` | {_cell(command.summary)} |" for command in commands]
    return "\n".join(["| Typed | Does |", "|---|---|", *rows, ""])


def table_in(readme: str) -> str:
    """What stands between the two markers. Raises LookupError without them."""
    found = SECTION.search(readme)
    if found is None:
        raise LookupError("README.md has no section between <!-- commands: … --> and <!-- /commands -->")
    return found[2]


def _cell(text: str) -> str:
    """A `|` would end the cell."""
    return text.replace("|", r"\|")


def _write() -> None:
    text = README.read_text(encoding="utf-8")
    table_in(text)
    README.write_text(SECTION.sub(lambda found: found[1] + command_table(COMMANDS) + found[3], text), encoding="utf-8")


if __name__ == "__main__":
    _write()
