"""What people and the page need of the sandbox that they are in."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from bot.sandbox.delivering import Deliveries
from bot.sandbox.events import Events
from bot.sandbox.manifest import App
from bot.sandbox.response_urls import ResponseUrls
from bot.sandbox.state import Workspace
from bot.sandbox.suggestion import Suggestion
from bot.sandbox.triggers import Triggers
from bot.sandbox.views import Views

Found = TypeVar("Found")


class World(Protocol):
    """The workspace, the ways to the app, and waiting. `Sandbox` is one; people and windows know no more of it."""

    workspace: Workspace
    app: App
    events: Events
    deliveries: Deliveries
    triggers: Triggers
    response_urls: ResponseUrls
    views: Views
    suggestions: Sequence[Suggestion]

    @property
    def connections(self) -> int:
        """Open WebSockets of the app."""

    async def once(self, look: Callable[[], Found]) -> Found:
        """What a look finds, as soon as it no longer raises NotThere."""

    def next_change(self) -> asyncio.Event:
        """Set as soon as anything is different from now on."""
