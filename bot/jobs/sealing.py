"""Keeps the chain over the record up to date, and makes a head of it each day."""

from datetime import timedelta
from typing import Final

import structlog

from bot.domain import effects as e
from bot.domain.policy import Proof
from bot.domain.proof import Head
from bot.integrations.signing import NoSignatures, Signer
from bot.workflows.context import Context

log = structlog.get_logger(__name__)

SEALED_EVERY: Final = timedelta(minutes=5)
GIVES_WAY_FOR: Final = 1.0
"""Seconds, to whoever waits for an answer."""


def places(proof: Proof) -> list[str]:
    """The destinations where heads are published."""
    where = ((proof.channel, e.HEADS_CHANNEL), (proof.folder, e.HEADS_FOLDER), (proof.timestamp, e.HEADS_STAMP))
    return [name for named, name in where if named is not None]


class Sealing:
    """Links what was recorded, each replica what it finds without a link."""

    def __init__(self, context: Context, signer: Signer | None) -> None:
        self._context = context
        self._signer = signer
        self._is_under_way = False

    async def seal(self) -> None:
        """Link everything, and make a head on the first time of a day (UTC)."""
        if self._is_under_way:
            return
        self._is_under_way = True
        try:
            while await self._extend():
                pass
            await self._make_head()
        finally:
            self._is_under_way = False

    async def _extend(self) -> int:
        await self._context.waiting.give_way(GIVES_WAY_FOR)
        async with self._context.store.write() as tx:
            return await tx.extend_chain()

    async def _make_head(self) -> None:
        now = self._context.now()
        async with self._context.store.read() as tx:
            last = await tx.last_head()
        if last is not None and last.at.date() >= now.date():
            return
        async with self._context.store.write() as tx:
            head = await tx.make_head(now, last.number if last else 0)
            if head is None:
                return
            if (signature := self._signature(head)) is not None:
                await tx.keep_proof(head.number, signature=signature)
            await tx.publish_heads([e.PublishHead(head.number, to) for to in places(self._context.policy.proof)])
        log.info("record.head", head=head.number, books=len(head.ends), digest=head.digest.hex())

    def _signature(self, head: Head) -> bytes | None:
        try:
            return self._signer.sign(head.digest) if self._signer else None
        except NoSignatures as why:
            log.warning("record.not_signed", why=str(why))
            return None
