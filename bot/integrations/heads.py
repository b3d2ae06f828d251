"""Where heads of the record's chain are published outside Slack: in a git repository, and with whoever stamps them."""

import asyncio
from base64 import b64encode
from typing import Any

from bot.delivery.destination import Absent, Finding
from bot.delivery.job import HeadJob
from bot.delivery.outcomes import Done, Gone, Outcome, Retry
from bot.domain.policy import Way
from bot.domain.proof import Head
from bot.integrations.git import Folder, NotWritten
from bot.integrations.outgoing import NotReached, Outgoing, PrivateAddress
from bot.workflows.observations import STAMP

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
"""RFC 3161, 3.4."""
MOST_BYTES = 64 * 1024
NEEDED = "`rfc3161-client` is not installed; install muster-bot[proof]"


class HeadsFolder:
    """Writes each head as a file of its own and commits it where the folder lies in a git repository."""

    name = "The folder of heads"

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    async def deliver(self, job: HeadJob) -> Outcome:
        head = job.head
        name = f"head-{head.number:06}.txt"
        try:
            await self._folder.keep(name, as_text(head), f"Head {head.number} of Muster's record")
        except NotWritten as why:
            return Retry(None, str(why))
        return Done({})

    async def find(self, _: HeadJob) -> Finding:
        """Written again it is the same file."""
        return Absent()


def as_text(head: Head) -> str:
    """A head as a file: what it tells, its digest, and its signature."""
    signature = f"\nsignature {head.signature.hex()}" if head.signature else ""
    return f"{head.text}\nsha256 {head.digest.hex()}{signature}\n"


class Stamps:
    """Asks a time-stamping authority to witness that a head was there at its time (RFC 3161 over HTTP)."""

    name = "The time-stamping authority"

    def __init__(self, outgoing: Outgoing, url: str, way: Way) -> None:
        self._outgoing = outgoing
        self._url = url
        self._way = way

    async def deliver(self, job: HeadJob) -> Outcome:
        try:
            import rfc3161_client as rfc3161  # most have nothing stamped
        except ImportError:
            return Gone(NEEDED)
        asked = rfc3161.TimestampRequestBuilder().data(job.head.digest).build()
        headers = {"Content-Type": QUERY, "Accept": REPLY}
        try:
            answer = await self._outgoing.ask(
                "POST",
                self._url,
                body=asked.as_bytes(),
                headers=headers,
                most_bytes=MOST_BYTES,
                way=self._way,
            )
        except PrivateAddress:
            return Gone("its address leads into a private network; `proof.allow_private_address: true` allows that")
        except NotReached as why:
            return Retry(None, why.why)
        if answer.status != 200:
            return Retry(answer.wish, f"it answered {answer.status}")
        wrong = await asyncio.to_thread(_what_is_wrong, rfc3161, answer.body, asked)
        return Retry(None, wrong) if wrong else Done({STAMP: b64encode(answer.body).decode()})

    async def find(self, _: HeadJob) -> Finding:
        """A second stamp does no harm."""
        return Absent()


def _what_is_wrong(rfc3161: Any, body: bytes, asked: Any) -> str:
    """Why an answer is no stamp of what was asked; empty where it is one. Whether the authority is to be trusted is
    checked by whoever relies on the stamp, with the certificate that they have of it."""
    try:
        answer = rfc3161.decode_timestamp_response(body)
        if answer.status != 0:
            return f"it refused with status {answer.status}"
        told = answer.tst_info
        is_ours = told.message_imprint.message == asked.message_imprint.message and told.nonce == asked.nonce
    except ValueError:
        return "its answer is no time stamp"
    return "" if is_ours else "its answer stamps something else"
