"""Webhooks of trackers: whether one comes from where it says, judged by the bytes as they came, and which issue it is
about. Nothing else of it counts: it only has the issue looked at."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.domain.vocabulary import TrackerKind
from bot.integrations.rest import part
from bot.integrations.trackers.tracker import text_of


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


def _number(value: Any) -> str:
    return str(value) if isinstance(value, int | str) else ""


SENDERS: Final[Mapping[TrackerKind, Sender]] = {
    TrackerKind.GITHUB: Sender(
        _by_github, lambda it: Heard(_number(part(it, "issue").get("number")), text_of(it, "sender", "login"))
    ),
    TrackerKind.JIRA: Sender(
        _by_jira, lambda it: Heard(_number(part(it, "issue").get("id")), text_of(it, "user", "accountId"))
    ),
}
