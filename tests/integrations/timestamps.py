"""A real time-stamping authority on this machine: `openssl ts` behind HTTP (RFC 3161)."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from tests.serving import everything, serving

CONFIGURATION = """
[req]
distinguished_name = name
x509_extensions = tsa_extensions
prompt = no
[name]
CN = A time-stamping authority for tests
[tsa_extensions]
basicConstraints = CA:true
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = ours
[ours]
dir = {folder}
serial = $dir/serial
signer_cert = $dir/tsa.pem
signer_key = $dir/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
"""


def openssl(*arguments: str, folder: Path) -> str:
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@dataclass
class Authority:
    """`answers`: what it says instead of a stamp, first to last."""

    folder: Path
    url: str = ""
    answers: list[web.Response] = field(default_factory=list)
    asked: int = 0

    def __post_init__(self) -> None:
        (self.folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=self.folder))
        (self.folder / "serial").write_text("01\n")
        key = ("-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.pem", "-days", "3650")
        openssl("req", "-x509", "-config", "tsa.cnf", *key, folder=self.folder)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked += 1
        if self.answers:
            return self.answers.pop(0)
        assert request.content_type == "application/timestamp-query"
        (self.folder / "query.tsq").write_bytes(await request.read())
        made = ("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "reply.tsr")
        await asyncio.to_thread(openssl, *made, folder=self.folder)
        return web.Response(body=(self.folder / "reply.tsr").read_bytes(), content_type="application/timestamp-reply")

    def vouches_for(self, digest: bytes, stamp: bytes) -> str:
        """What `openssl ts -verify` says of a stamp: somebody else's opinion."""
        (self.folder / "digest").write_bytes(digest)
        (self.folder / "kept.tsr").write_bytes(stamp)
        return openssl(
            *("ts", "-verify", "-data", "digest", "-in", "kept.tsr", "-CAfile", "tsa.pem"), folder=self.folder
        )


@asynccontextmanager
async def an_authority(folder: Path) -> AsyncIterator[Authority]:
    authority = Authority(folder)
    async with serving(everything(authority.answer)) as port:
        authority.url = f"http://127.0.0.1:{port}/tsr"
        yield authority
