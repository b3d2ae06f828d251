"""HTTP to addresses that the policy names: bounded in time, and to no address that was not meant."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import MappingProxyType, TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

import aiohttp

from bot.domain.addresses import checked_proxy, is_private_literal, is_public
from bot.domain.policy import DIRECT, Way

WITHIN = 10.0
"""Seconds until the head of an answer must be there."""

MOST_REDIRECTS = 3
SHORTEST_WISH, LONGEST_WISH = timedelta(seconds=5), timedelta(hours=1)
"""Within which a receiver may choose when it is asked again."""
ANYHOW: Final = Way()
PROXY_ASKS_WHO: Final = 407
UNKNOWN_HERE: Final = (
    "its name cannot be looked up here, so nobody knows whether it leads into a private network;"
    " `allow_private_address: true` leaves that to the proxy"
)


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


async def _no_private(request: aiohttp.ClientRequest, go_on: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Through a proxy it is the proxy that looks a name up. So it is looked up here as well before each request, and
    before each address that an answer leads on to."""
    host = request.url.host or ""
    if is_private_literal(host):
        raise PrivateAddress
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, request.url.port, type=socket.SOCK_STREAM)
    except OSError:
        raise NotReached(UNKNOWN_HERE) from None
    if not all(is_public(str(one[4][0])) for one in found):
        raise PrivateAddress
    return await go_on(request)


class Outgoing:
    """The one client for such addresses. Connections to private ones are kept apart, so that none is ever used again
    for a subscription that may not go there. Proxies of the environment are used where the policy names them."""

    def __init__(
        self, within: float = WITHIN, otherwise: Way = ANYHOW, proxies: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """`within`: seconds, where no way says; `otherwise`: what holds where a way says nothing; `proxies`: by the
        variable that holds it, the address of each."""
        self._within = within
        self._otherwise = otherwise
        self._proxies = proxies
        self._trusted: dict[str, ssl.SSLContext] = {}
        """By the file of their certificates."""

    async def __aenter__(self) -> Self:
        self._public = self._session(aiohttp.TCPConnector(socket_factory=_public_socket))
        self._proxied = self._session(aiohttp.TCPConnector(), _no_private)
        self._any = self._session(aiohttp.TCPConnector())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in (self._public, self._proxied, self._any):
            await session.close()

    # aiohttp sends a request once more by itself where a connection that was kept turns out to be closed, and only with
    # methods that are idempotent (RFC 9110, 9.2.2); there is no public way to keep it from that. It does no harm: each
    # PUT of ours says how something shall be, so that twice is once. Whatever adds something is a POST, sent once.
    @staticmethod
    def _session(connector: aiohttp.TCPConnector, *middlewares: aiohttp.ClientMiddlewareType) -> aiohttp.ClientSession:
        jar = aiohttp.DummyCookieJar()
        return aiohttp.ClientSession(connector=connector, cookie_jar=jar, middlewares=middlewares)

    @asynccontextmanager
    async def _answer(
        self, way: Way, method: str, url: str, body: bytes | None, headers: Mapping[str, str] | None, **more: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Raises PrivateAddress, NotReached."""
        proxy, ca_file = self._proxy_of(way), way.ca_file or self._otherwise.ca_file
        within = way.within or self._otherwise.within
        seconds = within.total_seconds() if within else self._within
        with _named(proxy, ca_file):
            async with self._session_for(way, proxy).request(
                method,
                url,
                data=body,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=seconds),
                ssl=self._trusting(ca_file) if ca_file else True,
                proxy=proxy,
                **more,
            ) as response:
                if proxy and response.status == PROXY_ASKS_WHO:
                    raise NotReached(f"{_told(proxy)} answered {PROXY_ASKS_WHO}")
                yield response

    def _session_for(self, way: Way, proxy: str | None) -> aiohttp.ClientSession:
        if way.allow_private_address:
            return self._any
        return self._proxied if proxy else self._public

    def _proxy_of(self, way: Way) -> str | None:
        """Its address; None where there is to be none. Raises NotReached."""
        named = way.proxy or self._otherwise.proxy
        if named is None or named == DIRECT:
            return None
        variable = named.removeprefix("env:")
        if variable == named:
            return named
        try:
            return checked_proxy(self._proxies[variable])
        except (KeyError, ValueError):
            raise NotReached(f"{variable} holds no address of a proxy") from None

    def _trusting(self, ca_file: str) -> ssl.SSLContext:
        """Read once. Raises NotReached."""
        if ca_file not in self._trusted:
            try:
                self._trusted[ca_file] = ssl.create_default_context(cafile=ca_file)
            except OSError:
                raise NotReached(f"certificate: {ca_file} cannot be read") from None
        return self._trusted[ca_file]

    async def send(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        way: Way = ANYHOW,
    ) -> Answered:
        """The head of the answer; its body is not read, so that its size is nobody's trouble. A redirect is an answer
        like any other. Raises PrivateAddress, NotReached."""
        async with self._answer(way, method, url, body, headers, allow_redirects=False) as response:
            return Answered(response.status, _wish(response))

    async def ask(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str],
        most_bytes: int,
        way: Way = ANYHOW,
    ) -> Asked:
        """An answer with its body, as far as it is not larger. A redirect is an answer like any other. Raises
        PrivateAddress, NotReached."""
        async with self._answer(way, method, url, body, headers, allow_redirects=False) as response:
            found = await _bounded(response, most_bytes)
            names = {name.lower(): one for name, one in response.headers.items()}
            return Asked(response.status, found, names, _wish(response))

    async def get(self, url: str, *, headers: Mapping[str, str], most_bytes: int, way: Way = ANYHOW) -> Fetched:
        """What stands at an address, also where it moved, but never from https to http. What is in `headers` under
        `Authorization` is shown to no other host. Raises PrivateAddress, NotReached."""
        async with self._answer(way, "GET", url, None, headers, max_redirects=MOST_REDIRECTS) as response:
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


def _told(proxy: str) -> str:
    """For people, without what opens it."""
    parts = urlsplit(proxy)
    return f"the proxy {parts.hostname}:{parts.port}"


@contextmanager
def _named(proxy: str | None, ca_file: str | None) -> Iterator[None]:
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
        by = f", by {ca_file}" if ca_file else ""
        raise NotReached(f"certificate: {type(error).__name__}{by}") from None
    except aiohttp.ClientHttpProxyError as error:
        raise NotReached(f"{_told(proxy or '')} answered {error.status}") from None
    except aiohttp.ClientProxyConnectionError:
        raise NotReached(f"{_told(proxy or '')} cannot be reached") from None
    except aiohttp.ClientConnectorError as error:
        if isinstance(error.os_error, PrivateAddress):
            raise PrivateAddress from None
        raise NotReached(f"not connected: {type(error).__name__}") from None
    except aiohttp.InvalidURL:
        raise NotReached("not connected: InvalidURL") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        if isinstance(error.__cause__, NotReached | PrivateAddress):  # said on the way, and wrapped by the client
            raise error.__cause__ from None
        raise NotReached(f"answer lost: {type(error).__name__}", may_have_arrived=True) from None
