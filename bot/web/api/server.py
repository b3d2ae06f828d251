"""`/api/v1` over HTTP: who asks, how often, for what; and the answer, or what was wrong.

It is off, as if it were not there, until a token exists. There is no open address in it but its own description.
"""

import json
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from math import ceil
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web

from bot.domain.actor import Person
from bot.domain.ids import number_of
from bot.domain.refusal import Refusal
from bot.door.caller import API, Caller, Seen
from bot.door.token import Token, digest_of, id_in, is_same
from bot.store import DatabaseUnreachable
from bot.web.api.answering import answer
from bot.web.api.asking import require_scope
from bot.web.api.documents import DoneDocument, IncidentDocument
from bot.web.api.limits import Limits
from bot.web.api.openapi import BASE, KEY, KEY_HEADER, MATCH, MATCH_HEADER, PARAMETERS, document
from bot.web.api.problems import Problem, Wrong, as_problem, unreadable
from bot.web.api.route import Dependencies, Route, Written
from bot.web.api.routes import ROUTES
from bot.web.api.values import parse, written

log = structlog.get_logger(__name__)

USE_NOTED_EVERY: Final = timedelta(minutes=1)
RETRY_SOON: Final = 5
"""Seconds, while Muster starts or its database is away."""
HEADERS: Final = {
    "Cache-Control": "private, no-cache",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Authorization, Origin",
}
ALLOWED_HEADERS: Final = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match"


@cache
def _description() -> dict[str, Any]:
    """Made once, when somebody first asks: it is the same for everybody."""
    return document(ROUTES)


class Off(Exception):
    """There is no token, so there is no API."""


class Api:
    """The API. `dependencies` is None while the bot starts; `origins`: the sites whose pages browsers let ask."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.dependencies: Dependencies | None = None
        self.origins: frozenset[str] = frozenset()
        self._limits = limits or Limits(time.monotonic)

    def routes(self) -> list[web.RouteDef]:
        served = [web.route(one.method, _pattern(one.path), self._serving(one)) for one in ROUTES]
        elsewhere = web.route("*", f"{BASE}/{{tail:(?s:.*)}}", self._elsewhere)
        return [web.get(f"{BASE}/openapi.json", self._describe), *served, elsewhere]

    def _serving(self, route: Route) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def serve(request: web.Request) -> web.Response:
            return await self._safely(request, lambda: self._answer(route, request))

        return serve

    async def _describe(self, request: web.Request) -> web.Response:
        async def describe() -> web.Response:
            if not await self._is_on(self._started()):
                raise Off
            return web.json_response(_description(), headers=HEADERS)

        return await self._safely(request, describe)

    async def _elsewhere(self, request: web.Request) -> web.Response:
        """An address that is none, or one that is asked with another method."""

        async def refuse() -> web.Response:
            if request.method == "OPTIONS" and self._is_allowed(request):
                return web.Response(status=HTTPStatus.NO_CONTENT)
            await self._token(self._started(), request)
            methods = [one.method for one in ROUTES if re.fullmatch(_as_regex(one.path), request.path)]
            if methods:
                told = f"Here is only {', '.join(sorted(methods))}."
                raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, "method", told, headers={"Allow": ", ".join(methods)})
            told = f"There is nothing at this address. {BASE}/openapi.json says what there is."
            raise Problem(HTTPStatus.NOT_FOUND, "no_such_address", told)

        return await self._safely(request, refuse)

    async def _safely(self, request: web.Request, answer: Callable[[], Awaitable[web.Response]]) -> web.Response:
        """The answer, which the pages of the sites that are set may read."""
        response = await safely(answer)
        if self._is_allowed(request):
            response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
            response.headers["Access-Control-Allow-Headers"] = ALLOWED_HEADERS
            response.headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE"
            response.headers["Access-Control-Expose-Headers"] = "ETag, Location, Link, Retry-After"
        return response

    def _is_allowed(self, request: web.Request) -> bool:
        return request.headers.get("Origin") in self.origins

    def _started(self) -> Dependencies:
        if self.dependencies is None:
            raise _later("starting", "Muster is starting. Try again in a moment.")
        return self.dependencies

    async def _answer(self, route: Route, request: web.Request) -> web.Response:
        dependencies, token, zone = await self.let_in(request, route)
        body = await _body(request) if route.body is not None else {}
        caller = _caller(token, route, request, body)
        found = await answer(dependencies, route, token, caller, zone, request.match_info, _query(request), body)
        return _written(route, request, found)

    async def let_in(self, request: web.Request, route: Route | None = None) -> tuple[Dependencies, Token, ZoneInfo]:
        """Whose request it is, and the zone in which they read times; where the token must be good for a route, only
        such a one. Raises Off, Problem."""
        dependencies = self._started()
        token = await self._token(dependencies, request)
        if wait := self._limits.wait_for(token.id):
            told = "Too many requests with this token."
            seconds = {"Retry-After": str(ceil(wait))}
            raise Problem(HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests", told, headers=seconds)
        if route is not None:
            require_scope(token, route)
        await self._note_use(dependencies, token)
        try:
            return dependencies, token, await _zone_of(dependencies, token)
        except Refusal as refusal:  # nobody whom Slack knows
            raise as_problem(refusal, str(refusal)) from None

    async def _is_on(self, dependencies: Dependencies) -> bool:
        async with dependencies.store.read() as tx:
            return await tx.has_tokens()

    async def _token(self, dependencies: Dependencies, request: web.Request) -> Token:
        """Whose request it is. Raises Off, Problem."""
        kind, _, text = request.headers.get("Authorization", "").partition(" ")
        token_id = id_in(text.strip()) if kind.lower() == "bearer" else None
        known = None
        if token_id is not None:
            async with dependencies.store.read() as tx:
                known = await tx.token(token_id)
        if known is None or not is_same(known[1], digest_of(text.strip())):
            if not await self._is_on(dependencies):
                raise Off
            given = "This token is not known." if text else "A token is needed: `Authorization: Bearer mst_…`."
            raise _unauthorized("token_unknown" if text else "token_missing", given)
        token, _ = known
        if not token.is_good(dependencies.machine_now()):
            if token.revoked_at is not None:
                raise _unauthorized("token_revoked", "This token was revoked.")
            raise _unauthorized("token_expired", "This token has expired. `muster token create` makes another.")
        return token

    async def _note_use(self, dependencies: Dependencies, token: Token) -> None:
        now = dependencies.machine_now()
        if token.last_used_at is None or now - token.last_used_at >= USE_NOTED_EVERY:
            async with dependencies.store.write() as tx:
                await tx.note_use(token.id, now)


async def safely(answer: Callable[[], Awaitable[web.Response]]) -> web.Response:
    """The answer; whatever goes wrong becomes one."""
    try:
        return await answer()
    except Off:
        return web.Response(status=HTTPStatus.NOT_FOUND)
    except Problem as problem:
        return problem.answer()
    except web.HTTPRequestEntityTooLarge:
        told = "The body is larger than 1 MiB."
        return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", told).answer()
    except DatabaseUnreachable:
        return _later("database_unreachable", "The database does not answer. Try again in a moment.").answer()
    except Exception:  # whoever asked must be told, whatever is broken
        reference = secrets.token_hex(2).upper()
        log.exception("api.failed", reference=reference)
        told = f"Something went wrong on our side (ref {reference})."
        return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", told).answer()


async def _zone_of(dependencies: Dependencies, token: Token) -> ZoneInfo:
    """The zone in which whoever asks reads times. Raises Problem for somebody who has left, Refusal for nobody."""
    if not isinstance(token.actor, Person):
        return ZoneInfo("UTC")
    profile = await dependencies.look_up(token.actor.user)
    if profile.is_deactivated:
        raise Problem(HTTPStatus.FORBIDDEN, "person_left", f"{profile.name} has left the workspace.")
    return ZoneInfo(profile.tz)


def _query(request: web.Request) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for name, value in request.query.items():
        given.setdefault(name, []).append(value)
    return given


async def _body(request: web.Request) -> Any:
    """As JSON has it; an empty one is an empty object. Raises Problem."""
    content = await request.read()
    if content and request.content_type != "application/json":
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_json", "Send the body as `application/json`.")
    return parse(content) if content else {}


def _caller(token: Token, route: Route, request: web.Request, body: Any) -> Caller:
    """Raises Problem."""
    if route.is_reading:
        return Caller(token.actor, API, secrets.token_hex(16))
    seen, key = _seen(route, request), request.headers.get(KEY_HEADER)
    if key is None:
        return Caller(token.actor, API, secrets.token_hex(16), seen=seen)
    return Caller(token.actor, API, _request_id(token, key), asked=_digest(request, body), seen=seen)


def _seen(route: Route, request: web.Request) -> Seen | None:
    """The incident as whoever asks says that they saw it. Raises Problem: what cannot be kept to is not passed over."""
    given = request.headers.getall(MATCH_HEADER, [])
    if not given:
        return None
    if not route.takes_match:
        raise unreadable([Wrong(MATCH_HEADER, "is for what is done to an incident; leave it out here")])
    found = re.fullmatch(MATCH, given[0]) if len(given) == 1 else None
    if found is None:
        told = "must be one ETag of `GET /incidents/{ref}`, or the incident's `seq` in double quotes"
        raise unreadable([Wrong(MATCH_HEADER, told)])
    return Seen(number_of(request.match_info["ref"]), int(found["seq"])) if found["seq"] else None


def _request_id(token: Token, key: str) -> str:
    """The same for the same key of the same token: two tokens may choose the same. Raises Problem."""
    if not re.fullmatch(KEY, key):
        raise unreadable([Wrong(KEY_HEADER, "must be 1 to 128 visible characters of ASCII")])
    return f"{token.id}/{key}"


def _digest(request: web.Request, given: Any) -> bytes:
    """What is asked for, however the JSON was laid out."""
    asked = json.dumps([request.method, request.path.upper(), given], sort_keys=True)
    return sha256(asked.encode()).digest()


def _written(route: Route, request: web.Request, answer: Any) -> web.Response:
    raw = answer if isinstance(answer, Written) else None
    text = raw.text if raw else json.dumps(written(answer), ensure_ascii=False)
    headers = dict(HEADERS)
    if route.is_reading:
        mark = sha256((raw.mark if raw else text).encode("utf-8", "replace")).hexdigest()[:32]
        if isinstance(answer, IncidentDocument):  # exact, so that what is done next can be bound to it
            mark = f"{answer.seq}-{mark}"
            headers["ETag"] = f'"{mark}"'
        else:
            headers["ETag"] = f'W/"{mark}"'
        if _knows(request.headers.getall("If-None-Match", []), mark):
            return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    if following := getattr(answer, "next", None):
        address = request.rel_url.update_query(after=following)
        headers["Link"] = f'<{address}>; rel="next"'
    if isinstance(answer, DoneDocument) and route.status is HTTPStatus.CREATED:
        headers["Location"] = f"{BASE}/incidents/{answer.incident.ref}"
    return web.Response(text=text, status=route.status, content_type="application/json", headers=headers)


def _knows(given: Sequence[str], mark: str) -> bool:
    """Whether one of the marks that somebody knows is this one (RFC 9110, 13.1.2: compared weakly)."""
    marks = {one.strip().removeprefix("W/").strip('"') for value in given for one in value.split(",")}
    return bool(marks & {mark, "*"})


def _unauthorized(code: str, detail: str) -> Problem:
    return Problem(HTTPStatus.UNAUTHORIZED, code, detail, headers={"WWW-Authenticate": 'Bearer realm="Muster"'})


def _later(code: str, detail: str) -> Problem:
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, code, detail, headers={"Retry-After": str(RETRY_SOON)})


def _pattern(path: str) -> str:
    """As aiohttp's router has it."""
    return BASE + re.sub(r"\{(\w+)\}", lambda found: f"{{{found[1]}:{_regex_of(found[1])}}}", path)


def _as_regex(path: str) -> str:
    return BASE + re.sub(r"\{(\w+)\}", lambda found: _regex_of(found[1]), path)


def _regex_of(parameter: str) -> str:
    return str(PARAMETERS[parameter]["pattern"]).removeprefix("^").removesuffix("$")
