"""Who the token belongs to, and a socket for it."""

from bot.sandbox.calling import Answer, Call, Method


def api_test(call: Call) -> Answer:
    return {"ok": True, "args": {name: value for name, value in call.arguments.items() if name != "token"}}


def auth_test(call: Call) -> Answer:
    workspace = call.workspace
    return {
        "ok": True,
        "url": f"{workspace.url}/",
        "team": workspace.team_name,
        "user": workspace.people[workspace.bot_user].name,
        "team_id": workspace.team_id,
        "user_id": workspace.bot_user,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


def team_info(call: Call) -> Answer:
    workspace = call.workspace
    return {
        "ok": True,
        "team": {"id": workspace.team_id, "name": workspace.team_name, "domain": "sandbox", "url": f"{workspace.url}/"},
    }


def bots_info(call: Call) -> Answer:
    workspace = call.workspace
    bot = workspace.people[workspace.bot_user]
    return {
        "ok": True,
        "bot": {
            "id": workspace.bot_id,
            "deleted": False,
            "name": bot.name,
            "updated": 0,
            "app_id": workspace.app_id,
            "user_id": workspace.bot_user,
            "icons": {},
        },
    }


def connections_open(call: Call) -> Answer:
    return {"ok": True, "url": call.host.socket_address()}


METHODS = {
    "api.test": Method(api_test, tier="t4"),
    "auth.test": Method(auth_test, tier="t5"),
    "team.info": Method(team_info, ("team:read",)),
    "bots.info": Method(bots_info, ("users:read",)),
    "apps.connections.open": Method(connections_open, tier="t1x"),
}
