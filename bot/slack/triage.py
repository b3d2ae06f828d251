"""The triage channel as a destination: one message per alert, edited in place."""

from collections.abc import Callable
from datetime import timedelta
from time import monotonic

from bot.blocks.alert import question
from bot.delivery.destination import Absent, CannotTell, Finding
from bot.delivery.job import AlertJob
from bot.delivery.outcomes import Done, Gone, Outcome, Retry
from bot.domain import effects as e
from bot.domain.ids import ChannelId
from bot.domain.policy import Policy
from bot.slack.gateway import Gateway
from bot.slack.posting import harmless, plain, post
from bot.slack.reconciling import message_since

EDITED_EVERY = timedelta(seconds=3)
"""A storm is told by edits: Slack takes about fifty of them a minute, and nobody reads quicker."""
MOST_REMEMBERED = 1000


class Triage:
    """Asks people about alerts."""

    name = "Slack"

    def __init__(self, gateway: Gateway, policy: Callable[[], Policy], edited_every: timedelta = EDITED_EVERY) -> None:
        self._gateway = gateway
        self._policy = policy
        self._edited_every = edited_every.total_seconds()
        self._edited_at: dict[int, float] = {}

    async def deliver(self, job: AlertJob) -> Outcome:
        match job.effect:
            case e.AskAboutAlert():
                return await self._ask(job)
            case e.RefreshAlert():
                return await self._refresh(job)

    async def find(self, job: AlertJob) -> Finding:
        if isinstance(job.effect, e.RefreshAlert):
            return Absent()  # the same again changes nothing
        channel = await self._channel(job)
        if not isinstance(channel, str):
            return CannotTell(may_be_repeat=isinstance(channel, Gone))
        return await message_since(self._gateway, job.key, channel, job.queued_at)

    async def _ask(self, job: AlertJob) -> Outcome:
        channel = await self._channel(job)
        if not isinstance(channel, str):
            return channel
        return await post(self._gateway, job, channel, question(job.alert, self._service(job), job.gathered))

    async def _refresh(self, job: AlertJob) -> Outcome:
        alert = job.alert
        if alert.posted_in is None or alert.posted_as is None:
            return Done({})  # it shows how things stand when it is posted
        soon = self._edited_at.get(alert.number, 0.0) + self._edited_every - monotonic()
        if soon > 0:
            return Retry(timedelta(seconds=soon), "it was edited a moment ago")
        if len(self._edited_at) >= MOST_REMEMBERED:
            self._edited_at.clear()
        self._edited_at[alert.number] = monotonic()
        shown = question(alert, self._service(job), job.gathered)
        outcome = await self._gateway.call(
            "chat.update", channel=alert.posted_in, ts=alert.posted_as, text=shown.text, blocks=list(shown.blocks)
        )
        if isinstance(outcome, Gone) and outcome.error == "message_not_found":
            return Done({})  # somebody deleted the question; the next alert asks anew
        return plain(outcome)

    async def _channel(self, job: AlertJob) -> ChannelId | Outcome:
        channel = await self._gateway.own_channel(job.alert.channel or "")
        if channel is None:
            return Gone("channel_not_found")
        return channel if isinstance(channel, str) else harmless(channel)

    def _service(self, job: AlertJob) -> str | None:
        """Its name."""
        known = self._policy().service_of(job.alert.service)
        return known.name if known else job.alert.service
