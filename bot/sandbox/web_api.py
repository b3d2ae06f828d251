"""The Web API over HTTP: from a request to a method and back, with faults, rates, tokens and scopes on the way."""

import asyncio
import base64
import time
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.sandbox.calling import Answer, Call, Method, Parts
from bot.sandbox.errors import SlackError
from bot.sandbox.failing import after_acting, instead_of_acting, too_many
from bot.sandbox.faults import Faults
from bot.sandbox.journal import Journal
from bot.sandbox.json_text import from_json
from bot.sandbox.methods import METHODS
from bot.sandbox.rates import Rates


class WebApi:
    """Answers `/api/<method>`."""

    def __init__(
        self, parts: Parts, journal: Journal, rates: Rates, faults: Faults, bot_token: str, app_token: str
    ) -> None:
        self.latency = 0.0
        self._faults = faults
        self._parts = parts
        self._journal = journal
        self._rates = rates
        self._bot_token = bot_token
        self._app_token = app_token

    async def serve(self, request: web.Request) -> web.StreamResponse:
        name, began = request.match_info["method"], time.monotonic()
        try:
            arguments = await _arguments(request)
        except SlackError as error:
            self._note(name, {}, error.answer(), began)
            return web.json_response(error.answer())
        arguments |= _client_of(request)
        token = str(arguments.pop("token", "") or request.headers.get("Authorization", "").removeprefix("Bearer "))
        if self.latency:
            await asyncio.sleep(self.latency)
        fault = self._faults.take(name)
        if fault is not None:
            self._journal.note("fault", name, {"kind": fault.kind})
            failed = await instead_of_acting(fault, request)
            if failed is not None:
                self._note(name, arguments, {"ok": False, "error": fault.outcome}, began)
                return failed
        wait = self._seconds_to_wait(name, arguments)
        if wait:
            self._note(name, arguments, {"ok": False, "error": "ratelimited"}, began)
            return too_many(wait)
        answer = self._answer(name, token, arguments)
        self._note(name, arguments, answer, began)
        headers = {"x-oauth-scopes": self._parts.app.provided} if self._parts.app.scopes is not None else {}
        return await after_acting(fault, request, web.json_response(answer, headers=headers))

    def _note(self, name: str, arguments: Mapping[str, Any], answer: Answer, began: float) -> None:
        self._journal.note("call", name, arguments, answer, began)
        self._parts.events.touched()

    def _seconds_to_wait(self, name: str, arguments: Mapping[str, Any]) -> int:
        method = METHODS.get(name)
        return self._rates.seconds_to_wait(name, method.tier, str(arguments.get("channel", ""))) if method else 0

    def _answer(self, name: str, token: str, arguments: Mapping[str, Any]) -> Answer:
        """What the method says; no request, however malformed, brings the sandbox down."""
        try:
            method = METHODS.get(name)
            if method is None:
                raise SlackError("unknown_method", req_method=name)
            self._check_token(name, token, method)
            call = Call(self._parts, method, arguments)
            call.require(method.all_scopes)
            return method.act(call)
        except SlackError as error:
            return error.answer()
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
            return SlackError("invalid_arguments", [f"[ERROR] {type(error).__name__}: {error}"]).answer()

    def _check_token(self, name: str, token: str, method: Method) -> None:
        if not method.needs_token:
            return
        if not token:
            raise SlackError("not_authed")
        if token == self._bot_token and not self._parts.workspace.is_installed:
            raise SlackError("token_revoked")
        expected = self._app_token if name == "apps.connections.open" else self._bot_token
        if token != expected:
            known = token in (self._app_token, self._bot_token)
            raise SlackError("not_allowed_token_type" if known else "invalid_auth")

    # Files

    async def take_upload(self, request: web.Request) -> web.Response:
        """The bytes of a reserved file: as the body, or as a form's file."""
        began = time.monotonic()
        return self._noted("upload", request, await self._take_upload(request), began)

    async def give_file(self, request: web.Request) -> web.Response:
        """What `url_private` leads to. Assumed: without the app's token a sign-in page, here 403."""
        return self._noted("url_private", request, self._give_file(request), time.monotonic())

    def _noted(self, name: str, request: web.Request, answer: web.Response, began: float) -> web.Response:
        about = {"ok": answer.status == 200, "status": answer.status}
        self._note(name, {"file": request.match_info["file"]}, about, began)
        return answer

    async def _take_upload(self, request: web.Request) -> web.Response:
        file = self._parts.workspace.files.get(request.match_info["file"])
        if file is None or file.content:
            return web.Response(status=404, text="no such upload")
        content = await _uploaded(request)
        if len(content) != file.size:
            return web.Response(status=400, text=f"{file.size} bytes were reserved, {len(content)} came")
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    def _give_file(self, request: web.Request) -> web.Response:
        file = self._parts.workspace.files.get(request.match_info["file"])
        if request.headers.get("Authorization") != f"Bearer {self._bot_token}":
            return web.Response(status=403, text="the app's token is needed")
        if file is None or not file.is_complete:
            return web.Response(status=404, text="no such file")
        return web.Response(body=file.content, content_type=file.mimetype)


def _client_of(request: web.Request) -> dict[str, str]:
    """The client id and secret that come as Basic authentication instead (RFC 6749, 2.3.1), as slack_sdk sends them."""
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind != "Basic":
        return {}
    try:
        client_id, _, secret = base64.b64decode(encoded).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": client_id, "client_secret": secret}


async def _arguments(request: web.Request) -> dict[str, Any]:
    """Query, form, JSON or multipart, whatever the client chose. Raises `invalid_json`, `json_not_object`,
    `invalid_form_data`."""
    found: dict[str, Any] = dict(request.query)
    if request.method != "POST":
        return found
    if request.content_type == "application/json":
        return {**found, **_from_json(await _text(request))}
    return {**found, **await _form(request)}


async def _text(request: web.Request) -> str:
    """The body. Raises `invalid_charset`."""
    try:
        return await request.text()
    except (LookupError, UnicodeDecodeError):
        raise SlackError("invalid_charset") from None


async def _form(request: web.Request) -> dict[str, Any]:
    """The fields of a form; its files are nothing to a method. What is no form has none."""
    try:
        form = await request.post()
    except LookupError:
        raise SlackError("invalid_charset") from None
    except (ValueError, AssertionError, RuntimeError):  # what aiohttp raises for broken multipart bodies
        raise SlackError("invalid_form_data") from None
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _from_json(text: str) -> dict[str, Any]:
    try:
        content = from_json(text or "{}")
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(content, dict):
        raise SlackError("json_not_object")
    return content


async def _uploaded(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    form = await request.post()
    part = next((one for one in form.values() if isinstance(one, web.FileField)), None)
    return part.file.read() if part is not None else b""
