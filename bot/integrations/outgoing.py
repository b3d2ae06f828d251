"""HTTP to addresses that the policy names: bounded in time, and to no address that was not meant."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.domain.addresses import is_public

WITHIN = 10.0
"""Seconds until the head of an answer must be there."""

MOST_REDIRECTS = 3
SHORTEST_WISH, LONGEST_WISH = timedelta(seconds=5), timedelta(hours=1)
"""Within which a receiver may choose when it is asked again."""


class PrivateAddress(OSError):
    """The name leads to this machine or into a private network."""

    def __init__(self) -> None:
        super().__init__("private address")


class NotReached(OSError):
    """Nobody answered: `why` says what stood in the way. `may_have_arrived`: what was sent may have been read."""

    def __init__(self, why: str, *, may_have_arrived: bool = False) -> None:
        self.why = why
        self.may_have_arrived = may_have_arrived
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Fetched:
    status: int
    body: bytes
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer with its body. `headers`: by their names in lower case; `wish`: how long it asks to be left alone."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    wish: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The head of an answer. `wish`: how long it asks to be left alone."""

    status: int
    wish: timedelta | None = None


def wish_of(retry_after: str | None, now: datetime) -> timedelta | None:
    """How long a receiver asks to be left alone, within bounds; None where it does not say (RFC 9110, 10.2.3)."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdecimal():
        asked = timedelta(seconds=int(text[:9]))
    else:
        try:
            until = parsedate_to_datetime(text)
        except ValueError:
            return None
        asked = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return min(max(asked, SHORTEST_WISH), LONGEST_WISH)


def _wish(response: aiohttp.ClientResponse) -> timedelta | None:
    return wish_of(response.headers.get("Retry-After"), datetime.now(UTC))


def _public_socket(info: tuple[Any, ...]) -> socket.socket:
    """A socket for an address that a name led to: it is this one that is connected to, and not looked up again."""
    family, kind, protocol, _, address = info
    if not is_public(str(address[0])):
        raise PrivateAddress
    return socket.socket(family, kind, protocol)


class Outgoing:
    """The one client for such addresses. Connections to private ones are kept apart, so that none is ever used again
    for a subscription that may not go there. Proxies of the environment are not used: they would look up the name."""

    def __init__(self, within: float = WITHIN) -> None:
        self._within = within

    async def __aenter__(self) -> Self:
        self._public = self._session(aiohttp.TCPConnector(socket_factory=_public_socket))
        self._any = self._session(aiohttp.TCPConnector())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._public.close()
        await self._any.close()

    # aiohttp sends a request once more by itself where a connection that was kept turns out to be closed, and only with
    # methods that are idempotent (RFC 9110, 9.2.2); there is no public way to keep it from that. It does no harm: each
    # PUT of ours says how something shall be, so that twice is once. Whatever adds something is a POST, sent once.
    def _session(self, connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
        timeout = aiohttp.ClientTimeout(total=self._within)
        return aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())

    async def send(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        allow_private: bool = False,
        within: float | None = None,
    ) -> Answered:
        """The head of the answer; its body is not read, so that its size is nobody's trouble. A redirect is an answer
        like any other. `within`: seconds, where it is not to be as long as usual. Raises PrivateAddress,
        NotReached."""
        session = self._any if allow_private else self._public
        timeout = aiohttp.ClientTimeout(total=self._within if within is None else within)
        options: dict[str, Any] = {"headers": headers, "allow_redirects": False, "timeout": timeout}
        with _named():
            async with session.request(method, url, data=body, **options) as response:
                return Answered(response.status, _wish(response))

    async def ask(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str],
        most_bytes: int,
        allow_private: bool = False,
    ) -> Asked:
        """An answer with its body, as far as it is not larger. A redirect is an answer like any other. Raises
        PrivateAddress, NotReached."""
        session = self._any if allow_private else self._public
        with _named():
            async with session.request(method, url, data=body, headers=headers, allow_redirects=False) as response:
                found = await _bounded(response, most_bytes)
                names = {name.lower(): one for name, one in response.headers.items()}
                return Asked(response.status, found, names, _wish(response))

    async def get(
        self, url: str, *, headers: Mapping[str, str], most_bytes: int, allow_private: bool = False
    ) -> Fetched:
        """What stands at an address, also where it moved, but never from https to http. What is in `headers` under
        `Authorization` is shown to no other host. Raises PrivateAddress, NotReached."""
        session = self._any if allow_private else self._public
        with _named():
            async with session.get(url, headers=headers, max_redirects=MOST_REDIRECTS) as response:
                ways = [one.url.scheme for one in (*response.history, response)]
                if ways[0] == "https" and "http" in ways:
                    raise NotReached("it moved to an address without https")
                found = await _bounded(response, most_bytes)
                return Fetched(response.status, found, response.headers.get("ETag"))


async def _bounded(response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    found = bytearray()
    async for part in response.content.iter_chunked(65_536):
        found += part
        if len(found) > most_bytes:
            raise NotReached(f"it is larger than {most_bytes // 1_000_000} MB", may_have_arrived=True)
    return bytes(found)


@contextmanager
def _named() -> Iterator[None]:
    """The client's many errors as the two of ours."""
    try:
        yield
    except (NotReached, PrivateAddress):
        raise
    except aiohttp.ConnectionTimeoutError:
        raise NotReached("no answer in time") from None
    except TimeoutError:
        raise NotReached("no answer in time", may_have_arrived=True) from None
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError) as error:
        raise NotReached(f"certificate: {type(error).__name__}") from None
    except aiohttp.ClientConnectorError as error:
        if isinstance(error.os_error, PrivateAddress):
            raise PrivateAddress from None
        raise NotReached(f"not connected: {type(error).__name__}") from None
    except aiohttp.InvalidURL:
        raise NotReached("not connected: InvalidURL") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise NotReached(f"answer lost: {type(error).__name__}", may_have_arrived=True) from None
