"""One call of a method of the Web API: its arguments, who calls, and what a method is."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.errors import SlackError
from bot.sandbox.events import Events
from bot.sandbox.json_text import from_json
from bot.sandbox.manifest import App
from bot.sandbox.problems import missing, problem
from bot.sandbox.scheduled import Scheduled
from bot.sandbox.state import Channel, Somebody, Workspace
from bot.sandbox.triggers import Triggers
from bot.sandbox.views import Views

Answer = dict[str, Any]
TS = re.compile(r"\d{1,12}\.\d{1,6}")
ScopesByKind = Mapping[str, tuple[str, ...]]
"""Any one of the scopes is enough, by the kind of the channel: channels, groups, im, mpim."""


@dataclass(frozen=True, slots=True)
class Method:
    """What a name of the Web API stands for. `scopes`: any one of them is enough; none: every token may."""

    act: "Callable[[Call], Answer]"
    scopes: tuple[str, ...] | ScopesByKind = ()
    tier: str = "t3"
    needs_token: bool = True

    @property
    def all_scopes(self) -> tuple[str, ...]:
        if isinstance(self.scopes, tuple):
            return self.scopes
        return tuple(dict.fromkeys(scope for scopes in self.scopes.values() for scope in scopes))

    def scopes_for(self, channel: Channel) -> tuple[str, ...]:
        return self.scopes if isinstance(self.scopes, tuple) else self.scopes.get(channel.kind, ())


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the sandbox that methods work on."""

    workspace: Workspace
    events: Events
    app: App
    triggers: Triggers
    views: Views
    scheduled: Scheduled
    new_socket: Callable[[], str]
    """The address of a WebSocket, good for one connection."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one method."""

    parts: Parts
    method: Method
    arguments: Mapping[str, Any]

    @property
    def workspace(self) -> Workspace:
        return self.parts.workspace

    @property
    def events(self) -> Events:
        return self.parts.events

    @property
    def app(self) -> App:
        return self.parts.app

    @property
    def triggers(self) -> Triggers:
        return self.parts.triggers

    @property
    def views(self) -> Views:
        return self.parts.views

    @property
    def scheduled(self) -> Scheduled:
        return self.parts.scheduled

    def text(self, name: str, default: str | None = None) -> str:
        """A required argument, unless there is a default. Raises `invalid_arguments`."""
        value = self.arguments.get(name)
        if value is None or value == "":
            if default is not None:
                return default
            raise SlackError("invalid_arguments", [missing(name, "")])
        if isinstance(value, dict | list):
            raise SlackError("invalid_arguments", [problem("must be a string", f"/{name}")])
        return str(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.arguments.get(name, default)
        return value.lower() in ("true", "1") if isinstance(value, str) else bool(value)

    def number(self, name: str, default: int, least: int = 0, most: int = 2**53) -> int:
        """A whole number between two others. Raises `invalid_arguments`."""
        value = self.arguments.get(name)
        if value is None or value == "":
            return default
        try:
            found = int(value)
        except (TypeError, ValueError, OverflowError):
            raise SlackError("invalid_arguments", [problem("must be a number", f"/{name}")]) from None
        if not least <= found <= most:
            text = f"must be between {least} and {most}"
            raise SlackError("invalid_arguments", [problem(text, f"/{name}")])
        return found

    def timestamp(self, name: str) -> str:
        """The ts of a message. Raises `bad_timestamp` for what cannot be one."""
        given = self.text(name)
        if not TS.fullmatch(given):
            raise SlackError("bad_timestamp")
        return given

    def person(self, name: str = "user", default: str | None = None) -> Somebody:
        """Somebody by id. Raises `user_not_found`."""
        found = self.workspace.people.get(self.text(name, default))
        if found is None:
            raise SlackError("user_not_found")
        return found

    def listed(self, name: str) -> list[str]:
        """A list, however the client wrote it: JSON, or words with commas between."""
        value = self.arguments.get(name)
        if value is None or value == "":
            return []
        if isinstance(value, str) and value.startswith("["):
            value = self.parsed(name)
        if isinstance(value, list):
            return [str(one) for one in value]
        return [one.strip() for one in str(value).split(",") if one.strip()]

    def parsed(self, name: str) -> Any:
        """An object, however the client wrote it."""
        value = self.arguments.get(name)
        if isinstance(value, str) and value:
            try:
                return from_json(value)
            except ValueError:
                raise SlackError("invalid_arguments", [problem("must be JSON", f"/{name}")]) from None
        return value

    def page(self, items: list[Any], default: int, most: int) -> tuple[list[Any], Answer]:
        """One page of a list, and the metadata with the cursor of the next."""
        try:
            limit = self.number("limit", default) or default
        except SlackError:
            raise SlackError("invalid_limit") from None
        if limit > most:
            raise SlackError("invalid_limit")
        start = _place(self.text("cursor", ""))
        following = _cursor(start + limit) if start + limit < len(items) else ""
        return items[start : start + limit], {"response_metadata": {"next_cursor": following}}

    def numbered_page(self, items: list[Any]) -> tuple[list[Any], Answer]:
        """One page of a list as the older methods give it, by `count` and `page`, and its `paging`."""
        count, page = self.number("count", 100, 1, 1000), self.number("page", 1, 1)
        pages = max(1, -(-len(items) // count))
        paging = {"count": count, "total": len(items), "page": page, "pages": pages}
        return items[(page - 1) * count : page * count], paging

    # Channels

    def channel(self, name: str = "channel") -> Channel:
        """The channel of an argument, by its id, as the app may see it. Raises `channel_not_found`, `missing_scope`."""
        channel = self.workspace.channels.get(self.text(name))
        if channel is None or not self.workspace.is_seen_by_app(channel):
            raise SlackError("channel_not_found")
        self.require(self.method.scopes_for(channel))
        return channel

    def own_channel(self, name: str = "channel") -> Channel:
        """One that the app is in as well. Raises `not_in_channel`."""
        channel = self.channel(name)
        if self.workspace.bot_user not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def open_channel(self, name: str = "channel") -> Channel:
        """One that the app is in and that is not archived. Raises `is_archived`, which comes first."""
        channel = self.channel(name)
        if channel.is_archived:
            raise SlackError("is_archived")
        return self.own_channel(name)

    def require(self, scopes: tuple[str, ...]) -> None:
        """Raises `missing_scope` when the app has none of them."""
        if scopes and not self.app.grants_any(scopes):
            raise SlackError("missing_scope", needed=",".join(scopes), provided=self.app.provided)


def _cursor(start: int) -> str:
    """Where the next page begins; opaque to the app."""
    return base64.b64encode(f"next:{start}".encode()).decode()


def _place(cursor: str) -> int:
    """Raises `invalid_cursor`."""
    if not cursor:
        return 0
    try:
        word, _, start = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise SlackError("invalid_cursor") from None
    if word != "next" or not (start.isascii() and start.isdigit() and len(start) < 16):
        raise SlackError("invalid_cursor")
    return int(start)
