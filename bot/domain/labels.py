"""User groups and channels that are mentioned in a text: by name instead of by id."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TypeVar

MARKED = re.compile(r"<(?P<sign>#|!subteam\^)(?P<id>[A-Z0-9]+)(?:\|(?P<label>[^<>]*))?>")
"""docs.slack.dev, "Formatting message text": `<#C1|general>`, `<!subteam^S1|@shop>`; the label may be missing."""
T = TypeVar("T")


def nameless(texts: Iterable[str]) -> frozenset[str]:
    """The ids of groups and channels that stand in a text without a label."""
    return frozenset(found["id"] for text in texts for found in MARKED.finditer(text) if not found["label"])


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


def unmarked(text: str) -> str:
    """`#general` and `@shop` for what is marked up; an id where there is no label."""
    return MARKED.sub(lambda found: _sign(found) + (found["label"] or found["id"]).lstrip("#@"), text)


def labelled(value: T, names: Mapping[str, str]) -> T:
    """The same value with a label wherever a text in it has none."""
    changed: T = _Labelling(names).of(value)  # type: ignore[assignment]
    return changed


def _sign(found: re.Match[str]) -> str:
    return "#" if found["sign"] == "#" else "@"


class _Labelling:
    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def of(self, value: object) -> object:
        """What has no such text in it is the very same."""
        if isinstance(value, str):
            return value if isinstance(value, Enum) or "<" not in value else MARKED.sub(self._label, value)
        if isinstance(value, tuple):
            parts = tuple(map(self.of, value))
            return value if all(new is old for new, old in zip(parts, value, strict=True)) else parts
        if not is_dataclass(value) or isinstance(value, type):
            return value
        changed = {
            one.name: new for one in fields(value) if (new := self.of(old := getattr(value, one.name))) is not old
        }
        return replace(value, **changed) if changed else value

    def _label(self, found: re.Match[str]) -> str:
        name = self._names.get(found["id"])
        if found["label"] or name is None:
            return found[0]
        handle = name if found["sign"] == "#" else f"@{name.lstrip('@')}"
        return f"<{found['sign']}{found['id']}|{handle}>"
