"""`/openid/connect/authorize`: where Slack asks somebody whether a site may know who they are."""

import html
import secrets
import time
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from bot.sandbox.pages import HEADERS, HERE
from bot.sandbox.state import SignIn, Workspace


class SigningIn:
    """Everybody of the workspace can be chosen: there are no passwords here. `as` in the address chooses at once."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def authorize(self, request: web.Request) -> web.Response:
        asked, workspace = request.query, self._workspace
        problem = self._problem(request)
        if problem:
            return web.Response(status=400, text=f"{problem}\n", headers=HEADERS)
        people = {one.name: one.id for one in workspace.people.values() if not one.is_bot and not one.is_deactivated}
        name = asked.get("as")
        if name is None:
            query = request.rel_url.query
            ways = "".join(
                f'<li><a href="?{html.escape(urlencode({**query, "as": one}))}">{html.escape(one)}</a></li>'
                for one in sorted(people)
            )
            page = f"<!doctype html><html lang=en><title>Sign in</title><h1>Who are you?</h1><ul>{ways}</ul>"
            return web.Response(text=page, content_type="text/html", headers=HEADERS)
        if name not in people:
            return _back(asked["redirect_uri"], error="access_denied", state=asked.get("state", ""))
        code = secrets.token_hex(16)
        workspace.sign_ins[code] = SignIn(people[name], asked["redirect_uri"], asked.get("nonce", ""), time.time())
        return _back(asked["redirect_uri"], code=code, state=asked.get("state", ""))

    def _problem(self, request: web.Request) -> str:
        asked, workspace = request.query, self._workspace
        if asked.get("client_id") != workspace.client_id:
            return "invalid_client_id"
        if asked.get("response_type") != "code":
            return "invalid response_type"
        if "openid" not in asked.get("scope", "").split():
            return "invalid_scope"
        if asked.get("team") not in (None, workspace.team_id):
            return "invalid_team"
        if urlsplit(asked.get("redirect_uri", "")).hostname not in HERE:
            return "bad_redirect_uri"
        return ""


def _back(address: str, **told: str) -> web.Response:
    between = "&" if urlsplit(address).query else "?"
    return web.Response(status=302, headers={**HEADERS, "Location": f"{address}{between}{urlencode(told)}"})
