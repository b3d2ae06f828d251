"""Messages: posting, changing, deleting."""

from typing import Any

from bot.sandbox import blocks
from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.state import Channel, Message

TEXT = 40_000
UPDATED_TEXT = 4_000


def target(call: Call) -> Channel:
    """Where a message goes: a channel by id or name; a person's id means the direct messages with them."""
    workspace = call.workspace
    name = call.text("channel")
    if name in workspace.people:
        if workspace.people[name].is_deactivated:
            raise SlackError("user_disabled")
        return workspace.im(name)
    channel = workspace.seen_by_app(name)
    if channel.is_archived:
        raise SlackError("is_archived")
    if workspace.bot_user not in channel.members and not (
        call.host.grants("chat:write.public") and not channel.is_private
    ):
        raise SlackError("not_in_channel")
    return channel


def content(call: Call) -> tuple[str, list[dict[str, Any]]]:
    """Text and blocks. Raises `no_text` when there is neither."""
    text = call.text("text", "")
    given = call.arguments.get("blocks")
    listed = blocks.check_message(given) if given else []
    if not text and not listed and not call.arguments.get("attachments"):
        raise SlackError("no_text")
    return text, listed


def metadata(call: Call) -> dict[str, Any] | None:
    given = call.parsed("metadata")
    if given is None or given == "":
        return None
    if not isinstance(given, dict) or not given.get("event_type") or not isinstance(given.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    return given


def post_message(call: Call) -> Answer:
    workspace = call.workspace
    channel = target(call)
    text, listed = content(call)
    thread = call.text("thread_ts", "") or None
    if thread is not None and thread not in channel.by_ts:
        raise SlackError("thread_not_found")
    is_broadcast = call.flag("reply_broadcast") and thread is not None
    message = Message(
        ts=workspace.next_ts(),
        user=workspace.bot_user,
        text=text[:TEXT],
        blocks=listed,
        thread_ts=thread,
        subtype="thread_broadcast" if is_broadcast else None,
        bot_id=workspace.bot_id,
        app_id=workspace.app_id,
        metadata=metadata(call),
        is_broadcast=is_broadcast,
    )
    channel.add(message)
    call.events.posted(channel, message)
    return {
        "ok": True,
        "channel": channel.id,
        "ts": message.ts,
        "message": message.described(workspace.url, with_metadata=True),
    }


def _own(call: Call) -> tuple[Channel, Message]:
    """A message of the app's own."""
    channel = call.workspace.seen_by_app(call.text("channel"))
    message = channel.by_ts.get(call.text("ts"))
    if message is None or message.is_deleted:
        raise SlackError("message_not_found")
    return channel, message


def update(call: Call) -> Answer:
    channel, message = _own(call)
    if message.user != call.workspace.bot_user:
        raise SlackError("cant_update_message")
    if channel.is_archived:
        raise SlackError("is_archived")
    if len(call.text("text", "")) > UPDATED_TEXT:
        raise SlackError("msg_too_long")
    text, listed = content(call)
    before = message.described(call.workspace.url)
    message.text, message.blocks = text, listed or ([] if "blocks" in call.arguments else message.blocks)
    message.metadata = metadata(call) or message.metadata
    message.edited = {"user": message.user, "ts": call.workspace.next_ts()}
    call.events.changed(channel, message, before)
    return {
        "ok": True,
        "channel": channel.id,
        "ts": message.ts,
        "text": text,
        "message": message.described(call.workspace.url, with_metadata=True),
    }


def delete(call: Call) -> Answer:
    channel, message = _own(call)
    if message.user != call.workspace.bot_user:
        raise SlackError("cant_delete_message")
    call.events.deleted(channel, message)
    return {"ok": True, "channel": channel.id, "ts": message.ts}


def post_ephemeral(call: Call) -> Answer:
    """Only the person sees it, it is in no history, and cannot be changed."""
    workspace = call.workspace
    channel = target(call)
    user = call.text("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    text, listed = content(call)
    message = Message(workspace.next_ts(), workspace.bot_user, text, listed, is_ephemeral=True)
    call.host.show_ephemeral(user, message)
    return {"ok": True, "message_ts": message.ts}


def permalink(call: Call) -> Answer:
    channel = call.workspace.seen_by_app(call.text("channel"))
    message = channel.message(call.text("message_ts"))
    link = f"{call.workspace.url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"ok": True, "channel": channel.id, "permalink": link}


METHODS = {
    "chat.postMessage": Method(post_message, ("chat:write",), "t5"),
    "chat.update": Method(update, ("chat:write",), "t3"),
    "chat.delete": Method(delete, ("chat:write",), "t3"),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",), "t4"),
    "chat.getPermalink": Method(permalink, tier="t5"),
}
