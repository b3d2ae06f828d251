"""From a Slack event to what it tells us. Whatever cannot be read tells nothing, and is logged without its text.

The events: docs.slack.dev, "Events API", "Event types reference", as read in August 2026.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog
from pydantic import Field

from bot.domain.ids import ChannelId, MessageTs, SlackUserId
from bot.domain.people import Group, Profile
from bot.domain.transcript import (
    ChannelGone,
    ChannelNamed,
    ChannelUnarchived,
    GroupChanged,
    MemberJoined,
    MemberLeft,
    PersonChanged,
    Reacted,
    Seen,
    SlackEvent,
)
from bot.domain.vocabulary import ChannelLoss
from bot.slack.messages import read_message_event
from bot.slack.organisation import Organisation
from bot.slack.payloads import Ided, Payload, cleaned

log = structlog.get_logger(__name__)


class Wrapper(Payload):
    """What every Slack event comes in."""

    event_id: str = Field(min_length=1)
    event: Mapping[str, Any]


class ProfilePayload(Payload):
    display_name: str | None = None
    real_name: str | None = None


class EnterpriseUser(Payload):
    enterprise_id: str | None = None


class User(Ided):
    team_id: str | None = None
    enterprise_user: EnterpriseUser = EnterpriseUser()
    is_stranger: bool = False
    name: str | None = None
    real_name: str | None = None
    profile: ProfilePayload = ProfilePayload()
    tz: str | None = None
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    deleted: bool = False


class UserGroup(Ided):
    handle: str = ""
    users: tuple[SlackUserId, ...] | None = None
    date_delete: int = 0


class ReactionItem(Payload):
    type: str
    channel: ChannelId = ChannelId("")
    ts: MessageTs = MessageTs("")


class ReactionEvent(Payload):
    type: str
    user: SlackUserId
    reaction: str
    item: ReactionItem


class MemberEvent(Payload):
    type: str
    user: SlackUserId
    channel: ChannelId
    inviter: SlackUserId | None = None


class UserEvent(Payload):
    user: Mapping[str, Any]


class GroupEvent(Payload):
    subteam: UserGroup


class ChannelEvent(Payload):
    type: str
    channel: ChannelId
    user: SlackUserId | None = None
    actor_id: SlackUserId | None = None
    """Who put the bot out; Slack sends it with `channel_left`, though its page does not say so."""


class NamedChannel(Payload):
    id: ChannelId
    name: str = Field(min_length=1)


class RenameEvent(Payload):
    channel: NamedChannel


Event = Mapping[str, Any]
SLACKBOT: Final = "USLACKBOT"
"""Slack's own bot, which `is_bot` denies."""


def read_event(
    body: Mapping[str, Any], now: datetime, bot_user: SlackUserId, organisation: Organisation | None = None
) -> SlackEvent | None:
    """One delivery of the Events API; None when it is malformed. What the bot itself posted tells nothing.

    `now` dates what carries no time of its own.
    """
    try:
        wrapper = Wrapper.model_validate(cleaned(body))
        event = wrapper.event
        read = READERS.get(str(event.get("type")))
        seen = read(event, _told_at(event, now), bot_user) if read else None
        if isinstance(seen, PersonChanged):
            seen = PersonChanged(read_person(UserEvent.model_validate(event).user, organisation))
    except (ValueError, OverflowError, RecursionError) as error:
        log.warning("slack_event.malformed", type=kind_of(body), error=type(error).__name__)
        return None
    return SlackEvent(wrapper.event_id, seen)


def kind_of(body: Mapping[str, Any]) -> str:
    """The event's type, for logs and figures: one of those subscribed to, else `other`."""
    event = body.get("event")
    kind = event.get("type") if isinstance(event, Mapping) else None
    return kind if isinstance(kind, str) and kind in READERS else "other"


def read_person(user: Mapping[str, Any], organisation: Organisation | None = None) -> Profile:
    """A person as Slack describes users; somebody of another organisation counts as a guest. Raises pydantic's
    ValidationError for a malformed description."""
    read = User.model_validate(cleaned(user))
    is_other = organisation is not None and organisation.is_other(read.team_id, read.enterprise_user.enterprise_id)
    names = (read.profile.display_name, read.real_name, read.profile.real_name, read.name)
    return Profile(
        user=SlackUserId(read.id),
        name=next((name for name in names if name), read.id),
        tz=_known_zone(read.tz),
        is_bot=read.is_bot or read.id == SLACKBOT,
        is_guest=read.is_restricted or read.is_ultra_restricted or read.is_stranger or is_other,
        is_deactivated=read.deleted,
        full_name=read.profile.real_name or read.real_name or "",
    )


def _known_zone(name: str | None) -> str:
    """The time zone, where this machine knows it too; else UTC."""
    try:
        return ZoneInfo(name).key if name else "UTC"
    except (ZoneInfoNotFoundError, OSError, ValueError):
        return "UTC"


def _told_at(event: Event, now: datetime) -> datetime:
    """When Slack says it happened."""
    told = event.get("event_ts")
    return datetime.fromtimestamp(float(told), UTC) if isinstance(told, str) else now


def _reaction(event: Event, _: datetime, bot_user: SlackUserId) -> Seen | None:
    read = ReactionEvent.model_validate(event)
    if read.item.type != "message" or read.user == bot_user:
        return None
    return Reacted(
        channel=read.item.channel,
        ts=read.item.ts,
        user=read.user,
        reaction=read.reaction,
        is_removed=read.type == "reaction_removed",
    )


def _joined(event: Event, at: datetime, _: SlackUserId) -> Seen:
    read = MemberEvent.model_validate(event)
    return MemberJoined(read.channel, read.user, at, read.inviter)


def _left(event: Event, at: datetime, _: SlackUserId) -> Seen:
    read = MemberEvent.model_validate(event)
    return MemberLeft(read.channel, read.user, at)


def _person(event: Event, _: datetime, __: SlackUserId) -> Seen:
    return PersonChanged(read_person(UserEvent.model_validate(event).user))


def _group(event: Event, _: datetime, __: SlackUserId) -> Seen | None:
    """The group with its members. A description without them is no news: it would read as an empty group."""
    group = GroupEvent.model_validate(event).subteam
    users = () if group.date_delete else group.users
    return None if users is None else GroupChanged(Group(group.id, group.handle, users))


def _gone(event: Event, at: datetime, bot_user: SlackUserId) -> Seen | None:
    """What the bot did itself is known where it was done."""
    read = ChannelEvent.model_validate(event)
    by = read.user or read.actor_id
    return None if by == bot_user else ChannelGone(read.channel, at, LOSSES[read.type.partition("_")[2]], by)


def _named(event: Event, at: datetime, _: SlackUserId) -> Seen:
    channel = RenameEvent.model_validate(event).channel
    return ChannelNamed(channel.id, at, channel.name)


def _unarchived(event: Event, at: datetime, _: SlackUserId) -> Seen:
    read = ChannelEvent.model_validate(event)
    return ChannelUnarchived(read.channel, at, read.user)


LOSSES: Final = {"archive": ChannelLoss.ARCHIVED, "left": ChannelLoss.REMOVED, "deleted": ChannelLoss.DELETED}
"""By the end of the event's type."""


def _mention(_: Event, __: datetime, ___: SlackUserId) -> Seen | None:
    """The message itself comes as an event of its own; what it asks is read in `payloads`."""
    return None


READERS: Final[Mapping[str, Callable[[Event, datetime, SlackUserId], Seen | None]]] = {
    "app_mention": _mention,
    "message": read_message_event,
    "reaction_added": _reaction,
    "reaction_removed": _reaction,
    "member_joined_channel": _joined,
    "member_left_channel": _left,
    "user_change": _person,
    "team_join": _person,
    "subteam_created": _group,
    "subteam_updated": _group,
    "channel_archive": _gone,
    "channel_deleted": _gone,
    "channel_left": _gone,
    "channel_rename": _named,
    "channel_unarchive": _unarchived,
    "group_archive": _gone,
    "group_deleted": _gone,
    "group_left": _gone,
    "group_rename": _named,
    "group_unarchive": _unarchived,
}
"""Type of a Slack event → how it is read. Every type that the manifest subscribes to stands here, and no other."""
