"""The channel where each week is told of, as a destination."""

from collections.abc import Awaitable, Callable

from bot.blocks.weekly import Told
from bot.delivery.destination import CannotTell, Finding
from bot.delivery.job import DigestJob
from bot.delivery.outcomes import Gone, Outcome
from bot.slack.gateway import Gateway
from bot.slack.posting import File, harmless, post_files
from bot.slack.reconciling import files_shared


class DigestChannel:
    """Posts each digest once: its lines, with the picture below them."""

    name = "Slack"

    def __init__(self, gateway: Gateway, channel: str, write: Callable[[DigestJob], Awaitable[Told]]) -> None:
        """`channel`: its name or id; Muster has to be in it."""
        self._gateway = gateway
        self._channel = channel
        self._write = write

    async def deliver(self, job: DigestJob) -> Outcome:
        channel = await self._gateway.own_channel(self._channel)
        if not isinstance(channel, str):
            return Gone("channel_not_found") if channel is None else harmless(channel)
        told = await self._write(job)
        picture = File(f"incidents-to-{job.effect.last}.png", told.described, lambda: told.picture)
        return await post_files(self._gateway, job, channel, (picture,), told.as_mrkdwn)

    async def find(self, job: DigestJob) -> Finding:
        channel = await self._gateway.own_channel(self._channel)
        if not isinstance(channel, str):
            return CannotTell(may_be_repeat=isinstance(channel, Gone))
        return await files_shared(self._gateway, job, channel)
