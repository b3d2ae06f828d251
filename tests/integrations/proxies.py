"""A proxy on this machine (RFC 9110, 9.3.6; RFC 9112, 3.2), and a certificate authority of nobody's."""

import asyncio
import ssl
import subprocess
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

USER = "muster:s3cret"


@dataclass
class Proxy:
    """Leads every request to one port of this machine, wherever it was to go."""

    leads_to: int
    asks_who: bool = False
    """Whether it wants to know USER."""
    refuses: int = 0
    """The status by which it opens no tunnel; 0: it does."""
    port: int = 0
    asked: list[str] = field(default_factory=list)
    """The first line of each request for a tunnel, or of a request in the clear."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            line, *headers = head.split("\r\n")
            self.asked.append(line)
            status = self._status(headers)
            is_tunnel = line.startswith("CONNECT ")
            if status != 200:
                writer.write(f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
                await writer.drain()
            else:
                far, to = await asyncio.open_connection("127.0.0.1", self.leads_to)
                if is_tunnel:
                    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                else:
                    to.write(_to_origin(line, headers).encode())
                await asyncio.gather(_pass(reader, to), _pass(far, writer))
        writer.close()

    def _status(self, headers: list[str]) -> int:
        known = f"Proxy-Authorization: Basic {b64encode(USER.encode()).decode()}"
        if self.asks_who and known not in headers:
            return 407
        return self.refuses or 200


def _to_origin(line: str, headers: list[str]) -> str:
    """A request in the clear, as its server gets it."""
    method, url, version = line.split(" ")
    kept = [one for one in headers if not one.lower().startswith("proxy-")]
    return "\r\n".join([f"{method} {urlsplit(url).path or '/'} {version}", *kept])


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while part := await reader.read(65_536):
            writer.write(part)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def proxying(proxy: Proxy) -> AsyncIterator[Proxy]:
    """It listens until the body ends."""
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()


@dataclass(frozen=True)
class Authority:
    """Its own certificate, and what a server on this machine shows that it signed for."""

    ca_file: Path
    tls: ssl.SSLContext


def authority(folder: Path, name: str = "ca", *, days: int = 2) -> Authority:
    """One that signed for 127.0.0.1 and localhost."""
    folder.mkdir(exist_ok=True)
    ca, key, request, signed, more = (folder / f"{name}.{end}" for end in ("pem", "key", "csr", "crt", "ext"))
    new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    _openssl("req", "-x509", *new, "-keyout", f"{key}", "-out", f"{ca}", "-days", f"{days}", "-subj", f"/CN={name}")
    _openssl("req", *new, "-keyout", f"{key}.own", "-out", f"{request}", "-subj", "/CN=server")
    more.write_text("subjectAltName=IP:127.0.0.1,IP:8.8.8.8,DNS:localhost\n")
    by = ("-CA", f"{ca}", "-CAkey", f"{key}", "-extfile", f"{more}", "-days", f"{days}")
    _openssl("x509", "-req", "-in", f"{request}", *by, "-out", f"{signed}")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(signed, f"{key}.own")
    return Authority(ca, tls)


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
