"""The way out: through a real proxy, to a real server with certificates of its own, and never into a private network
that was not meant."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.domain.policy import DIRECT, Way
from bot.integrations.alerts.fetching import fetching
from bot.integrations.outgoing import UNKNOWN_HERE, NotReached, Outgoing, PrivateAddress
from tests.integrations.proxies import USER, Authority, Proxy, authority, proxying
from tests.serving import everything, serving

VARIABLE = "MUSTER_PROXY_URL"
PUBLIC = "8.8.8.8"
"""An address of the internet; the proxy of these tests leads elsewhere."""
INSIDE = Way(allow_private_address=True)


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("ca"))


@dataclass
class Played:
    """A server behind a proxy."""

    port: int
    proxy: Proxy
    seen: list[web.Request]
    moved_to: str = ""

    @property
    def way(self) -> Way:
        return Way(proxy=self.proxy.url)


@asynccontextmanager
async def played(
    tls: ssl.SSLContext | None = None, *, asks_who: bool = False, refuses: int = 0
) -> AsyncIterator[Played]:
    seen: list[web.Request] = []

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        seen.append(request)
        if request.path == "/slow":
            await asyncio.Event().wait()
        if request.path == "/moved":
            return web.Response(status=302, headers={"Location": it.moved_to})
        return web.Response(text="here", headers={"ETag": '"1"'})

    async with serving(everything(answer), tls=tls) as port, proxying(Proxy(port, asks_who, refuses)) as proxy:
        it = Played(port, proxy, seen)
        yield it


async def why(client: Outgoing, url: str, way: Way) -> str:
    with pytest.raises(NotReached) as failed:
        await client.send("GET", url, way=way)
    assert not failed.value.may_have_arrived
    return failed.value.why


async def test_https_goes_through_a_tunnel_of_the_proxy_and_http_to_the_proxy_itself(ca: Authority) -> None:
    async with played(ca.tls) as it, Outgoing() as client:
        way = replace(it.way, ca_file=str(ca.ca_file))
        asked = await client.ask("POST", f"https://{PUBLIC}/x", body=b"{}", headers={}, most_bytes=99, way=way)
        assert (asked.status, asked.body) == (200, b"here")
        assert (await client.get(f"https://{PUBLIC}/x", headers={}, most_bytes=99, way=way)).etag == '"1"'
        assert it.proxy.asked == [f"CONNECT {PUBLIC}:443 HTTP/1.1"]
    async with played() as it, Outgoing() as client:
        assert (await client.send("GET", f"http://{PUBLIC}/x", way=it.way)).status == 200
        assert it.proxy.asked == [f"GET http://{PUBLIC}/x HTTP/1.1"]


async def test_what_opens_a_proxy_stands_in_a_variable_and_nobody_else_sees_it(ca: Authority) -> None:
    for tls, url in ((ca.tls, f"https://{PUBLIC}/x"), (None, f"http://{PUBLIC}/x")):
        async with played(tls, asks_who=True) as it:
            way = Way(proxy=f"env:{VARIABLE}", ca_file=str(ca.ca_file))
            async with Outgoing(proxies={VARIABLE: it.proxy.url.replace("//", f"//{USER}@")}) as client:
                assert (await client.send("GET", url, way=way)).status == 200
            assert not {"Authorization", "Proxy-Authorization"} & it.seen[0].headers.keys()
            async with Outgoing(proxies={VARIABLE: it.proxy.url.replace("//", "//muster:wrong-one@")}) as client:
                assert await why(client, url, way) == f"the proxy 127.0.0.1:{it.proxy.port} answered 407"
            assert len(it.seen) == 1


async def test_a_proxy_that_is_away_or_refuses_is_named_and_nothing_goes_past_it(ca: Authority) -> None:
    async with played(ca.tls, refuses=502) as it, Outgoing() as client:
        way = replace(it.way, ca_file=str(ca.ca_file))
        assert await why(client, f"https://{PUBLIC}/x", way) == f"the proxy 127.0.0.1:{it.proxy.port} answered 502"
        nobody = replace(INSIDE, proxy="http://127.0.0.1:1")
        assert await why(client, f"https://127.0.0.1:{it.port}", nobody) == "the proxy 127.0.0.1:1 cannot be reached"
        for proxies in ({}, {VARIABLE: "socks5://127.0.0.1:1"}):
            async with Outgoing(proxies=proxies) as other:
                unset = replace(INSIDE, proxy=f"env:{VARIABLE}")
                said = await why(other, f"https://127.0.0.1:{it.port}", unset)
                assert said == f"{VARIABLE} holds no address of a proxy"
        assert it.seen == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "[::ffff:10.0.0.7]"])
async def test_through_a_proxy_nothing_goes_into_a_private_network_either(host: str) -> None:
    async with played() as it, Outgoing() as client:
        with pytest.raises(PrivateAddress):
            await client.send("GET", f"http://{host}:{it.port}/x", way=it.way)
        assert it.proxy.asked == []
        assert (await client.send("GET", f"http://{host}:{it.port}/x", way=replace(INSIDE, proxy=it.proxy.url))).status


async def test_an_answer_from_a_proxy_leads_into_no_private_network() -> None:
    async with played() as it, Outgoing() as client:
        it.moved_to = f"http://127.1:{it.port}/x"
        with pytest.raises(PrivateAddress):
            await client.get(f"http://{PUBLIC}/moved", headers={}, most_bytes=99, way=it.way)
        assert [one.path for one in it.seen] == ["/moved"]


async def test_a_name_that_only_the_proxy_knows_has_to_be_allowed() -> None:
    async with played() as it, Outgoing() as client:
        assert await why(client, "http://only-the-proxy-knows.invalid/x", it.way) == UNKNOWN_HERE
        allowed = replace(INSIDE, proxy=it.proxy.url)
        assert (await client.send("GET", "http://only-the-proxy-knows.invalid/x", way=allowed)).status == 200
        assert it.proxy.asked == ["GET http://only-the-proxy-knows.invalid/x HTTP/1.1"]


async def test_only_the_certificates_of_the_file_are_trusted(ca: Authority, tmp_path: Path) -> None:
    other = authority(tmp_path, "other")
    async with played(ca.tls) as it, Outgoing() as client:
        url = f"https://127.0.0.1:{it.port}/x"
        trusted = replace(INSIDE, ca_file=str(ca.ca_file))
        assert (await client.send("GET", url, way=trusted)).status == 200
        assert (await why(client, url, INSIDE)).startswith("certificate: ")
        said = await why(client, url, replace(INSIDE, ca_file=str(other.ca_file)))
        assert said == f"certificate: ClientConnectorCertificateError, by {other.ca_file}"
        gone = replace(INSIDE, ca_file=str(tmp_path / "gone.pem"))
        assert await why(client, url, gone) == f"certificate: {tmp_path / 'gone.pem'} cannot be read"
        assert len(it.seen) == 1


async def test_what_holds_for_everything_holds_where_nothing_else_is_said(ca: Authority) -> None:
    async with played(ca.tls) as it:
        everything_ = replace(it.way, ca_file=str(ca.ca_file), within=timedelta(seconds=0.2))
        url = f"https://localhost:{it.port}"
        async with Outgoing(30, everything_) as client:
            assert (await client.send("GET", url, way=INSIDE)).status == 200
            assert len(it.proxy.asked) == 1
            assert (await client.send("GET", url, way=replace(INSIDE, proxy=DIRECT))).status == 200
            assert len(it.proxy.asked) == 1
            with pytest.raises(NotReached, match="no answer in time") as late:
                await client.send("GET", f"{url}/slow", way=INSIDE)
            assert late.value.may_have_arrived


async def test_certificates_of_amazon_are_had_through_the_proxy(ca: Authority) -> None:
    async with played(ca.tls) as it:
        fetch = fetching(Way(proxy=f"env:{VARIABLE}", ca_file=str(ca.ca_file)), {VARIABLE: it.proxy.url})
        assert await fetch(f"https://{PUBLIC}/cert.pem") == b"here"
        assert it.proxy.asked == [f"CONNECT {PUBLIC}:443 HTTP/1.1"]
        with pytest.raises(PrivateAddress):
            await fetch(f"https://127.0.0.1:{it.port}/cert.pem")
