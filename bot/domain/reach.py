"""Whether Muster can write in an incident's channel, which may be archived by hand, and Muster put out of it."""

from datetime import datetime

from bot.domain.decision import Decision
from bot.domain.ids import ChannelId, SlackUserId
from bot.domain.incident import Incident
from bot.domain.timeline import ChannelLost, ChannelRegained
from bot.domain.vocabulary import ChannelLoss


def channel_lost(
    incident: Incident, channel: ChannelId, why: ChannelLoss, by: SlackUserId | None, now: datetime
) -> Decision:
    """Nothing can be written there any more. What Muster archived itself is not lost, and a channel is lost once, but
    that one it was put out of may be archived or deleted later on."""
    was = incident.channel_lost
    is_known = was is why or was not in (None, ChannelLoss.REMOVED)
    if incident.channel != channel or incident.is_archived or is_known:
        return Decision(())
    return Decision((ChannelLost(at=now, by=by, channel=channel, loss=why),))


def channel_unarchived(incident: Incident, channel: ChannelId, by: SlackUserId | None, now: datetime) -> Decision:
    """Somebody brought the channel back; archiving has put Muster out of it (docs.slack.dev,
    `conversations.unarchive`)."""
    was_archived = incident.is_archived or incident.channel_lost is ChannelLoss.ARCHIVED
    if incident.channel != channel or not was_archived:
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
