"""YAML that remembers its lines, so that every problem can be named with file and line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

Where = tuple[str | int, ...]
"""The keys and indices that lead to a place in a document."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of a file: what is wrong, in which line, and what to do about it."""

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
    lines: dict[Where, int]

    def line(self, where: Where) -> int:
        """The line of a place; of the nearest place around it when it is not there itself."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)


class Plain(yaml.SafeLoader):
    """Reads as YAML 1.2 does: only `true` and `false` are no text, so that NO is a country and 18:00 a time of day.

    Dates stay the text that was typed. Aliases are refused: nobody needs them here, and nine lines of them, each ten
    times the one before, stand for a thousand million items.
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event: yaml.AliasEvent = self.peek_event()  # type: ignore[no-untyped-call]
            problem = f"the alias `*{event.anchor}` is not read here; write out what it stands for"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)  # type: ignore[arg-type]
        return super().compose_node(parent, index)


Plain.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] in ("null", "float", "merge")]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Plain.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"true|True|TRUE|false|False|FALSE"), list("tTfF"))
Plain.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z"), [*"-+0123456789"])


Quick: Any = type("Quick", (getattr(yaml, "CSafeLoader", Plain),), {})
"""Reads the same with libyaml, where PyYAML was built with it, in a tenth of the time. It follows aliases, and words
its errors in its own way."""
Quick.yaml_implicit_resolvers = Plain.yaml_implicit_resolvers

DEEPEST = 20


def read_quickly(text: str, file: str, first_line: int = 1) -> Lined:
    """The same as `read`, for what is read by the thousand. Raises Problems."""
    try:
        _check_shape(text, file)
        loader = Quick(text)
        node = loader.get_single_node()
        content = loader.construct_document(node) if node is not None else None
    except (Problems, yaml.YAMLError, ValueError):
        return read(text, file, first_line)
    return _lined(node, content, file, first_line)


def read(text: str, file: str, first_line: int = 1) -> Lined:
    """Read one document. Raises Problems for what is no YAML and for keys that stand twice."""
    try:
        loader = Plain(text)
        node = loader.get_single_node()
        content = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + first_line, mark.column + 1) if mark else (first_line, 1)
        raise Problems([Problem(file, line, f"column {column}: not readable as YAML: {error.problem}")]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Problems([Problem(file, first_line, f"not readable as YAML: {error}")]) from None
    return _lined(node, content, file, first_line)


def _lined(node: yaml.Node | None, content: Any, file: str, first_line: int) -> Lined:
    lines: dict[Where, int] = {}
    problems: list[Problem] = []
    if node is not None:
        lines[()] = node.start_mark.line + first_line
        _walk(node, (), lines, problems, file, first_line)
    if problems:
        raise Problems(problems)
    return Lined(content, lines)


def read_all(text: str, file: str) -> tuple[list[Lined], list[Problem]]:
    """Read every document of a stream, and every item of a document that is a list; and what is wrong with those that
    are left out. Raises Problems for what is no YAML."""
    try:
        _check_shape(text, file)
        loader = Quick(text)
        nodes: list[yaml.Node] = []
        while loader.check_node():
            node = loader.get_node()
            nodes += node.value if isinstance(node, yaml.SequenceNode) else [node]
        found, problems = [], []
        for node in nodes:
            lines: dict[Where, int] = {(): node.start_mark.line + 1}
            wrong: list[Problem] = []
            _walk(node, (), lines, wrong, file, 1)
            problems += wrong
            if not wrong:
                found.append(Lined(loader.construct_document(node), lines))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Problems([Problem(file, line, f"not readable as YAML: {error.problem}")]) from None
    except (yaml.YAMLError, ValueError) as error:
        raise Problems([Problem(file, 1, f"not readable as YAML: {str(error).splitlines()[0]}")]) from None
    return found, problems


def _check_shape(text: str, file: str) -> None:
    """No aliases, and nothing nested so deeply that libyaml would use up the stack, which ends the process. Raises
    Problems."""
    depth = 0
    for event in yaml.parse(text, Loader=Quick):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        is_alias = isinstance(event, yaml.AliasEvent)
        if is_alias or depth > DEEPEST:
            what = "an alias is not read here; write out what it stands for" if is_alias else "nested too deeply"
            raise Problems([Problem(file, event.start_mark.line + 1 if event.start_mark else 1, what)])


def _walk(
    node: yaml.Node, where: Where, lines: dict[Where, int], problems: list[Problem], file: str, first: int
) -> None:
    """Note the line of everything below a node, and what stands there twice."""
    if len(where) > DEEPEST:
        problems.append(Problem(file, node.start_mark.line + first, "nested too deeply"))
        return
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place, line = (*where, str(key.value)), key.start_mark.line + first
            if place in lines:
                problems.append(Problem(file, line, f"`{key.value}` stands twice; first on line {lines[place]}"))
            lines[place] = line
            _walk(value, place, lines, problems, file, first)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[(*where, index)] = value.start_mark.line + first
            _walk(value, (*where, index), lines, problems, file, first)


def text_of(path: Path) -> str:
    """A file's text. Raises Problems when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Problems([Problem(str(path), 1, f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError:
        raise Problems([Problem(str(path), 1, "is not UTF-8 text")]) from None


def nearest(word: str, known: list[str]) -> str:
    """A hint with the nearest known word and all of them."""
    found = get_close_matches(word, known, n=1)
    hint = f"did you mean `{found[0]}`? " if found else ""
    return f"{hint}known: {', '.join(sorted(known)) or 'none'}"


EXPECTED = {
    "missing": "is missing",
    "string_type": "expected text; put it in quotes",
    "list_type": "expected a list, for example [a, b]",
    "dict_type": "expected `key: value` lines",
    "model_type": "expected `key: value` lines",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
}
"""pydantic's type of an error → our words."""


def worded(found: ValidationError, model: type[BaseModel], document: Lined, file: str) -> list[Problem]:
    """Everything that a model found wrong with a document, each with its line and what to write instead."""
    return [_worded(error, model, document, file) for error in found.errors()]


def _worded(error: Mapping[str, Any], model: type[BaseModel], document: Lined, file: str) -> Problem:
    where: Where = tuple(part for part in error["loc"] if part != "[key]")
    name, line = ".".join(map(str, where)), document.line(where)
    if error["type"] == "extra_forbidden":
        return Problem(file, line, f"there is no key `{name}`; {nearest(str(where[-1]), _keys(model, where[:-1]))}")
    if error["type"] == "value_error":
        text = str(error["ctx"]["error"])
    else:
        text = EXPECTED.get(error["type"]) or f"{error['msg'][0].lower()}{error['msg'][1:]}"
    return Problem(file, line, f"`{name}`: {text}" if name else text)


def _keys(model: type[BaseModel], where: Sequence[str | int]) -> list[str]:
    """The keys that a model knows at a place of its document."""
    shape: Any = model
    for part in where:
        if _is_model(shape):
            fields = {field.alias or name: field.annotation for name, field in shape.model_fields.items()}
            shape = _bare(fields.get(str(part)))
        else:
            shape = _bare(get_args(shape)[-1]) if get_args(shape) else None
    return [field.alias or name for name, field in shape.model_fields.items()] if _is_model(shape) else []


def _is_model(shape: Any) -> bool:
    return isinstance(shape, type) and issubclass(shape, BaseModel)


def _bare(shape: Any) -> Any:
    """The type without `| None` and without what is annotated to it."""
    present = [one for one in get_args(shape) if one is not NoneType]
    if get_origin(shape) is Annotated or NoneType in get_args(shape):
        return _bare(present[0])
    return shape
