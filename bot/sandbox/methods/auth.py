"""Who the token belongs to, and a socket for it."""

from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError


def api_test(call: Call) -> Answer:
    """Gives back what it was given, an `error` as such."""
    args = dict(call.arguments)
    if error := call.text("error", ""):
        return {"ok": False, "error": error, "args": args}
    return {"ok": True, "args": args}


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


def revoke(call: Call) -> Answer:
    """The app gives its token back, and has none any more; with `test` it only asks."""
    if call.flag("test"):
        return {"ok": True, "revoked": False}
    call.workspace.is_installed = False
    return {"ok": True, "revoked": True}


def teams(call: Call) -> Answer:
    """Where the app is installed: here alone."""
    page, metadata = call.page([{"id": call.workspace.team_id, "name": call.workspace.team_name}], 100, 1000)
    return {"ok": True, "teams": page, **metadata}


def team_info(call: Call) -> Answer:
    workspace = call.workspace
    if call.text("team", workspace.team_id) != workspace.team_id:
        raise SlackError("team_not_found")
    if call.text("domain", workspace.domain) != workspace.domain:
        raise SlackError("team_not_found")
    return {
        "ok": True,
        "team": {
            "id": workspace.team_id,
            "name": workspace.team_name,
            "domain": workspace.domain,
            "url": f"{workspace.url}/",
            "email_domain": "sandbox.example",
            "icon": {"image_default": True},
        },
    }


def bots_info(call: Call) -> Answer:
    """The app's own bot is the only one."""
    workspace = call.workspace
    if call.text("bot", workspace.bot_id) != workspace.bot_id:
        raise SlackError("bot_not_found")
    return {"ok": True, "bot": {**workspace.described_bot(), "user_id": workspace.bot_user}}


def connections_open(call: Call) -> Answer:
    return {"ok": True, "url": call.parts.new_socket()}


METHODS = {
    "api.test": Method(api_test, tier="t4", needs_token=False),
    "auth.test": Method(auth_test, tier="unlimited"),
    "auth.revoke": Method(revoke, tier="t3"),
    "auth.teams.list": Method(teams, tier="t2"),
    "team.info": Method(team_info, ("team:read",)),
    "bots.info": Method(bots_info, ("users:read",)),
    "apps.connections.open": Method(connections_open, tier="unlimited"),
}
