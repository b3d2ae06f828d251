"""`declare`: open an incident."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog

from bot.blocks import answers
from bot.blocks.channel_name import channel_name
from bot.blocks.declare_form import TITLE, declare_form, elsewhere
from bot.blocks.text import escape, plain
from bot.commands.classifying import severity_named
from bot.commands.command import About, Asked, Command, Dependencies, say
from bot.commands.evidence import packed, title_of, unpacked
from bot.commands.forms import chosen, field
from bot.commands.grammar import WORD, Key, Shape, UnknownValue, one_of, split
from bot.commands.naming import category_named, service_named, source_named
from bot.domain.declaration import Declaration
from bot.domain.duplicates import Report, likely_same
from bot.domain.ids import IncidentNumber, SlackUserId, ref
from bot.domain.policy import Policy
from bot.domain.refusal import Refusal
from bot.domain.timeline import PastIncident
from bot.domain.vocabulary import Level, Matter, Priority, Severity
from bot.door.inbound import Changed, Submitted
from bot.door.reply import FormErrors, OpenForm, Reply, Say, ShowForm, View
from bot.store import Summary
from bot.workflows.context import Context, Outcome
from bot.workflows.declare import declare
from bot.workflows.search_index import Question
from bot.workflows.seeing import visible

log = structlog.get_logger(__name__)

EXAMPLE = "declare P1 checkout returns 500s service:checkout"
CHANNEL_WITHIN = 120.0
"""Seconds to wait for the channel before the person is not told of it any more; Slack may be slow."""


SEARCH_WITHIN = 0.5
"""Seconds that looking for incidents of the past may take."""

FIELDS = ("impact", "urgency", "service", "category", "severity", "source", "users", "reporter")


class TwoPriorities(Refusal):
    """Give one priority, not {count}. For example: `/incident declare P1 checkout returns 500s`."""


async def handle(asked: Asked) -> Reply:
    report = read(asked.context.policy, asked.text, asked.parsed.values, asked.parsed.options)
    if not asked.text:
        draft = replace(report, title=title_of(asked.typed.on))
        return OpenForm(TITLE, lambda: form(asked.deps, draft, packed(asked.typed.on)))
    if "anyway" not in asked.parsed.options and (same := await already_open(asked.context, asked.by, report)):
        rest = escape(split(asked.typed.text).rest)
        joining, anyway = f"{ref(same.number)} join {escape(report.title)}", f"declare anyway {rest}"
        return say(answers.duplicate(same.title, ref(same.number), same.channel, joining, anyway))
    alike = await looks_like(asked.deps, report)
    return confirm(asked.context, await declare(asked.context, asked.typed.sender_id, asked.by, report, alike))


async def already_open(context: Context, user: SlackUserId, report: Declaration) -> Summary | None:
    """The open incident that this may be about, of those that the person may see. A drill is never about another."""
    within = context.policy.duplicates.within
    if report.is_drill or within is None:
        return None
    found = await visible(context, user, open_only=True, since=context.now() - within)
    seen = {one.number: one for one in found if not one.is_drill}
    others = [Report(one.number, one.title, one.service, one.declared_at) for one in seen.values()]
    same = likely_same(report.title, report.service, others, context.now(), context.policy.duplicates)
    return seen[same.number] if same else None


def read(policy: Policy, title: str, values: Mapping[str, Any], options: tuple[str, ...]) -> Declaration:
    """What was typed or filled in, with services, categories and sources as the policy knows them."""
    given = [Priority(one) for one in options if one in list(Priority)]
    if len(set(given)) > 1:
        raise TwoPriorities(count=len(set(given)))
    category = category_named(policy, values["category"]) if values.get("category") else None
    return Declaration(
        title=title,
        impact=Level(values["impact"]) if values.get("impact") else None,
        urgency=Level(values["urgency"]) if values.get("urgency") else None,
        priority=given[0] if given else None,
        service=service_named(policy, values["service"]) if values.get("service") else None,
        category=category,
        severity=Severity(values["severity"]) if values.get("severity") else None,
        source=source_named(policy, values["source"]) if values.get("source") else None,
        user_impact=values.get("users") or None,
        reported_by=SlackUserId(values["reporter"]) if values.get("reporter") else None,
        is_private="private" in options or category in policy.private_categories,
        is_drill="drill" in options,
    )


async def looks_like(deps: Dependencies, report: Declaration) -> tuple[PastIncident, ...]:
    """Incidents of the past that look like it; none where the search fails, for declaring must not wait for it."""
    if not report.title or report.is_drill:
        return ()
    try:
        async with asyncio.timeout(SEARCH_WITHIN):
            return await deps.search_index.alike(Question(report.title, report.service, report.user_impact or ""))
    except TimeoutError:
        return ()
    except Exception:  # what is merely useful must never stand in the way of a declaration
        log.exception("declare.past_not_searched")
        return ()


async def form(deps: Dependencies, draft: Declaration, carried: str) -> View:
    alike = await looks_like(deps, draft)
    return declare_form(deps.context.policy, draft, deps.context.now(), carried=carried, alike=alike)


def filled_in(policy: Policy, sent: Submitted | Changed) -> Declaration:
    """What stands in the form."""
    values = {name: field(sent, name) for name in FIELDS}
    options = chosen(sent, "options") + ((field(sent, "priority"),) if field(sent, "priority") else ())
    return read(policy, field(sent, "title"), values, options)


async def change(deps: Dependencies, changed: Changed) -> Reply:
    """The priority that follows from what stands in the form by now, and why."""
    draft = filled_in(deps.context.policy, changed)
    matter = Matter(field(changed, "matter") or Matter.INCIDENT)
    alike = await looks_like(deps, draft)
    return ShowForm(declare_form(deps.context.policy, draft, deps.context.now(), matter, changed.carried, alike))


async def submit(deps: Dependencies, sent: Submitted) -> Reply:
    policy = deps.context.policy
    if told := elsewhere(policy, Matter(field(sent, "matter") or Matter.INCIDENT)):
        return FormErrors({"matter": told})
    report = filled_in(policy, sent)
    if not report.title:
        return FormErrors({"title": "Say in a few words what is wrong."})
    if "anyway" not in chosen(sent, "options") and (same := await already_open(deps.context, sent.user, report)):
        where = f" in #{same.channel_name}" if same.channel_name else ""
        told = f"{ref(same.number)}{where} looks like the same: “{plain(same.title)}”. If it is not, tick so below."
        return FormErrors({"title": told})
    report = replace(report, evidence=unpacked(sent.carried, into_private=report.is_private))
    alike = await looks_like(deps, report)
    return confirm(deps.context, await declare(deps.context, sent.sender_id, sent.user, report, alike))


def confirm(context: Context, outcome: Outcome) -> Say:
    """What was declared and how it was read; a link to the channel follows when it is open."""
    incident = outcome.incident
    name = channel_name(context.policy.channels.prefix, incident.number, incident.title, private=incident.is_private)
    told = say(answers.declared(incident, name))
    return Say(told.text, told.blocks, later=lambda: channel_link(context, incident.number))


async def channel_link(context: Context, number: IncidentNumber) -> Say | None:
    """Wait until the channel is open; None when it takes too long to matter."""
    loop = asyncio.get_running_loop()
    until, pause = loop.time() + CHANNEL_WITHIN, 0.1
    while loop.time() < until:
        async with context.store.read() as tx:
            incident = await tx.incident(number)
        if incident is not None and incident.channel is not None:
            return say(answers.channel_ready(incident))
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 2.0)
    return None


def _severity(key: str, typed: str) -> Severity:
    found = severity_named(typed)
    if found is None:
        raise UnknownValue(key=key, typed=typed[:60], hint="", known=", ".join(f"`{one}`" for one in Severity))
    return found


COMMAND = Command(
    name="declare",
    summary="declare an incident; without a title, a form",
    usage="declare [P1…P4] <title> [service:x] [impact:high|medium|low] [urgency:high|medium|low] "
    '[category:x] [severity:SEV-1…4] [source:x] [users:"what they notice"] [private] [drill] [anyway]',
    example=EXAMPLE,
    handle=handle,
    about=About.NOTHING,
    shape=Shape(
        keys={
            "service": WORD,
            "category": WORD,
            "impact": one_of(*Level),
            "urgency": one_of(*Level),
            "severity": Key(_severity, "SEV-2"),
            "source": WORD,
            "users": Key(lambda _, typed: typed, "nobody can pay"),
        },
        options=frozenset({*Priority, "private", "drill", "anyway"}),
    ),
    aliases=("new",),
    submit=submit,
    change=change,
)
