"""`declare`: open an incident."""

import asyncio
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.blocks import answers
from bot.blocks.declare_form import MORE, SUGGEST, TITLE, UNFOLDED, declare_form, elsewhere
from bot.blocks.message import rendered
from bot.blocks.suggested import HEADING, TAKE, suggestions_in_answer
from bot.blocks.text import escape, plain
from bot.commands.carrying import carried, evidence_in, shown_in
from bot.commands.classifying import severity_named
from bot.commands.command import Command, Dependencies, SubmittedInvocation, TypedInvocation, say
from bot.commands.declare_options import OPTIONS, Options, options
from bot.commands.evidence import packed, title_of, unpacked
from bot.commands.forms import chosen, field
from bot.commands.grammar import DASHES, WORD, Key, Parsed, Shape, UnknownValue, one_of, split
from bot.domain.actor import Person
from bot.domain.declaration import Declaration
from bot.domain.escalation import asked_after
from bot.domain.ids import IncidentNumber, SlackUserId, ref
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.domain.refusal import Refusal
from bot.domain.spans import shown
from bot.domain.suggesting import History, said_of, with_taken
from bot.domain.vocabulary import Level, Matter, Priority, Severity, Suggestible
from bot.door.caller import SLACK, Caller
from bot.door.inbound import Changed, Submitted, Typed
from bot.door.reply import FormErrors, OpenForm, Reply, Say, ShowForm, View
from bot.verbs.channel_naming import name_for_channel
from bot.verbs.declaring import AlreadyOpen, already_open, history_for, looks_like
from bot.verbs.naming import as_the_policy_has_it
from bot.verbs.requests import Declare
from bot.verbs.verb import About
from bot.workflows.context import Context, Outcome
from bot.workflows.declare import keep_suggested

EXAMPLE = "declare P1 checkout returns 500s service:checkout"
CHANNEL_WITHIN = 120.0
"""Seconds to wait for the channel before the person is not told of it any more; Slack may be slow."""


FIELDS = ("impact", "urgency", "service", "category", "severity", "source", "users", "reporter")


class NoTitleYet(Refusal):
    """“{typed}” alone doesn't say what is wrong. Say it in a few words, for example
    `/incident declare checkout returns 500s`; `/incident help declare` tells more."""


async def handle(invocation: TypedInvocation) -> Reply:
    rest = split(invocation.typed.text).rest
    read_options = options(invocation.parsed, rest)
    report = read(invocation.context.policy, read_options, invocation.parsed.values)
    if not report.title:
        draft = replace(report, title=title_of(invocation.typed.on))
        shared = invocation.typed.on
        asks_private = shared is not None and not shared.is_public
        caller = invocation.admission.caller
        return OpenForm(
            TITLE, lambda: form(invocation.dependencies, caller, draft, packed(shared), is_unfolded=asks_private)
        )
    _require_title(report.title, invocation.dependencies.commands)
    try:
        outcome = await invocation.perform(await _asked_for(invocation, report, read_options))
    except AlreadyOpen as refusal:
        same = refusal.same
        joining, anyway = f"{ref(same.number)} join {escape(report.title)}", f"declare --anyway {escape(rest)}"
        return say(answers.duplicate(same.title, ref(same.number), same.channel, joining, anyway))
    told = confirm(invocation.context, outcome)
    return replace(told, later=lambda: _afterwards(invocation, outcome.incident, report))


async def _afterwards(invocation: TypedInvocation, incident: Incident, report: Declaration) -> Say | None:
    """The link to its channel, and what similar incidents suggest for what was not said."""
    link, history = await asyncio.gather(
        channel_link(invocation.context, incident.number),
        _history(invocation.dependencies, invocation.admission.caller, report),
    )
    if history is None or not history.suggestions:
        return link
    await keep_suggested(invocation.context, incident.number, [one.suggested for one in history.suggestions])
    blocks = suggestions_in_answer(incident.ref, history, invocation.context.policy, incident.priority)
    return Say(link.text, (*link.blocks, *blocks)) if link else say(rendered(HEADING, blocks))


async def _history(dependencies: Dependencies, caller: Caller, draft: Declaration) -> History | None:
    """None where there is nothing to learn from, or where somebody may not know of it."""
    is_outsider = await dependencies.viewer(caller).is_outsider(dependencies.context)
    if is_outsider or draft.is_drill or not dependencies.search_index.knows_any:
        return None
    return await history_for(dependencies.context, dependencies.search_index, draft)


async def _asked_for(invocation: TypedInvocation, report: Declaration, given: Options) -> Declare:
    """The word `anyway` at an end of the title is an option only where an incident would be offered without it."""
    if given.without_anyway and not given.anyway:
        without = replace(report, title=given.without_anyway)
        if await already_open(invocation.context, invocation.viewer, without):
            return Declare(without, anyway=True)
    return Declare(report, given.anyway)


def typed_report(policy: Policy, commands: tuple[Command, ...], typed: Typed, parsed: Parsed) -> Declaration:
    """What a typed command declares; without a title where it has none. Raises NoTitleYet and other refusals."""
    report = read(policy, options(parsed, split(typed.text).rest), parsed.values)
    if report.title:
        _require_title(report.title, commands)
    return report


def _require_title(title: str, commands: tuple[Command, ...]) -> None:
    """Raises NoTitleYet for punctuation, and for a word that is a command of its own."""
    word = title.translate(DASHES).lower()
    says_something = any(unicodedata.category(one)[0] in "LNM" or unicodedata.category(one) == "So" for one in title)
    if not says_something or any(word in (command.name, *command.aliases) for command in commands):
        raise NoTitleYet(typed=shown(title))


def read(policy: Policy, given: Options, values: Mapping[str, Any]) -> Declaration:
    """What was typed or filled in, with services, categories and sources as the policy knows them."""
    report = Declaration(
        title=given.title,
        impact=Level(values["impact"]) if values.get("impact") else None,
        urgency=Level(values["urgency"]) if values.get("urgency") else None,
        priority=given.priority,
        service=values.get("service") or None,
        category=values.get("category") or None,
        severity=Severity(values["severity"]) if values.get("severity") else None,
        source=values.get("source") or None,
        user_impact=values.get("users") or None,
        reported_by=SlackUserId(values["reporter"]) if values.get("reporter") else None,
        is_private=given.is_private,
        is_drill=given.is_drill,
    )
    return as_the_policy_has_it(policy, report)


async def form(
    dependencies: Dependencies, caller: Caller, draft: Declaration, carried: str, *, is_unfolded: bool = False
) -> View:
    """`is_unfolded`: what was said in private is declared with the choice to keep it so at hand."""
    return await _drawn(dependencies, caller, draft, Drawn(carried, is_unfolded=is_unfolded))


@dataclass(frozen=True, slots=True)
class Drawn:
    """How the form stands, beside what is filled in."""

    carried: str
    matter: Matter = Matter.INCIDENT
    is_unfolded: bool = False
    same: str = ""
    is_asked: bool = False


async def _drawn(dependencies: Dependencies, caller: Caller, draft: Declaration, how: Drawn) -> View:
    """The form with what the past says of it, which guests may not know."""
    context = dependencies.context
    history = await _history(dependencies, caller, draft)
    alike = await looks_like(dependencies.search_index, draft) if history is not None else ()
    before = shown_in(how.carried)
    now = [one.suggested for one in history.suggestions] if history is not None else []
    so_far = {one.what: one for one in (*before, *now)}
    return declare_form(
        context.policy,
        draft,
        context.now(),
        how.matter,
        carried(evidence_in(how.carried), tuple(so_far.values())),
        alike,
        history,
        is_unfolded=how.is_unfolded,
        same=how.same,
        taken=[what for what, one in so_far.items() if said_of(draft, what) == one.value],
        is_asked=how.is_asked,
    )


def filled_in(policy: Policy, sent: Submitted | Changed) -> Declaration:
    """What stands in the form."""
    ticked, priority = chosen(sent, "options"), field(sent, "priority")
    given = Options(
        field(sent, "title"), Priority(priority) if priority else None, "private" in ticked, "drill" in ticked
    )
    return read(policy, given, {name: field(sent, name) for name in FIELDS})


async def change(dependencies: Dependencies, changed: Changed) -> Reply:
    """The priority that follows from what stands in the form by now, and why; and what similar incidents suggest."""
    return ShowForm(await _as_it_stands(dependencies, changed, pressed=changed.pressed))


async def _as_it_stands(
    dependencies: Dependencies, sent: Submitted | Changed, *, pressed: str = "", same: str = ""
) -> View:
    """The form with what was filled in, as far unfolded as it was, or further."""
    draft, matter = filled_in(dependencies.context.policy, sent), Matter(field(sent, "matter") or Matter.INCIDENT)
    button, _, rest = pressed.partition(":")
    if button == TAKE:
        what, _, value = rest.partition(":")
        draft = with_taken(draft, Suggestible(what), value)
    is_unfolded = pressed == MORE or UNFOLDED in sent.fields
    caller = Caller(Person(sent.user), SLACK, "", is_from_outside=sent.is_from_outside)
    how = Drawn(sent.carried, matter, is_unfolded, same, is_asked=pressed == SUGGEST)
    return await _drawn(dependencies, caller, draft, how)


def sent_report(policy: Policy, sent: Submitted) -> Declaration | FormErrors:
    """What a form declares, or what is wrong with it."""
    if told := elsewhere(policy, Matter(field(sent, "matter") or Matter.INCIDENT)):
        return FormErrors({"matter": told})
    report = filled_in(policy, sent)
    if not report.title:
        return FormErrors({"title": "Say in a few words what is wrong."})
    return replace(report, evidence=unpacked(evidence_in(sent.carried), into_private=report.is_private))


async def submit(invocation: SubmittedInvocation) -> Reply:
    sent = invocation.sent
    report = sent_report(invocation.context.policy, sent)
    if isinstance(report, FormErrors):
        return report
    try:
        outcome = await invocation.perform(
            Declare(report, anyway="anyway" in chosen(sent, "anyway"), shown=shown_in(sent.carried))
        )
    except AlreadyOpen as refusal:
        same = refusal.same
        where = f" in #{same.channel_name}" if same.channel_name else ""
        told = f"Nothing is declared yet: {ref(same.number)}{where} looks like the same, “{plain(same.title)}”."
        return ShowForm(await _as_it_stands(invocation.dependencies, sent, same=told))
    return confirm(invocation.context, outcome)


def confirm(context: Context, outcome: Outcome) -> Say:
    """What was declared and how it was read; a link to the channel follows when it is open."""
    incident = outcome.incident
    policy = context.policy
    told = say(answers.declared(incident, name_for_channel(incident, policy), asked_after(incident, policy)))
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
    '[category:x] [severity:SEV-1…4] [source:x] [users:"what they notice"] [--private] [--drill] [--anyway]',
    example=EXAMPLE,
    handle=handle,
    about=About.NOTHING,
    shape=Shape(
        keys={
            "service": WORD,
            "category": WORD,
            "impact": one_of(*Level),
            "urgency": one_of(*Level),
            "priority": replace(one_of(*Priority), may_be_a_word=False),
            "severity": Key(_severity, "SEV-2", lambda word: severity_named(word) is not None and not word.isdecimal()),
            "source": WORD,
            "users": Key(lambda _, typed: typed, "nobody can pay", is_text=True),
        },
        options=OPTIONS,
    ),
    aliases=("new",),
    submit=submit,
    change=change,
)
