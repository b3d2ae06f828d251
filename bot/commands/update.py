"""`update`: tell stakeholders where things stand, and restart the clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from bot.blocks import forms
from bot.commands.command import Command, SubmittedInvocation, TypedInvocation, done
from bot.commands.dates_and_times import is_moment, span_or_time
from bot.commands.forms import chosen, field, known_names
from bot.commands.grammar import Key, Shape, cut_update, one_of
from bot.domain.audience_clocks import STAKEHOLDERS, audiences_named, headings_of
from bot.domain.incident import Incident
from bot.domain.named import by_mention, by_name, mentioned
from bot.domain.spans import duration, is_span
from bot.domain.status import require_not_over
from bot.domain.texts import rewritten
from bot.domain.timeline import Update
from bot.domain.update import Besides
from bot.domain.vocabulary import Priority, Status
from bot.door.inbound import Submitted
from bot.door.reply import FormErrors, OpenForm, Reply, View
from bot.verbs.requests import PostUpdate
from bot.workflows.context import require_writable

WHEN = Key(lambda _, typed: typed, "30m", lambda word: is_span(word) or is_moment(word), ends_text=True)
"""A span or a clock time, in the typist's zone."""


ENDINGS: Final[tuple[Literal[Status.MITIGATED, Status.RESOLVED], ...]] = (Status.MITIGATED, Status.RESOLVED)
"""What the form offers."""


async def handle(invocation: TypedInvocation) -> Reply:
    values, policy = invocation.parsed.values, invocation.context.policy
    whom = audiences_named(values.get("for", STAKEHOLDERS), policy)
    if not invocation.text:
        return OpenForm("Post an update", lambda: form(invocation, whom))
    conditions, actions, needs = cut_update(invocation.text, headings_of(whom, policy))
    besides = Besides(values.get("priority"), values.get("status"))
    wanted = PostUpdate(Update(conditions, actions, needs), await _next(invocation), besides, whom)
    return done(await invocation.perform(wanted))


async def _next(invocation: TypedInvocation) -> timedelta | datetime | None:
    typed = invocation.parsed.values.get("next")
    return span_or_time(typed, await invocation.timezone(), invocation.context.now()) if typed else None


async def form(invocation: TypedInvocation, whom: Sequence[str]) -> View:
    async with invocation.context.store.read() as tx:
        incident = require_writable(await tx.incident(invocation.number), invocation.number)
    require_not_over(incident)
    last = _last(incident, whom)
    if last is not None:
        names = await known_names(invocation.context, mentioned((last.conditions, last.actions, last.needs)))
        last = rewritten(last, lambda text: by_name(text, names))
    return forms.update_form(incident, invocation.context.policy, last, whom)


def _last(incident: Incident, whom: Sequence[str]) -> Update | None:
    """What those whom it is for were told last; of several, stakeholders before others."""
    clocks = [incident.clock_of(one) for one in whom]
    told = [incident.last_update if STAKEHOLDERS in whom else None, *(one.last for one in clocks if one)]
    return next((one.update for one in told if one is not None), None)


async def submit(invocation: SubmittedInvocation) -> Reply:
    sent, names = invocation.sent, await known_names(invocation.context)
    conditions, actions, needs = (by_mention(field(sent, name), names) for name in ("conditions", "actions", "needs"))
    if not conditions:
        return FormErrors({"conditions": "Say in a sentence where things stand."})
    later = field(sent, "next")
    next_in = duration(later) if later else None
    whom = chosen(sent, "for") if "for" in sent.values else (STAKEHOLDERS,)
    if not whom:
        return FormErrors({"for": "Say whom it is for."})
    update = Update(conditions, actions, needs)
    return done(await invocation.perform(PostUpdate(update, next_in, _besides(sent), tuple(whom))))


def _besides(sent: Submitted) -> Besides:
    """What was chosen other than it stood there when the form was opened: what somebody else changed meanwhile is not
    taken back."""
    opened = sent.carried.split()
    status, priority = field(sent, "status"), field(sent, "priority")
    ended = next((one for one in ENDINGS if one.value == status), None)
    return Besides(
        Priority(priority) if priority and priority not in opened else None,
        ended if status not in opened else None,
    )


COMMAND = Command(
    name="update",
    summary="post an update and restart the clock; status: and priority: change with it, for: says whom it is for; "
    "without text, a form",
    usage="update <text> [for:executives] [next:30m] [status:mitigated|resolved] [priority:P1…P4]",
    example="update Conditions: checkout fails for some. Actions: rolling back. Needs: a DBA. next:30m",
    handle=handle,
    shape=Shape(
        keys={
            "next": WHEN,
            "for": Key(lambda _, typed: typed, "stakeholders,executives"),
            "status": Key(one_of(Status.MITIGATED, Status.RESOLVED).read, Status.RESOLVED),
            "priority": Key(one_of(*Priority).read, Priority.P1),
        }
    ),
    submit=submit,
)
