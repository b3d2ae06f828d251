"""Whether Muster can write in an incident's channel, which may be archived by hand, and Muster put out of it."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.decision import Decision
from bot.domain.ids import ChannelId, SlackUserId
from bot.domain.incident import Incident
from bot.domain.refusal import NothingToChange
from bot.domain.timeline import ChannelLost, ChannelRegained, ChannelReplaced
from bot.domain.vocabulary import ChannelLoss


def channel_lost(
    incident: Incident,
    channel: ChannelId,
    why: ChannelLoss,
    by: SlackUserId | None,
    now: datetime,
    people: Sequence[SlackUserId] = (),
) -> Decision:
    """Nothing can be written there any more. What Muster archived itself is not lost, and a channel is lost once, but
    that one it was put out of may be archived or deleted later on. A deleted channel never comes back, so that an
    incident that is not over goes on in another one at once; `people`: who was in it."""
    was = incident.channel_lost
    is_known = was is why or was not in (None, ChannelLoss.REMOVED)
    if incident.channel != channel or incident.is_archived or is_known:
        return Decision(())
    lost = ChannelLost(at=now, by=by, channel=channel, loss=why)
    if why is not ChannelLoss.DELETED or incident.status.is_over or incident.is_moving:
        return Decision((lost,))
    return Decision((lost, ChannelReplaced(at=now, was=channel, loss=why)), present=tuple(people))


def go_on_elsewhere(
    incident: Incident, by: SlackUserId | None, reason: str, now: datetime, people: Sequence[SlackUserId]
) -> Decision:
    """Somebody wants another channel for an incident that is not over and whose channel is lost; `people`: who was in
    it."""
    if incident.channel is None or incident.channel_lost is None or incident.is_moving:
        raise NothingToChange(text=f"Another channel is already being opened for {incident.ref}.")
    event = ChannelReplaced(at=now, by=by, was=incident.channel, loss=incident.channel_lost, reason=reason)
    return Decision((event,), present=tuple(people))


def channel_unarchived(incident: Incident, channel: ChannelId, by: SlackUserId | None, now: datetime) -> Decision:
    """Somebody brought the channel back; archiving has put Muster out of it (docs.slack.dev,
    `conversations.unarchive`)."""
    was_archived = incident.is_archived or incident.channel_lost is ChannelLoss.ARCHIVED
    if incident.channel != channel or not was_archived or incident.is_moving:
        return Decision(())
    return Decision((ChannelLost(at=now, by=by, channel=channel, loss=ChannelLoss.REMOVED),))


def channel_regained(incident: Incident, channel: ChannelId, by: SlackUserId | None, now: datetime) -> Decision:
    """Muster is in the channel again."""
    if incident.channel != channel or not incident.is_out_of_reach:
        return Decision(())
    return Decision((ChannelRegained(at=now, by=by, channel=channel),))


def why_out_of_reach(incident: Incident) -> str:
    """Why nothing can be written in the channel, as the rest of a sentence about it; empty while it can."""
    if incident.is_archived:
        return "it is archived"
    return WHY[incident.channel_lost] if incident.channel_lost else ""


WHY = {
    ChannelLoss.ARCHIVED: "it is archived",
    ChannelLoss.REMOVED: "Muster is not in it",
    ChannelLoss.DELETED: "it was deleted",
}
