"""Finding out what became of a call whose answer was lost.

Only our own bot's messages count. A message is recognised by the random key in its metadata, a channel by its name,
creator and age, a file by the id that was reserved for it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.domain.ids import ChannelId, MessageTs
from bot.domain.vocabulary import Place
from bot.jobs.perform import Performed, Performer
from bot.jobs.scene import Scene
from bot.slack.gateway import Gateway
from bot.slack.outcomes import Done, Gone, Outcome, Retry, Unknown
from bot.workflows.context import Context

BEFORE = timedelta(seconds=5)
"""How far before the cause we begin to look, for the sake of clocks that differ."""
CHANNEL_BEFORE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Found:
    """It happened."""

    performed: Performed


@dataclass(frozen=True, slots=True)
class NeverHappened:
    """It did not happen: it can be sent."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """Slack did not say. `may_be_repeat`: it never will, so it is sent once more and says so."""

    may_be_repeat: bool = False


Finding = Found | NeverHappened | CannotTell


class Reconciler:
    """Looks for the trace of an effect whose outcome is unknown."""

    def __init__(self, context: Context, gateway: Gateway, performer: Performer) -> None:
        self._context = context
        self._gateway = gateway
        self._performer = performer

    async def look_for(self, scene: Scene) -> Finding:
        match scene.effect.kind:
            case "OpenChannel":
                return await self._channel(scene)
            case "PostCard":
                return await self._card(scene)
            case "Announce":
                return await self._message(scene, scene.channel)
            case "TellPerson":
                dm = scene.effect.result.get("dm")
                return await self._message(scene, ChannelId(dm)) if dm else NeverHappened()
            case "AddBookmark":
                return await self._bookmark(scene)
            case "PostReview" | "PostInvitation":
                return await self._file(scene)
            case _:  # inviting and pinning answer "already so" when repeated
                return NeverHappened()

    async def _channel(self, scene: Scene) -> Finding:
        """A channel of ours with one of the names we would have tried, and no other incident's."""
        incident = scene.then
        names = self._performer.channel_names(incident)
        oldest = (incident.declared_at - CHANNEL_BEFORE).timestamp()
        channels = await self._gateway.own_channels()
        if not isinstance(channels, list):
            return CannotTell()
        for one in channels:
            ours = one.get("creator") == self._gateway.bot_user and one.get("created", 0) >= oldest
            if one.get("name") in names and ours and not await self._is_held(ChannelId(one["id"])):
                return Found(self._performer.opened(ChannelId(one["id"]), one["name"]))
        return NeverHappened()

    async def _is_held(self, channel: ChannelId) -> bool:
        async with self._context.store.read() as tx:
            return await tx.number_of_channel(channel) is not None

    async def _card(self, scene: Scene) -> Finding:
        place = Place(scene.effect.body["place"])
        channel = await self._performer.channel_of(scene, place)
        if not isinstance(channel, str):
            return CannotTell(may_be_repeat=isinstance(channel, Gone))
        finding = await self._message(scene, channel)
        if isinstance(finding, Found):
            ts = MessageTs(finding.performed.result["ts"])
            return Found(self._performer.posted_card(place, channel, ts))
        return finding

    async def _message(self, scene: Scene, channel: ChannelId) -> Finding:
        oldest = (scene.cause.recorded_at - BEFORE).timestamp()
        cursor = ""
        while True:
            outcome = await self._gateway.call(
                "conversations.history",
                channel=channel,
                oldest=f"{oldest:.6f}",
                include_all_metadata=True,
                limit=200,
                cursor=cursor,
            )
            if not isinstance(outcome, Done):
                return _unanswered(outcome)
            for message in outcome.result.get("messages", []):
                if self._is_of(message, scene.effect.key):
                    return Found(Performed({"channel": channel, "ts": message["ts"]}))
            cursor = outcome.result.get("response_metadata", {}).get("next_cursor", "")
            if not cursor:
                return NeverHappened()

    def _is_of(self, message: dict[str, Any], key: str) -> bool:
        payload = message.get("metadata", {}).get("event_payload", {})
        return message.get("user") == self._gateway.bot_user and payload.get("key") == key

    async def _bookmark(self, scene: Scene) -> Finding:
        wanted = self._performer.bookmark(scene)
        outcome = await self._gateway.call("bookmarks.list", channel_id=scene.channel)
        if not isinstance(outcome, Done):
            return _unanswered(outcome)
        there = [(one.get("title"), one.get("link")) for one in outcome.result.get("bookmarks", [])]
        return Found(Performed({})) if wanted in there else NeverHappened()

    async def _file(self, scene: Scene) -> Finding:
        reserved = scene.effect.result.get("files", {})
        if not reserved:
            return NeverHappened()
        outcome = await self._gateway.call("files.info", file=next(iter(reserved.values())))
        if not isinstance(outcome, Done):
            return NeverHappened() if isinstance(outcome, Gone) else CannotTell()
        file = outcome.result.get("file", {})
        shared = {*file.get("channels", []), *file.get("groups", []), *file.get("ims", [])}
        return Found(Performed({})) if scene.channel in shared else NeverHappened()


def _unanswered(outcome: Retry | Unknown | Gone | Outcome) -> CannotTell:
    return CannotTell(may_be_repeat=isinstance(outcome, Gone))
