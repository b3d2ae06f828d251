"""Taking the words that somebody typed out of a timeline event: the one way in which an event is ever overwritten."""

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

T = TypeVar("T")

ERASED = "[erased]"
"""What stands in place of erased words."""
TYPED = frozenset(
    {
        *("text", "note", "reason", "what", "how", "unverified_because", "user_impact"),
        *("conditions", "actions", "needs", "workaround", "fixed_by", "cause", "link", "saw", "lines", "diff"),
    }
)
"""Fields of events, and of the values in them, that hold what people typed, or what was logged."""


def without_words(event: T) -> T:
    """The same event without what somebody typed in it; who did what when stays."""
    changes: dict[str, Any] = {}
    for one in fields(event):  # type: ignore[arg-type]
        value = getattr(event, one.name)
        if one.name in TYPED and isinstance(value, str) and value and not isinstance(value, Enum):
            changes[one.name] = ERASED
        elif one.name in TYPED and isinstance(value, tuple) and value:
            changes[one.name] = (ERASED,)
        elif is_dataclass(value) and not isinstance(value, type):
            changes[one.name] = without_words(value)
        elif isinstance(value, tuple):
            changes[one.name] = tuple(without_words(part) if is_dataclass(part) else part for part in value)
    return replace(event, **changes)  # type: ignore[type-var]
