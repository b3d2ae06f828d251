"""The door: everything that Slack sends comes in here, and is acknowledged once it is durable.

A Slack event is taken in by the global middleware, before anything else. A listener runs to its end before bolt
answers Slack (`process_before_response`): the answer is the acknowledgement itself, with no race between the two.
"""

import logging
import os
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypeVar

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.ids import SlackUserId, WorkspaceId
from bot.domain.transcript import MemberJoined, SlackEvent
from bot.door.inbound import Changed, HomeOpened, Joined, Submitted, Typed
from bot.slack import traffic_metrics, views
from bot.slack.answering import PATIENCE, Answering, Ask, defect
from bot.slack.events import kind_of, read_event
from bot.slack.gateway import Gateway
from bot.slack.manifest import COMMAND, SHORTCUTS
from bot.slack.payloads import (
    read_change,
    read_click,
    read_command,
    read_home_opened,
    read_mention,
    read_shortcut,
    read_submission,
)
from bot.slack.preflight import Identity
from bot.slack.tasks import Tasks
from bot.workflows.giving_way import Waiting

log = structlog.get_logger(__name__)

Take = Callable[[SlackEvent], Awaitable[None]]
Body = dict[str, Any]
Asked = TypeVar("Asked", Typed, Submitted, Changed, HomeOpened, Joined)

COMMAND_BUTTON: Final = re.compile(r"^command:")
"""The action id of a button whose value is the text of the command it stands for."""
ANYTHING: Final = re.compile("")
OAUTH_SWITCHES: Final = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
"""Found in the environment, these would switch bolt to OAuth."""

bolt_logger = logging.getLogger("muster.slack_bolt")
bolt_logger.setLevel(logging.ERROR)
"""What bolt warns of is told by ourselves, without payloads."""


def build_app(
    *,
    signing_secret: str | None,
    client: AsyncWebClient,
    identity: Identity,
    ask: Ask,
    take: Take,
    now: Callable[[], datetime],
    tasks: Tasks,
    patience: float = PATIENCE,
    waiting: Waiting | None = None,
) -> AsyncApp:
    """Bolt's app, for Socket Mode and HTTP alike. `patience`: seconds until a person is told to wait. `waiting`
    is told of everybody who waits.

    Without a signing secret no HTTP request can be signed, so that a forgotten one leaves nothing open.
    """
    for name in OAUTH_SWITCHES:
        os.environ.pop(name, None)
    app = AsyncApp(
        name="muster",
        logger=bolt_logger,
        client=client,
        signing_secret=signing_secret or secrets.token_hex(32),
        authorize=_as_installed(identity, client.token or ""),
        ignoring_self_events_enabled=False,  # reading an event decides what is our own doing
        process_before_response=True,
        raise_error_for_unhandled_request=True,
    )
    answering = Answering(ask, client, Gateway(client, identity), tasks, patience, waiting or Waiting())
    door = Door(answering, identity, take, now)
    app.middleware(door.take_in)
    app.command(COMMAND)(door.command)
    app.action(COMMAND_BUTTON)(door.click)
    app.action(ANYTHING)(door.change)
    for shortcut in SHORTCUTS:
        app.shortcut(shortcut["callback_id"])(door.shortcut)
    app.view_submission(ANYTHING)(door.submission)
    app.view_closed(ANYTHING)(acknowledge)
    app.error(told_of_error)
    return app


def _as_installed(identity: Identity, token: str) -> Callable[..., Awaitable[AuthorizeResult]]:
    """We are one installation and know it since the start: no request waits for `auth.test`."""
    installed = AuthorizeResult(
        enterprise_id=None, team_id=identity.workspace, bot_user_id=identity.bot_user, bot_token=token
    )

    async def authorize() -> AuthorizeResult:
        return installed

    return authorize


class Door:
    """Takes payloads in and hands them on as plain values.

    The workspace is the installation's, never the payload's: in shared channels that can be the other company's.
    """

    def __init__(self, answering: Answering, identity: Identity, take: Take, now: Callable[[], datetime]) -> None:
        self._answering = answering
        self._workspace = WorkspaceId(identity.workspace)
        self._workspace_url = identity.url
        self._bot_user = SlackUserId(identity.bot_user)
        self._organisation = identity.organisation
        self._take = take
        self._now = now

    async def take_in(self, body: Body, next_: Callable[[], Awaitable[None]]) -> BoltResponse | None:
        """Make a Slack event durable, then acknowledge it; hand on what people asked.

        What cannot be made durable is raised: then Slack sends it again.
        """
        match body.get("type"):
            case "event_callback":
                if (opened := read_home_opened(body, self._workspace)) is not None:
                    self._answering.home_opened(self._known(opened, body))
                    return BoltResponse(status=200)
                traffic_metrics.SLACK_EVENTS.labels(kind_of(body)).inc()
                if (said := read_mention(body, self._workspace, self._bot_user)) is not None:
                    await self._answering.mentioned(self._known(said, body))
                    return BoltResponse(status=200)
                event = read_event(body, self._now(), self._bot_user, self._organisation)
                if event is not None and event.seen is not None:
                    await self._take(event)
                    if isinstance(seen := event.seen, MemberJoined):
                        came = Joined(self._workspace, seen.user, seen.channel, seen.at, seen.by)
                        self._answering.joined(self._known(came, body))
                return BoltResponse(status=200)
            case "app_rate_limited":
                log.warning("slack_event.rate_limited", minute=body.get("minute_rate_limited"))
                return BoltResponse(status=200)
            case _:
                await next_()
                return None

    async def command(self, ack: AsyncAck, body: Body) -> None:
        await self._answering.typed(self._known(read_command(body, self._workspace), body), ack)

    async def click(self, ack: AsyncAck, body: Body) -> None:
        await self._answering.typed(self._known(read_click(body, self._workspace), body), ack)

    async def shortcut(self, ack: AsyncAck, body: Body) -> None:
        used = read_shortcut(body, self._workspace, self._workspace_url)
        await self._answering.typed(self._known(used, body), ack)

    async def change(self, ack: AsyncAck, body: Body) -> None:
        """Any other action: only fields of our forms have something to say before they are sent."""
        await ack()
        if body.get("view", {}).get("type") == "modal":
            self._answering.changed(self._known(read_change(body, self._workspace), body))

    async def submission(self, ack: AsyncAck, body: Body) -> None:
        sent = self._known(read_submission(body, self._workspace), body)
        await self._answering.submitted(sent, body["view"], ack)

    def _known(self, inbound: Asked, body: Body) -> Asked:
        """What was asked, marked where somebody of another organisation asks it."""
        return replace(inbound, is_from_outside=True) if self._organisation.sent_by_another(body) else inbound


async def acknowledge(ack: AsyncAck) -> None:
    """Nothing to do, but Slack waits for an answer."""
    await ack()


async def told_of_error(error: Exception, body: Body, ack: AsyncAck) -> BoltResponse:
    """What Slack is answered when something was raised: never silence, and an event is sent again."""
    if isinstance(error, BoltUnhandledRequestError):
        return _unknown(body)
    if ack.response is not None:
        log.error("slack.after_answer", exc_info=error)
        return ack.response
    if body.get("type") == "event_callback":
        log.error("slack_event.not_taken", type=kind_of(body), exc_info=error)
        return BoltResponse(status=500)
    said = defect(error)
    if "command" in body:
        return _json({"response_type": "ephemeral", "text": said.text})
    if body.get("type") == "view_submission":
        return _json({"response_action": "update", "view": views.result("", said)})
    return BoltResponse(status=200)


def _unknown(body: Body) -> BoltResponse:
    """Acknowledge what nobody handles: unacknowledged, Slack would send it again."""
    kind = body.get("type")
    log.info("slack.unknown", type=kind if isinstance(kind, str) else None)
    if "command" in body:
        return _json(
            {"response_type": "ephemeral", "text": f"Muster does not know that command. Try `{COMMAND} help`."}
        )
    if kind == "block_suggestion":
        return _json({"options": []})
    return BoltResponse(status=200)


def _json(body: Body) -> BoltResponse:
    return BoltResponse(status=200, body=body)
