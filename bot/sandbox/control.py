"""The control API: the people's side over HTTP, for tests and tools in any language. `docs/sandbox.md` describes it."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox.errors import SlackError
from bot.sandbox.faults import Fault
from bot.sandbox.people import NotThere, Person

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox

Body = dict[str, Any]


class Wrong(Exception):
    """The request cannot be carried out; the text says why."""


async def _types(person: Person, body: Body) -> Any:
    return asdict(await person.types(body["text"], in_=body["in"]))


async def _says(person: Person, body: Body) -> Any:
    files = [(one["name"], str(one["text"]).encode()) for one in body.get("files", [])]
    ts = await person.says(
        body["text"],
        in_=body["in"],
        thread_of=body.get("thread_of"),
        broadcast=bool(body.get("broadcast")),
        files=files,
    )
    return {"ts": ts}


async def _edits(person: Person, body: Body) -> Any:
    await person.edits(body["ts"], body["text"], in_=body["in"])


async def _deletes(person: Person, body: Body) -> Any:
    await person.deletes(body["ts"], in_=body["in"])


async def _reacts(person: Person, body: Body) -> Any:
    await person.reacts(body["emoji"], to=body["ts"], in_=body["in"])


async def _joins(person: Person, body: Body) -> Any:
    await person.joins(body["channel"])


async def _leaves(person: Person, body: Body) -> Any:
    await person.leaves(body["channel"])


async def _clicks(person: Person, body: Body) -> Any:
    return asdict(await person.clicks(body["what"], in_=body.get("in"), message=body.get("message")))


async def _submits(person: Person, body: Body) -> Any:
    answer = await person.submits(body.get("values"))
    view = {"title": answer.view.title, "blocks": answer.view.blocks} if answer.view else None
    return {"ok": answer.ok, "errors": dict(answer.errors), "timed_out": answer.timed_out, "view": view}


ACTS: dict[str, tuple[Callable[[Person, Body], Awaitable[Any]], frozenset[str], frozenset[str]]] = {
    "types": (_types, frozenset({"text", "in"}), frozenset()),
    "says": (_says, frozenset({"text", "in"}), frozenset({"thread_of", "broadcast", "files"})),
    "edits": (_edits, frozenset({"ts", "text", "in"}), frozenset()),
    "deletes": (_deletes, frozenset({"ts", "in"}), frozenset()),
    "reacts": (_reacts, frozenset({"emoji", "ts", "in"}), frozenset()),
    "joins": (_joins, frozenset({"channel"}), frozenset()),
    "leaves": (_leaves, frozenset({"channel"}), frozenset()),
    "invites": (lambda *_: _never(), frozenset({"person", "to"}), frozenset()),
    "clicks": (_clicks, frozenset({"what"}), frozenset({"in", "message"})),
    "submits": (_submits, frozenset(), frozenset({"values"})),
}
"""What a person can do → how, which fields it needs, which it may have."""


async def _never() -> None:
    raise Wrong("invitations are carried out by the sandbox itself")


class Control:
    """The routes below `/sandbox/api/`."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/", self._about)
        app.router.add_post("/sandbox/api/people/{name}/{act}", self._act)
        app.router.add_get("/sandbox/api/state", self._state)
        app.router.add_get("/sandbox/api/journal", self._journal)
        app.router.add_post("/sandbox/api/faults", self._fault)
        app.router.add_delete("/sandbox/api/faults", self._no_faults)

    async def _about(self, _: web.Request) -> web.Response:
        return web.Response(text="A local Slack. What can be asked of it stands in docs/sandbox.md.\n")

    async def _act(self, request: web.Request) -> web.Response:
        try:
            found = await self._carry_out(request.match_info["name"], request.match_info["act"], await _body(request))
        except (Wrong, NotThere, SlackError, KeyError, TypeError, ValueError) as error:
            text = str(error.args[0]) if error.args else str(error)
            return web.json_response({"ok": False, "error": text}, status=400)
        return web.json_response(found if isinstance(found, dict) else {"ok": True})

    async def _carry_out(self, name: str, act: str, body: Body) -> Any:
        person = self._sandbox.person(name)
        if act not in ACTS:
            raise Wrong(f"nobody can do {act!r}; they can: {', '.join(ACTS)}")
        carry_out, needed, optional = ACTS[act]
        if missing := needed - body.keys():
            raise Wrong(f"{act} needs {', '.join(sorted(missing))}")
        if unknown := body.keys() - needed - optional:
            known = ", ".join(sorted(needed | optional))
            raise Wrong(f"{act} does not know {', '.join(sorted(unknown))}; it knows: {known}")
        if act == "invites":
            await person.invites(self._sandbox.person(body["person"]), to=body["to"])
            return None
        return await carry_out(person, body)

    async def _state(self, _: web.Request) -> web.Response:
        workspace = self._sandbox.workspace
        return web.json_response(
            {
                "team_id": workspace.team_id,
                "bot_user": workspace.bot_user,
                "people": [one.described(workspace.team_id) for one in workspace.people.values()],
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
                "views": {
                    user: [{"id": view.id, **view.content, "errors": view.errors} for view in stack]
                    for user, stack in workspace.stacks.items()
                },
            }
        )

    async def _journal(self, request: web.Request) -> web.Response:
        kind, method = request.query.get("kind"), request.query.get("method")
        entries = [
            asdict(one)
            for one in self._sandbox.journal.entries
            if kind in (None, one.kind) and method in (None, one.method)
        ]
        return web.json_response({"entries": entries}, dumps=lambda content: json.dumps(content, default=str))

    async def _fault(self, request: web.Request) -> web.Response:
        try:
            self._sandbox.faults.add(Fault(**await _body(request)))
        except (Wrong, TypeError, ValueError) as error:
            return web.json_response({"ok": False, "error": str(error)}, status=400)
        return web.json_response({"ok": True})

    async def _no_faults(self, _: web.Request) -> web.Response:
        self._sandbox.faults.clear()
        return web.json_response({"ok": True})


async def _body(request: web.Request) -> Body:
    try:
        content = json.loads(await request.text() or "{}")
    except ValueError:
        raise Wrong("the body is no JSON") from None
    if not isinstance(content, dict):
        raise Wrong("the body must be a JSON object")
    return content
