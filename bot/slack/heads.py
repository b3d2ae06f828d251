"""The channel where heads of the record's chain are posted, as a destination."""

from bot.blocks.head import head_message
from bot.delivery.destination import CannotTell, Finding
from bot.delivery.job import HeadJob
from bot.delivery.outcomes import Gone, Outcome
from bot.slack.gateway import Gateway
from bot.slack.posting import harmless, post
from bot.slack.reconciling import message_since


class HeadsChannel:
    """Posts each head once."""

    name = "Slack"

    def __init__(self, gateway: Gateway, channel: str) -> None:
        """`channel`: its name or id; Muster has to be in it."""
        self._gateway = gateway
        self._channel = channel

    async def deliver(self, job: HeadJob) -> Outcome:
        channel = await self._gateway.own_channel(self._channel)
        if not isinstance(channel, str):
            return Gone("channel_not_found") if channel is None else harmless(channel)
        return await post(self._gateway, job, channel, head_message(job.head))

    async def find(self, job: HeadJob) -> Finding:
        channel = await self._gateway.own_channel(self._channel)
        if not isinstance(channel, str):
            return CannotTell(may_be_repeat=isinstance(channel, Gone))
        return await message_since(self._gateway, job.key, channel, job.queued_at)
