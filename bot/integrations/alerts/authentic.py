"""Whether a request comes from whom it says, judged by the bytes as they came.

Every comparison takes as long for what is wrong from its first character as for what is wrong at its last.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Sequence

from bot.integrations.alerts.reading import Incoming

HEADER = "x-muster-secret"
"""For senders that can add a header of any name."""
QUERY = "secret"
"""For senders that can have nothing but an address."""


def is_one_of(given: Iterable[str], secrets: Sequence[str]) -> bool:
    """Whether one of the values given is one of the secrets; both are looked at to the end."""
    found = False
    for one in given:
        for secret in secrets:
            found |= hmac.compare_digest(one.encode("utf-8", "surrogateescape"), secret.encode())
    return found


def knows_secret(incoming: Incoming, secrets: Sequence[str]) -> bool:
    """The secret as a bearer token, as a password of HTTP basic authentication, in the header `X-Muster-Secret`, or as
    `secret` in the address."""
    return is_one_of(_given(incoming), secrets)


def _given(incoming: Incoming) -> Iterable[str]:
    scheme, _, rest = incoming.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        yield rest.strip()
    if scheme.lower() == "basic":
        yield _password(rest.strip())
    for value in (incoming.headers.get(HEADER), incoming.query.get(QUERY)):
        if value:
            yield value


def _password(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode("utf-8", "replace").partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def hmac_sha256(secret: str, signed: bytes) -> str:
    """As lower-case hexadecimal."""
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def is_signed(signatures: Iterable[str], secrets: Sequence[str], signed: bytes) -> bool:
    """Whether one of the signatures is that of one of the secrets."""
    return is_one_of([one.strip().lower() for one in signatures], [hmac_sha256(secret, signed) for secret in secrets])
