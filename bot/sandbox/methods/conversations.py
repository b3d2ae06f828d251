"""Channels: making them, finding them, who is in them, what they are called."""

from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.limits import CHANNEL_NAME, INVITED_AT_ONCE, TOPIC
from bot.sandbox.methods.scopes import INVITE, MANAGE, READ, TOPICS
from bot.sandbox.state import Channel

KINDS = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
"""The argument `types` → the kind of channel."""


def _not_direct(channel: Channel) -> Channel:
    if channel.is_direct:
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
    if any(one.name == name for one in call.workspace.channels.values() if not one.is_direct and one is not own):
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
    if person.team:  # Assumed: an app's invitation reaches people of the workspace alone
        return "no_external_invite_permission"
    return "user_is_restricted" if person.is_guest else None


def kick(call: Call) -> Answer:
    channel = _not_direct(call.open_channel())
    user = call.person().id
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
    if channel.is_private and len(channel.members) == 1:
        raise SlackError("last_member")
    call.events.leave(channel, call.workspace.bot_user)
    return {"ok": True}


def info(call: Call) -> Answer:
    channel = call.channel()
    found = channel.described(call.workspace.bot_user)
    if call.flag("include_num_members") and not channel.is_direct:
        found["num_members"] = len(channel.members)
    canvas = next((one for one in call.workspace.canvases.values() if one.channel == channel.id), None)
    if canvas is not None:
        found["properties"] = {"canvas": {"file_id": canvas.id, "is_empty": not canvas.sections}}
    return {"ok": True, "channel": found}


def list_(call: Call) -> Answer:
    """What the app may see: public channels, and the private ones and direct messages it is in."""
    return _listed(call, [one for one in call.workspace.channels.values() if call.workspace.is_seen_by_app(one)])


def of_somebody(call: Call) -> Answer:
    """`users.conversations`: those that the app itself, or a person, is in. Whether the app is a member, and how many
    there are, is not told (docs.slack.dev, `users.conversations`)."""
    workspace = call.workspace
    user = call.person("user", workspace.bot_user).id
    seen = [one for one in workspace.channels.values() if workspace.is_seen_by_app(one)]
    answer = _listed(call, [one for one in seen if user in one.members])
    for channel in answer["channels"]:
        channel.pop("is_member", None)
        channel.pop("num_members", None)
    return answer


def _listed(call: Call, channels: list[Channel]) -> Answer:
    types = call.listed("types") or ["public_channel"]
    if unknown := set(types) - KINDS.keys():
        raise SlackError("invalid_types", [f"[ERROR] unknown type: {', '.join(sorted(unknown))}"])
    kinds = {KINDS[one] for one in types}
    for kind in sorted(kinds):
        call.require(READ[kind])
    without_archived = call.flag("exclude_archived")
    listed = [one for one in channels if one.kind in kinds and one.is_open]
    found = [one for one in listed if not (without_archived and one.is_archived)]
    page, metadata = call.page(found, 100, 1000)
    bot = call.workspace.bot_user
    described = [{**one.described(bot), **({} if one.is_direct else {"num_members": len(one.members)})} for one in page]
    return {"ok": True, "channels": described, **metadata}


def members(call: Call) -> Answer:
    page, metadata = call.page(list(call.channel().members), 100, 1000)
    return {"ok": True, "members": page, **metadata}


def _line(call: Call, name: str) -> str:
    """A topic or purpose; an empty one takes it away."""
    found = "" if call.arguments.get(name) == "" else call.text(name)
    if len(found) > TOPIC:
        raise SlackError("too_long")
    return found


def set_topic(call: Call) -> Answer:
    channel = _not_direct(call.open_channel())
    topic = _line(call, "topic")
    channel.topic = topic
    call.events.noticed(channel, "channel_topic", call.workspace.bot_user, f"set the channel topic: {topic}")
    return _described(call, channel)


def set_purpose(call: Call) -> Answer:
    channel = _not_direct(call.open_channel())
    purpose = _line(call, "purpose")
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
    channel = _not_direct(call.channel())
    if not channel.is_archived:
        raise SlackError("not_archived")
    raise SlackError("not_in_channel")


METHODS = {
    "conversations.create": Method(create, MANAGE, "t2"),
    "conversations.invite": Method(invite, INVITE, "t3"),
    "conversations.kick": Method(kick, MANAGE, "t3"),
    "conversations.join": Method(join, ("channels:join",), "t3"),
    "conversations.leave": Method(leave, MANAGE, "t3"),
    "conversations.info": Method(info, READ, "t3"),
    "conversations.list": Method(list_, READ, "t2"),
    "conversations.members": Method(members, READ, "t4"),
    "conversations.setTopic": Method(set_topic, TOPICS, "t2"),
    "conversations.setPurpose": Method(set_purpose, TOPICS, "t2"),
    "conversations.rename": Method(rename, MANAGE, "t2"),
    "conversations.archive": Method(archive, MANAGE, "t2"),
    "conversations.unarchive": Method(unarchive, MANAGE, "t2"),
    "users.conversations": Method(of_somebody, READ, "t3"),
}
