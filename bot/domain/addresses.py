"""Which addresses lead to the internet, and which to this machine or into a private network."""

import ipaddress
import re
from urllib.parse import urlsplit

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""RFC 6052: an IPv4 address stands in the last 32 bits."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet at large. What carries an IPv4 address within counts as that."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if inner is None and found in NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            found = inner
    return found.is_global and not found.is_multicast


def is_private_literal(host: str) -> bool:
    """Whether a host is plainly an address that is not public, or this machine by name."""
    try:
        return not is_public(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def checked_address(url: str, may_be_private: bool, instead_of_a_password: str) -> str:
    """What is signed, or shown as a token, is not hidden: only within a private network may it travel in the clear.
    The address is not quoted: there may be a key in it. Raises ValueError."""
    unreadable = "the address cannot be read; write for example https://hooks.example/muster"
    if not re.fullmatch(r"[^\s<>|]+", url):
        raise ValueError(unreadable)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError(unreadable) from None
    if not host:
        raise ValueError(unreadable)
    if parts.username is not None:
        raise ValueError(f"write no user or password into the address; {instead_of_a_password}")
    if parts.scheme != "https" and not (may_be_private and parts.scheme == "http"):
        raise ValueError("the address must begin with https://, unless `allow_private_address: true` stands here")
    if not may_be_private and is_private_literal(host):
        raise ValueError("the address is a private one; `allow_private_address: true` lets Muster go there")
    return url


def checked_proxy(url: str) -> str:
    """The address of a proxy, as it may be used. It is not quoted: there may be a password in it. Raises ValueError."""
    url = url.strip().rstrip("/")
    unreadable = "the address of a proxy cannot be read; write for example http://proxy.example:3128"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(unreadable) from None
    if not host or not port or re.search(r"\s", url):
        raise ValueError(unreadable)
    if parts.scheme not in ("http", "https"):
        raise ValueError("a proxy is spoken to by http:// or https://; Muster knows no other kind")
    if parts.path or parts.query or parts.fragment:
        raise ValueError("the address of a proxy ends with its port: http://proxy.example:3128")
    return url
