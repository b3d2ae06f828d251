"""Messages: posting, changing, deleting."""

from typing import Any

from bot.sandbox import limits
from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.messages import Message
from bot.sandbox.methods.composing import checked, composed, content, metadata, target
from bot.sandbox.problems import problem
from bot.sandbox.state import Channel


def post_message(call: Call) -> Answer:
    channel = target(call)
    message = composed(call, channel)
    call.events.posted(channel, message)
    described = message.described(call.workspace.url, with_metadata=True)
    return {"ok": True, "channel": channel.id, "ts": message.ts, "message": described}


def me_message(call: Call) -> Answer:
    """What the app does, told in the third person."""
    channel = target(call)
    text = call.text("text", "")
    if not text:
        raise SlackError("no_text")
    if len(text) > limits.TEXT:
        raise SlackError("msg_too_long")
    message = call.workspace.app_message(text, [])
    message.subtype = "me_message"
    call.events.posted(channel, message)
    return {"ok": True, "channel": channel.id, "ts": message.ts}


def _own(call: Call, refusal: str) -> tuple[Channel, Message]:
    """A message of the app's own that is still there."""
    channel = call.channel()
    message = channel.message(call.text("ts"))
    if message.user != call.workspace.bot_user or not message.is_said:
        raise SlackError(refusal)
    return channel, message


def update(call: Call) -> Answer:
    """Blocks that are left out stay; an empty list takes them away. Assumed: an archived channel is left alone.

    The message in the answer has no `ts` of its own (java-slack-sdk json-logs/samples/api/chat.update.json).
    """
    channel, message = _own(call, "cant_update_message")
    if channel.is_archived:
        raise SlackError("is_archived")
    if len(call.text("text", "")) > limits.UPDATED_TEXT:
        raise SlackError("msg_too_long")
    text, listed, attached = content(call)
    about = metadata(call)
    before = message.described(call.workspace.url)
    message.text = text
    if "blocks" in call.arguments:
        message.blocks = listed
    message.attachments = attached or message.attachments
    message.metadata = about or message.metadata
    message.edited = {"user": message.user, "ts": call.workspace.next_ts()}
    call.events.changed(channel, message, before)
    described = message.described(call.workspace.url, with_metadata=True)
    del described["ts"]
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
    text, listed, attached = content(call)
    message = call.events.show_only_to(user, channel, text, listed)
    message.attachments, message.thread_ts = attached, call.text("thread_ts", "") or None
    call.events.redrawn(message)
    return {"ok": True, "message_ts": message.ts}


def permalink(call: Call) -> Answer:
    channel = call.channel()
    message = channel.message(call.text("message_ts"))
    link = f"{call.workspace.url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"ok": True, "channel": channel.id, "permalink": link}


def unfurl(call: Call) -> Answer:
    """What the app knows about the links in a message stands below it from now on."""
    channel, message = _linking(call)
    unfurls = _unfurls(call)
    if any(url.replace("&", "&amp;") not in message.text and url not in message.text for url in unfurls):
        raise SlackError("cannot_unfurl_url")
    before = message.described(call.workspace.url)
    others = [one for one in message.attachments if one.get("from_url") not in unfurls]
    found = [{**content, "from_url": url, "is_app_unfurl": True} for url, content in unfurls.items()]
    message.attachments = [*others, *found]
    call.events.changed(channel, message, before)
    return {"ok": True}


def _linking(call: Call) -> tuple[Channel, Message]:
    """The message whose links are meant, by itself or by the `unfurl_id` that came with `link_shared`."""
    if unfurl_id := call.text("unfurl_id", ""):
        if call.text("source", "") not in ("composer", "conversations_history"):
            raise SlackError("missing_source" if not call.text("source", "") else "invalid_source")
        if unfurl_id not in call.workspace.links:
            raise SlackError("invalid_unfurl_id")
        place, ts = call.workspace.links[unfurl_id]
        return _living(call.workspace.channels[place], ts)
    for name in ("channel", "ts"):
        if not call.text(name, ""):
            raise SlackError(f"missing_{name}")
    channel = call.workspace.channels.get(call.text("channel"))
    if channel is None or call.workspace.bot_user not in channel.members:
        raise SlackError("cannot_find_channel")
    return _living(channel, call.text("ts"))


def _living(channel: Channel, ts: str) -> tuple[Channel, Message]:
    message = channel.by_ts.get(ts)
    if message is None or not message.is_said:
        raise SlackError("cannot_find_message")
    return channel, message


def _unfurls(call: Call) -> dict[str, Any]:
    """Address → the attachment that stands for it."""
    try:
        found = call.parsed("unfurls")
    except SlackError:
        raise SlackError("invalid_unfurls_format") from None
    if not found and not call.flag("user_auth_required"):
        raise SlackError("missing_unfurls", [problem("missing required field: unfurls", "")])
    if not isinstance(found or {}, dict) or not all(isinstance(one, dict) for one in (found or {}).values()):
        raise SlackError("invalid_unfurls_format")
    return {url: checked(one) for url, one in (found or {}).items()}


METHODS = {
    "chat.postMessage": Method(post_message, ("chat:write",), "post"),
    "chat.meMessage": Method(me_message, ("chat:write",), "t3"),
    "chat.update": Method(update, ("chat:write",), "t3"),
    "chat.delete": Method(delete, ("chat:write",), "t3"),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",), "t4"),
    "chat.getPermalink": Method(permalink, tier="unlimited"),
    "chat.unfurl": Method(unfurl, ("links:write",), "t3"),
}
