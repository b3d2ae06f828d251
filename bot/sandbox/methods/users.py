"""People."""

from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError


def info(call: Call) -> Answer:
    person = call.workspace.people.get(call.text("user"))
    if person is None:
        raise SlackError("user_not_found")
    return {"ok": True, "user": person.described(call.workspace.team_id)}


def list_(call: Call) -> Answer:
    people = [one.described(call.workspace.team_id) for one in call.workspace.people.values()]
    page, metadata = call.page(people, min(call.number("limit", 1000), 1000))
    return {"ok": True, "members": page, "cache_ts": call.workspace.seconds(), **metadata}


def conversations(call: Call) -> Answer:
    """The channels that the app itself, or a person, is in."""
    workspace = call.workspace
    user = call.text("user", workspace.bot_user)
    types = call.listed("types") or ["public_channel"]
    found = [
        one.described(workspace.bot_user)
        for one in workspace.channels.values()
        if user in one.members
        and ("im" if one.is_im else "private_channel" if one.is_private else "public_channel") in types
        and not (call.flag("exclude_archived") and one.is_archived)
        and (not one.is_private or workspace.bot_user in one.members)
    ]
    page, metadata = call.page(found, min(call.number("limit", 100), 999))
    return {"ok": True, "channels": page, **metadata}


def lookup_by_email(call: Call) -> Answer:
    email = call.text("email").lower()
    for person in call.workspace.people.values():
        if person.email and person.email.lower() == email and not person.is_deactivated:
            return {"ok": True, "user": person.described(call.workspace.team_id)}
    raise SlackError("users_not_found")


def presence(call: Call) -> Answer:
    call.workspace.person(call.text("user", call.workspace.bot_user))
    return {"ok": True, "presence": "active"}


METHODS = {
    "users.info": Method(info, ("users:read",), "t4"),
    "users.list": Method(list_, ("users:read",), "t2"),
    "users.conversations": Method(conversations, ("channels:read", "groups:read", "im:read"), "t3"),
    "users.lookupByEmail": Method(lookup_by_email, ("users:read.email",), "t3"),
    "users.getPresence": Method(presence, ("users:read",), "t3"),
}
