"""The composition root: settings → database → store → gateway → listeners → jobs → web. Drains when it is stopped."""

import asyncio
import os
import socket
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog
from pydantic import SecretStr

from bot.blocks.text import plural
from bot.commands import away
from bot.commands.away import WhileAway
from bot.commands.command import Dependencies, GiveLink, no_link
from bot.commands.router import Router
from bot.commands.table import COMMANDS
from bot.config.catalog import READER
from bot.config.runbooks import Library, Shelf
from bot.config.settings import Settings
from bot.delivery.backlog import too_many_connections
from bot.delivery.delivery import Delivery
from bot.delivery.outcomes import Done, Gone
from bot.delivery.patience import Patience
from bot.domain.actor import Integration
from bot.domain.alerts import Signal
from bot.domain.changes import Change
from bot.domain.declaration import Declaration
from bot.domain.ids import SlackUserId, WorkspaceId
from bot.domain.policy import Policy
from bot.domain.refusal import Refusal
from bot.domain.runbook import Runbook
from bot.domain.transcript import SlackEvent
from bot.domain.vocabulary import EngineKind
from bot.domain.webhooks import BY_API, key_of
from bot.door.caller import CLI, Caller
from bot.integrations.alerts import sources
from bot.integrations.alerts.fetching import fetching
from bot.integrations.alerts.sns import Fetch
from bot.integrations.bridge import Bridge
from bot.integrations.documents import Keeper, keepers_of
from bot.integrations.engines import engines_of
from bot.integrations.engines.destination import Engines
from bot.integrations.engines.destination import Patience as EnginePatience
from bot.integrations.github import GitHub
from bot.integrations.outgoing import WITHIN, Outgoing
from bot.integrations.paging import pagers_of
from bot.integrations.paging.destination import Pagers
from bot.integrations.paging.oncalls import OnCalls
from bot.integrations.signing import Signer
from bot.integrations.status import services_of
from bot.integrations.trackers import Tracker, trackers_of
from bot.integrations.webhook import Sender
from bot.jobs.alerts import Alerts
from bot.jobs.catalog import REFRESH_EVERY as CATALOG_EVERY
from bot.jobs.catalog import CatalogSource
from bot.jobs.catching_up import CatchingUp
from bot.jobs.deadlines import Deadlines
from bot.jobs.delivering import build_delivery
from bot.jobs.digest import EVERY as DIGEST_EVERY
from bot.jobs.digest import Digests, Post
from bot.jobs.emergencies import Emergencies, record
from bot.jobs.heartbeat import Heartbeat, Monitor
from bot.jobs.offering import Offering
from bot.jobs.oncall_sources import REFRESH_EVERY, OnCallSources
from bot.jobs.outage import Outage
from bot.jobs.people import EVERY as PEOPLE_EVERY
from bot.jobs.people import refresh_people
from bot.jobs.purging import PURGED_EVERY, Purging
from bot.jobs.replicas import EVERY as REPLICAS_EVERY
from bot.jobs.replicas import Replicas
from bot.jobs.schedule import start_timers
from bot.jobs.sealing import SEALED_EVERY, Sealing
from bot.jobs.trackers import AGAIN_EVERY, ONE_SWEEP, SWEPT_EVERY, Trackers, issues_of
from bot.review import load_patterns
from bot.slack import http
from bot.slack.answering import PATIENCE as ANSWER_WITHIN
from bot.slack.client import Client, open_client
from bot.slack.gateway import Gateway
from bot.slack.history import PAUSE
from bot.slack.http import App
from bot.slack.listeners import build_app
from bot.slack.looking_up import RECENT, LookUp
from bot.slack.people import person_by_email
from bot.slack.preflight import Identity, Unreachable, preflight
from bot.slack.rates import build_pace
from bot.slack.rooms import Rooms
from bot.slack.signing_in import SlackSignIn
from bot.slack.socket import PING_EVERY, Sockets
from bot.slack.tasks import Tasks
from bot.store import Database, DatabaseUnreachable, Journal, Store, WorkspaceRow, measure_all
from bot.verbs import verb
from bot.web import entrance, gauges
from bot.web.actions import PATH as CALLBACK
from bot.web.actions import ActionDoor
from bot.web.alerts import ANSWERED_WITHIN, AlertDoor
from bot.web.api import route as api
from bot.web.readiness import LATE_TICKS, Notice, Readiness, Starting, database_reasons, warnings
from bot.web.server import Web
from bot.web.trackers import TrackerDoor
from bot.workflows import pages, runs
from bot.workflows.alerts import receive
from bot.workflows.budgets import EVERY as BUDGETS_EVERY
from bot.workflows.budgets import tell_exhausted
from bot.workflows.changes import receive as receive_changes
from bot.workflows.context import COUNTS_EVERY, Context, Rehearsed
from bot.workflows.declare import declare
from bot.workflows.intake import Intake
from bot.workflows.review_links import Destination, Links
from bot.workflows.search_index import SearchIndex
from bot.workflows.status_page import site_now

T = TypeVar("T")
log = structlog.get_logger(__name__)

TICK = timedelta(seconds=1)
"""A deadline fires within 1.5 s of its due time on an idle machine."""
MEMBERS_EVERY = timedelta(minutes=5)
"""In HTTP mode no connection tells of a gap; Slack gives an event up after three repetitions, within six minutes."""
PAST_EVERY = timedelta(minutes=1)
"""So long an incident that was resolved may not be offered to whoever declares one like it."""
RUNBOOKS_EVERY = timedelta(seconds=0.5)
"""How often the files of runbooks are looked at; two thousand of them take some 20 ms, in a thread."""
MOST_LOGGED = 20
"""Files of runbooks that are named in the log at once."""
STOOD_STILL = 10.0
"""Seconds. The connections are looked at each second; after so long Slack may have given up what it sent us."""
REHEARSING = Caller(Integration("Muster", "rehearsal"), CLI, "rehearsal", is_rehearsing=True)
REHEARSED = Declaration("Errors after the deployment")
REHEARSED_WITHIN = 5.0
"""Seconds that a start waits for it, such as for another replica's transaction."""
ANSWERED_AFTER = 2.0
"""Seconds for which a start waits for the database before people are answered without it."""
RETRY_CONNECTING = timedelta(seconds=5)
DRAIN_WITHIN = timedelta(seconds=7)


def machine_now() -> datetime:
    """The machine's clock, aware, UTC."""
    return datetime.now(UTC)


async def not_taken(_: SlackEvent) -> None:
    """What comes before the database is there."""
    raise DatabaseUnreachable("The database was not reached yet.")


@dataclass(frozen=True, slots=True)
class Waits:
    """How long Muster waits for the outside world, in machine time."""

    delivery: Patience = field(default_factory=Patience)
    between_pages: timedelta = PAUSE
    """Between two requests of a channel's history: Slack allows about fifty a minute."""
    before_working_on_it: float = ANSWER_WITHIN
    """Seconds until a person who typed or sent a form is told that the answer will follow."""
    before_alerts_come_again: float = ANSWERED_WITHIN
    """Seconds until a sender of alerts is told to send again what could not be kept yet."""
    for_webhooks: float = WITHIN
    """Seconds until a receiver of webhooks must have answered."""
    for_engines: EnginePatience = field(default_factory=EnginePatience)
    """Until runs are looked at again, and given up."""
    between_counts: timedelta = COUNTS_EVERY
    """How long a card may lag behind the count of an alert."""
    between_sweeps: timedelta = ONE_SWEEP
    """How long no issue of a tracker is looked at unasked after all were."""
    ping_every: float = PING_EVERY
    """Seconds between two pings on a connection to Slack."""
    counted_by: Callable[[], float] = time.monotonic
    """The clock by which Slack's minutes pass, in seconds."""


class Bot:
    """Muster as configured, for one workspace. `running` starts it."""

    def __init__(
        self,
        settings: Settings,
        policy: Policy,
        runbooks: tuple[Runbook, ...],
        now: Callable[[], datetime] = machine_now,
        waits: Waits | None = None,
        fetch: Fetch | None = None,
        shelf: Shelf | None = None,
    ) -> None:
        """`now`: incident time. `fetch`: how the certificates of Amazon are got, for alerts that it signs. `shelf`:
        where the runbooks come from; without it they stay as they are."""
        self._settings = settings
        self._policy = policy
        self._runbooks = runbooks
        self._shelf = shelf
        self._now = now
        self._waits = waits or Waits()
        self._owner = f"{socket.gethostname()}/{os.getpid()}/{uuid.uuid4().hex[:8]}"
        self._starting = Starting()
        self._alert_secrets = {
            source: [one.get_secret_value() for one in secrets] for source, secrets in settings.alert_secrets.items()
        }
        self._webhook_keys = {
            variable: tuple(key_of(one.get_secret_value()) for one in secrets)
            for variable, secrets in settings.webhook_secrets.items()
        }
        self._action_secrets = {
            variable: tuple(one.get_secret_value() for one in secrets)
            for variable, secrets in settings.action_secrets.items()
        }
        known = sources(policy.alerting.generic)
        fetch = fetch or fetching(policy.outgoing, settings.proxy_addresses)
        door = AlertDoor(self._alert_secrets, known, fetch, self._waits.before_alerts_come_again)
        signers = {
            name: [key_of(one) for one in self._action_secrets.get(engine.secret, ())]
            for name, engine in policy.engines.items()
            if engine.kind is EngineKind.WEBHOOK
        }
        actions = ActionDoor(signers, policy.action_hosts)
        secrets = settings.tracker_secrets
        trackers = TrackerDoor(
            {
                name: (one.kind, secrets[one.secret].get_secret_value())
                for name, one in policy.trackers.items()
                if one.secret is not None and one.secret in secrets
            }
        )
        self._web = Web(
            settings.http_host, settings.http_port, self._starting.readiness, door, actions=actions, trackers=trackers
        )

    @property
    def has_started(self) -> bool:
        """Whether Slack and the database have been reached since the start."""
        return self._starting.is_over

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Started"]:
        """Start, work while the body runs, then drain. Raises preflight's Refused when Slack says no.

        While Slack or the database is unreachable it stays up, unready, and keeps trying.
        """
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._web.running())
            journal = await asyncio.to_thread(Journal, self._settings.journal_file)
            database = await self._opened(journal)
            stack.push_async_callback(database.close)
            await self._patiently(lambda: self._take_alerts_early(database))
            client = await stack.enter_async_context(
                open_client(self._settings.slack_api_url, self._settings.bot_token.get_secret_value())
            )
            identity, _ = await asyncio.gather(self._introduce(client), asyncio.to_thread(load_patterns))
            outgoing = await stack.enter_async_context(
                Outgoing(self._waits.for_webhooks, self._policy.outgoing, self._settings.proxy_addresses)
            )
            started = await self._patiently(lambda: self._build(database, client, identity, outgoing, journal))
            await started.rehearse()
            await self._start(stack, started, outgoing)
            self._starting.is_over = True
            self._web.readiness = started.readiness
            self._web.read_gauges = started.read_gauges
            log.info("bot.ready", workspace=identity.workspace, mode=self._settings.mode)
            yield started
            log.info("bot.stopping")

    async def _opened(self, journal: Journal) -> Database:
        """The database. While it cannot be reached, or is being migrated, people are answered without it."""

        async def open_() -> Database:
            return await Database.open(self._settings.database_url, migrate=True, exclusive=True)

        opening = asyncio.create_task(self._patiently(open_))
        answering: asyncio.Task[None] | None = None
        try:
            done, _ = await asyncio.wait({opening}, timeout=ANSWERED_AFTER)
            if not done:
                answering = asyncio.create_task(self._without_database(journal))
            return await opening
        finally:
            opening.cancel()
            if answering is not None:
                answering.cancel()
                (ended,) = await asyncio.gather(answering, return_exceptions=True)
                if isinstance(ended, Exception):  # what Slack refuses is said once the database is there
                    log.error("database.nobody_answered_without_it", exc_info=ended)

    async def _without_database(self, journal: Journal) -> None:
        """Take declarations down, open their channels, and say of everything else that it has to wait, until it is
        cancelled. What Slack tells is not taken: it tells it again, and what it gives up is read back later."""
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(
                open_client(self._settings.slack_api_url, self._settings.bot_token.get_secret_value())
            )
            identity = await self._introduce(client)
            emergencies = Emergencies(journal, Rooms(Gateway(client, identity), self._now), lambda: self._policy)
            tasks = Tasks()
            app = build_app(
                signing_secret=_plain(self._settings.signing_secret),
                client=client,
                identity=identity,
                ask=WhileAway(self._away(journal, emergencies, lambda: self._policy), None, lambda: True),
                take=not_taken,
                now=self._now,
                tasks=tasks,
                patience=self._waits.before_working_on_it,
            )
            working = await stack.enter_async_context(asyncio.TaskGroup())
            working.create_task(emergencies.run())
            stack.callback(emergencies.stop)
            timers = start_timers({"emergencies": (TICK, emergencies.wake_if_any)})
            stack.callback(timers.shutdown, wait=False)
            stack.push_async_callback(tasks.drain, DRAIN_WITHIN.total_seconds())
            if app_token := _plain(self._settings.app_token):
                sockets = Sockets(app, app_token, self._settings.slack_api_url, self._waits.ping_every)
                await stack.enter_async_context(sockets.running())
            else:
                self._web.take_from_slack(partial(http.answer, app))
                stack.callback(self._web.take_from_slack, None)
            await asyncio.Event().wait()

    def _away(self, journal: Journal, emergencies: Emergencies, policy: Callable[[], Policy]) -> away.Dependencies:
        return away.Dependencies(policy, COMMANDS, journal, self._now, emergencies.wake)

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        """What it brings. While the database is unreachable, which may begin at any moment of the start, it is tried
        again."""
        while True:
            try:
                brought = await work()
            except DatabaseUnreachable as error:
                self._starting.waits_for["database_unreachable"] = str(error)
                log.warning("database.unreachable")
                await asyncio.sleep(RETRY_CONNECTING.total_seconds())
            else:
                self._starting.waits_for.pop("database_unreachable", None)
                return brought

    async def _introduce(self, client: Client) -> Identity:
        """Who we are to Slack. Raises Refused; while Slack is unreachable it keeps trying."""
        while True:
            try:
                identity = await preflight(client, _plain(self._settings.app_token))
            except Unreachable as error:
                self._starting.waits_for["slack_unreachable"] = str(error)
                log.warning("slack.unreachable")
                await asyncio.sleep(RETRY_CONNECTING.total_seconds())
            else:
                self._starting.waits_for.pop("slack_unreachable", None)
                return identity

    async def _take_alerts_early(self, database: Database) -> None:
        """Alerts are kept before Slack is reached, where it is known from before which workspace they are for."""
        with database.reached():
            known = await database.workspaces()
        if len(known) == 1:
            context = Context(Store(database, known[0]), self._policy, self._runbooks, self._now)
            self._web.alerts.take = partial(receive, context)
            self._web.alerts.take_changes = partial(receive_changes, context)

    async def _build(
        self, database: Database, client: Client, identity: Identity, outgoing: Outgoing, journal: Journal
    ) -> "Started":
        """Wire the parts together; none of them runs yet."""
        with database.reached():
            return await self._built(database, client, identity, outgoing, journal)

    async def _built(
        self, database: Database, client: Client, identity: Identity, outgoing: Outgoing, journal: Journal
    ) -> "Started":
        store = Store(database, WorkspaceId(identity.workspace))
        async with store.write() as tx:
            await tx.keep_workspace(WorkspaceRow(identity.workspace, identity.name, identity.url, identity.bot_user))
            if database.is_sqlite:  # the only process: whatever was under way died with the one before
                await tx.release_all_effects()
        context = Context(store, self._policy, self._runbooks, self._now, counts_every=self._waits.between_counts)
        if self._policy.status_page is not None:
            self._web.status_page.site = partial(site_now, context)
        self._web.actions.take = partial(runs.ended, context)
        self._web.alerts.take_seen = partial(pages.seen, context)
        gateway = Gateway(client, identity, build_pace(self._waits.counted_by) if self._settings.slack_pace else None)
        intake = Intake(context)
        catching_up = CatchingUp(context, gateway, intake, self._waits.between_pages)
        tasks = Tasks()
        search_index = SearchIndex(context)
        look_up = LookUp(store, gateway, self._now)
        recently = LookUp(store, gateway, self._now, RECENT)
        verbs = verb.Dependencies(context, search_index, look_up)
        link = await self._open_pages(verbs, recently, catching_up)
        self._web.mcp.public_url = self._settings.public_url
        self._web.api.origins = frozenset(self._settings.api_origins)
        self._web.api.dependencies = api.Dependencies(
            verbs, recently, catching_up.heard_to, machine_now, self._webhook_keys.get(BY_API, ())
        )
        alerts = Alerts(verbs) if self._alert_secrets else None
        router = Router(Dependencies(context, search_index, look_up, COMMANDS, tasks.spawn, link))
        emergencies = Emergencies(journal, Rooms(gateway, self._now), lambda: context.policy)
        emergencies.go_on_with(partial(record, verbs), lambda: database.away is not None)
        ask = WhileAway(
            self._away(journal, emergencies, lambda: context.policy), router, lambda: database.away is not None
        )
        app = build_app(
            signing_secret=_plain(self._settings.signing_secret),
            client=client,
            identity=identity,
            ask=ask,
            take=intake.take,
            now=self._now,
            tasks=tasks,
            patience=self._waits.before_working_on_it,
            waiting=context.waiting,
        )
        sockets: Sockets | None = None
        if app_token := _plain(self._settings.app_token):
            sockets = Sockets(app, app_token, self._settings.slack_api_url, self._waits.ping_every)
        oncall, catalog = (
            OnCallSources(context, outgoing, self._oncalls(outgoing), partial(person_by_email, gateway)),
            CatalogSource(context, READER, outgoing, _plain(self._settings.catalog_token)),
        )
        await oncall.apply()
        await catalog.apply()
        issues = issues_of(context, gateway, self._trackers(outgoing))
        replicas = Replicas(store, self._owner, gateway.pace, partial(_counted, sockets), machine_now)
        await replicas.remember()
        await replicas.look()
        connection = ConnectionWatch(sockets, catching_up, tasks, gateway, database)
        return Started(
            context=context,
            workspace_url=identity.url,
            port=self._web.port,
            search_index=search_index,
            gateway=gateway,
            app=app,
            tasks=tasks,
            catching_up=catching_up,
            delivery=build_delivery(
                context,
                gateway,
                self._owner,
                machine_now,
                self._waits.delivery,
                catching_up,
                Sender(outgoing, self._webhook_keys, machine_now),
                self._engines(outgoing),
                self._github(outgoing),
                services_of(self._policy, self._status_tokens(), outgoing),
                self._pagers(outgoing),
                issues,
                self._bridge(outgoing, context),
                outgoing,
                self._keepers(outgoing),
                self._post(),
            ),
            deadlines=Deadlines(context, self._owner, machine_now),
            sealing=Sealing(context, self._signer()),
            digests=Digests(context),
            purging=Purging(context),
            offering=Offering(context, search_index.runbooks),
            emergencies=emergencies,
            journal=journal,
            trackers=Trackers(context, issues, self._waits.between_sweeps) if issues else None,
            sources=oncall,
            catalog=catalog,
            alerts=alerts,
            sockets=sockets,
            connection=connection,
            replicas=replicas,
            outage=Outage(context, connection.is_reached, machine_now),
            runbooks=RunbookWatch(self._shelf, context, tasks) if self._shelf else None,
        )

    def _signer(self) -> Signer | None:
        key = _plain(self._settings.proof_key)
        return Signer(key) if key is not None else None

    def _post(self) -> Post:
        mail = self._policy.digest.mail if self._policy.digest else None
        password = self._settings.mail_passwords.get(mail.password) if mail and mail.password else None
        return Post(self._public_address(), _plain(password))

    def _trackers(self, outgoing: Outgoing) -> dict[str, Tracker]:
        secrets = {name: one.get_secret_value() for name, one in self._settings.tracker_secrets.items()}
        return trackers_of(self._policy, secrets, outgoing)

    def _keepers(self, outgoing: Outgoing) -> dict[str, Keeper]:
        tokens = {name: one.get_secret_value() for name, one in self._settings.document_tokens.items()}
        return keepers_of(self._policy, tokens, outgoing)

    def _engines(self, outgoing: Outgoing) -> Engines:
        """What runs the actions of the policy."""
        address = self._public_address()
        callback = f"{address}{CALLBACK}" if address else None
        running = engines_of(self._policy, self._action_secrets, outgoing, machine_now, callback)
        return Engines(running, machine_now, self._waits.for_engines)

    def _status_tokens(self) -> dict[str, str]:
        return {name: one.get_secret_value() for name, one in self._settings.status_tokens.items()}

    def _github(self, outgoing: Outgoing) -> GitHub | None:
        repository = self._policy.runbook_repository
        token = self._settings.repository_tokens.get(repository.token) if repository else None
        return GitHub(repository, token.get_secret_value(), outgoing) if repository and token else None

    def _oncalls(self, outgoing: Outgoing) -> OnCalls | None:
        pagerduty = self._policy.paging.pagerduty
        token = self._settings.page_secrets.get(pagerduty.token) if pagerduty and pagerduty.token else None
        return OnCalls(pagerduty, token.get_secret_value(), outgoing) if pagerduty and token else None

    def _pagers(self, outgoing: Outgoing) -> Pagers | None:
        if not self._policy.paging.is_on:
            return None
        secrets = {name: one.get_secret_value() for name, one in self._settings.page_secrets.items()}
        return Pagers(pagers_of(self._policy.paging, outgoing), secrets, machine_now)

    def _bridge(self, outgoing: Outgoing, context: Context) -> Bridge | None:
        settings = self._policy.bridge
        if settings is None:
            return None
        return Bridge(settings, outgoing, self._webhook_keys, machine_now, str(context.store.workspace))

    def _heartbeat(self, started: "Started", outgoing: Outgoing) -> Heartbeat | None:
        url = _plain(self._settings.heartbeat_url)
        if url is None:
            return None
        monitor = Monitor(url, self._settings.heartbeat_may_be_private)
        return Heartbeat(monitor, outgoing, started.is_well, machine_now)

    async def _start(self, stack: AsyncExitStack, started: "Started", outgoing: Outgoing) -> None:
        """Start what was built; the stack stops it in the opposite order."""
        tasks = started.tasks
        working = asyncio.TaskGroup()
        await stack.enter_async_context(working)
        working.create_task(started.delivery.run())
        working.create_task(started.deadlines.run())
        stack.callback(started.deadlines.stop)
        working.create_task(started.offering.run())
        stack.callback(started.offering.stop)
        working.create_task(started.emergencies.run())
        stack.callback(started.emergencies.stop)
        if started.alerts is not None:
            working.create_task(started.alerts.run())
            stack.callback(started.alerts.stop)
            self._web.alerts.take = started.take_alerts
            self._web.alerts.take_changes = started.take_changes
        if started.trackers is not None:
            working.create_task(started.trackers.run())
            stack.callback(started.trackers.stop)
            self._web.trackers.take = started.trackers.call
        tasks.spawn(started.get_ready())
        watched: dict[str, tuple[timedelta, Callable[[], object]]] = {}
        if started.runbooks:
            watched["runbooks"] = (RUNBOOKS_EVERY, started.runbooks.look)
        if heartbeat := self._heartbeat(started, outgoing):
            watched["heartbeat"] = (TICK, lambda: tasks.spawn(heartbeat.beat_when_due()))
        if started.trackers is not None:
            watched |= {
                "trackers": (SWEPT_EVERY, started.trackers.sweep),
                "called": (AGAIN_EVERY, started.trackers.again),
            }
        timers = start_timers(
            {
                **watched,
                "tick": (TICK, started.wake),
                "connection": (TICK, started.connection.watch),
                "replicas": (REPLICAS_EVERY, lambda: tasks.spawn(started.replicas.look())),
                "outage": (TICK, lambda: tasks.spawn(started.outage.look())),
                "members": (MEMBERS_EVERY, started.connection.read_members),
                "sealing": (SEALED_EVERY, lambda: tasks.spawn(started.sealing.seal())),
                "budgets": (BUDGETS_EVERY, lambda: tasks.spawn(tell_exhausted(started.context))),
                "digest": (DIGEST_EVERY, lambda: tasks.spawn(started.digests.look())),
                "purge": (PURGED_EVERY, lambda: tasks.spawn(started.purging.purge())),
                "people": (
                    PEOPLE_EVERY,
                    lambda: tasks.spawn(refresh_people(started.context, started.gateway)),
                ),
                "past": (PAST_EVERY, lambda: tasks.spawn(started.search_index.refresh())),
                "catalogue": (CATALOG_EVERY, lambda: tasks.spawn(started.refresh_catalog())),
                "on call": (REFRESH_EVERY, lambda: tasks.spawn(started.refresh_on_call())),
            },
            at_once={"purge", "trackers"},  # the catalogue, people and who is on call are looked at by `get_ready`
        )
        stack.callback(timers.shutdown, wait=False)
        stack.push_async_callback(started.replicas.leave)
        stack.push_async_callback(tasks.drain, DRAIN_WITHIN.total_seconds())
        stack.callback(started.purging.stop)
        stack.callback(started.delivery.stop)  # what is under way ends while answers are finished, not after that
        if started.sockets is not None:
            await stack.enter_async_context(started.sockets.running())
        else:
            self._web.take_from_slack(partial(http.answer, started.app))
            stack.callback(self._web.take_from_slack, None)
        started.wake()

    def _public_address(self) -> str | None:
        """Where we are reached from outside; None where nobody said."""
        address = self._settings.public_url
        if address is not None and address.endswith(":0"):  # whatever port was free, on this machine
            return f"{address.removesuffix(':0')}:{self._web.port}"
        return address

    def _sign_in(self, team: str) -> SlackSignIn | None:
        settings, secret = self._settings, _plain(self._settings.sign_in_secret)
        if settings.sign_in_id is None or secret is None:
            return None
        return SlackSignIn(settings.slack_api_url, settings.sign_in_id, secret, team, machine_now)

    async def _open_pages(self, verbs: verb.Dependencies, look_up: LookUp, catching_up: CatchingUp) -> GiveLink:
        """Let people come to the pages, where a public address is set; what gives them their links."""
        if self._settings.public_url is None:
            return no_link
        store = verbs.context.store
        async with store.write() as tx:
            await tx.make_link_key()
        address = self._public_address() or ""

        async def links() -> Links:
            async with store.read() as tx:
                return Links(address, store.workspace, await tx.link_key(), machine_now)

        async def link(user: SlackUserId, to: Destination) -> str:
            return (await links()).link(user, to)

        pages = entrance.Dependencies(verbs, links, look_up, catching_up.heard_to, self._sign_in(store.workspace))
        self._web.reviews.dependencies = self._web.dashboard.dependencies = pages
        return link


class ConnectionWatch:
    """Notices when Slack reaches us and when it no longer does."""

    def __init__(
        self, sockets: Sockets | None, catching_up: CatchingUp, tasks: Tasks, gateway: Gateway, database: Database
    ) -> None:
        """`sockets`: None in HTTP mode, where a lost connection cannot be noticed."""
        self._gateway = gateway
        self._database = database
        self._sockets = sockets
        self._catching_up = catching_up
        self._tasks = tasks
        self._was_up = False
        self.looked_at = time.monotonic()
        """Seconds on the machine's steady clock."""

    @property
    def is_up(self) -> bool:
        return self._sockets is None or self._sockets.is_connected

    def read_members(self) -> None:
        """In HTTP mode, read back who may see private incidents."""
        if self._sockets is None:
            self._tasks.spawn(self._catching_up.private_members())

    async def is_reached(self) -> bool:
        """Whether Slack hears us and we hear it; it is asked where the last call failed."""
        if not self.is_up:
            return False
        return not self._gateway.is_failing or isinstance(await self._gateway.call("auth.test"), Done | Gone)

    def watch(self) -> None:
        """When Slack reaches us, for the first time or again, what was said meanwhile is read back; again where that
        failed. A process that stood still counts as not reached, though its connections seem to have lasted; so does
        one whose database was away, for what Slack told it could not be taken."""
        stood_still, self.looked_at = time.monotonic() - self.looked_at > STOOD_STILL, time.monotonic()
        is_up = self.is_up and not stood_still and self._database.away_for < STOOD_STILL
        if is_up and (not self._was_up or self._catching_up.is_to_be_repeated):
            self._tasks.spawn(self._catching_up.everything())
        if self._was_up and not is_up:
            self._catching_up.disconnected()
        if is_up:
            self._tasks.spawn(self._catching_up.keep_heard())
        self._was_up = is_up


class RunbookWatch:
    """Keeps the runbooks as their files are, and says what cannot be read."""

    def __init__(self, shelf: Shelf, context: Context, tasks: Tasks) -> None:
        self._shelf = shelf
        self._context = context
        self._tasks = tasks
        self._is_looking = False
        self._tell(shelf.library)

    @property
    def left_out(self) -> str:
        """What is not used as it stands, in a sentence; empty when everything is."""
        return self._shelf.library.named()

    def look(self) -> None:
        """Read what has changed, unless that is under way."""
        if not self._is_looking:
            self._is_looking = True
            self._tasks.spawn(self._look())

    async def _look(self) -> None:
        before = self._shelf.library
        try:
            library = await asyncio.to_thread(self._shelf.look)
        finally:
            self._is_looking = False
        if library is not before:
            self._context.runbooks = library.runbooks
            log.info("runbooks.read", runbooks=len(library.runbooks))
            self._tell(library, before)

    def _tell(self, library: Library, before: Library | None = None) -> None:
        told = set(before.left_out) if before else set()
        for problem in [one for one in library.left_out if one not in told][:MOST_LOGGED]:
            log.warning("runbook.left_out", file=problem.file, line=problem.line, why=problem.text)


@dataclass(frozen=True, slots=True)
class Started:
    """Muster at work: everything between the door and Slack, for one workspace."""

    context: Context
    workspace_url: str
    port: int
    """Where the web server listens."""
    search_index: SearchIndex
    gateway: Gateway
    app: App
    tasks: Tasks
    catching_up: CatchingUp
    delivery: Delivery
    deadlines: Deadlines
    outage: Outage
    sealing: Sealing
    digests: Digests
    purging: Purging
    sources: OnCallSources
    catalog: CatalogSource
    offering: Offering
    emergencies: Emergencies
    journal: Journal
    """What was declared while the database was away."""
    trackers: Trackers | None
    """None where the policy has none."""
    alerts: Alerts | None
    """None where no source of alerts is switched on."""
    sockets: Sockets | None
    """None in HTTP mode."""
    connection: ConnectionWatch
    replicas: Replicas
    runbooks: RunbookWatch | None
    """None where runbooks stay as they were given."""

    def wake(self) -> None:
        """Look at the deadlines, the alerts, the outbox and the journal now."""
        self.deadlines.wake()
        self.emergencies.wake_if_any()
        if self.alerts is not None:
            self.alerts.wake()

    async def take_alerts(
        self, source: str, delivery_id: str, within: timedelta | None, signals: Sequence[Signal]
    ) -> bool:
        """Keep what monitoring sent, and have it worked off."""
        is_new = await receive(self.context, source, delivery_id, within, signals)
        if is_new and self.alerts is not None:
            self.alerts.wake()
        return is_new

    async def take_changes(self, delivery_id: str, changes: Sequence[Change]) -> bool:
        """Keep what a pipeline told, and have it stand where it belongs."""
        is_new = await receive_changes(self.context, delivery_id, changes)
        if is_new and self.alerts is not None:
            self.alerts.wake()
        return is_new

    async def rehearse(self) -> None:
        """Declare an incident that is not recorded, so that the first one after a start does not wait until the index
        of runbooks is made, statements and codecs are compiled, and connections are opened."""
        try:
            async with asyncio.timeout(REHEARSED_WITHIN):
                words = await self.search_index.runbooks.told(REHEARSED.title)
                await declare(self.context, REHEARSING, REHEARSED, words=words)
        except (Rehearsed, Refusal, TimeoutError):
            pass
        except Exception:  # what is merely useful does not stand in the way of a start
            log.exception("declare.not_rehearsed")

    async def get_ready(self) -> None:
        """Prepare what no command has to wait for: profiles, who is on call, the search index."""
        await self.refresh_catalog()
        await refresh_people(self.context, self.gateway)
        await self.refresh_on_call()
        if measured := await measure_all(self.context.store):
            log.info("incidents.measured", count=measured)
        await self.search_index.refresh()

    async def refresh_on_call(self) -> None:
        """Look at calendar feeds and user groups, and tell whoever comes on call, now."""
        await self.sources.refresh(machine_now())

    async def refresh_catalog(self) -> None:
        """Look at the service catalogue."""
        await self.catalog.refresh(machine_now())

    async def readiness(self) -> Readiness:
        """Whether commands can be taken, and what deserves a look."""
        reasons = await database_reasons(self.context.store.database)
        notices = [] if reasons else await warnings(self.context, machine_now(), self.deadlines.last_tick_at)
        if self.runbooks and (left_out := self.runbooks.left_out):
            notices.append(Notice("runbooks", left_out))
        if waiting := len(self.journal.waiting):
            text = f"{plural(waiting, 'declaration')} came without a database and will be recorded once it is back."
            notices.append(Notice("declarations_waiting", text))
        if not self.connection.is_up:
            reasons.append(Notice("slack_not_connected", "No Socket Mode connection to Slack is alive."))
        if (told := too_many_connections(_counted(self.sockets))) is not None:
            notices.append(Notice("slack_connections", told))
        return Readiness(tuple(reasons), tuple(notices))

    async def is_well(self) -> bool:
        """Whether commands can be taken, and deadlines are looked at."""
        readiness = await self.readiness()
        return readiness.is_ready and not any(one.code == LATE_TICKS for one in readiness.warnings)

    async def read_gauges(self) -> None:
        """Set the figures of `GET /metrics` that nobody counts on the way."""
        alive = self.sockets.alive if self.sockets else 0
        gauges.read_limits(_counted(self.sockets), self.gateway.pace.used() if self.gateway.pace else {})
        await gauges.read(self.context, self.connection.is_up, alive, self.deadlines.last_tick_at, machine_now())

    async def next_deadline_at(self) -> datetime | None:
        """When the next deadline is due, an alert said to be quiet or a proposal over, in incident time."""
        async with self.context.store.read() as tx:
            found = [await tx.next_deadline_at(), await tx.next_proposal_at()]
        found.append(await self.alerts.next_at() if self.alerts else None)
        return min((at for at in found if at is not None), default=None)

    async def under_way(self) -> str:
        """What has not come to rest, in words; empty when everything has."""
        async with self.context.store.read() as tx:
            effects = await tx.outbox(limit=5)
            due = [await tx.next_deadline_at(), await tx.next_proposal_at()]
            alerts = self.alerts is not None and (await tx.are_alerts_waiting() or bool(await tx.changes_waiting(1)))
        parts = [f"{row.kind} to {row.lane} ({row.state}, {row.attempts} attempts, {row.error})" for row in effects]
        if not self.delivery.is_idle:
            parts.append("a delivery")
        if self.journal.waiting:
            parts.append("a declaration that is still to be recorded")
        if alerts or (self.alerts is not None and not self.alerts.is_idle):
            parts.append("alerts")
        if self.trackers is not None and not self.trackers.is_idle:
            parts.append("a look at trackers")
        if not self.offering.is_idle or self.context.store.heard.is_set():
            parts.append("a search for runbooks")
        now = self.context.now()
        parts += [f"a deadline of {at:%H:%M:%S}" for at in due if at is not None and at <= now]
        return "; ".join(parts)


def _counted(sockets: Sockets | None) -> int | None:
    return sockets.counted if sockets else None


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
