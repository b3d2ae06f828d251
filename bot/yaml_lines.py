"""YAML that remembers its lines, so that every problem can be named with file and line."""

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and what to do."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class Problems(Exception):
    """Everything that is wrong with a file or folder, at once."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: (one.file, one.line)))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Lined:
    """A YAML document: its content, and the line of every key and item."""

    content: Any
    lines: dict[Path_, int]

    def line(self, where: Path_) -> int:
        """The line of a place; of the nearest place around it when it is not there itself."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)


class Strings(yaml.SafeLoader):
    """Dates, and times such as 09:00, stay the text that was typed."""


Strings.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(text: str, file: str, first_line: int = 1) -> Lined:
    """Read one document. Raises Problems for what is no YAML and for keys that stand twice."""
    try:
        loader = Strings(text)
        node = loader.get_single_node()
        content = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + first_line, mark.column + 1) if mark else (first_line, 1)
        raise Problems([Problem(file, line, f"column {column}: not readable as YAML: {error.problem}")]) from None
    except (yaml.YAMLError, ValueError) as error:
        raise Problems([Problem(file, first_line, f"not readable as YAML: {error}")]) from None
    lines: dict[Path_, int] = {}
    problems: list[Problem] = []
    if node is not None:
        _walk(node, (), lines, problems, file, first_line, 0)
    if problems:
        raise Problems(problems)
    return Lined(content, lines)


def _walk(
    node: yaml.Node, where: Path_, lines: dict[Path_, int], problems: list[Problem], file: str, first: int, depth: int
) -> None:
    lines.setdefault(where, node.start_mark.line + first)
    if depth > 50:
        problems.append(Problem(file, node.start_mark.line + first, "nested too deeply"))
        return
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = (*where, str(key.value))
            if place in lines:
                problems.append(
                    Problem(
                        file,
                        key.start_mark.line + first,
                        f"`{key.value}` stands twice; the first is on line {lines[place]}",
                    )
                )
            lines[place] = key.start_mark.line + first
            _walk(value, place, lines, problems, file, first, depth + 1)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[(*where, index)] = value.start_mark.line + first
            _walk(value, (*where, index), lines, problems, file, first, depth + 1)


def text_of(path: Path) -> str:
    """A file's text. Raises Problems when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise Problems([Problem(str(path), 1, f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError:
        raise Problems([Problem(str(path), 1, "is not UTF-8 text")]) from None


def nearest(word: str, known: list[str]) -> str:
    """A hint with the nearest known word and all of them."""
    found = get_close_matches(word, known, n=1)
    hint = f"did you mean `{found[0]}`? " if found else ""
    return f"{hint}known: {', '.join(sorted(known)) or 'none'}"
