"""Webhooks of trackers: whether one comes from where it says, judged by the bytes as they came, and which issue it is
about. Nothing else of it counts: it only has the issue looked at."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.domain.vocabulary import TrackerKind
from bot.domain.webhooks import key_of
from bot.integrations.rest import part, text_of

MOST_SIGNATURES: Final = 10
TOLERANCE: Final = timedelta(minutes=5)
"""How old a signature may be where it says when it was made."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it came."""

    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes
    now: datetime
    """Machine time."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An issue by which a tracker is asked for it, and the id of the account that did something to it."""

    issue: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """How one kind of tracker proves itself, and where in its webhooks the issue stands."""

    is_authentic: Callable[[Call, str], bool]
    heard: Callable[[Any], Heard]


def read(kind: TrackerKind, body: bytes) -> Heard | None:
    """What a webhook is about; None where it is about no issue, or nobody can read it."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    heard = SENDERS[kind].heard(content)
    return heard if heard.issue else None


def _is_same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode())


def _hexadecimal(call: Call, secret: str) -> str:
    return hmac.new(secret.encode(), call.body, hashlib.sha256).hexdigest()


def _by_github(call: Call, secret: str) -> bool:
    """docs.github.com, “Validating webhook deliveries”."""
    return _is_same(call.headers.get("x-hub-signature-256", ""), f"sha256={_hexadecimal(call, secret)}")


def _by_jira(call: Call, secret: str) -> bool:
    """Webhooks of an administrator with a secret; the header is called otherwise than GitHub's
    (developer.atlassian.com, “Webhooks”, as of November 2026)."""
    return _is_same(call.headers.get("x-hub-signature", ""), f"sha256={_hexadecimal(call, secret)}")


def _by_gitlab(call: Call, secret: str) -> bool:
    """The secret itself in a header, or a signature as Standard Webhooks has it where the secret is a `whsec_…`
    (docs.gitlab.com, “Webhooks”)."""
    if not secret.startswith("whsec_"):
        return _is_same(call.headers.get("x-gitlab-token", ""), secret)
    message, seconds = call.headers.get("webhook-id", ""), call.headers.get("webhook-timestamp", "")
    if not seconds.isascii() or not seconds.isdecimal() or len(seconds) > 12:
        return False
    if abs(call.now - datetime.fromtimestamp(int(seconds), UTC)) > TOLERANCE:
        return False
    try:
        key = key_of(secret)
    except ValueError:
        return False
    signed = b".".join((message.encode("utf-8", "replace"), seconds.encode(), call.body))
    expected = f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"
    given = call.headers.get("webhook-signature", "").split()[:MOST_SIGNATURES]
    return any(_is_same(one, expected) for one in given)


def _by_linear(call: Call, secret: str) -> bool:
    """The time stands in the body, which the signature covers (linear.app/developers/webhooks)."""
    if not _is_same(call.headers.get("linear-signature", ""), _hexadecimal(call, secret)):
        return False
    try:
        milliseconds = part(json.loads(call.body)).get("webhookTimestamp")
    except (ValueError, RecursionError):
        return False
    if not isinstance(milliseconds, int) or not 0 < milliseconds < 10**14:
        return False
    return abs(call.now - datetime.fromtimestamp(milliseconds / 1000, UTC)) <= TOLERANCE


def _number(value: Any) -> str:
    return str(value) if isinstance(value, int | str) else ""


SENDERS: Final[Mapping[TrackerKind, Sender]] = {
    TrackerKind.GITHUB: Sender(
        _by_github, lambda it: Heard(_number(part(it, "issue").get("number")), text_of(it, "sender", "login"))
    ),
    TrackerKind.JIRA: Sender(
        _by_jira, lambda it: Heard(_number(part(it, "issue").get("id")), text_of(it, "user", "accountId"))
    ),
    TrackerKind.GITLAB: Sender(
        _by_gitlab,
        lambda it: Heard(_number(part(it, "object_attributes").get("iid")), text_of(it, "user", "username")),
    ),
    TrackerKind.LINEAR: Sender(
        _by_linear,
        lambda it: Heard(
            text_of(it, "data", "id") if text_of(it, "type") == "Issue" else "", text_of(it, "actor", "id")
        ),
    ),
}
