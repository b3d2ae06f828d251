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
    page, metadata = call.page(people, 1000, 1000)
    return {"ok": True, "members": page, "cache_ts": call.workspace.seconds(), **metadata}


def lookup_by_email(call: Call) -> Answer:
    email = call.text("email").lower()
    for person in call.workspace.people.values():
        if person.email and person.email.lower() == email and not person.is_deactivated:
            return {"ok": True, "user": person.described(call.workspace.team_id)}
    raise SlackError("users_not_found")


def presence(call: Call) -> Answer:
    """Assumed: everybody is there, except who left."""
    person = call.workspace.people.get(call.text("user", call.workspace.bot_user))
    if person is None:
        raise SlackError("user_not_found")
    return {"ok": True, "presence": "away" if person.is_deactivated else "active"}


METHODS = {
    "users.info": Method(info, ("users:read",), "t4"),
    "users.list": Method(list_, ("users:read",), "t2"),
    "users.lookupByEmail": Method(lookup_by_email, ("users:read.email",), "t3"),
    "users.getPresence": Method(presence, ("users:read",), "t3"),
}
