"""Messages: posting, changing, deleting."""

import json
from typing import Any

from bot.sandbox import blocks, limits
from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.messages import Message
from bot.sandbox.state import Channel


def target(call: Call, name: str = "channel") -> Channel:
    """Where a message goes: a channel by id or name; a person's id means the direct messages with them."""
    workspace = call.workspace
    given = call.text(name)
    if given in workspace.people:
        if workspace.people[given].is_deactivated:
            raise SlackError("user_disabled")
        return workspace.im(given)
    channel = workspace.channel(given)
    if not workspace.is_seen_by_app(channel):
        raise SlackError("channel_not_found")
    if channel.is_archived:
        raise SlackError("is_archived")
    if workspace.bot_user not in channel.members and not call.app.grants("chat:write.public"):
        raise SlackError("not_in_channel")
    return channel


def _content(call: Call) -> tuple[str, list[dict[str, Any]], list[dict[str, Any]]]:
    """Text, blocks and attachments. Raises `no_text` when there is none of them."""
    text, markdown = call.text("text", ""), call.text("markdown_text", "")
    listed = blocks.check_message(call.arguments["blocks"]) if call.arguments.get("blocks") else []
    attached = call.parsed("attachments") or []
    if markdown and (text or listed):
        raise SlackError("markdown_text_conflict")
    if len(markdown) > limits.MARKDOWN:
        raise SlackError("msg_too_long")
    if not isinstance(attached, list):
        raise SlackError("invalid_attachments")
    if not (text or markdown or listed or attached):
        raise SlackError("no_text")
    return text or markdown, listed, attached


def _metadata(call: Call) -> dict[str, Any] | None:
    given = call.parsed("metadata")
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
    if thread is not None and thread not in channel.by_ts:
        raise SlackError("thread_not_found")
    return thread


def post_message(call: Call) -> Answer:
    workspace = call.workspace
    channel = target(call)
    text, listed, attached = _content(call)
    thread = _thread(call, channel)
    message = workspace.app_message(text[: limits.TEXT], listed)
    message.attachments = attached
    message.thread_ts = thread
    message.metadata = _metadata(call)
    message.is_broadcast = thread is not None and call.flag("reply_broadcast")
    message.subtype = "thread_broadcast" if message.is_broadcast else None
    call.events.posted(channel, message)
    described = message.described(workspace.url, with_metadata=True)
    return {"ok": True, "channel": channel.id, "ts": message.ts, "message": described}


def _own(call: Call, refusal: str) -> tuple[Channel, Message]:
    """A message of the app's own that is still there."""
    channel = call.channel()
    message = channel.message(call.text("ts"))
    if message.user != call.workspace.bot_user or not message.is_said:
        raise SlackError(refusal)
    return channel, message


def update(call: Call) -> Answer:
    """Blocks that are left out stay; an empty list takes them away. Assumed: an archived channel is left alone."""
    channel, message = _own(call, "cant_update_message")
    if channel.is_archived:
        raise SlackError("is_archived")
    if len(call.text("text", "")) > limits.UPDATED_TEXT:
        raise SlackError("msg_too_long")
    text, listed, attached = _content(call)
    metadata = _metadata(call)
    before = message.described(call.workspace.url)
    message.text = text
    if "blocks" in call.arguments:
        message.blocks = listed
    message.attachments = attached or message.attachments
    message.metadata = metadata or message.metadata
    message.edited = {"user": message.user, "ts": call.workspace.next_ts()}
    call.events.changed(channel, message, before)
    described = message.described(call.workspace.url, with_metadata=True)
    return {"ok": True, "channel": channel.id, "ts": message.ts, "text": text, "message": described}


def delete(call: Call) -> Answer:
    channel, message = _own(call, "cant_delete_message")
    call.events.deleted(channel, message)
    return {"ok": True, "channel": channel.id, "ts": message.ts}


def post_ephemeral(call: Call) -> Answer:
    """Only the person sees it, it is in no history, and cannot be changed."""
    channel = target(call)
    user = call.text("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    text, listed, _ = _content(call)
    message = call.events.show_only_to(user, channel, text, listed)
    return {"ok": True, "message_ts": message.ts}


def permalink(call: Call) -> Answer:
    channel = call.channel()
    message = channel.message(call.text("message_ts"))
    link = f"{call.workspace.url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"ok": True, "channel": channel.id, "permalink": link}


METHODS = {
    "chat.postMessage": Method(post_message, ("chat:write",), "post"),
    "chat.update": Method(update, ("chat:write",), "t3"),
    "chat.delete": Method(delete, ("chat:write",), "t3"),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",), "t4"),
    "chat.getPermalink": Method(permalink, tier="unlimited"),
}
