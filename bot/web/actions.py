"""The door for what engines were asked to run, `POST /actions/result`: how it ended, signed as it was asked for.

Closed unless the policy has an engine of the kind `webhook`. The key of the run stands in the body, which the signature
covers; so nobody can say of one run what was signed for another.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from aiohttp import web

from bot.domain.refusal import BeingUpgraded
from bot.domain.vocabulary import RunOutcome
from bot.integrations.engines.engine import Ended, link_of, result_of

log = structlog.get_logger(__name__)

PATH: Final = "/actions/result"
TOLERANCE: Final = timedelta(minutes=5)
"""As the libraries of Standard Webhooks have it."""
OUTCOMES: Final = {one.value: one for one in (RunOutcome.SUCCEEDED, RunOutcome.FAILED)}
LONGEST_KEY: Final = 100

Take = Callable[[str, str, RunOutcome, str, str, Sequence[str]], Awaitable[bool | None]]
"""Keeps what an engine says: its name, the key, how it ended and why, a link, lines of its log. False when it was
known; None when that engine has no such run."""


class ActionDoor:
    """Takes in how runs ended."""

    def __init__(
        self,
        keys: Mapping[str, Sequence[bytes]],
        hosts: frozenset[str] = frozenset(),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`keys`: by engine, what it signs with. `hosts`: to which links may lead. `now`: machine time."""
        self._keys = keys
        self._hosts = hosts
        self._now = now
        self.take: Take | None = None
        """None while nothing can be kept."""

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self._post)]

    async def _post(self, request: web.Request) -> web.Response:
        if not self._keys:
            return _said(404, "No engine calls back here.")
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _said(413, "It is larger than a mebibyte.")
        engine = self._signer(request.headers, body)
        if engine is None:
            log.warning("actions.not_authentic")
            return _said(401, "The signature is missing, wrong, or older than five minutes.")
        try:
            key, ended = _read(body, self._hosts)
        except ValueError as why:
            return _said(400, str(why))
        return await self._keep(engine, key, ended)

    async def _keep(self, engine: str, key: str, ended: Ended) -> web.Response:
        if self.take is None:
            return _later()
        kept = await asyncio.to_thread(result_of, ended)
        try:
            is_new = await self.take(engine, key, ended.outcome, kept["why"], ended.link, kept["lines"])
        except BeingUpgraded:
            return _later()
        except Exception:  # whoever calls sends it again
            log.exception("actions.not_kept", engine=engine)
            return _later()
        if is_new is None:
            return _said(404, "This engine was asked for no such run.")
        return web.json_response({"recorded": is_new}, status=202)

    def _signer(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """The engine that signed it, now."""
        message, seconds = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not message or not seconds.isascii() or not seconds.isdecimal() or len(seconds) > 12:
            return None
        if abs(self._now() - datetime.fromtimestamp(int(seconds), UTC)) > TOLERANCE:
            return None
        content = b".".join((message.encode("utf-8", "replace"), seconds.encode(), body))
        given = [_decoded(one) for one in headers.get("webhook-signature", "").split()[:MOST_SIGNATURES]]
        for engine, keys in self._keys.items():
            for key in keys:
                expected = hmac.new(key, content, hashlib.sha256).digest()
                if any(hmac.compare_digest(expected, one) for one in given):
                    return engine
        return None


MOST_SIGNATURES: Final = 10


def _decoded(signature: str) -> bytes:
    version, _, text = signature.partition(",")
    if version != "v1":
        return b""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _read(body: bytes, hosts: frozenset[str]) -> tuple[str, Ended]:
    """The key of the run, and how it ended. Raises ValueError, in words for whoever sent it."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("The body is no JSON that can be read.") from None
    if not isinstance(content, dict):
        raise ValueError('Send an object: {"run": "INC-42-a1-…", "outcome": "succeeded"}.')
    key, outcome = content.get("run"), OUTCOMES.get(str(content.get("outcome")))
    if not isinstance(key, str) or len(key) > LONGEST_KEY:
        raise ValueError("`run` is missing: the key that Muster sent.")
    if outcome is None:
        raise ValueError("`outcome` is succeeded or failed.")
    texts = {name: content.get(name) or "" for name in ("why", "link", "log")}
    if wrong := next((name for name, text in texts.items() if not isinstance(text, str)), None):
        raise ValueError(f"`{wrong}` must be a text.")
    return key, Ended(outcome, texts["why"], link_of(texts["link"], hosts), texts["log"])


def _said(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)


def _later() -> web.Response:
    said = _said(503, "It cannot be kept now; please send it again.")
    said.headers["Retry-After"] = "5"
    return said
