"""Signatures of heads: Ed25519 (RFC 8032), by the key that Muster has in its environment."""

from base64 import b64decode, b64encode
from types import ModuleType
from typing import Any

NEEDED = "`cryptography` is not installed; install muster-bot[proof]."


class NoSignatures(Exception):
    """What signs is not installed."""


def _ed25519() -> ModuleType:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519  # heavy, and most sign nothing
    except ImportError:
        raise NoSignatures(NEEDED) from None
    return ed25519


def new_key() -> str:
    """A private key, in base64. Raises NoSignatures."""
    return b64encode(_ed25519().Ed25519PrivateKey.generate().private_bytes_raw()).decode()


class Signer:
    """Signs with one key."""

    def __init__(self, key: str) -> None:
        """`key`: in base64."""
        self._key = key

    def _private(self) -> Any:
        return _ed25519().Ed25519PrivateKey.from_private_bytes(b64decode(self._key))

    def sign(self, digest: bytes) -> bytes:
        """Raises NoSignatures."""
        signature: bytes = self._private().sign(digest)
        return signature

    @property
    def public(self) -> str:
        """The public key, in base64. Raises NoSignatures."""
        return b64encode(self._private().public_key().public_bytes_raw()).decode()


def is_signed(digest: bytes, signature: bytes, public: str) -> bool:
    """Whether the owner of a public key, in base64, signed a digest. Raises NoSignatures."""
    key = _ed25519().Ed25519PublicKey.from_public_bytes(b64decode(public))
    from cryptography.exceptions import InvalidSignature

    try:
        key.verify(signature, digest)
    except InvalidSignature:
        return False
    return True
