"""Whatever is sent to the Web API, Slack's own kind of error comes back, never a 500, and the sandbox goes on."""

import asyncio
import contextlib
import json
import re
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.sandbox.blocks import check_message, check_view
from bot.sandbox.errors import SlackError
from bot.sandbox.methods import METHODS
from tests.sandbox.bolt_app import Office, plain, workspace

CODE = re.compile(r"[a-z][a-z0-9_]+")
NAMES = sorted(
    {
        *(
            "access_level",
            "attachments",
            "blocks",
            "bookmark_id",
            "bot",
            "canvas_id",
            "changes",
            "channel",
            "channel_id",
        ),
        *("channel_ids", "channels", "count", "criteria", "cursor", "document_content", "domain", "email", "emoji"),
        *("error", "external_id", "file", "filename", "files", "force", "hash", "icon_emoji", "include_num_members"),
        *("initial_comment", "inclusive", "interactivity_pointer", "is_private", "latest", "length", "limit", "link"),
        *("link_names", "markdown_text", "message", "message_ts", "metadata", "name", "oldest", "page", "parse"),
        *("post_at", "purpose", "reply_broadcast", "scheduled_message_id", "source", "team", "test", "text"),
        *("thread_ts", "timestamp", "title", "token", "topic", "trigger_id", "ts", "type", "types", "unfurl_id"),
        *("unfurls", "user", "user_id", "user_ids", "usergroup", "username", "users", "view", "view_id"),
    }
)
"""Every argument that some method reads, and the token."""

BLOCK_KEYS = (
    *("type", "text", "blocks", "elements", "element", "accessory", "fields", "options", "option_groups", "confirm"),
    *("label", "value", "initial_option", "initial_options", "rows", "title", "image_url", "url", "action_id"),
    *("block_id", "style", "max_length", "min_length", "placeholder", "column_settings", "event_type"),
    *("event_payload", "operation", "section_id", "markdown", "id", "dispatch_action_config", "filter", "min_value"),
)
KINDS = (
    *("section", "header", "actions", "context", "input", "image", "markdown", "table", "rich_text", "video", "file"),
    *("context_actions", "plain_text", "mrkdwn", "button", "static_select", "multi_static_select", "overflow"),
    *("checkboxes", "plain_text_input", "number_input", "datepicker", "datetimepicker", "timepicker", "url_text_input"),
    *("users_select", "multi_users_select", "external_select", "conversations_select", "rich_text_input"),
    *("file_input", "feedback_buttons", "icon_button", "rich_text_section", "rich_text_list", "raw_text", "modal"),
    *("home", "insert_at_end", "link", "user", "message", "raw_number", "rich_text_quote", "emoji", "date"),
)

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["", "0", "-1", "1e999", "x" * 5000, "\x00", "\ud800", "[", "{}", "[[", "<!channel>", *KINDS])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(BLOCK_KEYS), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, str, dict[str, Any]]:
    """A method, a way to send its arguments, and the arguments. Some of them mean something that is there: `@general`
    and `@dana` stand for ids, `@ts` for a message."""
    known = st.sampled_from(["@general", "@dana", "@ts", "@bot"])
    names = draw(st.lists(st.sampled_from(NAMES[:-1]), max_size=6, unique=True))
    arguments = {name: draw(known | values) for name in names if name not in ("token", "test", "error")}
    method = draw(st.sampled_from(sorted(set(METHODS) - {"auth.revoke"})))
    if draw(st.booleans()):
        for name in ("channel", "channel_id", "user", "ts", "timestamp", "name"):
            arguments.setdefault(name, {"user": "@dana", "ts": "@ts", "timestamp": "@ts"}.get(name, "@general"))
    return method, draw(st.sampled_from(["query", "form", "json", "multipart"])), arguments


class Wire:
    """Raw HTTP to the sandbox, with the app's token."""

    def __init__(self, office: Office, session: aiohttp.ClientSession, ts: str) -> None:
        self.office = office
        self._session = session
        given = office.sandbox.environment()
        self._url, self._token = given["SLACK_API_URL"], given["SLACK_BOT_TOKEN"]
        self._known = {"@general": office.general, "@dana": office.dana.id, "@ts": ts, "@bot": office.sandbox.bot.id}

    async def send(self, method: str, way: str, arguments: dict[str, Any]) -> dict[str, Any]:
        found = {name: self._named(value) for name, value in arguments.items()}
        sent: dict[str, Any] = {"json": {"data": json.dumps(found).encode()}}.get(way, {})
        headers = {"Content-Type": "application/json"} if way == "json" else {}
        written = {name: _written(value) for name, value in found.items()}
        if way == "query":
            sent = {"params": written}
        elif way == "form":
            sent = {"data": written}
        elif way == "multipart":
            form = aiohttp.FormData(default_to_multipart=True)
            for name, value in written.items():
                form.add_field(name, value)
            sent = {"data": form}
        return await self.post(method, headers=headers, **sent)

    def _named(self, value: Any) -> Any:
        return self._known.get(value, value) if isinstance(value, str) else value

    async def post(self, method: str, *, headers: dict[str, str], **sent: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}", **headers}
        async with self._session.post(self._url + method, headers=headers, **sent) as response:
            assert response.status == 200, await response.text()
            answer = await response.json()
        assert isinstance(answer, dict)
        assert answer["ok"] is True or CODE.fullmatch(answer["error"]), answer
        return answer


def _written(value: Any) -> str:
    """As clients write values into a query or form; what no encoding can carry is replaced."""
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "replace").decode()


async def _wire(examples: Any) -> None:
    async with workspace() as office, aiohttp.ClientSession() as session:
        ts = str((await office.client.chat_postMessage(channel=office.general, text="x"))["ts"])
        wire = Wire(office, session, ts)
        for method, way, arguments in examples:
            await wire.send(method, way, arguments)
        assert (await wire.send("api.test", "form", {}))["ok"] is True


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(calls(), min_size=20, max_size=20))
def test_no_arguments_of_any_method_bring_anything_down(examples: list[tuple[str, str, dict[str, Any]]]) -> None:
    asyncio.run(_wire(examples))


@settings(max_examples=400)
@example(["section"], "section", {})
@given(st.lists(values, max_size=3), st.sampled_from(KINDS), st.dictionaries(st.sampled_from(BLOCK_KEYS), values))
def test_blocks_of_any_kind_are_taken_or_refused(others: list[Any], kind: str, content: dict[str, Any]) -> None:
    block = {**content, "type": kind}
    for check in (check_message, lambda found: check_view({"type": "home", "blocks": found})):
        with contextlib.suppress(SlackError):
            check([block, *others])
        with contextlib.suppress(SlackError):
            check([{"type": "actions", "elements": [block]}, {"type": "input", "element": block}])


@pytest.mark.parametrize("way", ["query", "form", "json", "multipart"])
async def test_every_method_says_what_is_missing(way: str) -> None:
    async with workspace() as office, aiohttp.ClientSession() as session:
        wire = Wire(office, session, "1.0")
        for method in sorted(set(METHODS) - {"auth.revoke"}):
            await wire.send(method, way, {})


HOSTILE: list[Any] = [-1, 2**70, "\ud800", {}, [[]], [{}], "[" * 2000, {"blocks": [[]], "type": []}]


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"auth.revoke"}))
async def test_no_argument_of_a_wrong_type_gets_as_far_as_the_net(method: str) -> None:
    """The net below the methods names Python's own errors; nothing here may fall into it."""
    async with workspace() as office, aiohttp.ClientSession() as session:
        ts = str((await office.client.chat_postMessage(channel=office.general, text="x"))["ts"])
        wire = Wire(office, session, ts)
        right = {"channel": "@general", "channel_id": "@general", "user": "@dana", "ts": "@ts", "timestamp": "@ts",
                 "name": "x", "text": "x", "view": FORM_LIKE, "title": "x", "type": "link"}  # fmt: skip
        for name in sorted(set(NAMES) - {"error"}):
            for value in HOSTILE:
                answer = await wire.send(method, "json", {**right, name: value})
                messages = answer.get("response_metadata", {}).get("messages", [])
                assert not any("Error: " in one for one in messages), (name, value, messages)


FORM_LIKE = {"type": "home", "blocks": [{"type": "section", "text": plain("x")}]}


BROKEN: list[tuple[str, bytes, str]] = [
    ("application/json", b"{", "invalid_json"),
    ("application/json", b"[1]", "json_not_object"),
    ("application/json", b"null", "json_not_object"),
    ("application/json", b"\xff\xfe", "invalid_charset"),
    ("application/json; charset=klingon", b"{}", "invalid_charset"),
    ("application/json", b'{"a":' * 100_000, "invalid_json"),
    ("application/x-www-form-urlencoded; charset=klingon", b"text=x", "invalid_charset"),
    ("multipart/form-data", b"no boundary", "invalid_form_data"),
    ("multipart/form-data; boundary=x", b"--y\r\n\r\n", "invalid_form_data"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n", "invalid_form_data"),
]


@pytest.mark.parametrize(("kind", "body", "error"), BROKEN)
async def test_a_broken_body_is_called_what_it_is(kind: str, body: bytes, error: str) -> None:
    async with workspace() as office, aiohttp.ClientSession() as session:
        wire = Wire(office, session, "1.0")
        answer = await wire.post("chat.postMessage", headers={"Content-Type": kind}, data=body)
        assert answer["error"] == error


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "nonsense", "application/octet-stream"])
async def test_a_body_of_another_kind_has_no_arguments(kind: str) -> None:
    async with workspace() as office, aiohttp.ClientSession() as session:
        wire = Wire(office, session, "1.0")
        answer = await wire.post("chat.postMessage", headers={"Content-Type": kind}, data=b"channel=C1&text=x")
        assert answer["error"] == "invalid_arguments"


@pytest.mark.parametrize("path", ["chat.postmessage", "CHAT.POSTMESSAGE", "%00", "..%2f..", "ünïcode", "x" * 5000])
async def test_a_method_that_is_none_is_unknown(path: str) -> None:
    async with workspace() as office, aiohttp.ClientSession() as session:
        assert (await Wire(office, session, "1.0").post(path, headers={}))["error"] == "unknown_method"
