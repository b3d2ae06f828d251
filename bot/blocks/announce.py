"""What an incident's channel is told of an event. Only the person meant is called."""

from typing import assert_never

from bot.blocks import facts
from bot.blocks.message import Rendered, rendered, said, section
from bot.blocks.text import at_time, date_and_time, mention, safe
from bot.domain import timeline as t
from bot.domain.incident import Incident
from bot.domain.telling import listed, tell
from bot.domain.timeline import Recorded

WHY_NOT_ADDED = {
    "user_not_found": "Slack does not know them here",
    "cant_invite": "Slack does not let them be invited",
    "user_is_restricted": "a guest, limited to other channels",
    "user_is_ultra_restricted": "a guest of one other channel",
    "ura_max_channels": "a guest of one other channel",
    "account_inactive": "deactivated",
    "user_disabled": "deactivated",
    "cant_invite_self": "that is Muster itself",
}


def announcement(incident: Incident, recorded: Recorded) -> Rendered:
    """The message about one event; `incident` is its state right after it."""
    event = recorded.event
    match event:
        case t.IncidentDeclared():
            return _declared(incident, event)
        case t.UpdatePosted():
            return _updated(event)
        case t.PeopleNotAdded():
            return _not_added(event)
        case t.CommanderAsked(asked=asked):
            return said(f"{tell(event)} {mention(asked)}, type `/incident accept` or use the card's button.")
        case t.HandoverOffered(asked=asked):
            return said(f"{tell(event)} It passes when {mention(asked)} accepts: `/incident accept`.")
        case t.IncidentResolved():
            return said(f":white_check_mark: {_told(event)}\nNext: `/incident verify <by whom or what>`, then `close`.")
        case t.IncidentMitigated(next_update=promised):
            return said(f"{_told(event)}{_next(promised)}")
        case t.Reclassified(next_update=promised):
            return said(f"{_told(event)}{_next(promised)}")
        case t.IncidentReopened(next_update=promised):
            return said(f"{_told(event)}{_next(promised)}")
        case t.IncidentVerified():
            return said(f"{_told(event)}\nNext: `/incident close`.")
        case t.IncidentClosed():
            return said(f"{_told(event)} The review follows in this channel.")
        case t.UpdateOverdue():
            return _overdue(event)
        case t.AcknowledgementOverdue():
            return _not_accepted(incident, event)
        case t.RunbookLinked(runbook=runbook):
            return said(f"{_told(event)} Its steps: `/incident runbook {runbook.slug}`.")
        case t.NoteAdded(at=at):
            when = f" ({date_and_time(at)})" if recorded.learned_after.total_seconds() >= 60 else ""
            return said(f"{_told(event)}{when}")
        case (
            t.CommandAccepted()
            | t.CommandTakenOver()
            | t.RoleAssigned()
            | t.IncidentCancelled()
            | t.TimeCorrected()
            | t.StepReported()
            | t.PeopleInvited()
            | t.ServicePaged()
            | t.Escalated()
            | t.FollowUpAgreed()
            | t.ReviewStarted()
            | t.ChannelOpened()
            | t.CardPosted()
            | t.DeadlineReminded()
            | t.UnknownEvent()
        ):
            return said(_told(event))
        case unexpected:
            assert_never(unexpected)


def _told(event: t.AnyEvent) -> str:
    """The event's sentence. People named in it are called; groups and channels never are."""
    return safe(tell(event), keep_mentions=True)


def _next(promised: t.Promise | None) -> str:
    return f" The next update comes by {at_time(promised.due_at)}." if promised else ""


def _declared(incident: Incident, event: t.IncidentDeclared) -> Rendered:
    declarer = mention(incident.declared_by)
    kind = "a drill" if event.is_drill else "an incident"
    lines = [
        f"{declarer} declared {kind}: *{safe(event.title)}*",
        f"Priority {event.priority}: {safe(event.why)}.",
        f"{mention(event.asked)} is asked to take command ({safe(event.asked_because)}): "
        "`/incident accept`, or the card's button.",
        f"The first update comes by {at_time(event.next_update.due_at)}.",
    ]
    if event.bridge_url:
        lines.append(f"Bridge: {event.bridge_url}")
    lines += [
        f"Runbook: {safe(one.title)} – {safe(one.why)}. Its steps: `/incident runbook {one.slug}`"
        for one in event.runbooks
    ]
    return rendered(f"{declarer} declared {kind}: {facts.title(incident)}", [section("\n".join(lines))])


def _updated(event: t.UpdatePosted) -> Rendered:
    update = event.update
    parts = [safe(update.conditions, keep_mentions=True)]
    for name, words in (("Actions", update.actions), ("Needs", update.needs)):
        if words:
            parts.append(f"*{name}:* {safe(words, keep_mentions=True)}")
    by = mention(event.by) if event.by else "Muster"
    blocks = [section(f"*Update* by {by}"), *[section(part) for part in parts]]
    due = f"The next update comes by {at_time(event.next_update.due_at)}." if event.next_update else ""
    return rendered(f"Update by {by}: {' '.join(parts)} {due}", [*blocks, section(due)])


def _overdue(event: t.UpdateOverdue) -> Rendered:
    who = f"{mention(event.commander)}, " if event.commander else ""
    ask = "a line is enough" if event.commander else "whoever knows where things stand, a line is enough"
    return said(
        f":hourglass: The update promised for {at_time(event.due_at)} has not come yet. "
        f"{who}{ask}: `/incident update <text>`."
    )


def _not_accepted(incident: Incident, event: t.AcknowledgementOverdue) -> Rendered:
    who = f"{mention(event.asked)} was asked. " if event.asked else ""
    return said(
        f":hourglass: Nobody has taken command of {incident.ref} by {at_time(event.due_at)}. "
        f"{who}Anybody here may: `/incident accept`."
    )


def _not_added(event: t.PeopleNotAdded) -> Rendered:
    people = listed(
        f"{mention(one.user)} ({WHY_NOT_ADDED.get(one.error, one.error.replace('_', ' '))})" for one in event.people
    )
    return said(f"Slack did not add {people}. If they are needed, tell them another way or ask an administrator.")
