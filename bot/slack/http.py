"""HTTP mode: one request of Slack's, checked, read and answered by bolt."""

from collections.abc import Mapping

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.door.http import HttpAnswer

log = structlog.get_logger(__name__)

App = AsyncApp


UNSIGNED = HttpAnswer(401, "The request is not signed by Slack.")
MALFORMED = HttpAnswer(400, "The request cannot be read.")


async def answer(app: App, raw: bytes, headers: Mapping[str, str]) -> HttpAnswer:
    """Answer a `POST /slack/events`. Bolt refuses what is unsigned, badly signed or older than five minutes."""
    if not _could_be_signed(headers):
        return UNSIGNED
    try:
        request = AsyncBoltRequest(body=raw.decode(), headers=dict(headers))
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        log.warning("slack.malformed", error=type(error).__name__)
        return MALFORMED
    try:
        response = await app.async_dispatch(request)
    except Exception as error:  # noqa: BLE001 - bolt trips over a payload of odd shape: acknowledged, or it comes again
        log.warning("slack.malformed", error=type(error).__name__)
        return HttpAnswer(200)
    return HttpAnswer(response.status, response.body, dict(response.first_headers_without_set_cookie()))


def _could_be_signed(headers: Mapping[str, str]) -> bool:
    """Whether the headers have the form of a signature at all: on others bolt's check fails instead of refusing."""
    timestamp = headers.get("X-Slack-Request-Timestamp", "")
    signature = headers.get("X-Slack-Signature", "")
    return timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 16 and signature.isascii()
