"""`muster doctor`: look at everything Muster depends on, and say what must be mended and how.

It reads beside a running bot and changes nothing, neither here nor in Slack.
"""

import asyncio
import json
import os
import stat
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from bot.blocks.text import plural
from bot.config import policy_loading as policies
from bot.config.runbooks import Shelf, unknown_actions
from bot.config.runbooks import findings as runbook_findings
from bot.config.settings import Settings, SettingsProblems, load, load_what_can_be_read, missing_secrets
from bot.config.shipped import shipped
from bot.config.yaml_lines import Problems, nearest
from bot.delivery.backlog import set_aside, too_many_connections, waiting_effects
from bot.domain.actor import Person
from bot.domain.alerts import name_of, unreachable
from bot.domain.dates import a_date
from bot.domain.ids import WorkspaceId, ref
from bot.domain.oncall import first_gap, overlapping, spelled
from bot.domain.policy import Feed, Policy, Schedule, Webhook
from bot.domain.retention import FIRST_AFTER
from bot.domain.runbook import Runbook
from bot.domain.shifts import left_out
from bot.domain.telling import few, listed
from bot.domain.vocabulary import Handling
from bot.domain.webhooks import BY_API
from bot.integrations.github import GitHub
from bot.integrations.outgoing import NotReached, Outgoing, PrivateAddress
from bot.jobs.ical import UnreadableFeed
from bot.jobs.oncall_sources import read_feed
from bot.jobs.purging import WRITTEN_ANEW_UP_TO
from bot.jobs.replicas import GONE_AFTER
from bot.operator.commands import SQLITE, is_there
from bot.operator.doctor_actions import examine_actions
from bot.operator.doctor_catalog import examine_catalog
from bot.operator.doctor_documents import examine_documents
from bot.operator.doctor_outgoing import examine_outgoing
from bot.operator.doctor_paging import examine_paging
from bot.operator.doctor_slack import examine_slack
from bot.operator.doctor_status import examine_status
from bot.operator.doctor_tokens import examine_tokens
from bot.operator.doctor_webhooks import examine_subscriptions
from bot.operator.finding import SHOWN, CheckUp, Finding
from bot.operator.run import set_up_logging
from bot.operator.trackers import examine_trackers
from bot.store import Database, DatabaseUnreachable, Journal, OutboxRow, Store
from bot.store.owner_only import open_to_others
from bot.web.clocks import OVERDUE_AFTER, clock_skew, overdue_claims

DONE, NO = 0, 1
MEND = "Stop Muster, keep the file and what stands beside it, and put a backup in its place."
OLD_AFTER = timedelta(minutes=5)
ASKED_WITHIN = 5.0
"""Seconds for which a receiver of webhooks is waited for."""
LOOKED_AHEAD = timedelta(days=14)
"""How far a calendar must name somebody; many are filled no further."""


def machine_now() -> datetime:
    """The machine's clock, aware, UTC."""
    return datetime.now(UTC)


async def doctor(*, as_json: bool) -> int:
    """Print every finding; NO when one of them must be mended."""
    set_up_logging("console")
    found = await check_up()
    bad = [finding for finding in found.findings if finding.must_mend]
    if as_json:
        told = {"ok": not bad, **asdict(found)}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for finding in sorted(found.findings, key=lambda finding: not finding.must_mend):
            click.echo(f"{'Mend' if finding.must_mend else 'Note'}: {finding.text}")
        for line in found.fine:
            click.echo(f"Fine: {line}")
        things = f"{len(bad)} thing{'' if len(bad) == 1 else 's'}"
        click.echo(f"{things} to mend." if bad else "Nothing needs mending.")
    return NO if bad else DONE


async def check_up(
    environ: Mapping[str, str] | None = None,
    env_file: Path | None = Path(".env"),
    now: Callable[[], datetime] = machine_now,
) -> CheckUp:
    """Every finding, in the order in which they are best mended, and what is fine."""
    given = os.environ if environ is None else environ
    result = CheckUp()
    findings = result.findings
    try:
        settings: Settings | None = load(given, env_file)
    except SettingsProblems as wrong:
        findings += [Finding("settings", str(problem)) for problem in wrong.problems]
        settings = None
    rest = settings or load_what_can_be_read(given, env_file)
    if rest is None:
        return result
    findings += [Finding("settings", str(warning), must_mend=False) for warning in rest.warnings]
    findings += _env_file(env_file)
    policy = _policy(rest, result)
    runbooks = _runbooks(rest, result, policy)
    if policy is not None:
        policy = await examine_catalog(policy, rest, findings)
        findings += _advice(policy, runbooks, own_runbooks=bool(rest.runbooks))
        findings += _alerts(policy, rest.alert_secrets)
        if settings is not None:
            findings += [Finding("webhook_secret", str(one)) for one in missing_secrets(settings, policy)]
            await examine_outgoing(policy, settings, now(), result)
            findings += await _webhooks(policy.webhooks, policy, settings)
            findings += await _runbook_repository(policy, settings)
            findings += await examine_actions(policy, settings)
            findings += await examine_trackers(policy, settings)
            findings += await examine_paging(policy, settings)
            await examine_documents(policy, settings, result)
            findings += await examine_status(policy, settings)
    await _database(rest, policy, result)
    findings += _journal(rest)
    if settings is not None:
        await examine_slack(settings, policy, now, result)
    return result


def _env_file(file: Path | None) -> Iterable[Finding]:
    if file is not None and file.is_file() and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        text = f"Others on this machine may read {file}, which holds secrets: chmod 600 {file}"
        yield Finding("settings_readable", text, must_mend=False)


def _policy(settings: Settings, result: CheckUp) -> Policy | None:
    try:
        policy = policies.load(settings.policy)
    except policies.PolicyProblems as wrong:
        result.findings += _listed("policy", wrong)
        return None
    counts = ", ".join(
        plural(len(named), one)
        for named, one in ((policy.services, "service"), (policy.schedules, "schedule"), (policy.webhooks, "webhook"))
    )
    result.fine.append(f"Policy: {settings.policy or 'the shipped one'}, with {counts}.")
    return policy


def _runbooks(settings: Settings, result: CheckUp, policy: Policy | None) -> tuple[Runbook, ...]:
    library = Shelf(settings.runbooks or (shipped("runbooks"),)).look()
    result.findings += [Finding("runbooks", str(one)) for one in library.left_out]
    result.findings += [Finding("runbooks", str(one), must_mend=False) for one in runbook_findings(library)]
    if policy is not None:
        unknown = unknown_actions(library, policy.actions)
        result.findings += [Finding("unknown_action", str(one), must_mend=False) for one in unknown]
    if not library.left_out:
        result.fine.append(f"Runbooks: {plural(len(library.runbooks), 'file')} can be read.")
    return library.runbooks


def _listed(code: str, wrong: Problems) -> list[Finding]:
    return [Finding(code, str(problem)) for problem in wrong.problems]


def _advice(policy: Policy, runbooks: tuple[Runbook, ...], *, own_runbooks: bool) -> Iterable[Finding]:
    """What works, though perhaps not as it was meant."""
    if not policy.schedules:
        text = "The policy has no on-call schedule: whoever declares an incident is asked to command it."
        yield Finding("no_schedule", text, must_mend=False)
    yield from _too_soon(policy)
    for schedule in policy.schedules.values():
        yield from _overlaps(schedule, datetime.now(UTC))
        if schedule.hours and schedule.hours.otherwise is None:
            text = f"Nobody is on call in {schedule.name} outside its hours; `otherwise` can name another schedule."
            yield Finding("oncall_hours", f"{text} Whoever declares an incident is asked instead.", must_mend=False)
    if policy.schedules and policy.default_schedule is None:
        alone = [service.name for service in policy.services.values() if service.oncall is None]
        for names in [[name] for name in alone] if len(alone) <= SHOWN else [alone]:
            text = f"Nobody is on call for {few(names, SHOWN)}: give it `oncall`, or the policy a `default_schedule`."
            yield Finding("nobody_on_call", text, must_mend=False)
    yield from _repository(policy.reviews.repository)
    if own_runbooks:
        yield from _unreviewed(policy, runbooks)
        for runbook in runbooks:
            for kind, unknown in (
                ("service", set(runbook.services) - set(policy.services)),
                ("category", set(runbook.categories) - set(policy.categories)),
            ):
                for name in sorted(unknown):
                    text = f"The runbook {runbook.slug} is for the {kind} {name}, which the policy does not know."
                    yield Finding(f"unknown_{kind}", text, must_mend=False)


def _unreviewed(policy: Policy, runbooks: Sequence[Runbook]) -> Iterable[Finding]:
    """Runbooks that nobody has read through for longer than the policy allows."""
    if policy.review_runbooks_every is None:
        return
    since = (datetime.now(policy.timezone) - policy.review_runbooks_every).date()
    for runbook in runbooks:
        if runbook.reviewed_at is not None and runbook.reviewed_at < since:
            text = f"The runbook {runbook.slug} was last reviewed on {a_date(runbook.reviewed_at)}"
            whom = f"; ask {runbook.owner}" if runbook.owner else ""
            then = f"Read it through{whom}, and set `reviewed_at`."
            yield Finding("runbook_unreviewed", f"{text}, longer ago than the policy allows. {then}", must_mend=False)
    if unknown := [one.slug for one in runbooks if one.reviewed_at is None]:
        shown = few(unknown, SHOWN)
        text = f"Nobody says when these runbooks were reviewed: {shown}. Set `reviewed_at` in their front matter."
        yield Finding("runbook_unreviewed", text, must_mend=False)


def _too_soon(policy: Policy) -> Iterable[Finding]:
    """Records of which something goes before their review is due."""
    for priority, rules in policy.priorities.items():
        spans, within = policy.retention.of(priority), rules.review_within
        soon = [kind.value for kind, span in spans.items() if within is not None and span < within]
        if soon:
            text = f"At {priority}, {listed(soon)} may go before the review is due: make `retention` longer."
            yield Finding("retention_before_review", text, must_mend=False)


def _alerts(policy: Policy, switched_on: Collection[str]) -> Iterable[Finding]:
    """Routes that nothing takes, and what is set for a source that is off."""
    routes, alerting = policy.alerting.routes, policy.alerting
    for place, why in unreachable(routes, switched_on):
        yield Finding("alert_route", f"Route {place} of `alerts` never matches: {why}.", must_mend=False)
    for source in sorted(set(alerting.silent_after) - set(switched_on)):
        text = f"`alerting.silent_after` names {name_of(source)}, which is not switched on: MUSTER_ALERTS_… is not set."
        yield Finding("alert_source", text, must_mend=False)
    if ("generic" in switched_on) != (alerting.generic is not None):
        text = (
            "The source `generic` needs MUSTER_ALERTS_GENERIC and, in the policy, `alerting.generic`; one is missing."
        )
        yield Finding("alert_source", text, must_mend=False)
    asks = not routes or any(route.do is Handling.ASK for route in routes)
    if switched_on and asks and policy.channels.for_triage is None:
        text = "Nobody can be asked about alerts: set `channels.triage`, or `channels.broadcast`."
        yield Finding("no_triage_channel", text)


async def _webhooks(webhooks: Sequence[Webhook], policy: Policy, settings: Settings) -> list[Finding]:
    """Whether the receivers can be reached: each is asked what it takes, which tells it nothing."""
    if not webhooks:
        return []
    async with Outgoing(ASKED_WITHIN, policy.outgoing, settings.proxy_addresses) as outgoing:
        found = await asyncio.gather(*(_receiver(outgoing, one) for one in webhooks))
    return [one for one in found if one is not None]


async def _runbook_repository(policy: Policy, settings: Settings) -> list[Finding]:
    """Whether what is proposed for runbooks can go where the policy says."""
    repository = policy.runbook_repository
    token = settings.repository_tokens.get(repository.token) if repository else None
    if repository is None or token is None:
        return []
    async with Outgoing(ASKED_WITHIN, policy.outgoing, settings.proxy_addresses) as outgoing:
        why = await GitHub(repository, token.get_secret_value(), outgoing).trouble()
    then = "Until then, changes to runbooks are posted as files."
    return [Finding("runbook_repository", f"{why[0].upper()}{why[1:]}. {then}")] if why else []


async def _receiver(outgoing: Outgoing, webhook: Webhook) -> Finding | None:
    try:
        await outgoing.send("OPTIONS", webhook.url, way=webhook)
    except PrivateAddress:
        text = "leads into a private network; `allow_private_address: true` in the policy lets Muster go there"
        return Finding("webhook_address", f"The address of the webhook {webhook.name} {text}.")
    except NotReached as error:
        text = f"The receiver of the webhook {webhook.name} cannot be reached from here ({error.why})."
        return Finding("webhook_receiver", f"{text} What it is to be told waits for a day.", must_mend=False)
    return None


def _repository(folder: str | None) -> Iterable[Finding]:
    """Whether published reviews can be written there."""
    if folder is None:
        return
    path = Path(folder)
    existing = next((folder for folder in (path, *path.parents) if folder.exists()), path)
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        yield Finding("review_repository", f"Reviews cannot be written to {folder}: {existing} is not writable.")
    elif not any((folder / ".git").exists() for folder in (path, *path.parents)):
        text = f"Reviews are written to {folder}, which is no git repository: nothing is committed."
        yield Finding("review_repository", text, must_mend=False)


def _readable_by_others(url: str) -> Iterable[Finding]:
    """The key that signs links to reviews is in it, too."""
    if url.startswith(SQLITE):
        file = Path(url.removeprefix(SQLITE)).resolve()
        for name in open_to_others(file):
            path = file.with_name(name)
            text = f"Others on this machine may read {path}, which holds every incident: chmod 600 {path}"
            yield Finding("database_readable", text, must_mend=False)


async def _database(settings: Settings, policy: Policy | None, result: CheckUp) -> None:
    found = await _in_the_database(settings, policy)
    result.findings += found
    if not any(one.must_mend or one.code.startswith("database_n") for one in found):
        kind = "SQLite" if settings.database_url.startswith(SQLITE) else "PostgreSQL"
        result.fine.append(f"Database: {kind}, at this version's tables; no effect is dead.")


def _journal(settings: Settings) -> Iterable[Finding]:
    """What was declared without a database, and is in none yet."""
    journal = Journal(settings.journal_file)
    if journal.waiting:
        count = len(journal.waiting)
        told = f"{plural(count, 'declaration')} came without a database and {'is' if count == 1 else 'are'} still to be"
        text = f"{told} recorded; `muster run` does so. Keep {settings.journal_file}."
        yield Finding("declarations_waiting", text, must_mend=False)
    if journal.unreadable:
        text = f"{plural(journal.unreadable, 'line')} of {settings.journal_file} cannot be read and will stay there."
        yield Finding("journal_unreadable", f"{text} Read what they say, then remove the file.", must_mend=False)


async def _in_the_database(settings: Settings, policy: Policy | None) -> list[Finding]:
    """Opening a SQLite file would create it, so a missing file is not opened."""
    url = settings.database_url
    if not is_there(url):
        file = Path(url.removeprefix(SQLITE))
        if file.parent.is_dir():
            return [Finding("database_new", f"There is no database yet; `muster run` makes {file}.", must_mend=False)]
        return [Finding("database_unreachable", f"There is no folder {file.parent} for the database.")]
    try:
        database = await Database.open(url, migrate=False)
    except DatabaseUnreachable as error:
        return [Finding("database_unreachable", str(error))]
    try:
        if not await database.revision_is_current():
            text = "The database is not at this version's tables; `muster migrate` and `muster run` bring it there."
            return [Finding("database_not_migrated", text, must_mend=False)]
        found = list(_readable_by_others(url))
        if damage := await database.damage():
            found.append(Finding("database_damaged", f"The database is damaged: {few(damage, SHOWN)}. {MEND}"))
        if skew := await clock_skew(database):
            found.append(Finding("clock_skew", skew, must_mend=False))
        for workspace in await database.workspaces():
            found += await _outbox(database, workspace)
            found += await _set_aside(database, workspace)
            found += await _connections(database, workspace)
            found += await _deadlines(database, workspace)
            found += await _feeds(database, workspace, policy)
            found += await _tokens(database, workspace)
            found += await _erasures(database, workspace)
            found += await _retention(database, workspace, policy)
            if policy is not None:
                found += await _subscriptions(database, workspace, policy, settings)
        return found
    except DatabaseUnreachable as error:
        return [Finding("database_unreachable", str(error))]
    finally:
        await database.close()


async def _deadlines(database: Database, workspace: WorkspaceId) -> list[Finding]:
    """Deadlines that nobody acts on: the bot is down, or cannot."""
    async with Store(database, workspace).read() as tx:
        late = await tx.overdue_deadlines(datetime.now(UTC) - OVERDUE_AFTER)
    if not late:
        return []
    return [Finding("overdue_deadlines", f"{overdue_claims(late)} Is `muster run` at work?", must_mend=False)]


async def _erasures(database: Database, workspace: WorkspaceId) -> list[Finding]:
    """People who are not erased yet, though somebody began to."""
    async with Store(database, workspace).read() as tx:
        begun = await tx.erasures_begun(all_of_them=True)
    told = "`muster person erase` was cut off: give it again, for the same person, and it goes on"
    return [Finding("erasure_cut_off", f"On {at:%d %B at %H:%M} UTC {told}.") for _, at in begun]


async def _retention(database: Database, workspace: WorkspaceId, policy: Policy | None) -> list[Finding]:
    """What goes from records soon, for the first time, and what may be left of it in the database's file."""
    now, found = datetime.now(UTC), []
    async with Store(database, workspace).read() as tx:
        due = await tx.kept_too_long(policy.retention, now) if policy else ()
        begun = await tx.retention_begun() or now
        is_to_scrub = await tx.is_to_scrub()
    if due and now < begun + FIRST_AFTER:
        text = (
            f"From {a_date((begun + FIRST_AFTER).date())} on, Muster takes out of {plural(len(due), 'record')} what "
            "`retention` in the policy keeps no longer: `muster purge --dry-run` shows it."
        )
        found.append(Finding("retention", text, must_mend=False))
    if is_to_scrub and (database.size or 0) > WRITTEN_ANEW_UP_TO:
        text = (
            "The database's file may still hold what was taken out of records. It is too large to be written anew "
            "while people wait: `muster purge` does it, at a quiet time."
        )
        found.append(Finding("retention_in_file", text, must_mend=False))
    return found


async def _tokens(database: Database, workspace: WorkspaceId) -> list[Finding]:
    async with Store(database, workspace).read() as tx:
        tokens = await tx.tokens()
        people = await tx.people(one.actor.user for one in tokens if isinstance(one.actor, Person))
    return list(examine_tokens(tokens, people, datetime.now(UTC)))


async def _subscriptions(
    database: Database, workspace: WorkspaceId, policy: Policy, settings: Settings
) -> list[Finding]:
    """Webhooks that were made by the API: signed, reached, and somebody's."""
    async with Store(database, workspace).read() as tx:
        made = await tx.subscriptions()
        people = await tx.people(one.by.user for one in made if isinstance(one.by, Person))
    if made and BY_API not in settings.webhook_secrets:
        names = few([one.webhook.name for one in made], SHOWN)
        text = f"{BY_API} is not set: webhooks that were made by the API hear nothing without it ({names})."
        return [Finding("webhook_secret", text)]
    may_be_asked = [
        one.webhook for one in made if policy.lets_subscriptions_go_private or not one.webhook.allow_private_address
    ]
    return [*examine_subscriptions(made, people, policy), *await _webhooks(may_be_asked, policy, settings)]


async def _feeds(database: Database, workspace: WorkspaceId, policy: Policy | None) -> list[Finding]:
    """Calendars of schedules: whether they are up to date, name somebody all the time, and nobody unknown."""
    async with Store(database, workspace).read() as tx:
        feeds = await tx.feeds()
    found = []
    for name, copy in sorted(feeds.items()):
        schedule = policy.schedules.get(name) if policy else None
        if copy.error is not None and (schedule or policy is None):
            found.append(Finding("oncall_feed", f"The calendar of the schedule {name}: {copy.told}."))
        if policy and schedule and schedule.feed and copy.content:
            found += _calendar(policy, schedule, schedule.feed, copy.content, datetime.now(UTC))
    return found


def _calendar(policy: Policy, schedule: Schedule, feed: Feed, content: str, now: datetime) -> Iterable[Finding]:
    try:
        read = read_feed(feed, content, schedule.timezone, now)
    except UnreadableFeed as error:
        yield Finding("oncall_feed", f"The calendar of the schedule {schedule.name}: {error}.")
        return
    current = policy.with_schedules({schedule.name: replace(schedule, shifts=read.shifts)})
    for relying in _relying_on(current, schedule.name):
        if gap := first_gap(relying, now, now + LOOKED_AHEAD):
            begins, ends = (spelled(one, relying) for one in gap)
            calendar = "its calendar" if relying.name == schedule.name else f"the calendar of {schedule.name}"
            text = f"Nobody is on call in {relying.name} from {begins} to {ends}: {calendar} names nobody for then."
            yield Finding("oncall_gap", f"{text} Whoever declares an incident is asked instead.")
    if read.left_out:
        yield Finding("oncall_left_out", left_out(replace(schedule, left_out=read.left_out)), must_mend=False)
    for title in read.unknown[:SHOWN]:
        under = f"`schedules.{schedule.name}.people`"
        if feed.pagerduty:
            text = f"{title} is on call in PagerDuty ({schedule.name}) and nobody in Slack has that address"
            yield Finding("oncall_unknown", f"{text}: add it under {under}, with the user id.")
            continue
        text = f"“{title}” in the calendar of {schedule.name} names nobody under {under}"
        yield Finding("oncall_unknown", f"{text}; {nearest(title, list(feed.people))}.", must_mend=False)


def _relying_on(policy: Policy, name: str) -> list[Schedule]:
    """The schedules that a gap in a calendar leaves without anybody.

    Where the calendar only has the time outside the hours of rotations, it need not name anybody within them.
    """
    rotations = [one for one in policy.schedules.values() if name in [rest.name for rest in _rest_of(one)]]
    is_asked_itself = name in {policy.default_schedule, *(one.oncall for one in policy.services.values())}
    return [policy.schedules[name], *rotations] if is_asked_itself or not rotations else rotations


def _rest_of(schedule: Schedule) -> Iterable[Schedule]:
    """What counts outside its hours, and outside the hours of that."""
    while schedule.hours and schedule.hours.otherwise:
        schedule = schedule.hours.otherwise
        yield schedule


def _overlaps(schedule: Schedule, now: datetime) -> Iterable[Finding]:
    for first, second in overlapping(schedule, now):
        begins, ends = (
            spelled(one, schedule) for one in (max(first.begins, second.begins), min(first.ends, second.ends))
        )
        text = (
            f"Two overrides of the schedule {schedule.name} overlap from {begins} to {ends}: {first.who}, {second.who}."
        )
        yield Finding("oncall_overlap", f"{text} The one further down counts: {second.who}.", must_mend=False)


async def _outbox(database: Database, workspace: WorkspaceId) -> list[Finding]:
    """What Slack was to be told and never will be, unless somebody sees to it."""
    async with Store(database, workspace).read() as tx:
        dead = await tx.outbox(states=("dead",), limit=1000)
        tried = await tx.tried_since(datetime.now(UTC) - OLD_AFTER)
        newer = await tx.unreadable_effects()
    waiting = [Finding("old_effects", waiting_effects(tried), must_mend=False)] if tried else []
    if newer:
        text = f"Effects of a newer version of Muster wait for it: {', '.join(newer)}."
        waiting.append(Finding("newer_effects", text, must_mend=False))
    if not dead:
        return waiting
    named = "; ".join(_effect(row) for row in dead[:SHOWN])
    count = "1 effect is dead" if len(dead) == 1 else f"{len(dead)} effects are dead"
    more = f"; and {len(dead) - SHOWN} more" if len(dead) > SHOWN else ""
    return [Finding("dead_effects", f"{count}: {named}{more}. `muster outbox retry` tries again."), *waiting]


async def _connections(database: Database, workspace: WorkspaceId) -> list[Finding]:
    """As Slack told the replicas at work: to ask it, one would have to open one more."""
    async with Store(database, workspace).read() as tx:
        replicas = await tx.replicas(datetime.now(UTC) - GONE_AFTER)
    counted = max((one.connections for one in replicas if one.connections is not None), default=None)
    told = too_many_connections(counted)
    return [Finding("slack_connections", told, must_mend=False)] if told else []


async def _set_aside(database: Database, workspace: WorkspaceId) -> list[Finding]:
    async with Store(database, workspace).read() as tx:
        failed = await tx.failed_deliveries()
    return [Finding("alerts_set_aside", set_aside(failed))] if failed else []


def _effect(row: OutboxRow) -> str:
    where = f"{ref(row.number)} " if row.number else ""
    return f"{where}{row.kind} ({row.error or 'no reason known'})"
