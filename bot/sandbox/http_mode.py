"""Signed HTTP: payloads are posted to the app's request URL. docs.slack.dev, "Verifying requests from Slack"."""

import asyncio
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientConnectorSSLError, ClientError, ClientSession, ClientTimeout, TooManyRedirects

from bot.sandbox.delivering import ACK_WITHIN, Delivery, NotAgain, NotTaken

PAUSES = (0.0, 60.0, 300.0)
"""Seconds before the first, second and third time an event is sent again; docs.slack.dev, "Events API"."""
DELAYED = (*PAUSES, *(3600.0 for _ in range(24)))
"""The same with "Delayed events" switched on in the app's settings: every hour for a day more."""
MOST_REDIRECTS = 2
"""docs.slack.dev, "Events API": `too_many_redirects` past two."""
REASONS: tuple[tuple[type[ClientError], str], ...] = (
    (TooManyRedirects, "too_many_redirects"),
    (ClientConnectorSSLError, "ssl_error"),
    (ClientError, "connection_failed"),
)
"""What `x-slack-retry-reason` says; the first that fits."""


class HttpMode:
    """Posts to one request URL."""

    repeats_interactions = False
    is_listening = True

    def __init__(self, url: str, signing_secret: str, pauses: tuple[float, ...] = PAUSES) -> None:
        self._url = url
        self._secret = signing_secret.encode()
        self._pauses = pauses
        self._session: ClientSession | None = None

    @property
    def repetitions(self) -> int:
        return len(self._pauses)

    async def send(self, delivery: Delivery, attempt: int, reason: str | None, within: float) -> Any:
        body, kind = _body(delivery)
        headers = {"Content-Type": kind, **self.signature(body)}
        if attempt:
            headers |= {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": reason or "unknown_error"}
        try:
            return _content(await self._post(body.encode(), headers, within))
        except ClientError as error:
            why = next(name for type_, name in REASONS if isinstance(error, type_))
            raise NotTaken(str(error), why) from error

    async def _post(self, body: bytes, headers: dict[str, str], within: float) -> str:
        """The text of a good answer. Raises NotTaken, NotAgain for any other, ClientError, TimeoutError for none."""
        if self._session is None:
            self._session = ClientSession()
        limit = ClientTimeout(total=within)
        async with self._session.post(
            self._url, data=body, headers=headers, timeout=limit, max_redirects=MOST_REDIRECTS + 1
        ) as response:
            text = await response.text(errors="replace")
            if response.status // 100 == 2:
                return text
            refused = NotAgain if response.headers.get("x-slack-no-retry") == "1" else NotTaken
            raise refused(f"the app answered {response.status}")

    def signature(self, body: str) -> dict[str, str]:
        """Slack's headers for a body sent now."""
        at = str(int(time.time()))
        digest = hmac.new(self._secret, f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}"}

    async def verify_url(self, challenge: str) -> bool:
        """Whether the app answers the challenge, as it must before Slack takes its URL."""
        payload = {"token": "verification-token", "challenge": challenge, "type": "url_verification"}
        answer = await self.send(Delivery("events_api", payload), 0, None, ACK_WITHIN)
        return answer == challenge or (isinstance(answer, dict) and answer.get("challenge") == challenge)

    async def pause(self, attempt: int) -> None:
        await asyncio.sleep(self._pauses[attempt - 1])

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def _body(delivery: Delivery) -> tuple[str, str]:
    """The body of a request and its content type: JSON for events, forms for all else."""
    if delivery.is_event:
        return json.dumps(delivery.payload), "application/json"
    is_command = delivery.type == "slash_commands"
    fields = delivery.payload if is_command else {"payload": json.dumps(delivery.payload)}
    return urlencode(fields), "application/x-www-form-urlencoded"


def _content(text: str) -> Any:
    """An acknowledgement's body: JSON, plain text, or nothing."""
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text
