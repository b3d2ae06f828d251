"""People: who they are, whether they are there, and the workspace's own emoji."""

from typing import Any

from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.state import Somebody


def _described(call: Call, person: Somebody) -> dict[str, Any]:
    return person.described(call.workspace, with_email=call.app.grants("users:read.email"))


def info(call: Call) -> Answer:
    return {"ok": True, "user": _described(call, call.person())}


def list_(call: Call) -> Answer:
    page, metadata = call.page(list(call.workspace.people.values()), 1000, 1000)
    people = [_described(call, one) for one in page]
    return {"ok": True, "members": people, "cache_ts": call.workspace.seconds(), **metadata}


def lookup_by_email(call: Call) -> Answer:
    email = call.text("email").lower()
    for person in call.workspace.people.values():
        if person.email and person.email.lower() == email and not person.is_deactivated:
            return {"ok": True, "user": _described(call, person)}
    raise SlackError("users_not_found")


def presence(call: Call) -> Answer:
    """Assumed: everybody is there, except who left."""
    person = call.person("user", call.workspace.bot_user)
    return {"ok": True, "presence": "away" if person.is_deactivated else "active"}


def profile(call: Call) -> Answer:
    person = call.person("user", call.workspace.bot_user)
    return {"ok": True, "profile": _described(call, person)["profile"]}


NEVER: dict[str, Any] = {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}
"""How Slack describes somebody without a schedule. Assumed: nobody here asks not to be disturbed."""


def dnd(call: Call) -> Answer:
    call.person("user", call.workspace.bot_user)
    return {"ok": True, **NEVER, "snooze_enabled": False}


def dnd_of_several(call: Call) -> Answer:
    """Whom it does not know is left out."""
    users = call.listed("users")
    if not users:
        raise SlackError("no_users_provided")
    return {"ok": True, "users": {one: dict(NEVER) for one in users if one in call.workspace.people}}


def emoji(call: Call) -> Answer:
    """Assumed: the workspace has none of its own."""
    return {"ok": True, "emoji": {}, "cache_ts": call.workspace.next_ts()}


METHODS = {
    "users.info": Method(info, ("users:read",), "t4"),
    "users.list": Method(list_, ("users:read",), "t2"),
    "users.lookupByEmail": Method(lookup_by_email, ("users:read.email",), "t3"),
    "users.getPresence": Method(presence, ("users:read",), "t3"),
    "users.profile.get": Method(profile, ("users.profile:read",), "t4"),
    "dnd.info": Method(dnd, ("dnd:read",), "t3"),
    "dnd.teamInfo": Method(dnd_of_several, ("dnd:read",), "t2"),
    "emoji.list": Method(emoji, ("emoji:read",), "t2"),
}
