"""The door in HTTP mode: signed requests on the wire, through the real bolt."""

import asyncio
import hashlib
import hmac
import io
import json
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web

from bot.domain.transcript import MessagePosted, SlackEvent
from bot.door.inbound import Inbound, Submitted, Typed
from bot.door.reply import FormErrors, Reply, Say
from bot.slack import http
from bot.slack.answering import PATIENCE
from bot.slack.client import open_client
from bot.slack.listeners import build_app
from bot.slack.preflight import Identity
from bot.slack.tasks import Tasks
from bot.web.readiness import Readiness
from bot.web.server import LARGEST, Web
from tests.serving import serving

SECRET = "shhh"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOBODY = "http://127.0.0.1:9/api/"
"""Where nothing listens: these tests call no method of Slack's."""
VIEW: dict[str, Any] = {
    "id": "V1",
    "type": "modal",
    "hash": "h1",
    "callback_id": "update",
    "private_metadata": "INC-1",
    "title": {"type": "plain_text", "text": "Post an update"},
    "blocks": [{"type": "input", "block_id": "conditions", "element": {"type": "plain_text_input"}}],
    "state": {"values": {"conditions": {"conditions": {"type": "plain_text_input", "value": "all is well"}}}},
}


@dataclass
class Workplace:
    """A bot's door on a port, what came in, and what it sent to `response_url`."""

    session: aiohttp.ClientSession
    tasks: Tasks
    asked: list[Inbound] = field(default_factory=list)
    taken: list[SlackEvent] = field(default_factory=list)
    responded: "asyncio.Queue[dict[str, Any]]" = field(default_factory=asyncio.Queue)
    response_url: str = ""

    async def post(self, body: bytes, content_type: str, **headers: str) -> tuple[int, Any]:
        stamp = str(int(time.time()))
        signature = sign(stamp, body)
        given = {"Content-Type": content_type, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}
        async with self.session.post("/slack/events", data=io.BytesIO(body), headers={**given, **headers}) as response:
            text = await response.text()
            return response.status, json.loads(text) if text.startswith("{") else text

    async def event(self, event: dict[str, Any], **headers: str) -> tuple[int, Any]:
        body = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": event}
        return await self.post(json.dumps(body).encode(), "application/json", **headers)

    async def types(self, text: str, command: str = "/incident") -> tuple[int, Any]:
        fields = {"command": command, "text": text, "user_id": "U1", "channel_id": "C1", "team_id": "T9"}
        return await self.form({**fields, "trigger_id": "1.2.x", "response_url": self.response_url})

    async def acts(self, payload: dict[str, Any]) -> tuple[int, Any]:
        return await self.form({"payload": json.dumps(payload)})

    async def clicks(self, action_id: str) -> tuple[int, Any]:
        action = {"type": "button", "action_id": action_id, "block_id": "b", "value": "INC-1 accept"}
        shown = {"type": "block_actions", "trigger_id": "1.2.y", "response_url": self.response_url}
        return await self.acts({**shown, "user": {"id": "U1"}, "channel": {"id": "C1"}, "actions": [action]})

    async def submits(self) -> tuple[int, Any]:
        return await self.acts({"type": "view_submission", "user": {"id": "U1"}, "team": {"id": "T1"}, "view": VIEW})

    async def form(self, fields: dict[str, str]) -> tuple[int, Any]:
        return await self.post(urlencode(fields).encode(), "application/x-www-form-urlencoded")


Answer = Callable[[Inbound], Coroutine[Any, Any, Reply]]


def sign(stamp: str, body: bytes, secret: str = SECRET) -> str:
    return "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()


async def well(_: Inbound) -> Reply:
    return Say("Noted.")


@asynccontextmanager
async def door(
    answer: Answer = well, patience: float = PATIENCE, secret: str | None = SECRET, is_broken: bool = False
) -> AsyncIterator[Workplace]:
    async with mailbox() as (url, responded), open_client(NOBODY, "xoxb-1") as client:
        tasks = Tasks()

        async def ask(inbound: Inbound) -> Reply:
            place.asked.append(inbound)
            return await answer(inbound)

        async def take(event: SlackEvent) -> None:
            if is_broken:
                raise OSError("the disk is full")
            place.taken.append(event)

        app = build_app(
            signing_secret=secret,
            client=client,
            identity=Identity("T1", "Shop", "https://shop.example/", "UBOT"),
            ask=ask,
            take=take,
            now=lambda: NOW,
            tasks=tasks,
            patience=patience,
        )
        async with Web("127.0.0.1", 0, ready).running() as server:
            server.take_from_slack(partial(http.answer, app))
            async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as session:
                place = Workplace(session, tasks, responded=responded, response_url=url)
                yield place
                await tasks.drain(5)


async def ready() -> Readiness:
    return Readiness()


@asynccontextmanager
async def mailbox() -> AsyncIterator[tuple[str, "asyncio.Queue[dict[str, Any]]"]]:
    """Where a `response_url` leads."""
    received: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def receive(request: web.Request) -> web.Response:
        await received.put(await request.json())
        return web.Response(text="ok")

    async with serving(web.post("/respond", receive)) as port:
        yield f"http://127.0.0.1:{port}/respond", received


MESSAGE = {"type": "message", "channel": "C1", "user": "U1", "ts": "1772442000.000100", "text": "hello"}


async def test_a_slack_event_is_durable_before_it_is_acknowledged() -> None:
    async with door() as place:
        assert (await place.event(MESSAGE))[0] == 200
        (event,) = place.taken
        assert event.event_id == "Ev1"
        assert isinstance(event.seen, MessagePosted)


async def test_a_retry_of_an_event_is_taken_in_like_the_first_delivery() -> None:
    async with door() as place:
        status, _ = await place.event(MESSAGE, **{"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"})
        assert status == 200
        assert len(place.taken) == 1


async def test_an_event_that_could_not_be_kept_is_asked_for_again() -> None:
    async with door(is_broken=True) as place:
        assert (await place.event(MESSAGE))[0] == 500


async def test_malformed_and_unknown_events_are_acknowledged_and_harm_nothing() -> None:
    async with door(is_broken=True) as place:
        odd: list[dict[str, Any]] = [{"type": "emoji_changed"}, {"type": "message", "ts": []}, {"type": {}}, {}]
        for event in odd:
            assert (await place.event(event))[0] == 200
        for body in (b'{"type": "event_callback"}', b'{"type": "event_callback", "event": 5}'):
            assert (await place.post(body, "application/json"))[0] == 200
        assert place.taken == []


async def test_slack_may_check_the_address() -> None:
    async with door() as place:
        body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"}).encode()
        assert await place.post(body, "application/json") == (200, {"challenge": "abc"})


async def test_a_command_is_answered_in_the_acknowledgement() -> None:
    async def noted(_: Inbound) -> Reply:
        return Say("Noted.", ({"type": "section", "text": {"type": "mrkdwn", "text": "*Noted.*"}},))

    async with door(noted) as place:
        status, answer = await place.types("note a &amp; b")
        assert status == 200
        assert answer["text"] == "Noted."
        assert answer["response_type"] == "ephemeral"
        assert answer["blocks"][0]["type"] == "section"
        (typed,) = place.asked
        assert isinstance(typed, Typed)
        assert (typed.text, typed.workspace, typed.user) == ("note a &amp; b", "T1", "U1")


async def test_what_follows_an_answer_comes_by_the_response_url() -> None:
    async def declared(_: Inbound) -> Reply:
        async def link() -> Say:
            return Say("#inc-1 is open.")

        return Say("INC-1 declared.", later=link)

    async with door(declared) as place:
        assert (await place.types("declare x"))[1]["text"] == "INC-1 declared."
        followed = await place.responded.get()
        assert followed == {"text": "#inc-1 is open.", "response_type": "ephemeral", "replace_original": False}


async def test_a_slow_command_is_told_to_wait_and_answered_once_it_is_done() -> None:
    may_go_on = asyncio.Event()

    async def slow(_: Inbound) -> Reply:
        await may_go_on.wait()
        return Say("Noted.")

    async with door(slow, patience=0.05) as place:
        assert (await place.types("note x"))[1]["text"] == "Working on it…"
        may_go_on.set()
        assert (await place.responded.get())["text"] == "Noted."


async def test_a_click_is_acknowledged_empty_and_answered_by_the_response_url() -> None:
    async with door() as place:
        assert await place.clicks("command:accept") == (200, "")
        answer = await place.responded.get()
        assert answer == {"text": "Noted.", "response_type": "ephemeral", "replace_original": False}
        (typed,) = place.asked
        assert isinstance(typed, Typed)
        assert typed.is_click
        assert typed.text == "INC-1 accept"


async def test_a_slow_click_is_acknowledged_before_it_is_answered() -> None:
    may_go_on = asyncio.Event()

    async def slow(_: Inbound) -> Reply:
        await may_go_on.wait()
        return Say("Accepted.")

    async with door(slow, patience=0.05) as place:
        assert await place.clicks("command:accept") == (200, "")
        may_go_on.set()
        assert (await place.responded.get())["text"] == "Accepted."


async def test_other_buttons_are_acknowledged_and_ask_nothing() -> None:
    async with door() as place:
        assert await place.clicks("open-bridge") == (200, "")
        assert place.asked == []


async def test_the_result_takes_the_place_of_a_form() -> None:
    async with door() as place:
        status, answer = await place.submits()
        assert status == 200
        assert answer["response_action"] == "update"
        assert answer["view"]["title"]["text"] == "Post an update"
        assert answer["view"]["blocks"][0]["text"]["text"] == "Noted."
        (sent,) = place.asked
        assert isinstance(sent, Submitted)
        assert (sent.form, sent.carried, sent.sender_id) == ("update", "INC-1", "V1:h1")
        assert sent.values == {"conditions": "all is well"}


async def test_a_wrong_field_is_told_in_the_form_and_an_unknown_one_at_the_first() -> None:
    async def wrong(_: Inbound) -> Reply:
        return FormErrors({"conditions": "Say more.", "nowhere": "And why."})

    async with door(wrong) as place:
        status, answer = await place.submits()
        assert (status, answer) == (200, {"response_action": "errors", "errors": {"conditions": "Say more. And why."}})


async def test_a_slow_form_gives_way_to_a_waiting_view() -> None:
    may_go_on = asyncio.Event()

    async def slow(_: Inbound) -> Reply:
        await may_go_on.wait()
        return Say("Posted.")

    async with door(slow, patience=0.05) as place:
        _, answer = await place.submits()
        assert answer["response_action"] == "update"
        assert answer["view"]["blocks"][0]["text"]["text"] == "Working on it…"
        may_go_on.set()


async def test_a_defect_gives_the_person_a_reference_and_nothing_else() -> None:
    async def broken(_: Inbound) -> Reply:
        raise ZeroDivisionError("secret detail")

    async with door(broken) as place:
        _, answer = await place.types("note x")
        assert "Something went wrong on our side (ref " in answer["text"]
        assert "secret" not in answer["text"]


async def test_a_defect_in_what_follows_is_told_too() -> None:
    async def declared(_: Inbound) -> Reply:
        async def link() -> Say:
            raise ZeroDivisionError

        return Say("INC-1 declared.", later=link)

    async with door(declared) as place:
        await place.types("declare x")
        assert "went wrong on our side" in (await place.responded.get())["text"]


async def test_a_malformed_command_is_answered_all_the_same() -> None:
    async with door() as place:
        status, answer = await place.form({"command": "/incident", "text": "note x"})
        assert status == 200
        assert "went wrong on our side" in answer["text"]
        assert place.asked == []


async def test_what_nobody_handles_is_acknowledged() -> None:
    async with door() as place:
        status, answer = await place.types("x", command="/weather")
        assert status == 200
        assert "/incident help" in answer["text"]
        user = {"user": {"id": "U1"}, "team": {"id": "T1"}, "trigger_id": "1.2.z"}
        assert (await place.acts({"type": "shortcut", "callback_id": "x", **user}))[0] == 200
        assert (await place.acts({"type": "view_closed", "view": VIEW, **user}))[0] == 200
        suggestion = {"type": "block_suggestion", "action_id": "x", "block_id": "b", "value": "a", **user}
        assert await place.acts(suggestion) == (200, {"options": []})
        assert (await place.acts({"type": "never_seen_yet", **user}))[0] == 200
        limited = b'{"type": "app_rate_limited", "minute_rate_limited": 1}'
        assert (await place.post(limited, "application/json"))[0] == 200
        assert place.asked == []


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=ü"},
        {"X-Slack-Request-Timestamp": "yesterday"},
        {"X-Slack-Request-Timestamp": "9" * 40},
        {"X-Slack-Request-Timestamp": ""},
    ],
)
async def test_what_slack_did_not_sign_is_refused(headers: dict[str, str]) -> None:
    async with door() as place:
        status, _ = await place.event(MESSAGE, **headers)
        assert status == 401
        assert place.taken == []


async def test_an_old_request_is_refused_although_it_is_signed() -> None:
    async with door() as place:
        stamp = str(int(time.time()) - 600)
        body = json.dumps({"type": "event_callback", "event_id": "Ev1", "event": MESSAGE}).encode()
        headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": sign(stamp, body)}
        assert (await place.post(body, "application/json", **headers))[0] == 401


async def test_without_a_signing_secret_nothing_counts_as_signed() -> None:
    async with door(secret=None) as place:
        stamp = str(int(time.time()))
        headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": sign(stamp, b"{}", secret="")}
        assert (await place.post(b"{}", "application/json", **headers))[0] == 401


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"payload=%7B", "application/x-www-form-urlencoded"),
        (b"payload=%5B%5D", "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"team": 5, "event": {"user": []}}', "application/json"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused_and_the_bot_stays_up(body: bytes, content_type: str) -> None:
    async with door() as place:
        assert (await place.post(body, content_type))[0] in (200, 400)
        assert (await place.types("note x"))[1]["text"] == "Noted."


async def test_a_body_that_is_too_large_is_refused() -> None:
    async with door() as place:
        assert (await place.post(b"x" * (LARGEST + 1), "application/json"))[0] == 413
