"""The composition root: settings → database → store → gateway → listeners → jobs → web. Drains when it is stopped."""

import asyncio
import os
import socket
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

import structlog
from pydantic import SecretStr

from bot.commands.command import Dependencies
from bot.commands.looking_up import LookUp
from bot.commands.router import COMMANDS, Router
from bot.config.settings import Settings
from bot.delivery.delivery import Delivery
from bot.delivery.patience import Patience
from bot.delivery.waiting import waiting_effects
from bot.domain.ids import WorkspaceId
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.domain.runbook import Runbook
from bot.jobs.catching_up import CatchingUp
from bot.jobs.deadlines import Deadlines
from bot.jobs.delivering import build_delivery
from bot.jobs.oncall_sources import REFRESH_EVERY, OnCallSources
from bot.jobs.people import EVERY as ACQUAINTED_EVERY
from bot.jobs.people import refresh_people
from bot.jobs.schedule import start_timers
from bot.slack.client import Client, open_client
from bot.slack.gateway import Gateway
from bot.slack.listeners import build_app
from bot.slack.preflight import Identity, Unreachable, preflight
from bot.slack.socket import PING_EVERY, Sockets
from bot.slack.tasks import Tasks
from bot.store import Database, DatabaseUnreachable, Store, WorkspaceRow, measure_all
from bot.web.clocks import OVERDUE_AFTER, clock_skew, overdue_claims
from bot.web.readiness import Notice, Readiness
from bot.web.reviews import Office
from bot.web.server import Web
from bot.workflows.context import Context
from bot.workflows.intake import Intake
from bot.workflows.links import Links
from bot.workflows.search_index import SearchIndex

log = structlog.get_logger(__name__)

TICK = timedelta(seconds=1)
"""A deadline fires within 1.5 s of its due time on an idle machine."""
PURGE_EVERY = timedelta(hours=6)
AUDIT_KEPT = timedelta(days=400)
"""How long the audit log keeps what no timeline tells."""
PURGED_AFTER = timedelta(days=30)
OLD_AFTER = timedelta(minutes=5)
RETRY_CONNECTING = timedelta(seconds=5)
DRAIN_WITHIN = timedelta(seconds=7)


def machine_now() -> datetime:
    """The machine's clock, aware, UTC."""
    return datetime.now(UTC)


class Bot:
    """Muster at work: everything between the door and Slack, for one workspace."""

    def __init__(
        self,
        settings: Settings,
        policy: Policy,
        runbooks: tuple[Runbook, ...],
        now: Callable[[], datetime] = machine_now,
        patience: Patience | None = None,
        ping_every: float = PING_EVERY,
    ) -> None:
        """`patience` and `ping_every` (seconds) are other than usual only to be quick in tests and in the demo."""
        self._settings = settings
        self._policy = policy
        self._runbooks = runbooks
        self._now = now
        self._patience = patience or Patience()
        self._ping_every = ping_every
        self._owner = f"{socket.gethostname()}/{os.getpid()}/{uuid.uuid4().hex[:8]}"
        self._reasons: dict[str, Notice] = {
            "starting": Notice("starting", "Muster is starting."),
        }
        self._database: Database | None = None
        self._context: Context | None = None
        self._delivery: Delivery | None = None
        self._deadlines: Deadlines | None = None
        self._sources: OnCallSources | None = None
        self._catching_up: CatchingUp | None = None
        self._was_connected = False
        self._sockets: Sockets | None = None
        self.workspace_url: str | None = None
        self.search_index: SearchIndex | None = None
        self.has_started = False
        self._web = Web(settings.http_host, settings.http_port, self.readiness)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Bot"]:
        """Start, work while the body runs, then drain. Raises preflight's Refused when Slack says no.

        While Slack or the database is unreachable it stays up, unready, and keeps trying.
        """
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._web.running())
            database = await self._open_database()
            self._database = database
            stack.push_async_callback(database.close)
            client = await stack.enter_async_context(
                open_client(self._settings.slack_api_url, self._settings.bot_token.get_secret_value())
            )
            identity = await self._introduce(client)
            await self._work(stack, database, client, identity)
            self._reasons.pop("starting", None)
            self.has_started = True
            log.info("bot.ready", workspace=identity.workspace, mode=self._settings.mode)
            yield self
            log.info("bot.stopping")

    async def _open_database(self) -> Database:
        while True:
            try:
                database = await Database.open(self._settings.database_url, migrate=True, exclusive=True)
            except DatabaseUnreachable as error:
                self._reasons["database"] = Notice("database_unreachable", str(error))
                log.warning("database.unreachable")
                await asyncio.sleep(RETRY_CONNECTING.total_seconds())
            else:
                self._reasons.pop("database", None)
                return database

    async def _introduce(self, client: Client) -> Identity:
        """Who we are to Slack. Raises Refused; while Slack is unreachable it keeps trying."""
        while True:
            try:
                identity = await preflight(client, _plain(self._settings.app_token))
            except Unreachable as error:
                self._reasons["slack"] = Notice("slack_unreachable", str(error))
                log.warning("slack.unreachable")
                await asyncio.sleep(RETRY_CONNECTING.total_seconds())
            else:
                self._reasons.pop("slack", None)
                return identity

    async def _work(self, stack: AsyncExitStack, database: Database, client: Client, identity: Identity) -> None:
        """Wire the parts together and start them; the stack stops them in the opposite order."""
        store = Store(database, WorkspaceId(identity.workspace))
        async with store.write() as tx:
            await tx.keep_workspace(WorkspaceRow(identity.workspace, identity.name, identity.url, identity.bot_user))
            if database.is_sqlite:  # the only process: whatever was under way died with the one before
                await tx.release_all_effects()
        context = Context(store, self._policy, self._runbooks, self._now)
        gateway = Gateway(client, identity)
        self._context = context
        self.workspace_url = identity.url
        intake = Intake(context)
        self._catching_up = CatchingUp(context, gateway, intake, self._patience.between_pages)
        self._delivery = build_delivery(context, gateway, self._owner, machine_now, self._patience, self._catching_up)
        self._deadlines = Deadlines(context, self._owner, machine_now)
        tasks = Tasks()
        links = await self._open_office(context)
        search_index = self.search_index = SearchIndex(context)
        link = links.link if links else lambda _user, _number: None
        router = Router(
            Dependencies(context, search_index, LookUp(store, gateway, self._now), COMMANDS, tasks.spawn, link)
        )
        app = build_app(
            signing_secret=_plain(self._settings.signing_secret),
            client=client,
            identity=identity,
            ask=router,
            take=intake.take,
            now=self._now,
            tasks=tasks,
            waiting=context.waiting,
        )

        working = asyncio.TaskGroup()
        await stack.enter_async_context(working)
        working.create_task(self._delivery.run())
        working.create_task(self._deadlines.run())
        stack.callback(self._deadlines.stop)
        self._sources = OnCallSources(context)
        await self._sources.apply()
        tasks.spawn(self._get_ready(context, gateway, search_index))
        timers = start_timers(
            {
                "tick": (TICK, self.wake),
                "connection": (TICK, lambda: self._watch_connection(tasks)),
                "purge": (PURGE_EVERY, lambda: tasks.spawn(self._purge())),
                "people": (ACQUAINTED_EVERY, lambda: tasks.spawn(refresh_people(context, gateway))),
                "on call": (REFRESH_EVERY, lambda: tasks.spawn(self.refresh_on_call())),
            }
        )
        stack.callback(timers.shutdown, wait=False)
        stack.push_async_callback(tasks.drain, DRAIN_WITHIN.total_seconds())
        stack.callback(self._delivery.stop)  # what is under way ends while answers are finished, not after that
        if app_token := _plain(self._settings.app_token):
            self._sockets = Sockets(app, app_token, self._settings.slack_api_url, self._ping_every)
            await stack.enter_async_context(self._sockets.running())
        else:
            self._web.take_from_slack(app)
            stack.callback(self._web.take_from_slack, None)
        self.wake()

    async def _open_office(self, context: Context) -> Links | None:
        """Let people come to the pages of reviews; None where no public address is set."""
        if self._settings.public_url is None:
            return None
        async with context.store.write() as tx:
            key = await tx.link_key()
        address = self._settings.public_url
        if address.endswith(":0"):  # whatever port was free, on this machine
            address = f"{address.removesuffix(':0')}:{self._web.port}"
        links = Links(address, context.store.workspace, key, machine_now)
        self._web.reviews.office = Office(context, links, self.heard_to)
        return links

    def wake(self) -> None:
        """Look at the deadlines and the outbox now."""
        if self._deadlines is not None:
            self._deadlines.wake()

    def _watch_connection(self, tasks: Tasks) -> None:
        """When Slack reaches us, for the first time or again, what was said meanwhile is read back."""
        is_connected = self._sockets is None or self._sockets.is_connected
        if is_connected and not self._was_connected and self._catching_up is not None:
            tasks.spawn(self._catching_up.everything())
        if self._was_connected and not is_connected and self._catching_up is not None:
            self._catching_up.deafened()
        if is_connected and self._catching_up is not None:
            tasks.spawn(self._catching_up.keep_heard())
        self._was_connected = is_connected

    async def _get_ready(self, context: Context, gateway: Gateway, search_index: SearchIndex) -> None:
        """What no command waits for: whom the policy names, who is on call by feeds and groups, and the past."""
        await refresh_people(context, gateway)
        await self.refresh_on_call()
        if measured := await measure_all(context.store):
            log.info("incidents.measured", count=measured)
        await search_index.refresh()

    async def refresh_on_call(self) -> None:
        """Look at calendar feeds and user groups, and tell whoever comes on call, now."""
        if self._sources is not None:
            await self._sources.refresh(machine_now())

    async def _purge(self) -> None:
        if self._context is not None:
            async with self._context.store.write() as tx:
                await tx.purge(machine_now() - PURGED_AFTER)
                await tx.purge_audit(machine_now() - AUDIT_KEPT)
                kept = self._context.policy.reviews.keep_deleted_text or timedelta()
                await tx.forget_deleted(self._now() - kept)

    async def readiness(self) -> Readiness:
        """Whether commands can be taken, and what deserves a look."""
        reasons = list(self._reasons.values())
        warnings: list[Notice] = []
        if self._context is not None and self._database is not None:
            reasons += await self._database_reasons(self._database)
            if not reasons:
                warnings = await self._warnings(self._context)
        if self._sockets is not None and not self._sockets.is_connected:
            reasons.append(Notice("slack_not_connected", "No Socket Mode connection to Slack is alive."))
        return Readiness(tuple(reasons), tuple(warnings))

    async def _database_reasons(self, database: Database) -> list[Notice]:
        try:
            if await database.revision_is_current():
                return []
        except DatabaseUnreachable:
            return [Notice("database_unreachable", "The database does not answer.")]
        return [Notice("database_not_migrated", "The database is not at this version's tables; run `muster migrate`.")]

    async def _warnings(self, context: Context) -> list[Notice]:
        async with context.store.read() as tx:
            feeds = await tx.feeds()
            counts = await tx.outbox_counts()
            oldest = await tx.oldest_pending_at(machine_now())
            tried = await tx.tried_since(machine_now() - OLD_AFTER)
            newer = await tx.unreadable_effects()
        found = []
        if dead := counts.get("dead", 0):
            effects = "effect is" if dead == 1 else "effects are"
            found.append(Notice("dead_effects", f"{dead} {effects} dead; `muster outbox list` shows them."))
        if tried:
            found.append(Notice("old_effects", f"{waiting_effects(tried)} `muster outbox list` shows them."))
        elif oldest is not None and machine_now() - oldest > OLD_AFTER:
            found.append(Notice("old_effects", "Slack has not been told something for over five minutes."))
        if newer:
            found.append(Notice("newer_effects", f"Left to a newer version of Muster: {', '.join(newer)}."))
        for name, copy in sorted(feeds.items()):
            if copy.error is not None and name in context.policy.schedules:
                told = f"The calendar of the schedule {name} is not up to date: {copy.told}."
                found.append(Notice("oncall_feed", told))
        return [*found, *await self._clock_warnings(context)]

    async def _clock_warnings(self, context: Context) -> list[Notice]:
        """What stands in the way of deadlines that fire in time."""
        found = []
        last = self._deadlines.last_tick_at if self._deadlines else None
        if last is not None and (idle := machine_now() - last) > 10 * TICK:
            seconds = round(idle.total_seconds())
            found.append(Notice("late_ticks", f"Deadlines were last looked at {seconds} seconds ago."))
        async with context.store.read() as tx:
            late = await tx.overdue_deadlines(context.now() - OVERDUE_AFTER)
        if late:
            found.append(Notice("overdue_deadlines", overdue_claims(late)))
        if skew := await clock_skew(context.store.database):
            found.append(Notice("clock_skew", skew))
        return found

    @property
    def port(self) -> int:
        """Where the web server listens."""
        return self._web.port

    @property
    def context(self) -> Context:
        """Where the facts are. Raises LookupError before the bot has started."""
        if self._context is None:
            raise LookupError("the bot has not started")
        return self._context

    def heard_to(self, incident: Incident) -> datetime | None:
        """Up to when everything said in its channel has been heard; None: as far as was last kept."""
        return self._catching_up.heard_to(incident) if self._catching_up else None

    async def next_deadline_at(self) -> datetime | None:
        """When the next deadline is due, in incident time."""
        async with self.context.store.read() as tx:
            return await tx.next_deadline_at()

    async def under_way(self) -> str:
        """What has not come to rest, in words; empty when everything has."""
        async with self.context.store.read() as tx:
            effects = await tx.outbox(limit=5)
            due_at = await tx.next_deadline_at()
        parts = [f"{one.kind} to {one.lane} ({one.state}, {one.attempts} attempts, {one.error})" for one in effects]
        if self._delivery is not None and not self._delivery.is_idle:
            parts.append("a delivery")
        if due_at is not None and due_at <= self._now():
            parts.append(f"a deadline of {due_at:%H:%M:%S}")
        return "; ".join(parts)


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
