"""Channels: making them, who is in them, what was said in them."""

import re
from collections.abc import Callable

from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.state import Channel, Message

INVITED_AT_ONCE = 100
TOPIC = 250


def own_channel(call: Call, name: str = "channel") -> Channel:
    """A channel that the app sees and is in."""
    channel = call.workspace.seen_by_app(call.text(name))
    if call.workspace.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def unarchived(channel: Channel) -> Channel:
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


def check_name(call: Call, name: str) -> str:
    """A legal name that no channel has, archived ones included (assumed)."""
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > 80:
        raise SlackError("invalid_name_maxlength")
    if not re.search(r"\w", name):
        raise SlackError("invalid_name_punctuation")
    if name != name.lower() or not re.fullmatch(r"[\w-]+", name):
        raise SlackError("invalid_name_specials")
    if any(one.name == name for one in call.workspace.channels.values() if not one.is_im):
        raise SlackError("name_taken")
    return name


def create(call: Call) -> Answer:
    workspace = call.workspace
    name = check_name(call, call.text("name", ""))
    private = call.flag("is_private")
    made = Channel(
        workspace.ids.new("C"),
        name,
        workspace.bot_user,
        workspace.seconds(),
        is_private=private,
        members=[workspace.bot_user],
    )
    workspace.channels[made.id] = made
    call.events.channel_created(made)
    return {"ok": True, "channel": made.described(workspace.bot_user)}


def invite(call: Call) -> Answer:
    """With `force`, valid people come in and the others are reported; without, one bad one fails all."""
    channel = unarchived(own_channel(call))
    users = call.listed("users")
    if not users:
        raise SlackError("no_user")
    if len(users) > INVITED_AT_ONCE:
        raise SlackError("too_many_users")
    errors = [
        {"ok": False, "user": user, "error": code} for user in users if (code := _cannot_join(call, channel, user))
    ]
    valid = [user for user in users if user not in [one["user"] for one in errors]]
    if errors and (not call.flag("force") or not valid):
        raise SlackError(str(errors[0]["error"]), errors=errors)
    for user in valid:
        call.events.join(channel, user, inviter=call.workspace.bot_user)
    answer: Answer = {"ok": True, "channel": channel.described(call.workspace.bot_user)}
    return {**answer, "errors": errors} if errors else answer


def _cannot_join(call: Call, channel: Channel, user: str) -> str | None:
    person = call.workspace.people.get(user)
    if person is None:
        return "user_not_found"
    if user == call.workspace.bot_user:
        return "cant_invite_self"
    if user in channel.members:
        return "already_in_channel"
    if person.is_deactivated:
        return "user_not_found"
    return "user_is_restricted" if person.is_guest else None


def kick(call: Call) -> Answer:
    channel = unarchived(own_channel(call))
    user = call.text("user")
    if user not in channel.members:
        raise SlackError("not_in_channel")
    call.events.leave(channel, user)
    return {"ok": True}


def join(call: Call) -> Answer:
    workspace = call.workspace
    channel = unarchived(workspace.seen_by_app(call.text("channel")))
    if channel.is_private or channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    call.events.join(channel, workspace.bot_user)
    return {"ok": True, "channel": channel.described(workspace.bot_user)}


def leave(call: Call) -> Answer:
    channel = unarchived(own_channel(call))
    call.events.leave(channel, call.workspace.bot_user)
    return {"ok": True}


def info(call: Call) -> Answer:
    channel = call.workspace.seen_by_app(call.text("channel"))
    return {"ok": True, "channel": channel.described(call.workspace.bot_user)}


def list_(call: Call) -> Answer:
    workspace = call.workspace
    types = call.listed("types") or ["public_channel"]
    found = [
        one.described(workspace.bot_user)
        for one in workspace.channels.values()
        if ("im" if one.is_im else "private_channel" if one.is_private else "public_channel") in types
        and (not (one.is_private or one.is_im) or workspace.bot_user in one.members)
        and not (call.flag("exclude_archived") and one.is_archived)
    ]
    page, metadata = call.page(found, min(call.number("limit", 100), 999))
    return {"ok": True, "channels": page, **metadata}


def members(call: Call) -> Answer:
    channel = call.workspace.seen_by_app(call.text("channel"))
    page, metadata = call.page(list(channel.members), min(call.number("limit", 100), 1000))
    return {"ok": True, "members": page, **metadata}


def history(call: Call) -> Answer:
    """Newest first; replies are not in it, unless they were also sent to the channel."""
    channel = own_channel(call)
    is_within = _span(call)
    living = (one for one in reversed(channel.posted) if not one.is_deleted and (not one.is_reply or one.is_broadcast))
    top = [one for one in living if is_within(one)]
    page, metadata = call.page(top, min(call.number("limit", 100), 999))
    with_metadata = call.flag("include_all_metadata")
    described = [_with_replies(call, channel, one, with_metadata) for one in page]
    has_more = bool(metadata["response_metadata"]["next_cursor"])
    return {"ok": True, "messages": described, "has_more": has_more, "pin_count": len(channel.pins), **metadata}


def _span(call: Call) -> Callable[[Message], bool]:
    """Whether a message lies between `oldest` and `latest`."""
    oldest, latest = _moment(call, "oldest", 0.0), _moment(call, "latest", float("inf"))
    if call.flag("inclusive"):
        return lambda message: oldest <= float(message.ts) <= latest
    return lambda message: oldest < float(message.ts) < latest


def _moment(call: Call, name: str, default: float) -> float:
    given = call.text(name, "")
    if not given or given == "now":
        return default
    try:
        return float(given)
    except ValueError:
        raise SlackError(f"invalid_ts_{name}") from None


def _with_replies(call: Call, channel: Channel, message: Message, with_metadata: bool) -> Answer:
    found = message.described(call.workspace.url, with_metadata=with_metadata)
    replies = [one for one in channel.thread(message.ts) if one.is_reply]
    if replies:
        found |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users": list(dict.fromkeys(one.user for one in replies)),
            "latest_reply": replies[-1].ts,
        }
    return found


def replies(call: Call) -> Answer:
    """A message and its replies, oldest first."""
    channel = own_channel(call)
    ts = call.text("ts")
    if ts not in channel.by_ts:
        raise SlackError("thread_not_found")
    is_within = _span(call)
    thread = [one for one in channel.thread(ts) if one.ts == ts or is_within(one)]
    page, metadata = call.page(thread, min(call.number("limit", 1000), 1000))
    with_metadata = call.flag("include_all_metadata")
    described = [one.described(call.workspace.url, with_metadata=with_metadata) for one in page]
    return {
        "ok": True,
        "messages": described,
        "has_more": bool(metadata["response_metadata"]["next_cursor"]),
        **metadata,
    }


def open_(call: Call) -> Answer:
    """The direct messages with one person."""
    workspace = call.workspace
    if channel_id := call.text("channel", ""):
        return {"ok": True, "channel": {"id": workspace.seen_by_app(channel_id).id}}
    users = call.listed("users")
    if len(users) != 1:
        raise SlackError("users_list_not_supplied" if not users else "not_enough_users")
    person = workspace.people.get(users[0])
    if person is None:
        raise SlackError("user_not_found")
    if person.is_deactivated:
        raise SlackError("user_disabled")
    if person.is_bot:
        raise SlackError("cannot_dm_bot")
    return {"ok": True, "channel": {"id": workspace.im(person.id).id}}


def set_topic(call: Call) -> Answer:
    channel = unarchived(own_channel(call))
    topic = call.text("topic", "")
    if len(topic) > TOPIC:
        raise SlackError("too_long")
    channel.topic = topic
    call.events.noticed(channel, "channel_topic", call.workspace.bot_user, f"set the channel topic: {topic}")
    return {"ok": True, "channel": channel.described(call.workspace.bot_user)}


def set_purpose(call: Call) -> Answer:
    channel = unarchived(own_channel(call))
    purpose = call.text("purpose", "")
    if len(purpose) > TOPIC:
        raise SlackError("too_long")
    channel.purpose = purpose
    call.events.noticed(channel, "channel_purpose", call.workspace.bot_user, f"set the channel purpose: {purpose}")
    return {"ok": True, "purpose": purpose}


def rename(call: Call) -> Answer:
    channel = unarchived(own_channel(call))
    channel.name = check_name(call, call.text("name", ""))
    call.events.channel_renamed(channel)
    return {"ok": True, "channel": channel.described(call.workspace.bot_user)}


def archive(call: Call) -> Answer:
    """Final for a bot: it is put out, and cannot come back by itself."""
    channel = own_channel(call)
    if channel.is_archived:
        raise SlackError("already_archived")
    call.events.archive(channel, call.workspace.bot_user)
    return {"ok": True}


def unarchive(call: Call) -> Answer:
    channel = call.workspace.seen_by_app(call.text("channel"))
    if not channel.is_archived:
        raise SlackError("not_archived")
    raise SlackError("not_in_channel")


def mark(call: Call) -> Answer:
    own_channel(call)
    call.text("ts")
    return {"ok": True}


MANAGE = ("channels:manage", "groups:write")
READ = ("channels:read", "groups:read", "im:read")
HISTORY = ("channels:history", "groups:history", "im:history")
METHODS = {
    "conversations.create": Method(create, MANAGE, "t2"),
    "conversations.invite": Method(invite, (*MANAGE, "channels:write.invites", "groups:write.invites"), "t3"),
    "conversations.kick": Method(kick, MANAGE, "t3"),
    "conversations.join": Method(join, ("channels:join",), "t3"),
    "conversations.leave": Method(leave, MANAGE, "t3"),
    "conversations.info": Method(info, READ, "t3"),
    "conversations.list": Method(list_, READ, "t2"),
    "conversations.members": Method(members, READ, "t4"),
    "conversations.history": Method(history, HISTORY, "t3"),
    "conversations.replies": Method(replies, HISTORY, "t3"),
    "conversations.open": Method(open_, ("im:write", "mpim:write"), "t3"),
    "conversations.setTopic": Method(set_topic, (*MANAGE, "channels:write.topic", "groups:write.topic"), "t2"),
    "conversations.setPurpose": Method(set_purpose, (*MANAGE, "channels:write.topic"), "t2"),
    "conversations.rename": Method(rename, MANAGE, "t2"),
    "conversations.archive": Method(archive, MANAGE, "t2"),
    "conversations.unarchive": Method(unarchive, MANAGE, "t2"),
    "conversations.mark": Method(mark, MANAGE, "t3"),
}
