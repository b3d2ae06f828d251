"""Channels for incidents that cannot be recorded yet: opened, peopled and told, each step as often as it takes.

Nothing here stands in the outbox, as there is none. That a step is done twice is kept from mattering by Slack: a name
is taken once, an invitation once, and the message is looked for by its trace.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.blocks.message import Rendered
from bot.delivery.destination import Absent, Found
from bot.delivery.outcomes import Done, Gone
from bot.domain.emergency import Room
from bot.domain.ids import ChannelId, SlackUserId
from bot.slack.gateway import Gateway
from bot.slack.reconciling import message_since

TAKEN = "name_taken"


class NoRoom(Exception):
    """Slack will not open the channel."""


class Rooms:
    """Each step answers None, or False, where Slack could not be reached or nobody knows: then it is to be repeated."""

    def __init__(self, gateway: Gateway, now: Callable[[], datetime]) -> None:
        """`now`: incident time."""
        self._gateway = gateway
        self._now = now

    async def open(self, name: str, *, is_private: bool) -> Room | None:
        """`name` is nobody else's: where it is taken, an earlier call took it. Raises NoRoom."""
        outcome = await self._gateway.call("conversations.create", name=name, is_private=is_private)
        match outcome:
            case Done(result=result):
                return Room(ChannelId(result["channel"]["id"]), result["channel"]["name"], self._now())
            case Gone(error=error) if error == TAKEN:
                found = await self._gateway.own_channel(name)
                return Room(found, name, self._now()) if isinstance(found, str) else None
            case Gone(error=error):
                raise NoRoom(error)
        return None

    async def invite(self, room: Room, people: Sequence[SlackUserId]) -> bool:
        """Whoever cannot be invited is left out."""
        outcome = await self._gateway.call(
            "conversations.invite", channel=room.channel, users=",".join(people), force=True
        )
        return isinstance(outcome, Done | Gone)

    async def tell(self, room: Room, key: str, told: Rendered) -> bool:
        """Once, found again by its key."""
        found = await message_since(self._gateway, key, room.channel, room.opened_at)
        if not isinstance(found, Absent):
            return isinstance(found, Found)
        outcome = await self._gateway.call(
            "chat.postMessage",
            channel=room.channel,
            text=told.text,
            blocks=list(told.blocks),
            metadata={"event_type": "muster_effect", "event_payload": {"key": key}},
            unfurl_links=False,
            unfurl_media=False,
        )
        return isinstance(outcome, Done | Gone)

    async def say(self, room: Room, told: Rendered) -> None:
        """May fail, and nothing depends on it."""
        await self._gateway.call("chat.postMessage", channel=room.channel, text=told.text, blocks=list(told.blocks))
