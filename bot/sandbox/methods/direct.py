"""Direct messages between the app and one or several people."""

from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.methods.scopes import DIRECT, MANAGE
from bot.sandbox.state import Channel

MOST = 8
"""People beside the app; docs.slack.dev, `conversations.open`."""


def open_(call: Call) -> Answer:
    """With one person, or with several: then the group of exactly these."""
    channel = call.channel() if call.text("channel", "") else None
    if channel is not None and not channel.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    was_open = channel is not None and channel.is_open
    if channel is None:
        users = _users(call)
        known = call.workspace.known_direct(users)
        if known is None and call.flag("prevent_creation"):
            raise SlackError("channel_not_found")
        was_open = known is not None and known.is_open
        channel = known or call.workspace.direct(users)
    channel.is_open = True
    call.events.touched()
    described = channel.described(call.workspace.bot_user) if call.flag("return_im") else {"id": channel.id}
    return {"ok": True, **({"no_op": True, "already_open": True} if was_open else {}), "channel": described}


def _users(call: Call) -> list[str]:
    """Who is to be in it, the app last."""
    workspace = call.workspace
    users = [one for one in dict.fromkeys(call.listed("users")) if one != workspace.bot_user]
    if not call.listed("users"):
        raise SlackError("users_list_not_supplied")
    if not users:
        raise SlackError("invalid_user_combination")
    if len(users) > MOST:
        raise SlackError("too_many_users")
    call.require(DIRECT["im" if len(users) == 1 else "mpim"])
    for user in users:
        person = workspace.people.get(user)
        if person is None:
            raise SlackError("user_not_found")
        if person.is_deactivated:
            raise SlackError("user_disabled")
        if person.is_bot:
            raise SlackError("cannot_dm_bot")
    return [*users, workspace.bot_user]


def close(call: Call) -> Answer:
    """They leave the app's list; what was said stays."""
    channel: Channel = call.channel()
    if not channel.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    if not channel.is_open:
        return {"ok": True, "no_op": True, "already_closed": True}
    channel.is_open = False
    call.events.touched()
    return {"ok": True}


METHODS = {
    "conversations.open": Method(open_, MANAGE, "t3"),
    "conversations.close": Method(close, MANAGE, "t2"),
}
