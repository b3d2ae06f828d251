"""User groups and channels that are mentioned in a text: by name instead of by id."""

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from bot.domain.texts import rewritten

MARKED = re.compile(r"<(?P<sign>#|!subteam\^)(?P<id>[A-Z0-9]+)(?:\|(?P<label>[^<>]*))?>")
"""docs.slack.dev, "Formatting message text": `<#C1|general>`, `<!subteam^S1|@shop>`; the label may be missing."""
T = TypeVar("T")


def nameless(texts: Iterable[str]) -> frozenset[str]:
    """The ids of groups and channels that stand in a text without a label."""
    return frozenset(found["id"] for text in texts for found in MARKED.finditer(text) if not found["label"])


def unmarked(text: str) -> str:
    """`#general` and `@shop` for what is marked up; an id where there is no label."""
    return MARKED.sub(lambda found: _sign(found) + (found["label"] or found["id"]).lstrip("#@"), text)


def labelled(value: T, names: Mapping[str, str]) -> T:
    """The same value with a label wherever a text in it has none."""

    def label(found: re.Match[str]) -> str:
        name = names.get(found["id"])
        if found["label"] or name is None:
            return found[0]
        handle = name if found["sign"] == "#" else f"@{name.lstrip('@')}"
        return f"<{found['sign']}{found['id']}|{handle}>"

    return rewritten(value, lambda text: MARKED.sub(label, text) if "<" in text else text)


def _sign(found: re.Match[str]) -> str:
    return "#" if found["sign"] == "#" else "@"
