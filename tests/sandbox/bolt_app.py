"""A small Bolt app, made of the unmodified libraries, that the local Slack is tried with in both transports."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Person, Sandbox

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TRANSPORTS = ("sockets", "http")


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


BUTTON: dict[str, Any] = {
    "type": "actions",
    "block_id": "choices",
    "elements": [{"type": "button", "action_id": "agree", "text": plain("Agree"), "value": "yes"}],
}
FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "lunch",
    "title": plain("Lunch"),
    "submit": plain("Send"),
    "private_metadata": "table 4",
    "blocks": [
        {
            "type": "input",
            "block_id": "dish",
            "label": plain("Dish"),
            "element": {"type": "plain_text_input", "action_id": "name"},
        },
        {
            "type": "input",
            "block_id": "size",
            "optional": True,
            "label": plain("Size"),
            "element": {
                "type": "static_select",
                "action_id": "which",
                "options": [{"text": plain(one), "value": one} for one in ("small", "large")],
            },
        },
    ],
}


@dataclass
class Office:
    """A workspace with dana, bo and the app in #general, and what the app has received."""

    sandbox: Sandbox
    client: AsyncWebClient
    commands: list[dict[str, Any]] = field(default_factory=list)
    clicks: list[dict[str, Any]] = field(default_factory=list)
    submissions: list[dict[str, Any]] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    """Commands and interactions, as they came."""
    retries: list[tuple[int | None, str | None]] = field(default_factory=list)
    limits: list[dict[str, Any]] = field(default_factory=list)
    """What the app was told of events that were too many."""
    failures: int = 0
    """How many of the next payloads the app fails on before it acknowledges them."""

    @property
    def dana(self) -> Person:
        return self.sandbox.person("dana")

    @property
    def bo(self) -> Person:
        return self.sandbox.person("bo")

    @property
    def general(self) -> str:
        return self.sandbox.channel("general").id

    def heard(self, type_: str) -> list[dict[str, Any]]:
        """The events of one type that the app received."""
        return [one["event"] for one in self.events if one["event"]["type"] == type_]


@asynccontextmanager
async def empty(
    manifest: dict[str, Any] | None = None, *, rate_limits: bool = False, ack_within: float = 3.0
) -> AsyncIterator[Office]:
    async with Sandbox(lambda: NOW, manifest, rate_limits=rate_limits, ack_within=ack_within) as sandbox:
        given = sandbox.environment()
        yield Office(
            sandbox, AsyncWebClient(given["SLACK_BOT_TOKEN"], base_url=given["SLACK_API_URL"], retry_handlers=[])
        )


def furnish(sandbox: Sandbox) -> None:
    people = [sandbox.add_person("dana", tz="Europe/Madrid"), sandbox.add_person("bo")]
    sandbox.add_channel("general", members=[*people, sandbox.bot])


@asynccontextmanager
async def workspace(manifest: dict[str, Any] | None = None, *, rate_limits: bool = False) -> AsyncIterator[Office]:
    """Only the Web API: nobody listens to events."""
    async with empty(manifest, rate_limits=rate_limits) as found:
        furnish(found.sandbox)
        yield found


@asynccontextmanager
async def office(
    transport: str = "sockets", manifest: dict[str, Any] | None = None, *, ack_within: float = 3.0, connections: int = 1
) -> AsyncIterator[Office]:
    """The sample app at work, by Socket Mode or behind a request URL."""
    async with empty(manifest, ack_within=ack_within) as found:
        app = sample(found)
        async with by_sockets(found, app, connections) if transport == "sockets" else by_http(found, app):
            furnish(found.sandbox)
            await found.sandbox.settled()
            found.events.clear()
            found.retries.clear()
            yield found


def sample(found: Office) -> AsyncApp:
    """A command, a button, a form and a listener for every event."""
    secret = found.sandbox.environment()["SLACK_SIGNING_SECRET"]
    app = AsyncApp(token=found.client.token, client=found.client, signing_secret=secret)

    @app.middleware
    async def note(body: dict[str, Any], context: Any, request: Any, next_: Any) -> BoltResponse | None:
        if body.get("type") == "app_rate_limited":
            found.limits.append(body)
            return BoltResponse(status=200)
        if body.get("type") == "event_callback":
            found.events.append(body)
            reason = request.headers.get("x-slack-retry-reason", [None])[0]
            number = request.headers.get("x-slack-retry-num", [None])[0]
            found.retries.append((int(number) if number else None, reason))
        else:
            found.asked.append(body)
        if found.failures > 0:
            found.failures -= 1
            raise OSError("the disk is full")
        await next_()
        return None

    @app.command("/lunch")
    async def lunch(ack: Any, body: dict[str, Any]) -> None:
        found.commands.append(body)
        match body["text"].partition(" ")[0]:
            case "silence":
                return
            case "everybody":
                await ack(text="Lunch for everybody", response_type="in_channel")
            case "form":
                await ack()
                await found.client.views_open(trigger_id=body["trigger_id"], view=FORM)
            case _:
                await ack(f"Lunch: {body['text']}")

    @app.action("agree")
    async def agree(ack: Any, body: dict[str, Any]) -> None:
        found.clicks.append(body)
        await ack()

    @app.view("lunch")
    async def sent(ack: Any, body: dict[str, Any]) -> None:
        found.submissions.append(body)
        dish = body["view"]["state"]["values"]["dish"]["name"]["value"]
        if dish == "stone":
            await ack(response_action="errors", errors={"dish": "Nobody eats stone."})
        elif dish == "menu":
            await ack(response_action="update", view={**FORM, "title": plain("Menu")})
        elif dish == "nothing":
            await ack(response_action="update", view={"type": "modal", "blocks": []})
        elif dish == "wine":
            await ack(response_action="push", view={**FORM, "title": plain("Wine list")})
        else:
            await ack()

    @app.view("choice")
    async def chosen(ack: Any, body: dict[str, Any]) -> None:
        found.submissions.append(body)
        await ack()

    @app.view_closed("lunch")
    async def closed(ack: Any, body: dict[str, Any]) -> None:
        found.closed.append(body["view"]["id"])
        await ack()

    @app.shortcut("order")
    async def order(ack: Any, body: dict[str, Any]) -> None:
        found.clicks.append(body)
        await ack()

    @app.options("dish_by_name")
    async def dishes(ack: Any) -> None:
        await ack(options=[{"text": plain(one), "value": one} for one in ("soup", "salad")])

    @app.event(re.compile(".*"))
    async def heard() -> None:
        """Noted by the middleware."""

    return app


@asynccontextmanager
async def by_sockets(found: Office, app: AsyncApp, count: int) -> AsyncIterator[None]:
    given = found.sandbox.environment()
    client = AsyncWebClient(given["SLACK_APP_TOKEN"], base_url=given["SLACK_API_URL"])
    handlers = [AsyncSocketModeHandler(app, given["SLACK_APP_TOKEN"], web_client=client) for _ in range(count)]
    for handler in handlers:
        await handler.connect_async()  # type: ignore[no-untyped-call]
    await found.sandbox.until(lambda: found.sandbox.connections == count)
    try:
        yield
    finally:
        for handler in handlers:
            await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def by_http(found: Office, app: AsyncApp) -> AsyncIterator[None]:
    async def take(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    server = web.Application()
    server.router.add_post("/slack/events", take)
    runner = web.AppRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    mode = found.sandbox.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events", pauses=(0.0, 0.01, 0.01))
    assert await mode.verify_url("a challenge")
    try:
        yield
    finally:
        await mode.close()
        await runner.cleanup()
