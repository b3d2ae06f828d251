"""The sandbox: a local Slack over real HTTP and WebSocket, on the loopback address only."""

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from aiohttp import web

from bot.sandbox import manifest as manifests
from bot.sandbox import outage as outages
from bot.sandbox import pages, pictures
from bot.sandbox.answers import NotThere
from bot.sandbox.breaking import Breaking
from bot.sandbox.calling import Parts
from bot.sandbox.changes import Changes
from bot.sandbox.connection import Connection
from bot.sandbox.control import Control
from bot.sandbox.control_faults import ControlFaults
from bot.sandbox.delivering import ACK_WITHIN, Deliveries
from bot.sandbox.errors import SlackError
from bot.sandbox.events import Events
from bot.sandbox.faults import Faults
from bot.sandbox.http_mode import PAUSES, HttpMode
from bot.sandbox.journal import Journal
from bot.sandbox.live import Live
from bot.sandbox.people import Person
from bot.sandbox.rates import Rates
from bot.sandbox.response_urls import ResponseUrls
from bot.sandbox.scheduled import Scheduled
from bot.sandbox.seed import sow
from bot.sandbox.signing_in import SigningIn
from bot.sandbox.socket_mode import SocketMode
from bot.sandbox.state import Channel, Group, Somebody, Workspace
from bot.sandbox.suggestion import Suggestion
from bot.sandbox.triggers import LIVES, Triggers
from bot.sandbox.views import Views
from bot.sandbox.web_api import WebApi
from bot.sandbox.zones import offset_of

Found = TypeVar("Found")

LOOPBACK = "127.0.0.1"
LARGEST = 64 * 1024 * 1024
"""Bytes of one request; uploads are the largest."""
LONGEST_LINE = 1024 * 1024
"""Bytes of a request's first line: slack_sdk sends the arguments of many methods in the query."""
WAITS = 20.0
"""Seconds that `until` waits: a busy machine may stand still for some."""
LOOKS_AGAIN_AFTER = 0.05
"""Seconds in which `until` looks again although nothing changed here: the condition may be about the app."""


class Sandbox:
    """One workspace with one app. Use it as `async with Sandbox(…) as sandbox`."""

    def __init__(
        self,
        now: Callable[[], datetime] | None = None,
        manifest: Mapping[str, Any] | None = None,
        *,
        rate_limits: bool = False,
        ack_within: float = ACK_WITHIN,
        patience: float = 0.0,
    ) -> None:
        """`now` dates messages and everything else in the workspace (aware); time-outs run on the machine's clock.

        Without a manifest every scope is granted, every event is subscribed to, every command is known.
        `ack_within`: seconds that the app has to acknowledge; other than three only in tests, to be quick or to bear a
        busy machine (triggers then live as long).
        `patience`: seconds for which people wait until what they want to click, choose, fill in or read is there.
        """
        self.patience = patience
        self.suggestions: Sequence[Suggestion] = ()
        self.workspace = Workspace(now or (lambda: datetime.now(UTC)))
        self._changes = Changes()
        self.journal = Journal()
        self.app = manifests.read(manifest)
        self.workspace.name_bot(self.app.bot_name)
        self._sockets = SocketMode(self.workspace, self.journal, self._changes.touched)
        self.faults = Faults()
        self.rates = Rates(is_on=rate_limits)
        self._breaking = Breaking(self._sockets, self.journal, self._changes.touched)
        self._outage = outages.Outage(self.journal, self._changes.touched, self._breaking.cut_all)
        self.deliveries = Deliveries(
            self._sockets, self.journal, self._changes.touched, ack_within, self.faults, self.rates, self._outage
        )
        self.events = Events(self.workspace, self.app, self._changes.touched, self.deliveries.send_event)
        self.triggers = Triggers(max(LIVES, ack_within))
        self.response_urls = ResponseUrls(self.workspace, self.events, self.journal)
        self._bot_token = f"xoxb-{secrets.token_hex(12)}"
        self._app_token = f"xapp-1-{self.workspace.app_id}-{secrets.token_hex(12)}"
        self._secret = secrets.token_hex(16)
        self.views = Views(self.workspace, self.events)
        self._scheduled = Scheduled(self.workspace, self.events)
        parts = Parts(
            self.workspace,
            self.events,
            self.app,
            self.triggers,
            self.views,
            self._scheduled,
            self._sockets.new_address,
        )
        self._web_api = WebApi(parts, self.journal, self.rates, self.faults, self._bot_token, self._app_token)
        breaking = ControlFaults(self.journal, self.faults, self._sockets, self._breaking, self._outage)
        self.control = Control(self.workspace, self.person, breaking)
        self._live = Live(self)
        self._runner: web.AppRunner | None = None
        self.port = 0

    # Life

    async def start(self, port: int = 0, host: str = LOOPBACK) -> None:
        """Serve on a port of the loopback address; 0 takes a free one. Raises ValueError for any other address."""
        if host not in (LOOPBACK, "localhost"):
            raise ValueError(f"the sandbox serves on the loopback address only, not on {host}: it has no passwords")
        app = web.Application(client_max_size=LARGEST, middlewares=[pages.guard, self._outage.guard])
        app.router.add_route("*", "/api/{method}", self._web_api.serve)
        app.router.add_post("/upload/v1/{file}", self._web_api.take_upload)
        for path in ("files-pri/{file}/{name}", "files-pri/{file}/download/{name}", "files-tmb/{file}/{side}/{name}"):
            app.router.add_get(f"/{path}", self._web_api.give_file)
        app.router.add_get(r"/avatars/{owner}/{size:\d{1,4}}.png", pictures.give)
        app.router.add_post("/response/{token}", self.response_urls.serve)
        app.router.add_get("/socket", self._sockets.connect)
        app.router.add_get("/openid/connect/authorize", SigningIn(self.workspace).authorize)
        app.router.add_get("/sandbox/live", self._live.connect)
        pages.add_routes(app)
        self.control.add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5, max_line_size=LONGEST_LINE)
        await self._runner.setup()
        site = web.TCPSite(self._runner, LOOPBACK, port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.workspace.url = self.url

    async def stop(self) -> None:
        await self._scheduled.close()
        self._outage.end()
        await self.deliveries.close()
        await self._breaking.close()
        await self._sockets.close()
        await self._live.close()
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

    def deliver_to(self, url: str, pauses: tuple[float, ...] = PAUSES) -> HttpMode:
        """Post everything to a request URL, signed, instead of Socket Mode. `pauses`: seconds before an event is sent
        again, once, twice, three times."""
        mode = HttpMode(url, self._secret, pauses)
        self.deliveries.transport = mode
        return mode

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Make the app connect anew, as Slack does every few hours."""
        await self._sockets.disconnect(reason)

    def connections_live(self, seconds: float) -> None:
        """What the hello of connections that are opened from now on says of how long they last. None of them is
        renewed by it: that is what `break_connections` is for."""
        self._sockets.lives = seconds

    @property
    def connections(self) -> int:
        """Open WebSockets of the app."""
        return self._sockets.connections

    @property
    def client(self) -> tuple[str, str]:
        """The app's client id and secret, for Sign in with Slack. They are not in `environment`: there they would have
        Bolt wait for an installation."""
        return self.workspace.client_id, self.workspace.client_secret

    # Failing

    @property
    def latency(self) -> float:
        """Seconds that every call of the Web API takes at least."""
        return self._web_api.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self._web_api.latency = seconds

    def break_connections(self, act: str, number: int | None = None, seconds: float | None = None) -> list[int]:
        """Something that becomes of one WebSocket of the app, or of all: latency, half_open, refresh, cut,
        link_disabled; their numbers. Raises ValueError for anything else, and for a connection that is not open."""
        return self._breaking.act(act, number, seconds)

    @property
    def open_connections(self) -> list[Connection]:
        """The WebSockets of the app, the oldest first."""
        return list(self._sockets.open)

    def outage(self, seconds: float, kind: outages.Kind = "drop") -> None:
        """All of it out for so many seconds from now, for the app: calls are dropped or answered with 503, connections
        are cut, nothing is brought. `until(lambda: not sandbox.is_out)` waits for its end."""
        self._outage.begin(seconds, kind)

    def end_outage(self) -> None:
        """At once."""
        self._outage.end()

    @property
    def is_out(self) -> bool:
        return self._outage.is_on

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
        team: str = "",
    ) -> Person:
        """Somebody new; the same name again is the same person. `team`: the team id of another organisation, whose
        people share channels with us. Raises ValueError for an unknown time zone."""
        for known in self.workspace.people.values():
            if known.name == name:
                return Person(self, known)
        somebody = Somebody(
            self.workspace.ids.new("U"),
            name,
            real_name or name.capitalize(),
            tz,
            offset_of(tz, self.workspace.now()),
            is_bot,
            is_guest,
            deactivated,
            email or f"{name}@sandbox.example",
            team,
        )
        self.workspace.people[somebody.id] = somebody
        self.events.person_changed(somebody, is_new=True)
        return Person(self, somebody)

    def user(self, name: str, **about: Any) -> Person:
        """The person of that name, who comes into #general when they are new. `about`: as for `add_person`."""
        if any(known.name == name for known in self.workspace.people.values()):
            return self.person(name)
        person = self.add_person(name, **about)
        for general in (one for one in self.channels if one.is_general):
            self.events.join(general, person.id)
        return person

    def suggest(self, suggestions: Sequence[Suggestion]) -> None:
        """Things to try, which the page shows above the composer."""
        self.suggestions = list(suggestions)
        self._changes.touched()

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
        return self.workspace.new_channel(name, creator, [one.id for one in members], is_private=is_private)

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
        self.events.group_changed(group, is_new=True)
        return group

    def load_seed(self, seed: Mapping[str, Any]) -> None:
        """People, channels and groups from a mapping. Raises SeedError."""
        sow(self, seed)

    def socket_address(self) -> str:
        """Where a connection of the app may go; good for one."""
        return self._sockets.new_address()

    def new_trigger(self, person: str) -> str:
        """A trigger as if somebody, by id, had just acted, nobody knows where."""
        return self.triggers.new(person)

    # Waiting

    async def until(self, condition: Callable[[], Any], timeout: float = WAITS) -> None:  # noqa: ASYNC109
        """Wait until a condition holds; looks again after every change. Raises AssertionError with the last journal
        lines."""
        try:
            async with asyncio.timeout(timeout):
                while not condition():
                    await self._changes.next(LOOKS_AGAIN_AFTER)
        except TimeoutError:
            raise AssertionError(f"waited {timeout} s in vain; last in the journal:\n{self.journal.last()}") from None

    async def once(self, look: Callable[[], Found]) -> Found:
        """What a look finds. Looks again after every change while it raises NotThere, `patience` seconds long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.patience):
                while self.patience:
                    try:
                        return look()
                    except NotThere:
                        await self._changes.next(LOOKS_AGAIN_AFTER)
        return look()

    def next_change(self) -> asyncio.Event:
        """Set as soon as anything is different from now on."""
        return self._changes.moment()

    async def settled(self) -> None:
        """Until no event, command or interaction is on its way to the app or waits for its acknowledgement."""
        while not self.deliveries.is_idle:
            await self._changes.next()
