"""One call of a method of the Web API: its arguments, who calls, and what a method is."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.errors import SlackError
from bot.sandbox.events import Events
from bot.sandbox.state import Workspace

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """What a method works on."""

    workspace: Workspace
    events: Events
    arguments: Mapping[str, Any]
    host: Any
    """The sandbox itself: triggers, sockets and addresses are its business."""

    def text(self, name: str, default: str | None = None) -> str:
        """A required argument, unless there is a default. Raises `invalid_arguments`."""
        value = self.arguments.get(name)
        if value is None or value == "":
            if default is not None:
                return default
            raise SlackError("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return str(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.arguments.get(name, default)
        return value.lower() in ("true", "1") if isinstance(value, str) else bool(value)

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.arguments.get(name) or default)
        except (TypeError, ValueError):
            raise SlackError("invalid_arguments", [f"[ERROR] must be a number: {name}"]) from None

    def listed(self, name: str) -> list[str]:
        """A list, however the client wrote it: JSON, or words with commas between."""
        value = self.arguments.get(name)
        if value is None or value == "":
            return []
        if isinstance(value, str) and value.startswith("["):
            value = json.loads(value)
        return (
            [str(one) for one in value] if isinstance(value, list) else [one.strip() for one in str(value).split(",")]
        )

    def parsed(self, name: str) -> Any:
        """An object, however the client wrote it."""
        value = self.arguments.get(name)
        if isinstance(value, str) and value:
            try:
                return json.loads(value)
            except ValueError:
                raise SlackError("invalid_arguments", [f"[ERROR] must be JSON: {name}"]) from None
        return value

    def page(self, items: list[Any], limit: int) -> tuple[list[Any], Answer]:
        """One page of a list, and the metadata with the cursor of the next."""
        cursor = self.text("cursor", "")
        try:
            start = int(cursor.removeprefix("page:")) if cursor else 0
        except ValueError:
            raise SlackError("invalid_cursor") from None
        following = f"page:{start + limit}" if start + limit < len(items) else ""
        return items[start : start + limit], {"response_metadata": {"next_cursor": following}}


@dataclass(frozen=True, slots=True)
class Method:
    """What a name of the Web API stands for. `scopes`: any one of them is enough; none: every token may."""

    act: Callable[[Call], Answer]
    scopes: tuple[str, ...] = ()
    tier: str = "t3"
