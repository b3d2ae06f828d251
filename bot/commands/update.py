"""`update`: tell stakeholders where things stand, and restart the clock."""

from datetime import datetime, timedelta
from typing import Final, Literal

from bot.blocks import forms
from bot.commands.command import Command, SubmittedInvocation, TypedInvocation, done
from bot.commands.dates_and_times import is_moment, span_or_time
from bot.commands.forms import field, known_names
from bot.commands.grammar import Key, Shape, cut_update, one_of
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
    if not invocation.text:
        return OpenForm("Post an update", lambda: form(invocation))
    conditions, actions, needs = cut_update(invocation.text)
    update, values = Update(conditions, actions, needs), invocation.parsed.values
    besides = Besides(values.get("priority"), values.get("status"))
    return done(await invocation.perform(PostUpdate(update, await _next(invocation), besides)))


async def _next(invocation: TypedInvocation) -> timedelta | datetime | None:
    typed = invocation.parsed.values.get("next")
    return span_or_time(typed, await invocation.timezone(), invocation.context.now()) if typed else None


async def form(invocation: TypedInvocation) -> View:
    async with invocation.context.store.read() as tx:
        incident = require_writable(await tx.incident(invocation.number), invocation.number)
    require_not_over(incident)
    last = incident.last_update.update if incident.last_update else None
    if last is not None:
        names = await known_names(invocation.context, mentioned((last.conditions, last.actions, last.needs)))
        last = rewritten(last, lambda text: by_name(text, names))
    return forms.update_form(incident, invocation.context.policy, last)


async def submit(invocation: SubmittedInvocation) -> Reply:
    sent, names = invocation.sent, await known_names(invocation.context)
    conditions, actions, needs = (by_mention(field(sent, name), names) for name in ("conditions", "actions", "needs"))
    if not conditions:
        return FormErrors({"conditions": "Say in a sentence where things stand."})
    chosen = field(sent, "next")
    next_in = duration(chosen) if chosen else None
    return done(await invocation.perform(PostUpdate(Update(conditions, actions, needs), next_in, _besides(sent))))


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
    summary="post an update and restart the clock; status: and priority: change with it; without text, a form",
    usage="update <text> [next:30m] [status:mitigated|resolved] [priority:P1…P4]",
    example="update Conditions: checkout fails for some. Actions: rolling back. Needs: a DBA. next:30m",
    handle=handle,
    shape=Shape(
        keys={
            "next": WHEN,
            "status": Key(one_of(Status.MITIGATED, Status.RESOLVED).read, Status.RESOLVED),
            "priority": Key(one_of(*Priority).read, Priority.P1),
        }
    ),
    submit=submit,
)
