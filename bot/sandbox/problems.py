"""How Slack words what is wrong with a block, and the checks that every block shares."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Check = Callable[[Any, str], Iterator[str]]
"""What is wrong with a value that is there, at a place."""


def problem(what: str, where: str) -> str:
    """As it stands in `response_metadata.messages`."""
    return f"[ERROR] {what} [json-pointer:{where}]"


def missing(field: str, where: str) -> str:
    return problem(f"missing required field: {field}", where)


def is_one_of(value: object, known: Any) -> bool:
    """Whether it is a word among others; anything but a word is not."""
    return isinstance(value, str) and value in known


def each(items: object) -> list[Any]:
    """The items of a list; what is no list has none, and is complained of elsewhere."""
    return items if isinstance(items, list) else []


def length(value: object, where: str, most: int) -> Iterator[str]:
    """A plain string."""
    if value is not None and not isinstance(value, str):
        yield problem("must be a string", where)
    elif value is not None and len(value) > most:
        yield problem(f"must be less than {most + 1} characters", where)


def count(items: Any, where: str, least: int, most: int) -> Iterator[str]:
    """A list of so many."""
    if not isinstance(items, list):
        yield problem("must be an array", where)
    elif len(items) < least:
        yield problem(f"must have at least {least} item", where)
    elif len(items) > most:
        yield problem(f"no more than {most} items allowed", where)


def text(value: Any, where: str, most: int, *, is_plain: bool = False, is_needed: bool = True) -> Iterator[str]:
    """A text object."""
    if value is None:
        if is_needed:
            parent, _, name = where.rpartition("/")
            yield missing(name, parent)
        return
    allowed = ("plain_text",) if is_plain else ("plain_text", "mrkdwn")
    if not isinstance(value, dict) or not is_one_of(value.get("type"), allowed):
        yield problem(f"must be a {' or '.join(allowed)} object", where)
        return
    content = value.get("text")
    if not isinstance(content, str) or not content:
        yield problem("must be more than 0 characters", f"{where}/text")
    else:
        yield from length(content, f"{where}/text", most)


# Checks of one field


def string(most: int, least: int = 0) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        yield from length(value, where, most)
        if isinstance(value, str) and len(value) < least:
            yield problem(f"must be more than {least - 1} characters", where)

    return check


def words(most: int, *, is_plain: bool = False) -> Check:
    """A text object."""
    return lambda value, where: text(value, where, most, is_plain=is_plain)


def one_of(*known: str) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if not is_one_of(value, known):
            yield problem(f"must be one of: {', '.join(known)}", where)

    return check


def like(form: str, said: str) -> Check:
    """A string of a form, which is said in words."""
    pattern = re.compile(form, re.ASCII)

    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            yield problem(f"must be {said}", where)

    return check


def address(most: int, *schemes: str) -> Check:
    """A URL with one of the schemes."""

    def check(value: Any, where: str) -> Iterator[str]:
        yield from length(value, where, most)
        if isinstance(value, str) and not value.lower().startswith(tuple(f"{one}:" for one in schemes)):
            yield problem(f"must be a valid URL: {' or '.join(schemes)}", where)

    return check


def whole(least: int, most: int) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield problem("must be an integer", where)
        elif not least <= value <= most:
            yield problem(f"must be between {least} and {most}", where)

    return check


def flag(value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield problem("must be a boolean", where)


def listed(check: Check, least: int = 0, most: int = 1000) -> Check:
    """A list, each item of which is held against the same check."""

    def found(value: Any, where: str) -> Iterator[str]:
        yield from count(value, where, least, most)
        for index, one in enumerate(each(value)):
            yield from check(one, f"{where}/{index}")

    return found


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: its fields, those it needs, and what else must be so. Fields that are not named are let through."""

    fields: Mapping[str, Check] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    also: Callable[[Mapping[str, Any], str], Iterator[str]] | None = None

    def __call__(self, value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must provide an object", where)
            return
        for name in self.needs:
            if value.get(name) in (None, ""):
                yield missing(name, where)
        for name, check in self.fields.items():
            if value.get(name) is not None and not (name in self.needs and value[name] == ""):
                yield from check(value[name], f"{where}/{name}")
        if self.also is not None:
            yield from self.also(value, where)
