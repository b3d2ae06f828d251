"""Socket Mode: two connections to Slack, of which one serves while the other is renewed.

Slack sends each payload to any one of an app's connections and renews each every few hours. slack_sdk renews them and
sends pings; what it does not recover within a minute, we begin anew. Connections that were opened together would be
renewed together, with none to serve meanwhile: so one of them is renewed once at half its age.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.client import build_client, open_client, proxy_for

log = structlog.get_logger(__name__)

CONNECTIONS: Final = 2
TOGETHER: Final = 1 / 4
"""The part of their life by which two connections must be apart at least, so as not to be renewed together."""
PING_EVERY: Final = 3.0
"""Seconds. A half-open connection is noticed after about four of these."""
PONG_WITHIN: Final = 30.0
"""Seconds after the last pong for which a connection counts as alive."""
GRACE: Final = 60.0
"""Seconds that slack_sdk has to recover a connection by itself."""
CONNECT_WITHIN: Final = 20.0
CLOSE_WITHIN: Final = 1.0
"""Seconds that Slack has to say goodbye."""
LOOK_EVERY: Final = 1.0
RETRY_AFTER: Final = 5.0
FINISH_WITHIN: Final = 3.0
"""Seconds that payloads under way have to be answered before the connections close: Slack waits no longer."""
FAILURES = (SlackClientError, aiohttp.ClientError, OSError)

sdk_logger = logging.getLogger("muster.slack_socket")
sdk_logger.setLevel(logging.CRITICAL)
"""slack_sdk logs addresses with their tickets in them; how the connections fare is told by ourselves."""


class Connection:
    """One connection, kept alive as long as it is wanted."""

    def __init__(self, sockets: "Sockets", number: int) -> None:
        self._sockets = sockets
        self._number = number
        self._client: SocketModeClient | None = None
        self._greeted: object = None
        """The session in which Slack said hello."""
        self.greeted_at = 0.0
        """On the loop's clock."""
        self.lives: float | None = None
        """Seconds until Slack renews it, as it says."""

    @property
    def is_alive(self) -> bool:
        """Slack has said hello on it, and answered a ping lately."""
        client = self._client
        if client is None or client.current_session is None or client.current_session.closed:
            return False
        pong_at = client.last_ping_pong_time
        return self._greeted is client.current_session and pong_at is not None and time.time() - pong_at < PONG_WITHIN

    def is_of(self, client: AsyncBaseSocketModeClient) -> bool:
        return self._client is client

    async def keep(self) -> None:
        """Connect, watch, and begin anew when it stays dead. Runs until cancelled."""
        while True:
            try:
                async with self._connected():
                    await self._watch()
            except FAILURES as error:
                log.warning("socket.not_connected", connection=self._number, error=type(error).__name__)
            await asyncio.sleep(RETRY_AFTER)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[None]:
        client = self._sockets.new_client()
        client.message_listeners.append(self._hear)
        client.socket_mode_request_listeners.append(self._sockets.take)
        self._client = client
        try:
            async with asyncio.timeout(CONNECT_WITHIN):  # slack_sdk would try a used-up address for ever
                await client.connect_to_new_endpoint()
            yield
        finally:
            self._client = None
            await _close(client)

    async def _hear(self, client: AsyncBaseSocketModeClient, message: dict[str, Any], _: str | None = None) -> None:
        """Slack's own words on the connection: hello, and how many connections the app has."""
        if message.get("type") == "hello" and isinstance(client, SocketModeClient):
            self._greeted, self.greeted_at = client.current_session, asyncio.get_running_loop().time()
            self.lives = _lives(message)
            self._sockets.counted = message.get("num_connections")
            log.info("socket.hello", connection=self._number, connections=message.get("num_connections"))

    async def _watch(self) -> None:
        """Returns when the connection has been dead for longer than slack_sdk needs."""
        loop = asyncio.get_running_loop()
        dead_since: float | None = loop.time()
        while dead_since is None or loop.time() - dead_since < GRACE:
            await asyncio.sleep(LOOK_EVERY)
            if self.is_alive:
                dead_since = None
                if self._sockets.would_be_renewed_together(self):
                    log.info("socket.renewed_early", connection=self._number)
                    await self._renew()
            elif dead_since is None:
                dead_since = loop.time()
                log.info("socket.lost", connection=self._number)
        log.warning("socket.given_up", connection=self._number)

    async def _renew(self) -> None:
        if self._client is not None:
            async with asyncio.timeout(CONNECT_WITHIN):
                await self._client.connect_to_new_endpoint(force=True)

    async def send(self, request: SocketModeRequest, response: BoltResponse, began: float) -> bool:
        """Answer on this connection, if it is there."""
        if self._client is None or self._client.current_session is None or self._client.current_session.closed:
            return False
        try:
            await send_async_response(self._client, request, response, began)
        except FAILURES:
            return False
        return True


class Sockets:
    """The connections of one app, on one bolt app."""

    def __init__(self, app: AsyncApp, app_token: str, api_url: str, ping_every: float = PING_EVERY) -> None:
        """`ping_every`: seconds between two pings; a half-open connection is noticed after about four of them."""
        self._app = app
        self._app_token = app_token
        self._api_url = api_url
        self._ping_every = ping_every
        self._session: aiohttp.ClientSession | None = None
        self._connections = [Connection(self, number) for number in range(1, CONNECTIONS + 1)]
        self._under_way: set[asyncio.Task[Any]] = set()
        self._is_taking = False

    counted: int | None = None
    """How many connections the app had when Slack last said so; its other replicas' among them."""

    @property
    def is_connected(self) -> bool:
        """Whether Slack can reach us now."""
        return self.alive > 0

    @property
    def alive(self) -> int:
        """How many of the connections are."""
        return sum(connection.is_alive for connection in self._connections)

    def would_be_renewed_together(self, connection: Connection) -> bool:
        """Whether it has reached half its age, beside one that was opened at the same time and serves meanwhile."""
        first, lives = self._connections[0], connection.lives
        if connection is first or lives is None or self.alive < CONNECTIONS:
            return False
        age = asyncio.get_running_loop().time() - connection.greeted_at
        return age >= lives / 2 and abs(first.greeted_at - connection.greeted_at) < lives * TOGETHER

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Sockets"]:
        """Take payloads while the body runs. Then take no more, answer those under way, and disconnect.

        What arrives and is not taken is not acknowledged: Slack sends it again.
        """
        async with open_client(self._api_url, self._app_token) as client:
            self._session = client.session
            self._is_taking = True
            keeping = [asyncio.create_task(connection.keep()) for connection in self._connections]
            try:
                yield self
            finally:
                self._is_taking = False
                if self._under_way:
                    await asyncio.wait(self._under_way, timeout=FINISH_WITHIN)
                for task in keeping:
                    task.cancel()
                await asyncio.gather(*keeping, return_exceptions=True)

    def new_client(self) -> SocketModeClient:
        client = SocketModeClient(
            app_token=self._app_token,
            logger=sdk_logger,
            web_client=build_client(self._api_url, None, self._session),
            ping_interval=self._ping_every,
        )
        client.proxy = proxy_for(self._api_url)
        return client

    async def take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Let bolt answer one payload; send the answer on its connection, else on another of ours."""
        if not self._is_taking:
            return
        task = asyncio.current_task()
        if task is not None:
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        began = time.time()
        response = await self._answer(request)
        for connection in sorted(self._connections, key=lambda one: not one.is_of(client)):
            if await connection.send(request, response, began):
                return
        log.warning("socket.answer_lost", type=request.type)

    async def _answer(self, request: SocketModeRequest) -> BoltResponse:
        try:
            response: BoltResponse = await run_async_bolt_app(self._app, request)
        except Exception as error:  # noqa: BLE001 - bolt trips over a payload of odd shape: acknowledged, or it comes again
            log.warning("socket.malformed", type=request.type, error=type(error).__name__)
            return BoltResponse(status=200)
        return response


def _lives(hello: dict[str, Any]) -> float | None:
    """`debug_info.approximate_connection_time` of docs.slack.dev, "Using Socket Mode", in seconds."""
    about = hello.get("debug_info")
    told = about.get("approximate_connection_time") if isinstance(about, dict) else None
    return float(told) if isinstance(told, int | float) and told > 0 else None


async def _close(client: SocketModeClient) -> None:
    """Say goodbye, and leave nothing running even when Slack does not answer."""
    with suppress(*FAILURES):
        async with asyncio.timeout(CLOSE_WITHIN):
            await client.close()  # type: ignore[no-untyped-call]
    for task in (client.message_processor, client.current_session_monitor, client.message_receiver):
        if task is not None:
            task.cancel()
    await client.aiohttp_client_session.close()
