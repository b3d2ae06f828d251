"""The control API: the people's side over HTTP, for tests and tools in any language. `docs/sandbox.md` describes it."""

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.sandbox.acts import ACTS, Body, Wrong
from bot.sandbox.answers import NotThere
from bot.sandbox.control_faults import ControlFaults
from bot.sandbox.errors import SlackError
from bot.sandbox.openapi import as_yaml
from bot.sandbox.people import Person
from bot.sandbox.seen import may_see
from bot.sandbox.state import Workspace

SHOWN = {
    **{f"image/{kind}": f"image/{kind}" for kind in ("png", "jpeg", "gif", "webp")},
    "text/html": "text/html; charset=utf-8",
    **dict.fromkeys(("text/plain", "text/markdown", "text/yaml", "application/json"), "text/plain; charset=utf-8"),
}
"""What a browser may show, and as what; everything else is only handed out."""
SEALED = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""A document that somebody shared runs no script, loads nothing and is of no origin; its links lead on."""


class Control:
    """The routes below `/sandbox/api/`."""

    def __init__(self, workspace: Workspace, person: Callable[[str], Person], faults: ControlFaults) -> None:
        """`person`: somebody by name or id; raises KeyError."""
        self._workspace = workspace
        self._person = person
        self._faults = faults

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/sandbox/api/people/{name}/{act}", self._act)
        app.router.add_get("/sandbox/api/people/{name}/files/{file}", self._file)
        app.router.add_get("/sandbox/api/openapi.yaml", self._document)
        app.router.add_get("/sandbox/api/state", self._state)
        self._faults.add_routes(app)

    async def _act(self, request: web.Request) -> web.Response:
        try:
            found = await self._carry_out(request.match_info["name"], request.match_info["act"], await _body(request))
        except (Wrong, NotThere, SlackError) as error:
            return web.json_response({"ok": False, "error": str(error)}, status=400)
        return web.json_response(found if isinstance(found, dict) else {"ok": True})

    async def _carry_out(self, name: str, verb: str, body: Body) -> Any:
        try:
            person = self._person(name)
        except KeyError as nobody:
            raise NotThere(str(nobody.args[0])) from None
        act = ACTS.get(verb)
        if act is None:
            raise Wrong(f"nobody can do {verb!r}; they can: {', '.join(ACTS)}")
        act.check(verb, body)
        return await act.carry_out(
            person, {name: value for name, value in body.items() if value is not None or name in act.needs}
        )

    async def _document(self, _: web.Request) -> web.Response:
        return web.Response(text=as_yaml(), content_type="application/yaml")

    async def _file(self, request: web.Request) -> web.Response:
        """A file, for somebody who sees a channel that it was shared in."""
        workspace = self._workspace
        user = workspace.names().get(request.match_info["name"], request.match_info["name"])
        file = workspace.files.get(request.match_info["file"])
        places = [workspace.channels[one] for one in file.channels if one in workspace.channels] if file else []
        if file is None or not any(may_see(one, user) for one in places):
            return web.json_response({"ok": False, "error": "there is no such file for them"}, status=404)
        kind = SHOWN.get(file.mimetype)
        headers = {
            "Content-Type": kind or "application/octet-stream",
            "Content-Disposition": "inline" if kind else "attachment",
            "Content-Security-Policy": SEALED,
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(body=file.content, headers=headers)

    async def _state(self, _: web.Request) -> web.Response:
        workspace = self._workspace
        return web.json_response(
            {
                "team_id": workspace.team_id,
                "bot_user": workspace.bot_user,
                "people": [one.described(workspace) for one in workspace.people.values()],
                "channels": [
                    {
                        **channel.described(workspace.bot_user),
                        "members": channel.members,
                        "pins": [one.ts for one in channel.pins],
                        "bookmarks": [{"title": one.title, "link": one.link} for one in channel.bookmarks],
                        "messages": [
                            one.described(workspace.url, with_metadata=True)
                            for one in channel.posted
                            if not one.is_deleted
                        ],
                    }
                    for channel in workspace.channels.values()
                ],
                "ephemerals": {
                    user: [one.described(workspace.url) for one in messages]
                    for user, messages in workspace.ephemerals.items()
                },
                "homes": {user: {"id": view.id, **view.content} for user, view in workspace.homes.items()},
                "views": {
                    user: [{"id": view.id, **view.content, "errors": view.errors} for view in stack]
                    for user, stack in workspace.stacks.items()
                },
            }
        )


async def _body(request: web.Request) -> Body:
    try:
        content = json.loads(await request.text() or "{}")
    except ValueError:
        raise Wrong("the body is no JSON") from None
    if not isinstance(content, dict):
        raise Wrong("the body must be a JSON object")
    return content
