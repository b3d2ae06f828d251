"""Finding out what became of a call to Slack whose answer was lost.

Only our own bot's messages count. A message is recognised by the random key in its metadata, a channel by its name,
creator and age, a file by the id that was reserved for it.
"""

from datetime import datetime, timedelta
from typing import Any, assert_never

from bot.delivery.destination import Absent, CannotTell, Finding, Found
from bot.delivery.job import AnyJob, Job
from bot.delivery.outcomes import Done, Gone, Outcome
from bot.domain import effects as e
from bot.domain.ids import ChannelId, MessageTs
from bot.domain.vocabulary import Place
from bot.slack.gateway import Gateway
from bot.slack.places import bookmark, broadcast_channel, thread_of
from bot.verbs.channel_naming import channel_names
from bot.workflows.context import Context

BEFORE = timedelta(seconds=5)
"""How far before the cause we begin to look, for the sake of clocks that differ."""
CHANNEL_BEFORE = timedelta(seconds=60)


async def find(gateway: Gateway, context: Context, job: Job) -> Finding:
    """Look for the trace that an effect leaves."""
    if isinstance(job.effect, e.ELSEWHERE):
        raise LookupError("it has a destination of its own")
    match job.effect:
        case e.OpenChannel():
            return await _channel(gateway, context, job)
        case e.PostCard(place=place):
            return await _card(gateway, job, place)
        case e.PostRunbook():
            return await _message(gateway, job, job.channel)
        case e.Announce() if not job.now.is_out_of_reach:
            return await _announced(gateway, job)
        case e.Announce() | e.TellPerson():
            dm = job.result.get("dm")  # kept before anything was sent to it
            return await _message(gateway, job, ChannelId(dm)) if dm else Absent()
        case e.TellBroadcast():
            card = job.now.card(Place.BROADCAST)
            return await _message(gateway, job, card.channel, card.ts) if card else Absent()
        case e.TellChannel():
            kept = job.result.get("channel")  # before anything was sent to it
            return await _message(gateway, job, ChannelId(kept)) if kept else Absent()
        case e.AddBookmark(what=what):
            return await _bookmark(gateway, job, what)
        case e.PostReview() | e.PostInvitation() | e.PostRunbookChange():
            return await files_shared(gateway, job, job.result.get("dm", job.channel))
        case e.InvitePeople() | e.PinCard() | e.ArchiveChannel():
            return Absent()  # when repeated, Slack answers that it is so already
        case e.CheckPerson():
            return Absent()  # it only reads
        case e.RenameChannel():
            return await _name(gateway, context, job)
        case e.ReadBack() | e.RefreshCard() | e.RefreshRunbook() | e.RefreshTopic() | e.EditAnnouncements():
            return Absent()  # the same again changes nothing
        case e.SettleAsks():
            return Absent()  # the same again changes nothing
        case _:
            assert_never(job.effect)


async def _channel(gateway: Gateway, context: Context, job: Job) -> Finding:
    """A channel of ours with one of the names we would have tried, and no other incident's."""
    names = channel_names(job.then, context.policy)
    oldest = (job.then.declared_at - CHANNEL_BEFORE).timestamp()
    channels = await gateway.own_channels()
    if not isinstance(channels, list):
        return CannotTell()
    for channel in channels:
        is_ours = channel.get("creator") == gateway.bot_user and channel.get("created", 0) >= oldest
        if channel.get("name") in names and is_ours and not await _is_held(context, ChannelId(channel["id"])):
            return Found({"channel": channel["id"], "name": channel["name"]})
    return Absent()


async def _name(gateway: Gateway, context: Context, job: Job) -> Finding:
    """The channel under one of the names we would have given it."""
    outcome = await gateway.call("conversations.info", channel=job.channel)
    if not isinstance(outcome, Done):
        return _unanswered(outcome)
    name = outcome.result.get("channel", {}).get("name")
    return Found({"name": name}) if name in channel_names(job.now, context.policy) else Absent()


async def _is_held(context: Context, channel: ChannelId) -> bool:
    async with context.store.read() as tx:
        return await tx.number_of_channel(channel) is not None


async def _card(gateway: Gateway, job: Job, place: Place) -> Finding:
    channel = job.channel if place is Place.CHANNEL else await broadcast_channel(gateway, job.then)
    if not isinstance(channel, str):
        return CannotTell(may_be_repeat=isinstance(channel, Gone))
    return await _message(gateway, job, channel)


async def _announced(gateway: Gateway, job: Job) -> Finding:
    """In the thread where it is told, else in the channel: it stands there where the card was deleted meanwhile. As
    long as Slack does not say what is in the thread, that it is not in the channel says nothing."""
    if (thread := thread_of(job)) is not None:
        match found := await _message(gateway, job, job.channel, thread):
            case Found() | CannotTell(may_be_repeat=False):
                return found
            case _:
                pass
    return await _message(gateway, job, job.channel)


async def _message(gateway: Gateway, job: Job, channel: ChannelId, thread: MessageTs | None = None) -> Finding:
    return await message_since(gateway, job.key, channel, job.cause.recorded_at, thread)


async def message_since(
    gateway: Gateway, key: str, channel: ChannelId, since: datetime, thread: MessageTs | None = None
) -> Finding:
    """The message of that key, in a channel or below a message of it, where it was sent no earlier."""
    oldest = (since - BEFORE).timestamp()
    cursor = ""
    while True:
        outcome = await gateway.call(
            "conversations.replies" if thread else "conversations.history",
            channel=channel,
            ts=thread,
            oldest=f"{oldest:.6f}",
            include_all_metadata=True,
            limit=200,
            cursor=cursor,
        )
        if not isinstance(outcome, Done):
            return _unanswered(outcome)
        for message in outcome.result.get("messages", []):
            if _is_of(gateway, message, key):
                return Found({"channel": channel, "ts": message["ts"]})
        cursor = outcome.result.get("response_metadata", {}).get("next_cursor", "")
        if not cursor:
            return Absent()


def _is_of(gateway: Gateway, message: dict[str, Any], key: str) -> bool:
    payload = message.get("metadata", {}).get("event_payload", {})
    return message.get("user") == gateway.bot_user and payload.get("key") == key


async def _bookmark(gateway: Gateway, job: Job, what: str) -> Finding:
    outcome = await gateway.call("bookmarks.list", channel_id=job.channel)
    if not isinstance(outcome, Done):
        return _unanswered(outcome)
    there = [(one.get("title"), one.get("link")) for one in outcome.result.get("bookmarks", [])]
    return Found({}) if bookmark(job.now, what, gateway.workspace_url) in there else Absent()


async def files_shared(gateway: Gateway, job: AnyJob, room: ChannelId) -> Finding:
    """Whether the files that were reserved for it are in a channel."""
    reserved = job.result.get("files", {})
    if not reserved:
        return Absent()
    outcome = await gateway.call("files.info", file=next(iter(reserved.values())))
    if not isinstance(outcome, Done):
        return Absent() if isinstance(outcome, Gone) else CannotTell()
    file = outcome.result.get("file", {})
    shared = {*file.get("channels", []), *file.get("groups", []), *file.get("ims", [])}
    return Found({}) if room in shared else Absent()


def _unanswered(outcome: Outcome) -> CannotTell:
    return CannotTell(may_be_repeat=isinstance(outcome, Gone))
