"""CloudWatch alarms by Amazon SNS over HTTPS.

Fields and signature: awsdocs/amazon-sns-developer-guide, sns-message-and-json-formats and sns-verify-signature (2026).
What proves a message is a signature by a certificate that is fetched; so it is fetched from Amazon's hosts alone, over
https, without redirects. What is set for this source are the topics that may speak (`TopicArn`): anybody can have
Amazon sign a message of a topic of their own. A new subscription is confirmed by a look at an address of Amazon's.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.domain.alerts import Signal
from bot.domain.vocabulary import SignalState
from bot.integrations.alerts.authentic import is_one_of
from bot.integrations.alerts.reading import (
    Incoming,
    Unreadable,
    as_object,
    digest,
    first,
    instant,
    items,
    part,
    signal,
)

NAME = "sns"
Fetch = Callable[[str], Awaitable[bytes]]
"""Gets an address, without redirects. Raises OSError."""

HOST = re.compile(r"sns\.[a-z0-9-]{3,}\.amazonaws\.com(\.cn)?")
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
"""Kind of message → what is signed of it, in this order."""
HASHES = {"1": "sha1", "2": "sha256"}
PREFIXES = {
    "sha1": bytes.fromhex("3021300906052b0e03021a05000414"),
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
}
"""RFC 8017, 9.2: what stands before a digest that is signed."""
MOST_KEPT = 16
STATES = {"ALARM": SignalState.FIRING, "OK": SignalState.RESOLVED}
"""INSUFFICIENT_DATA is neither."""


def is_amazons(url: Any, ending: str = "") -> bool:
    """Whether an address leads to Amazon's SNS, and nowhere else."""
    if not isinstance(url, str) or not url.isascii() or any(one in url for one in "\\ \t\r\n"):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    is_bare = parts.username is None and parts.password is None and port is None
    host = parts.hostname or ""
    return parts.scheme == "https" and is_bare and bool(HOST.fullmatch(host)) and parts.path.endswith(ending)


def identity(incoming: Incoming) -> str | None:
    return str(as_object(incoming.body).get("MessageId") or "") or None


class Proof:
    """Finds out whether Amazon signed a message of a topic that may speak."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._keys: dict[str, tuple[int, int]] = {}

    async def is_authentic(self, incoming: Incoming, topics: Sequence[str]) -> bool:
        """Raises OSError while the certificate cannot be had."""
        try:
            content = as_object(incoming.body)
        except Unreadable:
            return False
        topic, url = content.get("TopicArn"), content.get("SigningCertURL")
        if not isinstance(topic, str) or not is_one_of([topic], topics):
            return False
        if not isinstance(url, str) or not is_amazons(url, ".pem"):
            return False
        signed, hashed = _signed(content), HASHES.get(str(content.get("SignatureVersion")))
        signature = _decoded(content.get("Signature"))
        if signed is None or hashed is None or signature is None:
            return False
        try:
            key = await self._key(url)
        except (ValueError, IndexError):
            return False
        return verifies(key, signature, hashed, signed)

    async def confirm(self, incoming: Incoming) -> None:
        """Confirm a subscription that was asked for. Raises OSError while Amazon cannot be reached."""
        content = as_object(incoming.body)
        url = content.get("SubscribeURL")
        if content.get("Type") == "SubscriptionConfirmation" and is_amazons(url):
            await self._fetch(str(url))

    async def _key(self, url: str) -> tuple[int, int]:
        if url not in self._keys:
            if len(self._keys) >= MOST_KEPT:
                self._keys.clear()
            self._keys[url] = public_key(await self._fetch(url))
        return self._keys[url]


def _signed(content: dict[str, Any]) -> bytes | None:
    names = SIGNED.get(str(content.get("Type")))
    if names is None:
        return None
    pairs = [(name, content[name]) for name in names if content.get(name) is not None]
    return "".join(f"{name}\n{value}\n" for name, value in pairs).encode("utf-8", "surrogatepass")


def _decoded(signature: Any) -> bytes | None:
    try:
        return base64.b64decode(signature, validate=True) if isinstance(signature, str) else None
    except (binascii.Error, ValueError):
        return None


def verifies(key: tuple[int, int], signature: bytes, hashed: str, signed: bytes) -> bool:
    """RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.2): what the signature opens to is what it must be, from its first byte on."""
    modulus, exponent = key
    length = (modulus.bit_length() + 7) // 8
    if length < 128 or len(signature) != length:
        return False
    opened = pow(int.from_bytes(signature), exponent, modulus).to_bytes(length)
    end = PREFIXES[hashed] + hashlib.new(hashed, signed, usedforsecurity=False).digest()
    expected = b"\x00\x01" + b"\xff" * (length - len(end) - 3) + b"\x00" + end
    return hmac.compare_digest(opened, expected)


def public_key(pem: bytes) -> tuple[int, int]:
    """Modulus and exponent of the RSA key of a certificate (RFC 5280, 4.1). Raises ValueError, IndexError."""
    found = re.search(rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", pem, re.DOTALL)
    if found is None:
        raise ValueError("no certificate")
    certificate = _parts(base64.b64decode(b"".join(found[1].split())))[0]
    fields = _parts(_parts(certificate)[0])
    key_info = fields[6] if len(fields) > 6 else b""  # after version, serial, algorithm, issuer, validity and subject
    bits = _parts(key_info)[1]
    modulus, exponent = (int.from_bytes(one) for one in _parts(_parts(bits[1:])[0])[:2])
    return modulus, exponent


def _parts(der: bytes) -> list[bytes]:
    """The contents of what stands one after the other in DER. Raises IndexError, ValueError."""
    found, at = [], 0
    while at < len(der):
        length, at = der[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(der[at : at + size]), at + size
        if at + length > len(der):
            raise ValueError("cut off")
        found.append(der[at : at + length])
        at += length
    return found


def read(incoming: Incoming) -> list[Signal]:
    """Raises Unreadable."""
    content = as_object(incoming.body)
    if content.get("Type") != "Notification":
        return []
    message = content.get("Message")
    try:
        alarm = json.loads(message) if isinstance(message, str) else None
    except (ValueError, RecursionError):
        alarm = None
    if not isinstance(alarm, dict) or "AlarmName" not in alarm:
        return [_of_anybody(content)]
    state = STATES.get(str(alarm.get("NewStateValue")))
    return [] if state is None else [_alarm(alarm, state)]


def _alarm(alarm: dict[str, Any], state: SignalState) -> Signal:
    trigger, at = part(alarm, "Trigger"), instant(alarm.get("StateChangeTime"))
    known_by = alarm.get("AlarmArn")
    if not known_by:
        known_by = "/".join(str(alarm.get(name)) for name in ("AWSAccountId", "Region", "AlarmName"))
    dimensions = {str(one.get("name")): one.get("value") for one in items(trigger.get("Dimensions"))}
    return signal(
        NAME,
        known_by,
        state,
        first(alarm.get("AlarmName")),
        text=alarm.get("AlarmDescription") or alarm.get("NewStateReason"),
        labels={
            "region": alarm.get("Region"),
            "namespace": trigger.get("Namespace"),
            "metric": trigger.get("MetricName"),
            **dimensions,
        },
        started_at=at if state is SignalState.FIRING else None,
        ended_at=at,
    )


def _of_anybody(content: dict[str, Any]) -> Signal:
    """A message of something else that speaks through the topic."""
    title = first(content.get("Subject"), content.get("Message"))
    return signal(
        NAME,
        digest(str(content.get("TopicArn")), title),
        SignalState.FIRING,
        title,
        text=content.get("Message"),
        started_at=instant(content.get("Timestamp")),
    )
