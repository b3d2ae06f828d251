"""What a message consists of before it is posted, changed or scheduled: its place, words, blocks and metadata."""

import json
from typing import Any

from bot.sandbox import blocks, limits
from bot.sandbox.calling import Call
from bot.sandbox.errors import SlackError
from bot.sandbox.escape import linked
from bot.sandbox.messages import Message
from bot.sandbox.state import Channel


def target(call: Call, name: str = "channel") -> Channel:
    """Where a message goes: a channel by id or name; a person's id means the direct messages with them."""
    return place(call, call.text(name))


def place(call: Call, given: str) -> Channel:
    workspace = call.workspace
    if given in workspace.people:
        return _direct(call, given)
    channel = workspace.channel(given)
    if not workspace.is_seen_by_app(channel):
        raise SlackError("channel_not_found")
    if channel.is_archived:
        raise SlackError("is_archived")
    if workspace.bot_user not in channel.members and not call.app.grants("chat:write.public"):
        raise SlackError("not_in_channel")
    if channel.is_im and not call.app.has_messages:
        raise SlackError("messages_tab_disabled")
    return channel


def _direct(call: Call, user: str) -> Channel:
    if call.workspace.people[user].is_deactivated:
        raise SlackError("user_disabled")
    if not call.app.has_messages:
        raise SlackError("messages_tab_disabled")
    return call.workspace.im(user)


def composed(call: Call, channel: Channel) -> Message:
    """A message as the arguments describe it, not yet posted."""
    text, listed, attached = content(call)
    thread = _thread(call, channel)
    message = call.workspace.app_message(text[: limits.TEXT], listed)
    message.attachments = attached
    message.thread_ts = thread
    message.metadata = metadata(call)
    message.is_broadcast = thread is not None and call.flag("reply_broadcast")
    message.subtype = "thread_broadcast" if message.is_broadcast else None
    _disguise(call, message)
    return message


def content(call: Call) -> tuple[str, list[dict[str, Any]], list[dict[str, Any]]]:
    """Text, blocks and attachments. Raises `no_text` when there is none of them."""
    text, markdown = call.text("text", ""), call.text("markdown_text", "")
    listed = blocks.check_message(call.arguments["blocks"]) if call.arguments.get("blocks") else []
    attached = _attachments(call)
    if markdown and (text or listed):
        raise SlackError("markdown_text_conflict")
    if len(markdown) > limits.MARKDOWN:
        raise SlackError("msg_too_long")
    if not (text or markdown or listed or attached):
        raise SlackError("no_text")
    if call.flag("link_names") or call.text("parse", "") == "full":
        text = linked(text, call.workspace.mentionable())
    return text or markdown, listed, attached


def _attachments(call: Call) -> list[dict[str, Any]]:
    try:
        attached = call.parsed("attachments") or []
    except SlackError:
        raise SlackError("invalid_attachments") from None
    if not isinstance(attached, list) or not all(isinstance(one, dict) for one in attached):
        raise SlackError("invalid_attachments")
    if len(attached) > limits.ATTACHMENTS:
        raise SlackError("too_many_attachments")
    return [checked(one) for one in attached]


def checked(attachment: dict[str, Any]) -> dict[str, Any]:
    """An attachment whose blocks are as they must be."""
    if not attachment.get("blocks"):
        return attachment
    return {**attachment, "blocks": blocks.check_message(attachment["blocks"])}


def metadata(call: Call) -> dict[str, Any] | None:
    try:
        given = call.parsed("metadata")
    except SlackError:
        raise SlackError("invalid_metadata_format") from None
    if given is None or given == "":
        return None
    if not isinstance(given, dict) or not given.get("event_type") or not isinstance(given.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(given).encode()) > limits.METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return given


def _thread(call: Call, channel: Channel) -> str | None:
    """Assumed: Slack refuses a reply to a message that is not there."""
    thread = call.text("thread_ts", "") or None
    if thread is None:
        return None
    root = channel.by_ts.get(thread)
    if root is None or (root.is_deleted and not channel.thread(thread)):
        raise SlackError("thread_not_found")
    if not root.is_deleted and not root.is_said:
        raise SlackError("cannot_reply_to_message")
    return thread


def _disguise(call: Call, message: Message) -> None:
    """Another name or picture for this message alone, with the scope for it."""
    name, emoji, picture = (call.text(one, "") for one in ("username", "icon_emoji", "icon_url"))
    if not (name or emoji or picture):
        return
    call.require(("chat:write.customize",))
    message.username = name or None
    message.icons = {**({"emoji": emoji} if emoji else {}), **({"image_48": picture} if picture else {})}
