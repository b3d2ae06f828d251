"""What the app is sent when somebody acts.

Shapes: docs.slack.dev, "Slash commands", "block_actions", "shortcuts" and "view interactions" payloads.
"""

from typing import Any

from bot.sandbox.finding import Control
from bot.sandbox.messages import Message
from bot.sandbox.state import Channel, Somebody, View, Workspace

Payload = dict[str, Any]
TOKEN = "verification-token"  # noqa: S105 - Slack's old token, which nobody should check any more


def command(
    workspace: Workspace, who: Somebody, channel: Channel, name: str, text: str, trigger: str, response_url: str
) -> Payload:
    """A form, not JSON: every value is a string."""
    return {
        "token": TOKEN,
        "team_id": workspace.team_of(who.id),
        "team_domain": domain(workspace, who),
        "channel_id": channel.id,
        "channel_name": shown_name(channel),
        "user_id": who.id,
        "user_name": who.name,
        "command": name,
        "text": text,
        "api_app_id": workspace.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }


def domain(workspace: Workspace, who: Somebody) -> str:
    """Of the organisation that somebody is of. Assumed: in shared channels an app is told whoever acts with their own
    team."""
    return who.team.lower() if who.team else workspace.domain


def shown_name(channel: Channel) -> str:
    return "directmessage" if channel.is_im else "privategroup" if channel.is_private else channel.name


def _common(workspace: Workspace, who: Somebody, type_: str) -> Payload:
    return {
        "type": type_,
        "user": {"id": who.id, "username": who.name, "name": who.name, "team_id": workspace.team_of(who.id)},
        "api_app_id": workspace.app_id,
        "token": TOKEN,
        "team": {"id": workspace.team_of(who.id), "domain": domain(workspace, who)},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def message_action(
    workspace: Workspace, who: Somebody, control: Control, action: Payload, trigger: str, response_url: str
) -> Payload:
    """Something in a message was clicked or chosen."""
    channel, message = control.on_message
    unfurl = control.unfurl
    return {
        **_common(workspace, who, "block_actions"),
        "container": _container(control),
        "trigger_id": trigger,
        "channel": {"id": channel.id, "name": shown_name(channel)},
        **_message(workspace, message),
        "state": {"values": message.state},
        "response_url": response_url,
        **({"app_unfurl": unfurl} if unfurl else {}),
        "actions": [{**action, "action_ts": workspace.next_ts()}],
    }


def _container(control: Control) -> Payload:
    """Where something stands: docs.slack.dev, "block_actions payload" (container)."""
    channel, message = control.on_message
    found = {
        "type": "message" if control.attachment is None else "message_attachment",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.is_ephemeral,
        **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
    }
    if control.attachment is None:
        return found
    return {**found, "attachment_id": control.attachment, "is_app_unfurl": control.unfurl is not None}


def _message(workspace: Workspace, message: Message) -> Payload:
    """An ephemeral message is kept nowhere, so that no payload carries it: docs.slack.dev, "block_actions payload"."""
    return {} if message.is_ephemeral else {"message": message.described(workspace.url)}


def view_action(workspace: Workspace, who: Somebody, view: View, action: Payload, trigger: str) -> Payload:
    """Something in a modal or in App Home was clicked or chosen."""
    return {
        **_common(workspace, who, "block_actions"),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": trigger,
        "view": view.described(workspace),
        "actions": [{**action, "action_ts": workspace.next_ts()}],
    }


def suggestion(workspace: Workspace, who: Somebody, control: Control, text: str) -> Payload:
    """Somebody types into a select whose options the app gives: docs.slack.dev, "block_suggestion payload"."""
    about = {"action_id": control.element["action_id"], "block_id": control.block_id, "value": text}
    common = {**_common(workspace, who, "block_suggestion"), **about}
    if control.view is not None:
        view = control.view
        return {**common, "container": {"type": "view", "view_id": view.id}, "view": view.described(workspace)}
    channel, message = control.on_message
    return {
        **common,
        "container": _container(control),
        "channel": {"id": channel.id, "name": shown_name(channel)},
        **_message(workspace, message),
    }


def global_shortcut(workspace: Workspace, who: Somebody, callback_id: str, trigger: str) -> Payload:
    about = {"callback_id": callback_id, "trigger_id": trigger, "action_ts": workspace.next_ts()}
    return {**_common(workspace, who, "shortcut"), **about}


def message_shortcut(
    workspace: Workspace,
    who: Somebody,
    callback_id: str,
    channel: Channel,
    message: Message,
    trigger: str,
    response_url: str,
) -> Payload:
    return {
        **_common(workspace, who, "message_action"),
        "callback_id": callback_id,
        "trigger_id": trigger,
        "action_ts": workspace.next_ts(),
        "message_ts": message.ts,
        "message": message.described(workspace.url),
        "channel": {"id": channel.id, "name": shown_name(channel)},
        "response_url": response_url,
    }


def view_submission(
    workspace: Workspace, who: Somebody, view: View, trigger: str, response_urls: list[dict[str, str]]
) -> Payload:
    about = {"trigger_id": trigger, "view": view.described(workspace), "response_urls": response_urls}
    return {**_common(workspace, who, "view_submission"), **about}


def view_closed(workspace: Workspace, who: Somebody, view: View, *, is_cleared: bool) -> Payload:
    about = {"view": view.described(workspace), "is_cleared": is_cleared}
    return {**_common(workspace, who, "view_closed"), **about}
