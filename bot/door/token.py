"""Tokens: what lets a program, or a person's program, in over HTTP, and what it may ask for there.

The text of a token is shown once and stored nowhere: it is known by its digest. It holds 256 random bits, so a plain
SHA-256 of it cannot be guessed back (https://pages.nist.gov/800-63-4/sp800-63b.html, "look-up secrets").
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

from bot.domain.actor import Integration, Person

PREFIX: Final = "mst_"
"""Scanners for leaked secrets look for it."""
WRITTEN = re.compile(r"mst_(?P<id>[0-9a-f]{12})_[A-Za-z0-9_-]{43}", re.ASCII)


class Scope(StrEnum):
    """What a token may be used for."""

    READ = "read"
    DECLARE = "declare"
    WRITE = "write"
    """Every verb, declaring included."""
    ADMIN = "admin"
    """All of these, and looking at tokens, revoking them, and making webhooks."""


IMPLIED: Final = {Scope.WRITE: frozenset({Scope.DECLARE}), Scope.ADMIN: frozenset(Scope)}


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token. Times are machine time."""

    id: str
    name: str
    """As whoever made it calls it, such as `Dana's laptop`."""
    actor: Person | Integration
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
    """To the minute."""

    def is_good(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def allows(self, scope: Scope) -> bool:
        return any(scope is one or scope in IMPLIED.get(one, ()) for one in self.scopes)


@dataclass(frozen=True, slots=True)
class Minted:
    """A new token's id and text."""

    id: str
    text: str

    def __repr__(self) -> str:
        """Without the text, which must stand in no log."""
        return f"Minted({self.id!r})"


def mint() -> Minted:
    """A token that nobody can guess."""
    token_id = secrets.token_hex(6)
    return Minted(token_id, f"{PREFIX}{token_id}_{secrets.token_urlsafe(32)}")


def id_in(text: str) -> str | None:
    """The id that stands in a token's text; None when it is no token."""
    found = WRITTEN.fullmatch(text)
    return found["id"] if found else None


def digest_of(text: str) -> bytes:
    """What a token is known by."""
    return sha256(text.encode()).digest()


def is_same(one: bytes, other: bytes) -> bool:
    """Whether two digests are equal, in a time that does not tell how far they agree."""
    return hmac.compare_digest(one, other)
