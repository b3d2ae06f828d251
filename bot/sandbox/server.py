"""The sandbox: a local Slack over real HTTP and WebSocket, on the loopback address only."""

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aiohttp import web

from bot.sandbox import blocks
from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.changes import Changes
from bot.sandbox.control import Control
from bot.sandbox.delivering import ACK_WITHIN, Deliveries
from bot.sandbox.errors import SlackError
from bot.sandbox.events import Events
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.http_mode import HttpMode
from bot.sandbox.journal import Journal
from bot.sandbox.methods import METHODS
from bot.sandbox.methods.views import new_hash
from bot.sandbox.people import Person
from bot.sandbox.rates import Rates
from bot.sandbox.seed import SeedError, sow
from bot.sandbox.socket_mode import SocketMode
from bot.sandbox.state import Channel, Group, Message, Somebody, View, Workspace

TRIGGER_LIVES = 3.0
"""Seconds; docs.slack.dev, "Handling user interaction": a trigger is used within 3 seconds, once."""
RESPONSES = 5
RESPONSE_URL_LIVES = 1800.0
LOOPBACK = "127.0.0.1"
LARGEST = 8 * 1024 * 1024
LONGEST_LINE = 1024 * 1024
"""Bytes of a request's first line: slack_sdk sends the arguments of many methods in the query."""


class Sandbox:
    """One workspace with one app. Use it as `async with Sandbox(…) as sandbox`."""

    def __init__(
        self,
        now: Callable[[], datetime] | None = None,
        manifest: Mapping[str, Any] | None = None,
        *,
        rate_limits: bool = False,
        ack_within: float = ACK_WITHIN,
    ) -> None:
        """`now` dates messages and everything else in the workspace (aware); time-outs run on the machine's clock.

        Without a manifest every scope is granted, every event is subscribed to, every command is known.
        `ack_within`: seconds that the app has to acknowledge; other than three only to be quick in tests.
        """
        self.workspace = Workspace(now or (lambda: datetime.now(UTC)))
        self.journal = Journal()
        self.faults = Faults()
        self.latency = 0.0
        """Seconds that every call of the Web API takes at least."""
        self._rates = Rates(is_on=rate_limits)
        self._scopes, self.commands, subscribed = _read_manifest(manifest)
        self._changes = Changes()
        touched = self._changes.touched
        self.deliveries = Deliveries(self.journal, touched, ack_within)
        self.events = Events(self.workspace, touched, self.deliveries.send_event, subscribed)
        self._sockets = SocketMode(self.workspace.app_id, touched)
        self.deliveries.transport = self._sockets
        self._bot_token = f"xoxb-{secrets.token_hex(12)}"
        self._app_token = f"xapp-1-{self.workspace.app_id}-{secrets.token_hex(12)}"
        self._secret = secrets.token_hex(16)
        self._triggers: dict[str, tuple[str, float]] = {}
        self._used_triggers: set[str] = set()
        self._responses: dict[str, _ResponseUrl] = {}
        self._runner: web.AppRunner | None = None
        self.port = 0

    # Life

    async def start(self, port: int = 0, host: str = LOOPBACK) -> None:
        """Serve on a port of the loopback address; 0 takes a free one. Raises ValueError for any other address."""
        if host not in (LOOPBACK, "localhost", "::1"):
            raise ValueError(f"the sandbox serves on the loopback address only, not on {host}: it has no passwords")
        app = web.Application(client_max_size=LARGEST)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/upload/v1/{file}", self._upload)
        app.router.add_post("/response/{token}", self._respond)
        app.router.add_get("/socket", self._sockets.connect)
        Control(self).add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5, max_line_size=LONGEST_LINE)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.workspace.url = self.url

    async def stop(self) -> None:
        await self.deliveries.close()
        await self._sockets.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> "Sandbox":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def environment(self) -> dict[str, str]:
        """What an app needs to know, as environment variables."""
        return {
            "SLACK_API_URL": f"{self.url}/api/",
            "SLACK_BOT_TOKEN": self._bot_token,
            **({"SLACK_APP_TOKEN": self._app_token} if self.deliveries.transport is self._sockets else {}),
            "SLACK_SIGNING_SECRET": self._secret,
            "SANDBOX_URL": self.url,
        }

    def deliver_to(self, url: str, pauses: tuple[float, ...] = (0.0, 60.0, 300.0)) -> HttpMode:
        """Post everything to a request URL, signed, instead of Socket Mode."""
        mode = HttpMode(url, self._secret, pauses)
        self.deliveries.transport = mode
        return mode

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Make the app connect anew, as Slack does every few hours."""
        await self._sockets.disconnect(reason)

    @property
    def connections(self) -> int:
        return self._sockets.connections

    # The workspace

    @property
    def team_id(self) -> str:
        return self.workspace.team_id

    @property
    def bot(self) -> Person:
        return Person(self, self.workspace.people[self.workspace.bot_user])

    @property
    def channels(self) -> list[Channel]:
        return list(self.workspace.channels.values())

    def add_person(
        self,
        name: str,
        *,
        real_name: str = "",
        tz: str = "UTC",
        is_guest: bool = False,
        is_bot: bool = False,
        deactivated: bool = False,
        email: str = "",
    ) -> Person:
        """Somebody new; the same name again is the same person. Raises ValueError for an unknown time zone."""
        for known in self.workspace.people.values():
            if known.name == name:
                return Person(self, known)
        try:
            offset = datetime.now(UTC).astimezone(ZoneInfo(tz)).utcoffset()
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"there is no time zone {tz!r}") from None
        somebody = Somebody(
            self.workspace.ids.new("U"),
            name,
            real_name or name.capitalize(),
            tz,
            int(offset.total_seconds()) if offset else 0,
            is_bot,
            is_guest,
            deactivated,
            email or f"{name}@sandbox.example",
        )
        self.workspace.people[somebody.id] = somebody
        self.events.person_changed(somebody, is_new=True)
        return Person(self, somebody)

    def deactivate(self, name: str) -> None:
        """Somebody leaves the company."""
        somebody = self.workspace.person(name)
        somebody.is_deactivated = True
        self.events.person_changed(somebody)

    def person(self, name_or_id: str) -> Person:
        """Raises KeyError for somebody who is not there."""
        try:
            return Person(self, self.workspace.person(name_or_id))
        except SlackError:
            raise KeyError(f"there is nobody called {name_or_id}") from None

    def add_channel(self, name: str, *, members: Sequence[Person] = (), is_private: bool = False) -> Channel:
        """A channel that people made; the same name again is the same channel."""
        for known in self.workspace.channels.values():
            if known.name == name and not known.is_im:
                return known
        creator = next((one.id for one in members if not one.who.is_bot), self.workspace.bot_user)
        made = Channel(self.workspace.ids.new("C"), name, creator, self.workspace.seconds(), is_private=is_private)
        made.members = [one.id for one in members]
        self.workspace.channels[made.id] = made
        return made

    def channel(self, name_or_id: str) -> Channel:
        """Raises KeyError for a channel that is not there."""
        try:
            return self.workspace.channel(name_or_id)
        except SlackError:
            raise KeyError(f"there is no channel {name_or_id}") from None

    def add_group(self, handle: str, people: Sequence[Person]) -> Group:
        """A user group."""
        group = Group(self.workspace.ids.new("S"), handle.lstrip("@"), [one.id for one in people])
        self.workspace.groups[group.id] = group
        self.events.group_changed(group)
        return group

    def load_seed(self, seed: Mapping[str, Any]) -> None:
        """People, channels and groups from a mapping. Raises SeedError."""
        sow(self, seed)

    # Waiting

    async def until(self, condition: Callable[[], Any], timeout: float = 5.0) -> None:  # noqa: ASYNC109
        """Wait until a condition holds; looks again after every change. Raises AssertionError with the last journal
        lines."""
        try:
            async with asyncio.timeout(timeout):
                while not condition():
                    await self._changes.next()
        except TimeoutError:
            raise AssertionError(f"waited {timeout} s in vain; last in the journal:\n{self.journal.last()}") from None

    async def settled(self) -> None:
        """Until no event, command or interaction is on its way to the app."""
        while not self.deliveries.is_idle:
            await self._changes.next()

    # Triggers, response URLs, ephemeral messages, views

    def new_trigger(self, user: str) -> str:
        made = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._triggers[made] = (user, time.monotonic())
        return made

    def use_trigger(self, trigger: str) -> str:
        """The person behind a trigger. Raises `invalid_trigger_id`, `expired_trigger_id`, `exchanged_trigger_id`."""
        if trigger in self._used_triggers:
            raise SlackError("exchanged_trigger_id")
        user, made_at = self._triggers.get(trigger, ("", 0.0))
        if not user:
            raise SlackError("invalid_trigger_id")
        if time.monotonic() - made_at > TRIGGER_LIVES:
            raise SlackError("expired_trigger_id")
        self._used_triggers.add(trigger)
        return user

    def new_response_url(self, user: str, channel: str, message: Message | None = None) -> str:
        token = secrets.token_urlsafe(24)
        self._responses[token] = _ResponseUrl(user, channel, message)
        return f"{self.url}/response/{token}"

    def show_ephemeral(self, user: str, message: Message) -> None:
        self.workspace.ephemerals.setdefault(user, []).append(message)
        self.events.touched()

    def say_as_app(self, channel: Channel, text: str, listed: list[dict[str, Any]]) -> None:
        """A message of the app that everybody in the channel sees."""
        workspace = self.workspace
        message = Message(
            workspace.next_ts(), workspace.bot_user, text, listed, bot_id=workspace.bot_id, app_id=workspace.app_id
        )
        channel.add(message)
        self.events.posted(channel, message)

    def add_view(self, user: str, content: Any) -> View:
        made = View(self.workspace.ids.new("V"), user, blocks.check_view(content), new_hash())
        self.workspace.views[made.id] = made
        self.events.touched()
        return made

    def replace_view(self, view: View, content: Any) -> None:
        view.content, view.hash, view.errors = blocks.check_view(content), new_hash(), {}
        self.events.touched()

    def socket_address(self) -> str:
        """Where the next connection goes; good for one."""
        return f"ws://{LOOPBACK}:{self.port}/socket?ticket={self._sockets.ticket()}&app_id={self.workspace.app_id}"

    def grants(self, scope: str) -> bool:
        return self._scopes is None or scope in self._scopes

    # The Web API

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name, began = request.match_info["method"], time.monotonic()
        arguments = await _arguments(request)
        token = str(arguments.pop("token", "") or request.headers.get("Authorization", "").removeprefix("Bearer "))
        if self.latency:
            await asyncio.sleep(self.latency)
        fault = self.faults.take(name)
        if fault is not None:
            self.journal.note("fault", name, {"kind": fault.kind})
            refused = await self._fail(fault, request)
            if refused is not None:
                return refused
        wait = self._seconds_to_wait(name, arguments)
        if wait:
            return _too_many(wait)
        answer = self._answer(name, token, arguments)
        self.journal.note("call", name, arguments, answer, began)
        self._changes.touched()
        if fault is not None and fault.kind == "act_then_drop":
            return _drop(request)
        headers = {"x-oauth-scopes": ",".join(sorted(self._scopes or ()))} if self._scopes is not None else {}
        return web.json_response(answer, headers=headers)

    async def _fail(self, fault: Fault, request: web.Request) -> web.StreamResponse | None:
        """What a fault answers instead of acting; None when the call goes on."""
        match fault.kind:
            case "rate_limited":
                return _too_many(fault.retry_after)
            case "error":
                return web.json_response({"ok": False, "error": fault.error})
            case "http_500":
                return web.Response(status=500, text="Internal Server Error")
            case "drop_before":
                return _drop(request)
            case "latency":
                await asyncio.sleep(fault.seconds)
        return None

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
            return method.act(Call(self.workspace, self.events, arguments, self))
        except SlackError as error:
            return error.answer()
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            return SlackError("invalid_arguments", [f"[ERROR] {type(error).__name__}: {error}"]).answer()

    def _check_token(self, name: str, token: str, method: Method) -> None:
        if name == "api.test":
            return
        if not token:
            raise SlackError("not_authed")
        expected = self._app_token if name == "apps.connections.open" else self._bot_token
        if token != expected:
            known = token in (self._app_token, self._bot_token)
            raise SlackError("not_allowed_token_type" if known else "invalid_auth")
        if method.scopes and self._scopes is not None and not self._scopes.intersection(method.scopes):
            raise SlackError("missing_scope", needed=method.scopes[0], provided=",".join(sorted(self._scopes)))

    async def _upload(self, request: web.Request) -> web.Response:
        """The bytes of a reserved file: as the body, or as a form's file."""
        file = self.workspace.files.get(request.match_info["file"])
        if file is None or file.content:
            return web.Response(status=404)
        if request.content_type.startswith("multipart/"):
            form = await request.post()
            part = next((one for one in form.values() if isinstance(one, web.FileField)), None)
            content = part.file.read() if part is not None else b""
        else:
            content = await request.read()
        if len(content) != file.size:
            return web.Response(status=400, text="the length differs from the one reserved")
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def _respond(self, request: web.Request) -> web.Response:
        """A `response_url`: five answers within thirty minutes."""
        response = self._responses.get(request.match_info["token"])
        if response is None or not response.may_answer():
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        try:
            content = json.loads(await request.text())
            listed = blocks.check_message(content["blocks"]) if content.get("blocks") else []
        except SlackError as error:
            return web.json_response(error.answer(), status=400)
        except (ValueError, TypeError, KeyError):
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        self.journal.note("call", "response_url", content)
        self._answer_later(response, content, listed)
        return web.Response(text="ok")

    def _answer_later(self, response: "_ResponseUrl", content: Mapping[str, Any], listed: list[dict[str, Any]]) -> None:
        channel, text = self.workspace.channels[response.channel], str(content.get("text", ""))
        original = response.message
        if original is not None and content.get("delete_original"):
            self.events.deleted(channel, original)
            return
        if original is not None and content.get("replace_original"):
            before = original.described(self.workspace.url)
            original.text, original.blocks = text, listed
            self.events.changed(channel, original, before)
            return
        if content.get("response_type") == "in_channel":
            self.say_as_app(channel, text, listed)
            return
        ts = self.workspace.next_ts()
        message = Message(ts, self.workspace.bot_user, text, listed, is_ephemeral=True)
        self.show_ephemeral(response.user, message)


class _ResponseUrl:
    """Where a later answer goes, and how many may still come."""

    def __init__(self, user: str, channel: str, message: Message | None) -> None:
        self.user = user
        self.channel = channel
        self.message = message
        self._left = RESPONSES
        self._until = time.monotonic() + RESPONSE_URL_LIVES

    def may_answer(self) -> bool:
        self._left -= 1
        return self._left >= 0 and time.monotonic() < self._until


def _read_manifest(
    manifest: Mapping[str, Any] | None,
) -> tuple[frozenset[str] | None, dict[str, bool] | None, frozenset[str] | None]:
    """Scopes, commands (name → whether it is escaped), subscribed events; None each where there is no manifest."""
    if manifest is None:
        return None, None, None
    features, settings = manifest.get("features") or {}, manifest.get("settings") or {}
    scopes = ((manifest.get("oauth_config") or {}).get("scopes") or {}).get("bot") or []
    commands = {str(one["command"]): bool(one.get("should_escape")) for one in features.get("slash_commands") or []}
    events = (settings.get("event_subscriptions") or {}).get("bot_events") or []
    return frozenset(scopes), commands, frozenset(events)


async def _arguments(request: web.Request) -> dict[str, Any]:
    """Query, form, JSON or multipart: whatever the client chose."""
    found: dict[str, Any] = dict(request.query)
    if request.method != "POST":
        return found
    if request.content_type == "application/json":
        try:
            content = json.loads(await request.text() or "{}")
        except ValueError:
            content = None
        return {**found, **content} if isinstance(content, dict) else found
    form = await request.post()
    return {**found, **{name: value for name, value in form.items() if isinstance(value, str)}}


def _too_many(seconds: int) -> web.Response:
    answer = {"ok": False, "error": "ratelimited"}
    return web.json_response(answer, status=429, headers={"Retry-After": str(seconds)})


def _drop(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


__all__ = ["Sandbox", "SeedError"]
