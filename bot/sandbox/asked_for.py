"""What a manifest asks for in vain: parts that Slack does not know, and parts that this Slack does not do.

docs.slack.dev, "App manifest reference", as read in August 2026.
"""

from collections.abc import Iterator, Mapping
from typing import Any

FINE = "works here, or an app misses nothing without it"
NO_EFFECT = "does nothing here, and an app would miss it"

REFERENCE: Mapping[str, Any] = {
    "_metadata": FINE,
    "display_information": dict.fromkeys(("name", "description", "background_color", "long_description"), FINE),
    "features": {
        "app_home": dict.fromkeys(("home_tab_enabled", "messages_tab_enabled", "messages_tab_read_only_enabled"), FINE),
        **dict.fromkeys(("bot_user", "slash_commands", "shortcuts", "unfurl_domains"), FINE),
        **dict.fromkeys(("assistant_view", "agent_view", "rich_previews", "search", "workflow_steps"), NO_EFFECT),
    },
    "oauth_config": {
        "scopes": {"bot": FINE, "bot_optional": NO_EFFECT, "user": NO_EFFECT, "user_optional": NO_EFFECT},
        **dict.fromkeys(("redirect_urls", "token_management_enabled", "pkce_enabled"), FINE),
    },
    "settings": {
        "event_subscriptions": {
            **dict.fromkeys(("request_url", "bot_events"), FINE),
            **dict.fromkeys(("user_events", "metadata_subscriptions"), NO_EFFECT),
        },
        **dict.fromkeys(("interactivity", "socket_mode_enabled", "org_deploy_enabled"), FINE),
        **dict.fromkeys(("allowed_ip_address_ranges", "hermes_app_type"), FINE),
        "incoming_webhooks": {"incoming_webhooks_enabled": NO_EFFECT},
        **dict.fromkeys(("token_rotation_enabled", "is_hosted", "function_runtime", "siws_links"), NO_EFFECT),
    },
    **dict.fromkeys(("functions", "workflows", "datastores", "types", "external_auth_providers"), NO_EFFECT),
    **dict.fromkeys(("outgoing_domains", "metadata_events"), NO_EFFECT),
}
SENT = frozenset(
    (
        "app_home_opened",
        "app_mention",
        "channel_archive",
        "channel_created",
        "channel_deleted",
        "channel_left",
        "channel_rename",
        "channel_unarchive",
        "file_shared",
        "group_archive",
        "group_deleted",
        "group_left",
        "group_rename",
        "link_shared",
        "member_joined_channel",
        "member_left_channel",
        "message.channels",
        "message.groups",
        "message.im",
        "message.mpim",
        "pin_added",
        "pin_removed",
        "reaction_added",
        "reaction_removed",
        "subteam_created",
        "subteam_updated",
        "team_join",
        "user_change",
    )
)
"""The events that are ever sent here, as a manifest names them."""


def in_vain(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """In words, in the order of the manifest; events last. What is off or empty asks for nothing."""
    subscriptions = _mapping(_mapping(manifest.get("settings")).get("event_subscriptions"))
    events = subscriptions.get("bot_events") or ()
    unsent = [f"the event {one} is never sent here" for one in events if one not in SENT]
    return (*_parts(manifest, REFERENCE, ""), *unsent)


def _parts(given: Mapping[str, Any], known: Mapping[str, Any], above: str) -> Iterator[str]:
    for name, value in given.items():
        place, effect = f"{above}{name}", known.get(name)
        if effect is None:
            yield f"{place} is not in Slack's manifest reference"
        elif isinstance(effect, Mapping):
            yield from _parts(_mapping(value), effect, f"{place}.")
        elif effect is NO_EFFECT and value:
            yield f"{place} has no effect here"


def _mapping(part: Any) -> Mapping[str, Any]:
    return part if isinstance(part, Mapping) else {}
