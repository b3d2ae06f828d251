"""`update`: tell stakeholders where things stand, and restart the clock."""

from datetime import datetime, timedelta

from bot.blocks import forms
from bot.commands.command import Command, SubmittedInvocation, TypedInvocation, done
from bot.commands.dates_and_times import duration, is_moment, is_span, span_or_time
from bot.commands.forms import field
from bot.commands.grammar import Key, Shape, cut_update
from bot.domain.status import require_not_over
from bot.domain.timeline import Update
from bot.door.reply import FormErrors, OpenForm, Reply, View
from bot.verbs.requests import PostUpdate
from bot.workflows.context import require_writable

WHEN = Key(lambda _, typed: typed, "30m", lambda word: is_span(word) or is_moment(word), ends_text=True)
"""A span or a clock time, in the typist's zone."""


async def handle(invocation: TypedInvocation) -> Reply:
    if not invocation.text:
        return OpenForm("Post an update", lambda: form(invocation))
    conditions, actions, needs = cut_update(invocation.text)
    update = Update(conditions, actions, needs)
    return done(await invocation.perform(PostUpdate(update, await _next(invocation))))


async def _next(invocation: TypedInvocation) -> timedelta | datetime | None:
    typed = invocation.parsed.values.get("next")
    return span_or_time(typed, await invocation.timezone(), invocation.context.now()) if typed else None


async def form(invocation: TypedInvocation) -> View:
    async with invocation.context.store.read() as tx:
        incident = require_writable(await tx.incident(invocation.number), invocation.number)
    require_not_over(incident)
    return forms.update_form(incident, invocation.context.policy)


async def submit(invocation: SubmittedInvocation) -> Reply:
    sent = invocation.sent
    update = Update(field(sent, "conditions"), field(sent, "actions"), field(sent, "needs"))
    if not update.conditions:
        return FormErrors({"conditions": "Say in a sentence where things stand."})
    chosen = field(sent, "next")
    next_in = duration(chosen) if chosen else None
    return done(await invocation.perform(PostUpdate(update, next_in)))


COMMAND = Command(
    name="update",
    summary="post an update and restart the clock; without text, a form",
    usage="update <text> [next:30m]",
    example="update Conditions: checkout fails for some. Actions: rolling back. Needs: none. next:30m",
    handle=handle,
    shape=Shape(keys={"next": WHEN}),
    submit=submit,
)
