"""The part of the control API that breaks things and reads what happened: faults, connections, outages, the journal."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.sandbox import journal as journals
from bot.sandbox import outage as outages
from bot.sandbox.breaking import Breaking
from bot.sandbox.faults import LONGEST, Fault, Faults, Seconds
from bot.sandbox.socket_mode import SocketMode

Answer = dict[str, Any]
Carry = Callable[[web.Request], Awaitable[Answer]]

_FAULT: TypeAdapter[Fault] = TypeAdapter(Fault)


class OnConnections(BaseModel):
    """Which connection (all when it is left out), and for how many seconds."""

    model_config = ConfigDict(extra="forbid", strict=True)

    number: Annotated[int, Field(ge=1)] | None = None
    seconds: Seconds | None = None


class AnOutage(BaseModel):
    """How long, and what a call meets."""

    model_config = ConfigDict(extra="forbid", strict=True)

    seconds: Annotated[float, Field(gt=0, le=LONGEST, allow_inf_nan=False)]
    kind: outages.Kind = "drop"


class Reading(BaseModel):
    """Which entries of the journal. Everything in a query is text, so that numbers are read from it."""

    model_config = ConfigDict(extra="forbid")

    kind: str | None = None
    method: str | None = None
    since: Annotated[int, Field(ge=0)] = 0
    limit: Annotated[int, Field(ge=1)] = 1000


class ControlFaults:
    """The routes; what is not understood is refused with 400 and with what is known."""

    def __init__(
        self,
        journal: journals.Journal,
        faults: Faults,
        sockets: SocketMode,
        breaking: Breaking,
        outage: outages.Outage,
    ) -> None:
        self._entries = journal
        self._planned = faults
        self._sockets = sockets
        self._breaking = breaking
        self._out = outage

    def add_routes(self, app: web.Application) -> None:
        table: tuple[tuple[str, str, Carry], ...] = (
            ("GET", "/sandbox/api/faults", self._faults),
            ("POST", "/sandbox/api/faults", self._add_fault),
            ("DELETE", "/sandbox/api/faults", self._no_faults),
            ("GET", "/sandbox/api/connections", self._connections),
            ("POST", "/sandbox/api/connections/{act}", self._break),
            ("GET", "/sandbox/api/outage", self._outage),
            ("POST", "/sandbox/api/outage", self._begin_outage),
            ("DELETE", "/sandbox/api/outage", self._end_outage),
            ("GET", "/sandbox/api/journal", self._journal),
        )
        for verb, path, carry_out in table:
            app.router.add_route(verb, path, _answering(carry_out))

    async def _faults(self, _: web.Request) -> Answer:
        return {"faults": [asdict(one) for one in self._planned.waiting]}

    async def _add_fault(self, request: web.Request) -> Answer:
        fault = _FAULT.validate_json(json.dumps(await _body(request)))
        self._planned.add(fault)
        return {"fault": asdict(fault)}

    async def _no_faults(self, _: web.Request) -> Answer:
        self._planned.clear()
        return {}

    async def _connections(self, _: web.Request) -> Answer:
        return {"connections": [one.described() for one in self._sockets.open]}

    async def _break(self, request: web.Request) -> Answer:
        wanted = OnConnections.model_validate(await _body(request))
        numbers = self._breaking.act(request.match_info["act"], wanted.number, wanted.seconds)
        return {"numbers": numbers}

    async def _outage(self, _: web.Request) -> Answer:
        return {"is_out": self._out.is_on}

    async def _begin_outage(self, request: web.Request) -> Answer:
        wanted = AnOutage.model_validate(await _body(request))
        self._out.begin(wanted.seconds, wanted.kind)
        return {}

    async def _end_outage(self, _: web.Request) -> Answer:
        self._out.end()
        return {}

    async def _journal(self, request: web.Request) -> Answer:
        wanted = Reading.model_validate(dict(request.query))
        found = self._entries.find(wanted.kind, wanted.method, wanted.since, wanted.limit)
        return {"entries": [asdict(one) for one in found], "last": self._entries.last_number}


def _answering(carry_out: Carry) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        try:
            content = await carry_out(request)
        except ValidationError as error:
            return web.json_response({"ok": False, "error": sentence(error)}, status=400)
        except ValueError as error:
            return web.json_response({"ok": False, "error": str(error)}, status=400)
        return web.json_response({"ok": True, **content}, dumps=_dumps)

    return answer


def _dumps(content: Any) -> str:
    return json.dumps(content, default=str)


async def _body(request: web.Request) -> Mapping[str, Any]:
    """An object; an empty body is one without fields. Raises ValueError."""
    try:
        content = json.loads(await request.text() or "{}")
    except (ValueError, LookupError, RecursionError):
        raise ValueError("the body is no JSON") from None
    if not isinstance(content, dict):
        raise ValueError("the body must be a JSON object")
    return content


FIELDS: Mapping[str, tuple[str, ...]] = {
    "Fault": tuple(Fault.__dataclass_fields__),
    **{one.__name__: tuple(one.model_fields) for one in (OnConnections, AnOutage, Reading)},
}
"""What each request may have, by the name of its model."""
UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")


def sentence(error: ValidationError) -> str:
    """What is wrong with a request, field by field, with the fields there are when one is unknown."""
    told = []
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        name = ".".join(str(part) for part in one["loc"])
        if one["type"] in UNKNOWN:
            told.append(f"there is no field {name!r}; there are: {', '.join(FIELDS[error.title])}")
        else:
            words = one["msg"].removeprefix("Value error, ")
            told.append(f"{name}: {words}" if name else words)
    return "; ".join(told)
