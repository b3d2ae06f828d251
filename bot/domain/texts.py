"""Every text in a value made of dataclasses, tuples and mappings: to read it, and to write it otherwise."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

T = TypeVar("T")


def texts(value: object) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part)
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from texts(getattr(value, one.name))


def rewritten(value: T, write: Callable[[str], str], leave: Collection[str] = ()) -> T:
    """The same value with every text as `write` has it; what holds none that changes is the very same.

    `leave`: names of fields that stay, with all that is in them. What an enumeration lists is no text.
    """
    changed: T = _rewritten(value, write, leave)
    return changed


def _rewritten(value: Any, write: Callable[[str], str], leave: Collection[str]) -> Any:
    match value:
        case Enum():
            return value
        case str():
            return write(value)
        case tuple():
            parts = tuple(_rewritten(part, write, leave) for part in value)
            return value if all(new is old for new, old in zip(parts, value, strict=True)) else parts
        case dict():
            return {key: _rewritten(part, write, leave) for key, part in value.items()}
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {
        one.name: new
        for one in fields(value)
        if one.name not in leave and (new := _rewritten(old := getattr(value, one.name), write, leave)) is not old
    }
    return replace(value, **changed) if changed else value
