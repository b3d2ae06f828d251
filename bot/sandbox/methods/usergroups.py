"""User groups, reading only."""

from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError


def list_(call: Call) -> Answer:
    with_users = call.flag("include_users")
    team = call.workspace.team_id
    groups = [one.described(team, with_users=with_users) for one in call.workspace.groups.values()]
    if not call.flag("include_count"):
        for one in groups:
            one.pop("user_count", None)
    return {"ok": True, "usergroups": groups}


def users(call: Call) -> Answer:
    group = call.workspace.groups.get(call.text("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"ok": True, "users": list(group.users)}


METHODS = {
    "usergroups.list": Method(list_, ("usergroups:read",), "t2"),
    "usergroups.users.list": Method(users, ("usergroups:read",), "t2"),
}
