"""What an app may do, hears of and offers, read from its manifest.

docs.slack.dev, "App manifest reference": the fields that matter here, with their limits. Other fields are let through.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.sandbox.asked_for import in_vain

ANYTHING = None
"""Where there is no manifest, everything is granted, subscribed to and known."""

NAMELESS = "Sandbox App"
"""What an app without a manifest is called."""


class ManifestError(Exception):
    """The manifest is not as it should be; the text says where and why."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class SlashCommand(_Part):
    command: Annotated[str, Field(pattern=r"^/\S+$", max_length=32)]
    description: Annotated[str, Field(max_length=2000)] = ""
    usage_hint: Annotated[str, Field(max_length=1000)] = ""
    should_escape: bool = False
    """Whether names in its text arrive as ids: `<@U1|dana>`."""


class Shortcut(_Part):
    type: Literal["global", "message"]
    name: Annotated[str, Field(min_length=1, max_length=24)]
    callback_id: Annotated[str, Field(min_length=1, max_length=255)]
    description: Annotated[str, Field(max_length=150)] = ""


class _Display(_Part):
    name: Annotated[str, Field(min_length=1, max_length=35)] = NAMELESS
    description: Annotated[str, Field(max_length=140)] = ""
    background_color: Annotated[str, Field(pattern=r"^#?([0-9a-fA-F]{3}){1,2}$")] = ""


class _BotUser(_Part):
    display_name: Annotated[str, Field(max_length=80)] = ""


class _AppHome(_Part):
    home_tab_enabled: bool = False
    messages_tab_enabled: bool = True


class _Features(_Part):
    app_home: _AppHome = _AppHome()
    bot_user: _BotUser = _BotUser()
    slash_commands: Annotated[tuple[SlashCommand, ...], Field(max_length=50)] = ()
    shortcuts: Annotated[tuple[Shortcut, ...], Field(max_length=10)] = ()
    unfurl_domains: Annotated[frozenset[str], Field(max_length=5)] = frozenset()


class _Scopes(_Part):
    bot: Annotated[frozenset[str], Field(max_length=255)] = frozenset()


class _OAuth(_Part):
    scopes: _Scopes = _Scopes()


class _Subscriptions(_Part):
    bot_events: Annotated[frozenset[str], Field(max_length=100)] = frozenset()


class _Settings(_Part):
    event_subscriptions: _Subscriptions = _Subscriptions()


class _Manifest(_Part):
    display_information: _Display = _Display()
    features: _Features = _Features()
    oauth_config: _OAuth = _OAuth()
    settings: _Settings = _Settings()


@dataclass(frozen=True, slots=True)
class App:
    """The app of the workspace, as it was installed."""

    scopes: frozenset[str] | None = ANYTHING
    commands: Mapping[str, SlashCommand] | None = ANYTHING
    """By name, with its slash."""
    events: frozenset[str] | None = ANYTHING
    shortcuts: tuple[Shortcut, ...] | None = ANYTHING
    name: str = NAMELESS
    bot_name: str = NAMELESS
    """How its bot is called; the app's own name where the manifest gives none."""
    description: str = ""
    color: str = ""
    unfurl_domains: frozenset[str] | None = ANYTHING
    """Of whose links it hears."""
    in_vain: tuple[str, ...] = ()
    """What its manifest asks for and does not get here, in words."""
    has_home: bool = True
    has_messages: bool = True
    """Whether people and the app can write to each other directly."""

    def grants(self, scope: str) -> bool:
        return self.scopes is ANYTHING or scope in self.scopes

    def grants_any(self, scopes: tuple[str, ...]) -> bool:
        return self.scopes is ANYTHING or not self.scopes.isdisjoint(scopes)

    def hears(self, event: str) -> bool:
        """`event` as in a manifest's `bot_events`: message.channels, reaction_added, …"""
        return self.events is ANYTHING or event in self.events

    def offers(self, type_: str, callback_id: str) -> bool:
        """Whether it has a shortcut, global or on messages."""
        return self.shortcuts is ANYTHING or any(
            (one.type, one.callback_id) == (type_, callback_id) for one in self.shortcuts
        )

    @property
    def provided(self) -> str:
        """Its scopes as headers and errors name them."""
        return ",".join(sorted(self.scopes or ()))


def read(manifest: Mapping[str, Any] | None) -> App:
    """Raises ManifestError."""
    if manifest is None:
        return App()
    try:
        found = _Manifest.model_validate(_without_blanks(manifest))
    except ValidationError as error:
        places = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'all of it'}: {one['msg']}" for one in error.errors())
        raise ManifestError(f"the manifest cannot be used: {places}") from None
    about, features = found.display_information, found.features
    return App(
        scopes=found.oauth_config.scopes.bot,
        commands={one.command: one for one in features.slash_commands},
        events=found.settings.event_subscriptions.bot_events,
        shortcuts=features.shortcuts,
        name=about.name,
        bot_name=features.bot_user.display_name or about.name,
        description=about.description,
        color=about.background_color,
        unfurl_domains=features.unfurl_domains,
        in_vain=in_vain(manifest),
        has_home=features.app_home.home_tab_enabled,
        has_messages=features.app_home.messages_tab_enabled,
    )


def _without_blanks(part: Any) -> Any:
    """A key without a value, as YAML allows it, counts as left out."""
    if isinstance(part, Mapping):
        return {name: _without_blanks(value) for name, value in part.items() if value is not None}
    return part
