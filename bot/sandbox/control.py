"""The control API: the people's side over HTTP, for tests and tools in any language. `docs/sandbox.md` describes it."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox.answers import NotThere
from bot.sandbox.control_faults import ControlFaults
from bot.sandbox.errors import SlackError
from bot.sandbox.people import Person

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox

Body = dict[str, Any]


class Wrong(Exception):
    """The request cannot be carried out; the text says why."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that people can do: how, which fields it needs, and which it may have."""

    carry_out: Callable[["Sandbox", Person, Body], Awaitable[Any]]
    needs: frozenset[str]
    may_have: frozenset[str] = frozenset()


async def _types(_: "Sandbox", person: Person, body: Body) -> Any:
    return asdict(await person.types(body["text"], in_=body["in"]))


async def _says(_: "Sandbox", person: Person, body: Body) -> Any:
    files = [(str(one["name"]), str(one["text"]).encode()) for one in body.get("files", [])]
    ts = await person.says(
        body["text"],
        in_=body["in"],
        thread_of=body.get("thread_of"),
        broadcast=bool(body.get("broadcast")),
        files=files,
    )
    return {"ok": True, "ts": ts}


async def _edits(_: "Sandbox", person: Person, body: Body) -> Any:
    await person.edits(body["ts"], body["text"], in_=body["in"])


async def _deletes(_: "Sandbox", person: Person, body: Body) -> Any:
    await person.deletes(body["ts"], in_=body["in"])


async def _reacts(_: "Sandbox", person: Person, body: Body) -> Any:
    await person.reacts(body["emoji"], to=body["ts"], in_=body["in"])


async def _unreacts(_: "Sandbox", person: Person, body: Body) -> Any:
    await person.unreacts(body["emoji"], to=body["ts"], in_=body["in"])


async def _joins(_: "Sandbox", person: Person, body: Body) -> Any:
    await person.joins(body["channel"])


async def _leaves(_: "Sandbox", person: Person, body: Body) -> Any:
    await person.leaves(body["channel"])


async def _invites(sandbox: "Sandbox", person: Person, body: Body) -> Any:
    await person.invites(sandbox.person(body["person"]), to=body["to"])


async def _clicks(_: "Sandbox", person: Person, body: Body) -> Any:
    return asdict(await person.clicks(body["what"], in_=body.get("in"), message=body.get("message")))


async def _chooses(_: "Sandbox", person: Person, body: Body) -> Any:
    return asdict(await person.chooses(body["action_id"], body["value"], in_=body.get("in")))


async def _submits(_: "Sandbox", person: Person, body: Body) -> Any:
    answer = await person.submits(body.get("values"))
    view = {"title": answer.view.title, "blocks": answer.view.blocks} if answer.view else None
    return {"ok": answer.ok, "errors": dict(answer.errors), "timed_out": answer.timed_out, "view": view}


async def _closes(_: "Sandbox", person: Person, body: Body) -> Any:  # noqa: ARG001 - it needs no fields
    await person.closes()


async def _opens_home(_: "Sandbox", person: Person, body: Body) -> Any:  # noqa: ARG001 - it needs no fields
    await person.opens_home()


def _fields(*names: str) -> frozenset[str]:
    return frozenset(names)


ACTS = {
    "types": Act(_types, _fields("text", "in")),
    "says": Act(_says, _fields("text", "in"), _fields("thread_of", "broadcast", "files")),
    "edits": Act(_edits, _fields("ts", "text", "in")),
    "deletes": Act(_deletes, _fields("ts", "in")),
    "reacts": Act(_reacts, _fields("emoji", "ts", "in")),
    "unreacts": Act(_unreacts, _fields("emoji", "ts", "in")),
    "joins": Act(_joins, _fields("channel")),
    "leaves": Act(_leaves, _fields("channel")),
    "invites": Act(_invites, _fields("person", "to")),
    "clicks": Act(_clicks, _fields("what"), _fields("in", "message")),
    "chooses": Act(_chooses, _fields("action_id", "value"), _fields("in")),
    "submits": Act(_submits, _fields(), _fields("values")),
    "closes": Act(_closes, _fields()),
    "opens_home": Act(_opens_home, _fields()),
}


class Control:
    """The routes below `/sandbox/api/`."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/", self._about)
        app.router.add_post("/sandbox/api/people/{name}/{act}", self._act)
        app.router.add_get("/sandbox/api/state", self._state)
        ControlFaults(self._sandbox).add_routes(app)

    async def _about(self, _: web.Request) -> web.Response:
        return web.Response(text="A local Slack. What can be asked of it stands in docs/sandbox.md.\n")

    async def _act(self, request: web.Request) -> web.Response:
        try:
            found = await self._carry_out(request.match_info["name"], request.match_info["act"], await _body(request))
        except (Wrong, NotThere, SlackError, KeyError, TypeError, ValueError) as error:
            text = str(error.args[0]) if error.args else str(error)
            return web.json_response({"ok": False, "error": text}, status=400)
        return web.json_response(found if isinstance(found, dict) else {"ok": True})

    async def _carry_out(self, name: str, verb: str, body: Body) -> Any:
        person = self._sandbox.person(name)
        act = ACTS.get(verb)
        if act is None:
            raise Wrong(f"nobody can do {verb!r}; they can: {', '.join(ACTS)}")
        if missing := act.needs - body.keys():
            raise Wrong(f"{verb} needs {', '.join(sorted(missing))}")
        if unknown := body.keys() - act.needs - act.may_have:
            known = ", ".join(sorted(act.needs | act.may_have)) or "no fields"
            raise Wrong(f"{verb} does not know {', '.join(sorted(unknown))}; it knows: {known}")
        return await act.carry_out(self._sandbox, person, body)

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


async def _body(request: web.Request) -> Body:
    try:
        content = json.loads(await request.text() or "{}")
    except ValueError:
        raise Wrong("the body is no JSON") from None
    if not isinstance(content, dict):
        raise Wrong("the body must be a JSON object")
    return content
