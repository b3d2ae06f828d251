"""Declaring an incident: the first decision, and what the bot's own deliveries report back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import audience_clocks, bridge, cadence, clock
from bot.domain.audience import broadcast_of
from bot.domain.bringing_in import resolvers
from bot.domain.business_context import Circumstances
from bot.domain.decision import Decision
from bot.domain.escalation import Groups
from bot.domain.explaining import explained
from bot.domain.ids import ChannelId, IncidentNumber, MessageTs, SlackUserId, ref
from bot.domain.incident import Incident
from bot.domain.matching import Words, choose
from bot.domain.nudges import quiet
from bot.domain.oncall import on_call, who_to_ask
from bot.domain.policy import Policy
from bot.domain.priority import assess
from bot.domain.refusal import Refusal
from bot.domain.runbook import Runbook, named_first
from bot.domain.service_levels import targets
from bot.domain.timeline import (
    CardLost,
    CardPosted,
    ChannelArchived,
    ChannelOpened,
    ChannelRenamed,
    Evidence,
    IncidentDeclared,
    NotAdded,
    PeopleNotAdded,
)
from bot.domain.vocabulary import Level, Place, Priority, Severity


class NoTitle(Refusal):
    """An incident needs a title. Try `/incident declare checkout returns 500s`."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What somebody reported. Service and category are known to the policy, or free words where it lists none."""

    title: str
    impact: Level | None = None
    urgency: Level | None = None
    priority: Priority | None = None
    service: str | None = None
    category: str | None = None
    severity: Severity | None = None
    source: str | None = None
    user_impact: str | None = None
    reported_by: SlackUserId | None = None
    evidence: Evidence | None = None
    is_private: bool = False
    is_drill: bool = False
    runbook_url: str | None = None
    """Where an alert says that its runbook is."""


def declare(
    number: IncidentNumber,
    by: SlackUserId | None,
    report: Declaration,
    now: datetime,
    policy: Policy,
    runbooks: Iterable[Runbook],
    groups: Groups | None = None,
    told: Words | None = None,
    at: datetime | None = None,
) -> Decision:
    """Open an incident: classify it, ask somebody to command, choose runbooks, start the clocks. `by`: None for an
    integration; the decision is then credited to it. `groups`: the resolver group of the service, as far as Slack told
    its members. `told`: which runbooks hold the words of the report. `at`: when it was declared, where it could not be
    recorded then; its clocks start now, when there is somebody to keep them."""
    title = " ".join(report.title.split())
    if not title:
        raise NoTitle
    service = policy.service_of(report.service)
    around = Circumstances(report.service, report.category, now)
    found = assess(policy, around, report.impact, report.urgency, report.priority, by_integration=by is None)
    rules = policy.rules_for(found.priority, report.service)
    asked, because = who_to_ask(policy, report.service, now, by)
    schedule = policy.schedule_for(report.service)
    turn = on_call(schedule, now) if schedule else None
    acknowledge, next_update = cadence.first_promises(now, rules, policy.business_hours)
    event = IncidentDeclared(
        at=at or now,
        by=by,
        number=number,
        title=title,
        priority=found.priority,
        why=found.why,
        why_reasons=found.reasons,
        is_priority_given=found.is_given,
        impact=found.impact,
        urgency=found.urgency,
        service=report.service,
        service_name=service.name if service else report.service,
        category=report.category,
        severity=report.severity,
        source=report.source,
        user_impact=report.user_impact,
        reported_by=report.reported_by if report.reported_by != by else None,
        is_private=report.is_private,
        is_drill=report.is_drill,
        evidence=report.evidence,
        asked=asked,
        asked_because=explained(because),
        asked_reasons=because,
        called=() if report.is_private else resolvers(policy, found.priority, report.service, groups or {}),
        acknowledge=acknowledge,
        next_update=next_update,
        runbooks=choose(tuple(runbooks), service, report.category, told or {}, found.priority),
        broadcast=None if report.is_private else broadcast_of(found.priority, policy),
        bridge_url=bridge.of_policy(ref(number), found.priority, policy),
        schedule=schedule.name if schedule else None,
        on_call=turn.primary if turn else None,
        owed=(
            *targets(now, rules, policy.business_hours),
            *quiet(now, rules, policy.business_hours),
            *clock.suggested(found.priority, report.category, report.service, now, policy),
        ),
        audiences=audience_clocks.first(
            found.priority, report.service, now, policy, is_private=report.is_private, is_drill=report.is_drill
        ),
    )
    event = replace(event, runbooks=named_first(runbooks, report.runbook_url, event.runbooks))
    return Decision((event,))


def channel_opened(channel: ChannelId, name: str, at: datetime, *, is_provisional: bool = False) -> Decision:
    """Slack made the channel."""
    return Decision((ChannelOpened(at=at, channel=channel, name=name, is_provisional=is_provisional),))


def channel_renamed(incident: Incident, name: str, now: datetime, by: SlackUserId | None = None) -> Decision:
    """The channel has another name."""
    if name == incident.channel_name:
        return Decision(())
    return Decision((ChannelRenamed(at=now, by=by, name=name),))


def channel_archived(channel: ChannelId, now: datetime) -> Decision:
    """Slack archived the channel: it is only read from now on."""
    return Decision((ChannelArchived(at=now, channel=channel),))


def card_posted(place: Place, channel: ChannelId, ts: MessageTs, now: datetime) -> Decision:
    """Slack shows the card: from now on it is edited in place."""
    return Decision((CardPosted(at=now, place=place, channel=channel, ts=ts),))


def card_lost(incident: Incident, place: Place, ts: MessageTs, now: datetime) -> Decision:
    """The message that showed the card is gone; nothing follows where the card stands elsewhere by now."""
    shown = incident.card(place)
    if shown is None or shown.ts != ts:
        return Decision(())
    return Decision((CardLost(at=now, place=place, channel=shown.channel, ts=ts),))


def people_not_added(people: tuple[NotAdded, ...], now: datetime) -> Decision:
    """Slack did not add some people."""
    return Decision((PeopleNotAdded(at=now, people=people),))
