"""What was said at the declaration and is put right later: the title, and whether it is a drill."""

from datetime import datetime

from bot.domain import audience_clocks
from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.domain.reach import why_out_of_reach
from bot.domain.refusal import NothingToChange, Refusal
from bot.domain.timeline import DrillCorrected, TitleCorrected


class NoTitleInName(Refusal):
    """The channel of {ref} keeps its name: a private incident's channel doesn't show its title."""


class NoChannelToRename(Refusal):
    """{ref} has no channel that could be renamed: {why}."""


def correct_title(
    incident: Incident, by: SlackUserId | None, title: str | None, now: datetime, *, renames_channel: bool = False
) -> Decision:
    """The incident is called otherwise, at any status; on request its channel too. `title`: None or the same again only
    renames the channel."""
    words = " ".join((title or "").split())
    another = words if words and words != incident.title else None
    if another is None and not renames_channel:
        raise NothingToChange(text=f"{incident.ref} already has that title; nothing was changed.")
    if renames_channel:
        _require_renamable(incident)
    return Decision((TitleCorrected(at=now, by=by, title=another, renames_channel=renames_channel),))


def _require_renamable(incident: Incident) -> None:
    if incident.is_private:
        raise NoTitleInName(ref=incident.ref)
    if incident.is_out_of_reach:
        raise NoChannelToRename(ref=incident.ref, why=why_out_of_reach(incident))
    if incident.channel is None:
        raise NoChannelToRename(ref=incident.ref, why="it is being opened. Try again in a moment")


def correct_drill(
    incident: Incident, by: SlackUserId | None, is_drill: bool, reason: str, now: datetime, policy: Policy
) -> Decision:
    """It is a drill after all, or none; at any status, because a drill is in no count."""
    if is_drill is incident.is_drill:
        is_already = "is a drill" if is_drill else "is no drill"
        raise NothingToChange(text=f"{incident.ref} {is_already} already; nothing was changed.")
    audiences = audience_clocks.after_drill(incident, now, policy, is_drill=is_drill)
    return Decision((DrillCorrected(at=now, by=by, is_drill=is_drill, reason=reason, audiences=audiences),))
