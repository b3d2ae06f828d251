"""The policy: a file laid over the shipped one, checked, and turned into the domain's values.

Every problem is reported at once, with file, line and the nearest valid key.
"""

from dataclasses import fields, replace
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from bot.commands.table import COMMANDS
from bot.config import openslo
from bot.config import policy_file as written
from bot.config.catalog import is_address, raw_address
from bot.config.policy_words import Span
from bot.config.yaml_lines import Lined, Problem, Problems, read, text_of, worded
from bot.domain import policy as p
from bot.domain.access import APPROVE
from bot.domain.customers import APPROVE_CUSTOMERS
from bot.domain.ids import SlackUserId
from bot.domain.objectives import ErrorBudgets
from bot.domain.regulations import BUILT_IN, Limit, Regulation, Trigger
from bot.domain.regulations import Stage as RegulationStage
from bot.domain.retention import Retention
from bot.domain.vocabulary import Clock, Level, OnCallRole, Priority, Stage, Window
from bot.verbs.verb import About

SHIPPED = Path(__file__).with_name("policy.yml")
PLAIN_LADDER = (p.EscalationStep(timedelta(0), ("channel", "commander")),)
"""For a priority without a ladder of its own."""


WORDS = {"aware": "awareness"}
"""What a trigger is called in a sentence, where that is not its name."""


class PolicyProblems(Problems):
    """Everything that is wrong with a policy."""


def load(path: Path | None) -> p.Policy:
    """The policy of a file, or the shipped one. Raises PolicyProblems."""
    shipped = _shipped()
    if path is None:
        return _policy(shipped.content, shipped, SHIPPED)
    try:
        own = read(text_of(path), str(path))
    except Problems as found:
        raise PolicyProblems(list(found.problems)) from None
    if own.content is not None and not isinstance(own.content, dict):
        raise PolicyProblems([Problem(str(path), 1, "expected `key: value` lines; see the shipped policy.yml")])
    return _policy(merge(shipped.content, own.content or {}), own, path)


@cache
def _shipped() -> Lined:
    return read(text_of(SHIPPED), SHIPPED.name)


def merge(below: Any, above: Any) -> Any:
    """Mappings merge, scalars and lists replace, null removes."""
    if not isinstance(above, dict):
        return above
    merged = dict(below) if isinstance(below, dict) else {}
    for key, value in above.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), value)
    return merged


def _policy(content: dict[str, Any], document: Lined, path: Path) -> p.Policy:
    names: dict[str, Any] = {
        part: _names(content.get(part)) for part in ("schedules", "services", "categories", "engines")
    }
    names["verbs"] = [command.name for command in COMMANDS]
    names["verbs about nothing"] = [command.name for command in COMMANDS if command.about is About.NOTHING]
    names["otherwise"] = _otherwise(content.get("schedules"))
    names["folder"] = path.parent
    if content.get("catalog"):  # which may list the service, and be out of reach: `muster doctor` sees to that
        names["services"] = None
    try:
        found = written.PolicyFile.model_validate(content, context=names)
    except ValidationError as error:
        file = path.name if path == SHIPPED else str(path)
        raise PolicyProblems(worded(error, written.PolicyFile, document, file)) from None
    policy = replace(_domain(found), budgets=_budgets(found.slos, names["services"], path.parent))
    if found.catalog is None:
        return policy
    return replace(policy, catalog=_catalog(found.catalog, policy, found, document.content, path.parent))


def _names(part: Any) -> list[str]:
    """The names that a part of the file gives, whatever else is wrong with it."""
    return [str(name) for name in part] if isinstance(part, dict | list) else []


def _otherwise(schedules: Any) -> dict[str, str]:
    """Schedule → the one that it names for the time outside its hours, whatever else is wrong with them."""
    listed = schedules.items() if isinstance(schedules, dict) else ()
    hours = {str(name): part.get("hours") for name, part in listed if isinstance(part, dict)}
    named = {name: part.get("otherwise") for name, part in hours.items() if isinstance(part, dict)}
    return {name: otherwise for name, otherwise in named.items() if isinstance(otherwise, str)}


def _domain(found: written.PolicyFile) -> p.Policy:
    hours = _hours(found)
    day = timedelta(hours=hours.closes.hour, minutes=hours.closes.minute) - timedelta(
        hours=hours.opens.hour, minutes=hours.opens.minute
    )
    ladders = {name: getattr(found.escalation, name) for name in Priority}
    wording = {name: getattr(found.templates, name) for name in Priority}
    return p.Policy(
        timezone=found.timezone,
        business_hours=hours,
        channels=_channels(found.channels),
        priorities={name: _rules(getattr(found.priorities, name), day, found.quiet_after) for name in Priority},
        marks=dict(found.marks),
        tiers={tier: _of_tier(part, found, day) for tier, part in found.tiers.items()},
        matrix={row: {column: getattr(getattr(found.matrix, row), column) for column in Level} for row in Level},
        categories=tuple(found.categories),
        access=_access(found),
        private_categories=frozenset(found.private_categories),
        sources=tuple(found.sources),
        audience=_audience(found.audience),
        audiences={name: _clock(name, part, found, day) for name, part in found.audiences.items()},
        regulations={key: _regulation(key, part) for key, part in found.regulations.items()},
        duplicates=_duplicates(found.duplicates),
        elsewhere=p.Elsewhere(**found.elsewhere.model_dump(exclude_none=True)),
        services={slug: _service(slug, part) for slug, part in found.services.items()},
        schedules={name: _schedule(name, found) for name in found.schedules},
        default_schedule=found.default_schedule,
        context=tuple(_context(part) for part in found.context),
        escalation={name: PLAIN_LADDER if part is None else _ladder(part) for name, part in ladders.items()},
        people=p.People(_people(found.people.managers), _people(found.people.executives)),
        reviews=p.Reviews(
            canvas=found.review.canvas,
            repository=found.review.repository,
            meeting=found.review.meeting,
        ),
        retention=_retention(found),
        max_snooze=found.max_snooze.real,
        review_runbooks_every=found.runbooks.review_every.real if found.runbooks.review_every else None,
        templates={name: {"stakeholders": part.stakeholders} for name, part in wording.items() if part is not None},
        alerting=_alerting(found),
        status_page=_status_page(found),
        runbook_repository=_repository(found.runbooks.repository),
        webhooks=tuple(_webhook(part) for part in found.webhooks),
        paging=_paging(found.paging),
        bridge=_bridge(found.bridge),
        proof=p.Proof(found.proof.channel, found.proof.folder, found.proof.timestamp, **_way(found.proof)),
        outgoing=p.Way(**_way(found.outgoing)),
        digest=_digest(found),
        lets_subscriptions_go_private=found.subscriptions.allow_private_address,
        trackers={name: _tracker(name, part) for name, part in found.trackers.items()},
        documents={name: _document(name, part) for name, part in found.documents.items()},
        engines={name: _engine(name, part) for name, part in found.engines.items()},
        action_hosts=frozenset(found.action_hosts),
        actions={name: _action(name, part) for name, part in found.actions.items()},
    )


def _hours(found: written.PolicyFile) -> p.BusinessHours:
    part = found.business_hours
    return p.BusinessHours(frozenset(part.days), part.from_, part.to, found.timezone, part.holidays)


def _retention(found: written.PolicyFile) -> Retention:
    part, deleted = found.retention, found.review.keep_deleted_text
    return Retention(
        part.spans(),
        part.of_priorities,
        part.audit.real if part.audit else None,
        part.alerts.real if part.alerts else None,
        deleted.real if deleted else None,
    )


def _channels(part: written.ChannelsPart) -> p.Channels:
    archive_after = part.archive_after.real if part.archive_after else None
    return p.Channels(part.prefix, part.broadcast, archive_after, part.bridge_url, part.triage)


def _of_tier(part: written.TierPart, found: written.PolicyFile, day: timedelta) -> dict[Priority, p.PriorityRules]:
    """The rules of the priorities that are other for the services of a tier."""
    named = {name: getattr(part, name) for name in Priority}
    rules = {}
    for name, differing in named.items():
        if differing is not None:
            values = {key: getattr(differing, key) for key in differing.model_fields_set}
            whole = getattr(found.priorities, name).model_copy(update=values)
            rules[name] = _rules(whole, day, found.quiet_after)
    return rules


def _rules(part: written.PriorityPart, day: timedelta, quiet_after: Span | None) -> p.PriorityRules:
    """The rules of a priority; what the file leaves out follows from `update_every`."""

    def counted(span: Span) -> timedelta:
        return span.in_business_days(day) if part.clock is Clock.BUSINESS else span.real

    every = counted(part.update_every)
    return p.PriorityRules(
        name=part.name,
        acknowledge_within=counted(part.acknowledge_within),
        first_update_within=counted(part.first_update_within) if part.first_update_within else every,
        update_every=every,
        mitigated_update_every=counted(part.mitigated_update_every) if part.mitigated_update_every else _calmer(every),
        max_next=part.max_next.real if part.max_next else max(timedelta(hours=4), 2 * part.update_every.real),
        warn_before=counted(part.warn_before) if part.warn_before else None,
        mitigate_within=counted(part.mitigate_within) if part.mitigate_within else None,
        resolve_within=counted(part.resolve_within) if part.resolve_within else None,
        verify_within=counted(part.verify_within) if part.verify_within else None,
        quiet_after=counted(quiet_after) if quiet_after else None,
        review_within=part.review_within.real if part.review_within else None,
        clock=part.clock,
        bridge=part.bridge,
        notify_executives=part.notify_executives,
        notify=tuple(part.notify),
    )


def _ladder(steps: list[written.StepPart]) -> tuple[p.EscalationStep, ...]:
    return tuple(p.EscalationStep(step.after.real, tuple(step.tell)) for step in steps)


def _context(part: written.ContextPart) -> p.ContextRule:
    calendar = _calendar(part.when.calendar) if part.when.calendar else None
    return p.ContextRule(part.when.service, part.when.category, part.when.tier, calendar, part.raise_)


def _calendar(part: written.CalendarPart) -> Window | p.Days | None:
    return p.Days(part.from_, part.to) if part.from_ and part.to else part.window


def _audience(part: written.AudiencesPart) -> dict[Priority, p.Audience]:
    named = {name: getattr(part, name) for name in Priority}
    return {name: p.Audience(one.broadcast, tuple(one.tell)) for name, one in named.items() if one is not None}


def _clock(name: str, part: written.ClockPart, found: written.PolicyFile, day: timedelta) -> p.AudienceRules:
    """An audience; what the file leaves out follows from `every`."""

    def counted(priority: Priority, span: Span) -> timedelta:
        is_business = getattr(found.priorities, priority).clock is Clock.BUSINESS
        return span.in_business_days(day) if is_business else span.real

    def cadence(priority: Priority, every: Span) -> p.Cadence:
        first, calmer = part.first_within.named.get(priority), part.mitigated_every.named.get(priority)
        pause = counted(priority, every)
        return p.Cadence(
            first=counted(priority, first) if first else pause,
            every=pause,
            mitigated=counted(priority, calmer) if calmer else _calmer(pause),
        )

    return p.AudienceRules(
        name=name,
        cadence={priority: cadence(priority, every) for priority, every in part.every.named.items()},
        tell=tuple(part.tell),
        channels=tuple(part.channels),
        headings=tuple(part.headings or ()),
        warn_before=part.warn_before.real if part.warn_before else None,
        ladder=_ladder(part.escalation) if part.escalation else (),
    )


def _regulation(key: str, part: written.RegulationPart) -> p.RegulationRules:
    return p.RegulationRules(
        regulation=BUILT_IN.get(key) or _own_regulation(key, part),
        decide=tuple(part.decide),
        authority=part.authority or "",
        portal=part.portal,
        suggest=tuple(p.Suggestion(one.priority, one.category, one.service, one.tag) for one in part.suggest),
        ladder=_ladder(part.escalation) if part.escalation else (),
        relief=frozenset(part.weekend_relief),
    )


def _own_regulation(key: str, part: written.RegulationPart) -> Regulation:
    """What stages count from, and is no stage, are its triggers."""
    stages = part.stages or {}
    anchors = dict.fromkeys(anchor for one in stages.values() for anchor in one.after if anchor not in stages)
    return Regulation(
        key,
        part.name or key,
        part.law or "",
        part.question or "Does it have to be reported?",
        tuple(Trigger(name, WORDS.get(name, name.replace("_", " "))) for name in anchors),
        tuple(
            RegulationStage(
                name,
                one.title or name.replace("_", " "),
                tuple(Limit(anchor, within) for anchor, within in one.after.items()),
                template=one.template or "",
                may_wait=True,
            )
            for name, one in stages.items()
        ),
    )


def _calmer(every: timedelta) -> timedelta:
    """The pause between updates once the impact has stopped, where the file sets none."""
    return max(every, min(4 * every, timedelta(hours=4)))


def _duplicates(part: written.DuplicatesPart) -> p.Duplicates:
    return p.Duplicates(part.within.real if part.within else None, part.major_after, part.major_within.real)


def _alerting(found: written.PolicyFile) -> p.Alerting:
    storm = found.alerting.storm
    return p.Alerting(
        routes=tuple(_alert_route(part) for part in found.alerts),
        storm=p.Often(storm.channels, storm.within.real),
        most_questions=storm.questions,
        silent_after={source: span.real for source, span in found.alerting.silent_after.items()},
        generic=_generic(found.alerting.generic) if found.alerting.generic else None,
    )


def _generic(part: written.GenericPart) -> p.GenericAlerts:
    ways = part.model_dump(exclude={"each", "resolved"}, exclude_none=True)
    return p.GenericAlerts(ways, tuple(part.resolved), part.each)


def _alert_route(part: written.AlertRoutePart) -> p.AlertRoute:
    return p.AlertRoute(
        do=part.do,
        source=part.source,
        when=dict(part.when),
        service=part.service,
        priority=part.priority,
        group_by=tuple(part.group_by),
        within=part.within.real,
        after=part.after,
        settle=part.settle.real,
        is_private=part.private,
    )


def _way(part: written.RoutePart) -> dict[str, Any]:
    """What a part says of how it is reached."""
    said = {"proxy": part.proxy, "ca_file": part.ca_file, "within": part.within.real if part.within else None}
    return {**said, "allow_private_address": isinstance(part, written.WayPart) and part.allow_private_address}


def _repository(part: written.RunbookRepositoryPart | None) -> p.RunbookRepository | None:
    if part is None:
        return None
    return p.RunbookRepository(
        name=part.name,
        token=part.token,
        base=part.base,
        folder=part.folder,
        api=part.api,
        is_private=part.private,
        **_way(part),
    )


def _webhook(part: written.WebhookPart) -> p.Webhook:
    return p.Webhook(
        name=part.name,
        url=part.url,
        secret=part.secret,
        events=None if part.events is None else frozenset(part.events),
        services=frozenset(part.services),
        priorities=frozenset(part.priorities),
        is_private=part.private,
        **_way(part),
    )


def _engine(name: str, part: written.EnginePart) -> p.Engine:
    return p.Engine(name, part.kind, part.url, part.secret, **_way(part))


def _action(name: str, part: written.ActionPart) -> p.Automation:
    return p.Automation(
        name=name,
        engine=part.engine,
        target=part.target,
        approvers=tuple(part.approve),
        parameters=tuple(_parameter(name, one) for name, one in part.parameters.items()),
        fixed=dict(part.inputs),
        dry_run=(part.dry_run.input, part.dry_run.value) if part.dry_run else None,
        cooldown=part.cooldown.real,
        priorities=frozenset(part.priorities),
        timeout=part.timeout.real,
    )


def _parameter(name: str, part: written.ParameterPart) -> p.Parameter:
    return p.Parameter(name, part.kind, part.min or 0, part.max or 0, tuple(part.one_of or ()))


def _paging(part: written.PagingPart) -> p.Paging:
    down_after = part.slack_down_after.real if part.slack_down_after else None
    pagerduty, jira, apprise = None, None, None
    if pd := part.pagerduty:
        pagerduty = p.PagerDuty(pd.key, pd.url, pd.token, pd.api, **_way(pd))
    if jsm := part.jira:
        jira = p.Jira(jsm.key, jsm.url, **_way(jsm))
    if part.apprise:
        apprise = p.Apprise(part.apprise.url, part.apprise.within.real)
    only = next((name for name in written.PAGERS if getattr(part, name) is not None), "")
    people = {SlackUserId(user): _own_keys(keys, only) for user, keys in part.people.items()}
    return p.Paging(pagerduty, people, down_after, jira, apprise)


def _own_keys(part: written.OwnKeysPart, only: str) -> dict[str, str]:
    """`only`: the pager that there is, where there is one."""
    named = {name: getattr(part, name) for name in written.PAGERS} | ({only: part.key} if part.key else {})
    return {pager: variable for pager, variable in named.items() if variable}


def _tracker(name: str, part: written.TrackerPart) -> p.TrackerPlace:
    return p.TrackerPlace(
        name=name,
        kind=part.kind,
        api=(part.url or written.TRACKER_ADDRESSES.get(part.kind, "")).rstrip("/"),
        project=part.project,
        token=part.token,
        secret=part.secret,
        account=part.account,
        follow_ups=part.follow_ups,
        incidents=frozenset(part.incidents),
        services=frozenset(part.services),
        is_private=part.private,
        people={SlackUserId(user): account for user, account in part.people.items()},
        type=part.type,
        fields=part.fields,
        **_way(part),
    )


def _document(name: str, part: written.DocumentPart) -> p.DocumentPlace:
    return p.DocumentPlace(
        name=name,
        kind=part.kind,
        api=(part.url or written.DOCUMENT_ADDRESSES.get(part.kind, "")).rstrip("/"),
        token=part.token,
        space=part.space or "",
        parent=part.parent or "",
        base=part.base or "main",
        folder=part.folder or "",
        account=part.account,
        is_private=part.private,
        **_way(part),
    )


def _bridge(part: written.BridgePart | None) -> p.Bridge | None:
    return None if part is None else p.Bridge(part.url, part.secret, **_way(part))


def _digest(found: written.PolicyFile) -> p.WeeklyDigest | None:
    part = found.digest
    if part is None:
        return None
    day, at = part.at
    return p.WeeklyDigest(part.timezone or found.timezone, day or 0, at, part.channel, _mail(part.mail))


def _mail(part: written.MailPart | None) -> p.Mail | None:
    if part is None:
        return None
    port = part.port or written.MAIL_PORTS[part.tls]
    to = tuple(dict.fromkeys(part.to))
    return p.Mail(part.server, port, part.tls, part.from_, to, part.user, part.password, part.ca_file)


def _access(found: written.PolicyFile) -> dict[str, tuple[str, ...]]:
    """Verb → who may use it; approving reviews and what customers are told is named in the parts about them."""
    narrowed = {verb: tuple(targets) for verb, targets in found.access.items()}
    if found.review.approvers:
        narrowed[APPROVE] = tuple(found.review.approvers)
    if found.status_page is not None:
        narrowed[APPROVE_CUSTOMERS] = tuple(found.status_page.approvers)
    return narrowed


STATUS_APIS = {"statuspage": "https://api.statuspage.io/v1", "instatus": "https://api.instatus.com"}


def _status_page(found: written.PolicyFile) -> p.StatusPage | None:
    part = found.status_page
    if part is None:
        return None
    words = {stage: getattr(part.templates, stage) for stage in Stage}
    return p.StatusPage(
        title=part.title,
        url=part.url.rstrip("/"),
        components=tuple(
            p.Component(id_, one.name, tuple(one.services), one.group, one.description)
            for id_, one in part.components.items()
        ),
        timezone=part.timezone or found.timezone,
        folder=part.folder,
        templates={stage: text for stage, text in words.items() if text is not None},
        targets=tuple(
            p.StatusTarget(
                name=one.name,
                kind=one.kind,
                page=one.page,
                token=one.token,
                components=one.components,
                api=(one.api or STATUS_APIS[one.kind]).rstrip("/"),
                is_notifying=one.notify,
                **_way(one),
            )
            for one in part.targets
        ),
    )


def _people(users: list[str]) -> tuple[SlackUserId, ...]:
    return tuple(SlackUserId(user) for user in users)


def _service(slug: str, part: written.ServicePart) -> p.Service:
    return p.Service(
        slug=slug,
        name=part.name or slug,
        tier=part.tier,
        oncall=part.oncall,
        manager=SlackUserId(part.manager) if part.manager else None,
        resolver_group=part.resolver_group,
        tags=tuple(part.tags),
        owner=part.owner,
        system=part.system,
        links=tuple(p.Link(title, url) for title, url in part.links.items()),
        depends_on=tuple(part.depends_on),
    )


def _budgets(part: written.SlosPart | None, services: list[str] | None, folder: Path) -> ErrorBudgets:
    """Their files stand where the policy says, seen from the policy, and are a part of it. Raises PolicyProblems."""
    if part is None:
        return ErrorBudgets()
    try:
        objectives = openslo.load(folder / part.from_, services)
    except Problems as found:
        raise PolicyProblems(list(found.problems)) from None
    shares = {name: getattr(part.degraded, name) for name in Priority}
    return ErrorBudgets(objectives, shares, part.exhausted.channel, part.exhausted.follow_up)


FIELDS = {field.name for field in fields(p.Service)} - {"slug"}


def _catalog(
    part: written.CatalogPart, policy: p.Policy, found: written.PolicyFile, content: Any, folder: Path
) -> p.Catalog:
    """A file stands where the policy says, seen from the policy. What the policy sets to null counts as said, too."""
    given = (content or {}).get("services") or {}
    own: dict[str, dict[str, Any]] = {}
    for slug, one in policy.services.items():
        said = found.services[slug].model_fields_set | (given.get(slug) or {}).keys()
        own[slug] = {name: getattr(one, name) for name in said & FIELDS}
    return p.Catalog(
        place=raw_address(part.from_) if is_address(part.from_) else str(folder / part.from_),
        refresh_every=part.refresh_every.real,
        types=frozenset(part.types),
        **_way(part),
        own=own,
        removed=frozenset(slug for slug, one in given.items() if one is None),
    )


def _schedule(name: str, found: written.PolicyFile) -> p.Schedule:
    part = found.schedules[name]
    zone = part.timezone or found.timezone
    monday = 0 if part.rotation.is_in_weeks else None
    day, clock = part.handover or (monday, time(9))
    return p.Schedule(
        name=name,
        members=_people(part.members),
        secondary=_people(part.secondary),
        turn=part.rotation.length,
        start=part.start,
        handover_day=day,
        handover_time=clock,
        timezone=zone,
        feed=_feed(part),
        group=part.group,
        hours=_on_call_hours(part.hours, found) if part.hours else None,
        overrides=tuple(
            p.Override(
                _in_zone(one.from_, zone),
                _in_zone(one.to, zone),
                SlackUserId(one.who),
                is_secondary=one.role is OnCallRole.SECONDARY,
            )
            for one in part.overrides
        ),
    )


def _on_call_hours(part: written.OnCallHoursPart, found: written.PolicyFile) -> p.OnCallHours:
    """No schedule leads back to itself, so that this ends."""
    otherwise = _schedule(part.otherwise, found) if part.otherwise else None
    return p.OnCallHours(frozenset(part.days), part.from_, part.to, otherwise)


def _feed(part: written.SchedulePart) -> p.Feed | None:
    if part.ical is None and part.pagerduty is None:
        return None
    people = {name: SlackUserId(user) for name, user in part.people.items()}
    way = {**_way(part), "allow_private_address": True}  # nobody but the policy says where it is
    return p.Feed(part.ical or "", people, part.refresh_every.real, part.pagerduty, **way)


def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    """Wall-clock times are the schedule's; a time with an offset stays as it is."""
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
