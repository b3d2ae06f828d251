"""Phrases about an incident that several messages share."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.blocks.text import (
    FENCE,
    at_time,
    channel_link,
    code,
    date_and_time,
    link,
    mention,
    plain,
    plural,
    safe,
    shorten,
    span,
    time_since,
)
from bot.domain import timeline as t
from bot.domain.actor import MUSTER, Actor, Integration, Muster, Person
from bot.domain.explaining import explained, why_priority, worded
from bot.domain.ids import SlackUserId, ref
from bot.domain.incident import Action, FollowUp, Incident, OpenPage
from bot.domain.listed import Named
from bot.domain.policy import Service
from bot.domain.reason import LevelRaised, PriorityGiven
from bot.domain.service_levels import measured
from bot.domain.status import FROM
from bot.domain.telling import PAGERS, acting, clock, few, own_moment, own_time, tell
from bot.domain.vocabulary import ChannelLoss, DeadlineKind, Role, Status

NAME = 100
"""Characters of an owner, a system or a link."""
LINKS = 6
"""Of a service, that are shown."""
LINKS_AT_HAND = 3
"""That stand on the card."""
TITLE = 300
"""Characters of a title that are shown inside other texts; the declaration shows all of it."""
TOLD = 6_000
"""Characters of one event's sentence in a message, with room for what we add to it."""
TARGETS = ("mitigate", "resolve")
"""The service levels that are shown while they are open; acceptance and updates have lines of their own."""
INVITE = code("/invite @Muster")
REOPENED_FROM = FROM["reopen"]
SIGNS = {
    Status.DECLARED: "🔴",
    Status.INVESTIGATING: "🟠",
    Status.MITIGATED: "🟡",
    Status.RESOLVED: "🟢",
    Status.CLOSED: "⚪",
    Status.CANCELLED: "⚪",
    Status.MERGED: "⚪",
}
"""What stands before each status, so that a list can be scanned. The word is always there too."""
DRILL = "DRILL · "
LEVELS = {
    "acknowledge": "command accepted",
    "update first": "first update",
    "mitigate": "mitigate",
    "resolve": "resolve",
}
"""Service levels as people call them."""
MOST_HELD = 10
"""Holders of one role who are named."""
NEAR = timedelta(hours=12)
"""Within it a time of day needs no date."""


def one_line(text: str) -> str:
    """Typed text as one line, so that it cannot look like lines of ours."""
    return " ".join(text.split())


def title(incident: Incident) -> str:
    """The title as mrkdwn that calls nobody."""
    return safe(shorten(one_line(incident.title), TITLE))


def words(text: str, limit: int) -> str:
    """What somebody wrote, within `limit`: people named in it are called, groups and channels never are."""
    return closed(shorten(safe(text, keep_mentions=True), limit - len(f"\n{FENCE}")))


def closed(mrkdwn: str) -> str:
    """The text with its code closed, so that what we say after it is not code."""
    return f"{mrkdwn}\n{FENCE}" if mrkdwn.count(FENCE) % 2 else mrkdwn


def told(event: t.AnyEvent) -> str:
    """The event's sentence. People named in it are called, except in a title; groups and channels never are."""
    if isinstance(event, t.IncidentDeclared | t.IncidentMerged | t.OtherMergedIn | t.ReportedAgain):
        event = replace(event, title=plain(one_line(event.title)))
    if isinstance(event, t.JoinAsked):
        event = replace(event, saw=plain(one_line(event.saw)))
    return told_shortly(event, TOLD - len(f"\n{FENCE}"))


def told_shortly(event: t.AnyEvent, limit: int) -> str:
    """The event's sentence within `limit`."""
    return closed(shorten(_sentence(event), limit))


def _sentence(event: t.AnyEvent) -> str:
    """Times are each reader's own."""
    return safe(tell(event, _own), keep_mentions=True, keep_times=True)


def _own(instant: datetime, near: datetime) -> str:
    """A time in the reader's zone; in UTC where its day stands before it, which is the day in UTC."""
    if instant == near:
        return clock(instant, near)
    return own_time(instant) if abs(instant - near) < NEAR else own_moment(instant)


def when(instant: datetime, near: datetime) -> str:
    """A time of day, with its date where `near` is half a day away or more."""
    return at_time(instant) if abs(instant - near) < NEAR else date_and_time(instant)


def who(actor: Actor) -> str:
    """Who did it, as mrkdwn: a mention calls a person, the name of an integration calls nobody."""
    match actor:
        case Person(user=user):
            return mention(user)
        case Integration() | Muster():
            return safe(acting(actor))


def why(of: Incident | t.IncidentDeclared | t.Reclassified) -> str:
    """How a priority came about, as plain text."""
    return why_priority(of.why_reasons, of.why, of.priority)


def why_otherwise(incident: Incident) -> str:
    """Why its priority is not what impact and urgency suggest; empty where it is. As mrkdwn."""
    found = []
    for one in incident.why_reasons:
        if isinstance(one, PriorityGiven) and one.by_matrix is not incident.priority:
            found.append(f"impact and urgency suggest {one.by_matrix}")
        elif isinstance(one, LevelRaised):
            found.append(safe(shorten(worded(one), TITLE)))
    return ", ".join(found)


def asked_because(of: Incident | t.IncidentDeclared) -> str:
    """Why somebody is asked to command, in brackets, as mrkdwn; empty when nothing is said of it."""
    because = explained(of.asked_reasons, of.asked_because)
    return f" ({safe(because)})" if because else ""


def commander(incident: Incident, then: SlackUserId | None = None) -> str:
    """Who commands; or who was asked to, until when, and who is asked `then`."""
    if incident.commander and incident.asked:
        return f"{mention(incident.commander)} (handover offered to {mention(incident.asked)})"
    if incident.commander:
        return mention(incident.commander)
    whom = f"{mention(incident.asked)} asked" if incident.asked else "nobody yet"
    if incident.acknowledge_due_at is None:
        return whom
    if incident.missed_at(DeadlineKind.ACKNOWLEDGE) == incident.acknowledge_due_at:
        return f"{whom}, overdue since {time_since(incident.acknowledge_due_at)}"
    due = when(incident.acknowledge_due_at, incident.clocks_since)
    if not incident.asked:
        return f"{whom}, due by {due}"
    is_let_in = " is invited" if incident.is_private else ""
    return f"{whom}, until {due}{f'; then {mention(then)}{is_let_in}' if then else ''}"


def paged(incident: Incident) -> str:
    """Who is called by a pager, and how far each page has come; empty while nobody is."""
    last = {(one.person, one.pager): one for one in incident.pages}
    return ", ".join(f"{mention(one.person)} {_hop(one, incident.clocks_since)}" for one in last.values())


def _hop(page: OpenPage, near: datetime) -> str:
    by = PAGERS.get(page.pager, page.pager)
    if not page.pager:
        return "(has no pager)"
    if page.seen_at is not None:
        return f"(acknowledged in {by} at {when(page.seen_at, near)})"
    if page.taken_at is not None:
        return f"(by {by} since {when(page.taken_at, near)})"
    return f"({by} could not be reached so far)" if page.is_late else f"(being sent to {by})"


def other_roles(incident: Incident) -> list[str]:
    """Who does what besides the commander: `scribe <@U1>`."""
    return [
        f"{role} {_some(incident.holders(role))}"
        for role in Role
        if role is not Role.COMMANDER and incident.holders(role)
    ]


def _some(people: Sequence[SlackUserId]) -> str:
    """People by their names; those who are too many are counted."""
    return few([mention(one) for one in people], MOST_HELD)


def user_impact(incident: Incident) -> str:
    """What users notice; empty when nobody said."""
    return safe(shorten(one_line(incident.user_impact or ""), TITLE))


def reported(incident: Incident) -> str:
    """Who noticed it and how; empty when it was the declarer and no source was given."""
    by = f"by {mention(incident.reported_by)}" if incident.reported_by else ""
    source = f"source: {safe(incident.source)}" if incident.source else ""
    return ", ".join(part for part in (by, source) if part)


def update_is_overdue(incident: Incident) -> bool:
    """Whether the update promised last has not come: a fact of the timeline, not of a clock."""
    due_at = incident.update_due_at
    return due_at is not None and incident.missed_at(DeadlineKind.UPDATE) == due_at


def last_heard_at(incident: Incident) -> datetime:
    """When stakeholders last heard something."""
    posted = incident.last_update
    instants = (incident.declared_at, incident.mitigated_at, posted.at if posted else None)
    return max(one for one in instants if one is not None)


def update_due(incident: Incident) -> str:
    """The time the next update was promised for; empty when none is due."""
    if incident.update_due_at is None:
        return ""
    return when(incident.update_due_at, near=last_heard_at(incident))


def next_update(incident: Incident) -> str:
    """When stakeholders hear next, or since when they should have."""
    if incident.update_due_at is None:
        return "none due"
    if update_is_overdue(incident):
        return f"overdue since {time_since(incident.update_due_at)}"
    return f"by {update_due(incident)}"


def next_updates(incident: Incident, own: str | None = None) -> str:
    """When everybody hears next: those who follow first, then whoever has a clock of their own. `own`: what is said of
    the first, where that is known better."""
    others = [
        f"{safe(one.audience)} overdue since {time_since(one.due_at)}"
        if one.is_overdue
        else f"{safe(one.audience)} by {when(one.due_at, near=one.since)}"
        for one in incident.audiences
        if one.due_at is not None
    ]
    return " · ".join([own or next_update(incident), *others])


def unattended(incident: Incident) -> str:
    """What everybody was told of and nobody has reacted to; empty while somebody still may."""
    owed = {
        DeadlineKind.ACKNOWLEDGE: ("nobody has taken command", incident.acknowledge_due_at),
        DeadlineKind.UPDATE: ("no update has come", incident.update_due_at),
    }
    late = [
        f"{what} since {date_and_time(due_at)}"
        for kind, (what, due_at) in owed.items()
        if (ladder := incident.ladder(kind)) and ladder.is_unattended and due_at
    ]
    late += [
        f"nothing for {safe(one.audience)} has come since {date_and_time(one.due_at)}"
        for one in incident.audiences
        if one.ladder and one.ladder.is_unattended and one.due_at
    ]
    return f":warning: Unattended: {', and '.join(late)}." if late else ""


def about(service: Service) -> str:
    """Who looks after a service, what it is part of and needs, and where to look."""
    named = [
        ("Slack group", service.resolver_group),
        ("System", service.system),
        ("Tier", "" if service.tier is None else str(service.tier)),
        ("Depends on", few(service.depends_on, LINKS)),
    ]
    return _about(service, named, LINKS)


def at_hand(service: Service) -> str:
    """What somebody needs of a service while they work on its incident: whom to ask, and where to look."""
    return _about(service, (), LINKS_AT_HAND)


def _about(service: Service, more: Sequence[tuple[str, str | None]], most_links: int) -> str:
    named = [("Owner", service.owner), *more]
    parts = [f"{name}: {safe(shorten(value, NAME))}" for name, value in named if value]
    parts += [link(one.url, shorten(one.title, NAME)) for one in service.links[:most_links]]
    return " · ".join(parts)


def service_levels(incident: Incident, *, whole: bool = False) -> str:
    """By when it is to be mitigated and resolved, as far as that is still to come or was missed; `whole`: how all of
    them stand."""
    lines = []
    for one in measured(incident):
        by = f"{LEVELS[one.name]} by {when(one.due_at, near=incident.clocks_since)}"
        if whole or (one.name in TARGETS and not one.is_kept):
            lines.append(by + {None: "", True: ": on time", False: ": late"}[one.is_kept])
    return "\n".join(lines)


def snoozed(incident: Incident) -> str:
    """Until when nobody is reminded, by whom and why; empty while nothing is snoozed."""
    one = incident.snoozed
    if one is None:
        return ""
    by = f" by {who(one.actor)}" if one.actor != MUSTER else ""
    return f":zzz: Reminders are snoozed until {date_and_time(one.until)}{by}: {words(one.reason, TITLE)}"


def held(incident: Incident) -> str:
    """Since when, by whom and why its record is on legal hold; empty where it is not."""
    one = incident.hold
    if one is None:
        return ""
    return f":lock: On legal hold since {date_and_time(one.at)} by {who(one.actor)}: {words(one.reason, TITLE)}"


def next_comes(promised: t.Promise | None, near: datetime) -> str:
    """The promise as a sentence; empty when nothing is promised."""
    return f"Next update by {when(promised.due_at, near)}." if promised else ""


def entry(one: Named) -> str:
    """Which incident it is and where it stands, in a list: `🟡 *INC-42* · P1 mitigated`; of a drill, that it is one
    stands first."""
    drill = DRILL if one.is_drill else ""
    return f"{drill}{SIGNS[Status(one.status)]} *{ref(one.number)}* · {one.priority} {one.status}"


def headline(incident: Incident) -> str:
    """The same without markup: `🟡 INC-42 · P1 mitigated`."""
    drill = DRILL if incident.is_drill else ""
    return f"{drill}{SIGNS[incident.status]} {incident.ref} · {incident.priority} {incident.status}{marks(incident)}"


def counted(incidents: Sequence[Named]) -> str:
    """How many they are; drills are in no count but their own: `2 open incidents, 1 drill`."""
    drills = sum(one.is_drill for one in incidents)
    real = len(incidents) - drills
    parts = [plural(real, "open incident")] if real or not drills else []
    return ", ".join([*parts, *([plural(drills, "drill")] if drills else [])])


def marks(incident: Incident) -> str:
    """What sets this incident apart, in words."""
    return " (private)" if incident.is_private else ""


def channel(incident: Incident) -> str:
    """A link to its channel, once it is open."""
    return channel_link(incident.channel) if incident.channel else ""


def channel_lost(incident: Incident) -> str:
    """That nothing can be written in its channel for now, where its news goes instead, and what to do; empty while it
    can be, or once Muster has archived it."""
    if incident.channel_lost is None:
        return ""
    if incident.is_moving:
        return f":warning: {NOT_THERE[incident.channel_lost]} {MOVING}"
    instead = f"Its updates go to {mention(incident.reader)} by DM. " if incident.reader else ""
    return f":warning: {NOT_THERE[incident.channel_lost]} {instead}{way_back(incident)}"


NOT_THERE = {
    ChannelLoss.ARCHIVED: "Its channel is archived.",
    ChannelLoss.REMOVED: "Muster is not in its channel.",
    ChannelLoss.DELETED: "Its channel was deleted.",
}


MOVING = "A new one is being opened, and everyone who was in it is invited."
"""While another channel takes the place of the one that was lost."""


def way_back(incident: Incident) -> str:
    """What somebody can do so that the channel is told again; empty where nothing is known of a loss."""
    where, reopen = channel(incident), code(f"/incident {incident.ref} reopen <reason>")
    anew = f" To continue in a new channel: {reopen}." if may_go_on(incident) else ""
    if incident.channel_lost is None:
        return ""
    if incident.channel_lost is ChannelLoss.DELETED:
        return anew.lstrip() or "Carry on by DM, or declare it again."
    is_archived = incident.channel_lost is ChannelLoss.ARCHIVED
    way = f"Unarchive {where} and type {INVITE} there" if is_archived else f"Type {INVITE} in {where}"
    return f"{way}; anything waiting is posted then.{anew}"


def may_go_on(incident: Incident) -> bool:
    """Whether `reopen` opens another channel where its own is lost: not of one that is over for good."""
    return incident.status in REOPENED_FROM or not incident.status.is_over


def bridge(url: str | None) -> str:
    """A link to where people talk; empty when there is no such place."""
    return link(url, url) if url else ""


def latest(incident: Incident, limit: int) -> str:
    """How it stands, in somebody's words: what ended it; else how it was mitigated, and what was said since."""
    if incident.status.is_calm:
        return _ended(incident, limit)
    step, posted = incident.last_step, incident.last_update
    if step is None:
        return last_update(incident, limit)
    is_newer = posted is not None and posted.at > step.at
    mitigated = _step("Mitigated", step, incident.mitigated_at or step.at, incident, limit)
    return "\n".join([mitigated, last_update(incident, limit)]) if is_newer else mitigated


def _ended(incident: Incident, limit: int) -> str:
    match incident.last_step:
        case t.IncidentResolved() as step:
            return _step("Resolved", step, incident.resolved_at or step.at, incident, limit)
        case t.IncidentCancelled() as step:
            return _step("Cancelled", step, step.at, incident, limit)
    return f"Continued as {ref(incident.merged_into)}." if incident.merged_into else ""


def _step(
    did: str,
    step: t.IncidentMitigated | t.IncidentResolved | t.IncidentCancelled,
    at: datetime,
    incident: Incident,
    limit: int,
) -> str:
    """What was done when, after how long."""
    took = at - incident.declared_at
    after = f" after {span(took)}" if took > timedelta() else ""
    said = step.reason if isinstance(step, t.IncidentCancelled) else step.what
    return f"*{did}* {date_and_time(at)}{after}: {words(said, limit)}"


def last_update(incident: Incident, limit: int) -> str:
    """Who said what last, each part within `limit`; empty before the first update."""
    posted = incident.last_update
    if posted is None:
        return ""
    by = f"{who(posted.actor)}, " if posted.actor != MUSTER else ""
    parts = [f"*Last update*, {by}{date_and_time(posted.at)}", words(posted.update.conditions, limit)]
    for name, said in (("Actions", posted.update.said.actions), ("Needs", posted.update.said.needs)):
        if said:
            parts.append(f"{name}: {words(said, limit)}")
    return "\n".join(parts)


MOST_ACTIONS = 5
"""Open actions that are shown; all of them are listed by their verb."""


def tracked(one: FollowUp) -> str:
    """The way to where a follow-up is tracked, by what people call it there; empty where Muster alone does."""
    return way_to(one.link, one.issue.key if one.issue else None)


def way_to(url: str | None, key: str | None) -> str:
    return link(url, key or "tracked here") if url else ""


def action(one: Action, longest: int) -> str:
    """`2. Restart the pool (@bo)`."""
    whose = f" ({mention(one.owner)})" if one.owner else ""
    return f"{one.number}. {words(one_line(one.text), longest)}{whose}{' *done*' if one.done_at else ''}"


def open_actions(incident: Incident) -> str:
    """What somebody is to do now; empty where nothing is."""
    known = incident.open_actions()
    lines = [action(one, TITLE) for one in known[:MOST_ACTIONS]]
    if len(known) > MOST_ACTIONS:
        lines.append(f"… and {len(known) - MOST_ACTIONS} more: {code('/incident action')}")
    return "\n".join(["*To do now*", *lines]) if lines else ""
