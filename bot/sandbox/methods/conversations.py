"""Channels: making them, who is in them, what was said in them."""

from collections.abc import Callable

from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.limits import CHANNEL_NAME, INVITED_AT_ONCE, TOPIC
from bot.sandbox.messages import Message
from bot.sandbox.state import Channel

KINDS = {"public_channel": "channels", "private_channel": "groups", "im": "im"}
"""The argument `types` → the kind of channel. Group direct messages are taken and never found."""


def _not_direct(channel: Channel) -> Channel:
    if channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    return channel


def _described(call: Call, channel: Channel) -> Answer:
    return {"ok": True, "channel": channel.described(call.workspace.bot_user)}


def _check_name(call: Call, name: str, own: Channel | None = None) -> str:
    """A legal name that no other channel has. Assumed: archived channels keep theirs."""
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > CHANNEL_NAME:
        raise SlackError("invalid_name_maxlength")
    if not any(letter.isalnum() for letter in name):
        raise SlackError("invalid_name_punctuation")
    if name != name.lower() or not all(letter.isalnum() or letter in "-_" for letter in name):
        raise SlackError("invalid_name_specials")
    if any(one.name == name for one in call.workspace.channels.values() if not one.is_im and one is not own):
        raise SlackError("name_taken")
    return name


def create(call: Call) -> Answer:
    workspace = call.workspace
    name = _check_name(call, call.text("name", ""))
    made = Channel(
        workspace.ids.new("C"),
        name,
        workspace.bot_user,
        workspace.seconds(),
        is_private=call.flag("is_private"),
        members=[workspace.bot_user],
    )
    call.require(call.method.scopes_for(made))
    workspace.channels[made.id] = made
    call.events.channel_created(made)
    return _described(call, made)


def invite(call: Call) -> Answer:
    """With `force`, valid people come in and the others are reported; without, one bad one fails all."""
    channel = _not_direct(call.open_channel())
    users = call.listed("users")
    if not users:
        raise SlackError("no_user")
    if len(users) > INVITED_AT_ONCE:
        raise SlackError("too_many_users")
    refused = {user: code for user in users if (code := _cannot_join(call, channel, user))}
    errors = [{"ok": False, "user": user, "error": code} for user, code in refused.items()]
    valid = [user for user in users if user not in refused]
    if errors and (not valid or not call.flag("force")):
        raise SlackError(str(errors[0]["error"]), errors=errors)
    for user in valid:
        call.events.join(channel, user, inviter=call.workspace.bot_user)
    return {**_described(call, channel), **({"errors": errors} if errors else {})}


def _cannot_join(call: Call, channel: Channel, user: str) -> str | None:
    """Why somebody cannot be invited. Assumed: Slack says of deactivated people that it does not know them."""
    person = call.workspace.people.get(user)
    if person is None or person.is_deactivated:
        return "user_not_found"
    if user == call.workspace.bot_user:
        return "cant_invite_self"
    if user in channel.members:
        return "already_in_channel"
    return "user_is_restricted" if person.is_guest else None


def kick(call: Call) -> Answer:
    channel = _not_direct(call.open_channel())
    user = call.text("user")
    if user not in call.workspace.people:
        raise SlackError("user_not_found")
    if user == call.workspace.bot_user:
        raise SlackError("cant_kick_self")
    if channel.is_general:
        raise SlackError("cant_kick_from_general")
    if user not in channel.members:
        raise SlackError("not_in_channel")
    call.events.leave(channel, user)
    return {"ok": True, "errors": {}}


def join(call: Call) -> Answer:
    channel = call.channel()
    if channel.kind != "channels":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    bot = call.workspace.bot_user
    if bot in channel.members:
        return {**_described(call, channel), "warning": "already_in_channel"}
    call.events.join(channel, bot)
    return _described(call, channel)


def leave(call: Call) -> Answer:
    channel = _not_direct(call.channel())
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.is_general:
        raise SlackError("cant_leave_general")
    if call.workspace.bot_user not in channel.members:
        return {"ok": True, "not_in_channel": True}
    call.events.leave(channel, call.workspace.bot_user)
    return {"ok": True}


def info(call: Call) -> Answer:
    channel = call.channel()
    found = channel.described(call.workspace.bot_user)
    if call.flag("include_num_members") and not channel.is_im:
        found["num_members"] = len(channel.members)
    return {"ok": True, "channel": found}


def list_(call: Call) -> Answer:
    """What the app may see: public channels, and the private ones and direct messages it is in."""
    return _listed(call, [one for one in call.workspace.channels.values() if call.workspace.is_seen_by_app(one)])


def of_somebody(call: Call) -> Answer:
    """`users.conversations`: those that the app itself, or a person, is in."""
    workspace = call.workspace
    user = call.text("user", workspace.bot_user)
    if user not in workspace.people:
        raise SlackError("user_not_found")
    seen = [one for one in workspace.channels.values() if workspace.is_seen_by_app(one)]
    return _listed(call, [one for one in seen if user in one.members])


def _listed(call: Call, channels: list[Channel]) -> Answer:
    types = call.listed("types") or ["public_channel"]
    if unknown := set(types) - KINDS.keys() - {"mpim"}:
        raise SlackError("invalid_types", [f"[ERROR] unknown type: {', '.join(sorted(unknown))}"])
    kinds = {KINDS[one] for one in types if one in KINDS}
    for kind in sorted(kinds):
        call.require(READ[kind])
    without_archived = call.flag("exclude_archived")
    found = [one for one in channels if one.kind in kinds and not (without_archived and one.is_archived)]
    page, metadata = call.page(found, 100, 1000)
    bot = call.workspace.bot_user
    described = [{**one.described(bot), **({} if one.is_im else {"num_members": len(one.members)})} for one in page]
    return {"ok": True, "channels": described, **metadata}


def members(call: Call) -> Answer:
    page, metadata = call.page(list(call.channel().members), 100, 1000)
    return {"ok": True, "members": page, **metadata}


def history(call: Call) -> Answer:
    """Newest first; replies are not in it, unless they were also sent to the channel."""
    channel = call.own_channel()
    is_within = _span(call)
    living = (one for one in reversed(channel.posted) if not one.is_deleted and (not one.is_reply or one.is_broadcast))
    page, metadata = call.page([one for one in living if is_within(one)], 100, 999)
    return {
        "ok": True,
        "messages": [_with_replies(call, channel, one) for one in page],
        "has_more": bool(metadata["response_metadata"]["next_cursor"]),
        "pin_count": len(channel.pins),
        **metadata,
    }


def replies(call: Call) -> Answer:
    """A message and its replies, oldest first."""
    channel = call.own_channel()
    ts = call.text("ts")
    thread = channel.thread(ts)
    if not thread:
        raise SlackError("thread_not_found")
    is_within = _span(call)
    page, metadata = call.page([one for one in thread if one.ts == ts or is_within(one)], 1000, 1000)
    return {
        "ok": True,
        "messages": [_with_replies(call, channel, one) for one in page],
        "has_more": bool(metadata["response_metadata"]["next_cursor"]),
        **metadata,
    }


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


def _with_replies(call: Call, channel: Channel, message: Message) -> Answer:
    with_metadata = call.flag("include_all_metadata")
    found = message.described(call.workspace.url, with_metadata=with_metadata)
    answers = [] if message.is_reply else channel.thread(message.ts)[1:]
    if not answers:
        return found
    users = list(dict.fromkeys(one.user for one in answers))
    return {
        **found,
        "thread_ts": message.ts,
        "reply_count": len(answers),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": answers[-1].ts,
    }


def open_(call: Call) -> Answer:
    """The direct messages with one person."""
    workspace = call.workspace
    if call.text("channel", ""):
        return {"ok": True, "channel": {"id": call.channel().id}}
    users = call.listed("users")
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    person = workspace.people.get(users[0])
    if person is None:
        raise SlackError("user_not_found")
    if person.is_deactivated:
        raise SlackError("user_disabled")
    if person.is_bot:
        raise SlackError("cannot_dm_bot")
    channel = workspace.im(person.id)
    described = channel.described(workspace.bot_user) if call.flag("return_im") else {"id": channel.id}
    return {"ok": True, "channel": described}


def set_topic(call: Call) -> Answer:
    channel = _not_direct(call.open_channel())
    topic = call.text("topic", "")
    if len(topic) > TOPIC:
        raise SlackError("too_long")
    channel.topic = topic
    call.events.noticed(channel, "channel_topic", call.workspace.bot_user, f"set the channel topic: {topic}")
    return _described(call, channel)


def set_purpose(call: Call) -> Answer:
    channel = _not_direct(call.open_channel())
    purpose = call.text("purpose", "")
    if len(purpose) > TOPIC:
        raise SlackError("too_long")
    channel.purpose = purpose
    call.events.noticed(channel, "channel_purpose", call.workspace.bot_user, f"set the channel purpose: {purpose}")
    return _described(call, channel)


def rename(call: Call) -> Answer:
    """Whoever made a channel may rename it."""
    channel = _not_direct(call.open_channel())
    if channel.creator != call.workspace.bot_user:
        raise SlackError("not_authorized")
    name = _check_name(call, call.text("name", ""), channel)
    before, channel.name = channel.name, name
    call.events.channel_renamed(channel, call.workspace.bot_user, before)
    return _described(call, channel)


def archive(call: Call) -> Answer:
    """Final for a bot: it is put out, and cannot come back by itself."""
    channel = _not_direct(call.channel())
    if channel.is_archived:
        raise SlackError("already_archived")
    if channel.is_general:
        raise SlackError("cant_archive_general")
    call.own_channel()
    call.events.archive(channel, call.workspace.bot_user)
    return {"ok": True}


def unarchive(call: Call) -> Answer:
    """A bot cannot: archiving put it out (docs.slack.dev, `conversations.unarchive`)."""
    channel = call.channel()
    if not channel.is_archived:
        raise SlackError("not_archived")
    raise SlackError("not_in_channel")


def mark(call: Call) -> Answer:
    call.own_channel()
    try:
        float(call.text("ts"))
    except ValueError:
        raise SlackError("invalid_timestamp") from None
    return {"ok": True}


MANAGE = {"channels": ("channels:manage",), "groups": ("groups:write",), "im": ("im:write",)}
INVITE = {
    "channels": ("channels:manage", "channels:write.invites"),
    "groups": ("groups:write", "groups:write.invites"),
    "im": ("im:write",),
}
TOPICS = {
    "channels": ("channels:manage", "channels:write.topic"),
    "groups": ("groups:write", "groups:write.topic"),
    "im": ("im:write", "im:write.topic"),
}
READ = {"channels": ("channels:read",), "groups": ("groups:read",), "im": ("im:read",)}
HISTORY = {"channels": ("channels:history",), "groups": ("groups:history",), "im": ("im:history",)}
METHODS = {
    "conversations.create": Method(create, MANAGE, "t2"),
    "conversations.invite": Method(invite, INVITE, "t3"),
    "conversations.kick": Method(kick, MANAGE, "t3"),
    "conversations.join": Method(join, ("channels:join",), "t3"),
    "conversations.leave": Method(leave, MANAGE, "t3"),
    "conversations.info": Method(info, READ, "t3"),
    "conversations.list": Method(list_, READ, "t2"),
    "conversations.members": Method(members, READ, "t4"),
    "conversations.history": Method(history, HISTORY, "t3"),
    "conversations.replies": Method(replies, HISTORY, "t3"),
    "conversations.open": Method(open_, ("im:write", "mpim:write"), "t3"),
    "conversations.setTopic": Method(set_topic, TOPICS, "t2"),
    "conversations.setPurpose": Method(set_purpose, TOPICS, "t2"),
    "conversations.rename": Method(rename, MANAGE, "t2"),
    "conversations.archive": Method(archive, MANAGE, "t2"),
    "conversations.unarchive": Method(unarchive, MANAGE, "t2"),
    "conversations.mark": Method(mark, MANAGE, "t3"),
    "users.conversations": Method(of_somebody, READ, "t3"),
}
