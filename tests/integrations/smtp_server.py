"""A mail server on this machine, written from RFC 5321: it takes mail, and fails as real ones do."""

import asyncio
import ssl
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from tests.integrations.timestamps import openssl

DROPS = "drops"


@dataclass
class MailServer:
    """`fails`: stage → what it does there instead, first to last: an answer, or `DROPS`. Stages are `connect`, the
    commands in upper case, and `message` for when all of it has been sent."""

    fails: dict[str, list[str]] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    password: str | None = None
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """What it was told, without the messages."""
    port: int = 0

    talks: set[asyncio.Task[None] | None] = field(default_factory=set)
    """Its connections that are not closed yet."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.talks.add(talk := asyncio.current_task())
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()
            with suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()
            self.talks.discard(talk)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def answer(stage: str, usual: str) -> bool:
            act = self.fails[stage].pop(0) if self.fails.get(stage) else usual
            if act == DROPS:
                raise ConnectionResetError
            writer.write(f"{act}\r\n".encode())
            return act == usual

        if not answer("connect", "220 mail.test ESMTP"):
            return
        is_safe = to = ""
        while line := (await reader.readline()).decode().strip():
            self.said.append(line)
            verb = line.upper().split()[0]
            match verb:
                case "EHLO":
                    offers = (["STARTTLS"] if self.tls and not is_safe else []) + (["AUTH PLAIN"] if is_safe else [])
                    lines = ["mail.test", *offers]
                    writer.write("".join(f"250-{one}\r\n" for one in lines).encode())
                    answer(verb, "250 8BITMIME")
                case "STARTTLS" if self.tls:
                    answer(verb, "220 go on")
                    await writer.start_tls(self.tls)
                    is_safe = "yes"
                case "AUTH":
                    shown = b64decode(line.split()[2]).decode().split("\0")[2]  # RFC 4616
                    answer(verb, "235 2.7.0 welcome" if shown == self.password else "535 5.7.8 no")
                case "RCPT":
                    to = line.partition("<")[2].rstrip(">")
                    answer(verb, "250 2.1.5 ok")
                case "DATA":
                    if answer(verb, "354 go on"):
                        raw = await reader.readuntil(b"\r\n.\r\n")
                        if answer("message", "250 2.0.0 taken"):
                            message = message_from_bytes(raw[:-3].replace(b"\r\n..", b"\r\n."), policy=SMTP)
                            self.taken.append(message)
                            self.recipients.append(to)
                case "QUIT":
                    answer(verb, "221 bye")
                    return
                case _:
                    answer(verb, "250 ok")


@asynccontextmanager
async def a_mail_server(certificate: Path | None = None, password: str | None = None) -> AsyncIterator[MailServer]:
    """`certificate`: what `a_certificate` made; with it STARTTLS is offered."""
    tls = None
    if certificate is not None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate, certificate.with_suffix(".key"))
    mail = MailServer(tls=tls, password=password)
    server = await asyncio.start_server(mail.serve, "127.0.0.1", 0)
    mail.port = server.sockets[0].getsockname()[1]
    async with server:
        yield mail
        await asyncio.gather(*(talk for talk in mail.talks if talk))


def a_certificate(folder: Path) -> Path:
    """One of localhost that vouches for itself."""
    openssl(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "mail.key", "-out", "mail.pem", "-days", "3650"),
        *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
        folder=folder,
    )
    return folder / "mail.pem"
