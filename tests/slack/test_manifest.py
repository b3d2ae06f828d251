"""The manifest asks for exactly what the code uses."""

import re
from pathlib import Path

import yaml

from bot.slack.events import READERS
from bot.slack.manifest import BOT_SCOPES, EVENT_SCOPES, as_yaml, build_manifest
from bot.slack.methods import METHODS

ROOT = Path(__file__).parents[2]
FAMILIES = "auth|bookmarks|bots|canvases|chat|conversations|files|pins|reactions|team|usergroups|users|views"
METHOD = re.compile(rf'"((?:{FAMILIES})\.[a-zA-Z.]+)"')
TABLES = ("methods.py", "manifest.py")
ANSWERED = "app_home_opened"
"""Nothing of it is kept: it is answered with the page."""
MESSAGE_KINDS = {"message.channels": "message", "message.groups": "message"}


def methods_in(package: str) -> set[str]:
    files = (ROOT / "bot" / package).rglob("*.py")
    return {
        found
        for file in files
        if file.name not in ("methods.py", "manifest.py")
        for found in METHOD.findall(file.read_text())
    }


def test_the_shipped_manifest_is_the_generated_one() -> None:
    assert (ROOT / "manifest.yml").read_text(encoding="utf-8") == as_yaml(build_manifest())


def test_every_method_that_is_called_has_its_scopes_in_the_table_and_no_other_does() -> None:
    used = methods_in("slack") | methods_in("jobs") | methods_in("commands")
    assert used | {"auth.test"} == set(METHODS)


def test_every_event_subscribed_to_is_read_and_every_one_read_is_subscribed_to() -> None:
    assert {MESSAGE_KINDS.get(name, name) for name in EVENT_SCOPES} == {*READERS, ANSWERED}


def test_the_scopes_are_those_of_methods_and_events_and_the_command() -> None:
    manifest = build_manifest()
    assert manifest["oauth_config"]["scopes"]["bot"] == list(BOT_SCOPES)
    assert "commands" in BOT_SCOPES
    assert "im:history" in BOT_SCOPES
    assert not {scope for scope in BOT_SCOPES if scope.startswith("admin")}


def test_the_command_is_escaped_by_slack_and_shows_the_hint_it_was_given() -> None:
    (command,) = build_manifest("declare <title>")["features"]["slash_commands"]
    assert command["command"] == "/incident"
    assert command["should_escape"] is True
    assert command["usage_hint"] == "declare <title>"


def test_for_http_mode_every_address_is_given_and_socket_mode_is_off() -> None:
    manifest = build_manifest(request_url="https://muster.example/slack/events")
    settings = manifest["settings"]
    assert settings["socket_mode_enabled"] is False
    assert settings["event_subscriptions"]["request_url"] == settings["interactivity"]["request_url"]
    assert manifest["features"]["slash_commands"][0]["url"] == "https://muster.example/slack/events"


def test_the_shipped_manifest_is_yaml_that_reads_back() -> None:
    assert yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8")) == build_manifest()
