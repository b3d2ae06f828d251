"""What an app may do, hears of and listens to, read from its manifest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ANYTHING = None
"""Where there is no manifest, everything is granted, subscribed to and known."""


@dataclass(frozen=True, slots=True)
class App:
    """The app of the workspace, as it was installed."""

    scopes: frozenset[str] | None = ANYTHING
    commands: Mapping[str, bool] | None = ANYTHING
    """Slash command → whether names in its text are escaped (`should_escape`)."""
    events: frozenset[str] | None = ANYTHING

    def grants(self, scope: str) -> bool:
        return self.scopes is ANYTHING or scope in self.scopes

    def grants_any(self, scopes: tuple[str, ...]) -> bool:
        return self.scopes is ANYTHING or not self.scopes.isdisjoint(scopes)

    def hears(self, event: str) -> bool:
        """`event` as in a manifest's `bot_events`: message.channels, reaction_added, …"""
        return self.events is ANYTHING or event in self.events

    @property
    def provided(self) -> str:
        """Its scopes as headers and errors name them."""
        return ",".join(sorted(self.scopes or ()))


def read(manifest: Mapping[str, Any] | None) -> App:
    """docs.slack.dev, "App manifest reference"."""
    if manifest is None:
        return App()
    features, settings = manifest.get("features") or {}, manifest.get("settings") or {}
    scopes = ((manifest.get("oauth_config") or {}).get("scopes") or {}).get("bot") or []
    commands = {str(one["command"]): bool(one.get("should_escape")) for one in features.get("slash_commands") or []}
    events = (settings.get("event_subscriptions") or {}).get("bot_events") or []
    return App(frozenset(scopes), commands, frozenset(events))
