"""What an app declares, and what is wrong with a manifest."""

from typing import Any

import pytest

from bot.sandbox import ManifestError, Sandbox
from bot.sandbox.manifest import read

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Lunch Club", "description": "Eats", "background_color": "#aa3300"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": False},
        "slash_commands": [
            {"command": "/lunch", "description": "Order", "usage_hint": "soup | salad", "should_escape": True}
        ],
        "shortcuts": [
            {"type": "global", "name": "Order", "callback_id": "order", "description": "Order lunch"},
            {"type": "message", "name": "Praise", "callback_id": "praise", "description": "Praise the cook"},
        ],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write"]}},
    "settings": {"event_subscriptions": {"bot_events": ["app_mention"]}, "interactivity": {"is_enabled": True}},
}


def test_what_an_app_declares_is_read() -> None:
    app = read(MANIFEST)
    assert (app.name, app.bot_name, app.description, app.color) == ("Lunch Club", "Lunch Club", "Eats", "#aa3300")
    assert app.commands is not None
    assert (app.commands["/lunch"].usage_hint, app.commands["/lunch"].should_escape) == ("soup | salad", True)
    assert (app.has_home, app.has_messages) == (True, False)
    assert app.offers("global", "order")
    assert not app.offers("global", "praise")
    assert app.grants("chat:write")
    assert not app.grants("users:read")
    assert app.hears("app_mention")
    assert not app.hears("message.im")


def test_the_bot_is_called_as_its_manifest_says() -> None:
    bot = Sandbox(manifest=MANIFEST).bot.who
    assert (bot.real_name, bot.name) == ("Lunch Club", "lunch_club")
    named = {**MANIFEST, "features": {"bot_user": {"display_name": "cook"}}}
    assert Sandbox(manifest=named).bot.who.real_name == "cook"


def test_without_a_manifest_everything_is_there() -> None:
    app = read(None)
    assert app.commands is None
    assert app.offers("message", "anything")
    assert app.has_home
    assert app.grants("chat:write")


def test_keys_without_a_value_count_as_left_out() -> None:
    assert read({"features": {"slash_commands": None}, "oauth_config": None}).commands == {}


@pytest.mark.parametrize(
    ("manifest", "place"),
    [
        ({"features": {"slash_commands": [{"command": "lunch"}]}}, "features.slash_commands.0.command"),
        ({"features": {"slash_commands": "/lunch"}}, "features.slash_commands"),
        (
            {"features": {"shortcuts": [{"type": "local", "name": "x", "callback_id": "y"}]}},
            "features.shortcuts.0.type",
        ),
        ({"features": {"shortcuts": [{"type": "global", "name": "x"}]}}, "features.shortcuts.0.callback_id: Field req"),
        ({"display_information": {"name": "x" * 36}}, "display_information.name"),
        ({"display_information": {"background_color": "red"}}, "display_information.background_color"),
        ({"oauth_config": {"scopes": {"bot": "chat:write"}}}, "oauth_config.scopes.bot"),
        ({"settings": {"event_subscriptions": {"bot_events": [{}]}}}, "settings.event_subscriptions.bot_events.0"),
        ({"settings": []}, "settings"),
        ([], "all of it"),
    ],
)
def test_a_mistake_in_a_manifest_is_named_with_its_place(manifest: Any, place: str) -> None:
    with pytest.raises(ManifestError, match=f"the manifest cannot be used: .*{place}"):
        Sandbox(manifest=manifest)


def test_what_a_manifest_asks_for_in_vain_is_named() -> None:
    manifest = {
        "_metadata": {"major_version": 2},
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_read_only_enabled": True},
            "assistant_view": {"assistant_description": "Helps"},
            "slash_comands": [],
        },
        "oauth_config": {"scopes": {"bot": ["chat:write"], "user": ["search:read"]}},
        "settings": {
            "event_subscriptions": {"bot_events": ["message.channels", "function_executed"], "user_events": ["x"]},
            "interactivity": {"is_enabled": True},
            "socket_mode_enabled": True,
        },
        "functions": {"greet": {"title": "Greet"}},
        "workflow": {},
    }
    assert read(manifest).in_vain == (
        "features.assistant_view has no effect here",
        "features.slash_comands is not in Slack's manifest reference",
        "oauth_config.scopes.user has no effect here",
        "settings.event_subscriptions.user_events has no effect here",
        "functions has no effect here",
        "workflow is not in Slack's manifest reference",
        "the event function_executed is never sent here",
    )
    assert read(MANIFEST).in_vain == ()
    assert read(None).in_vain == ()
