"""`update`: tell stakeholders where things stand, and restart the clock."""

from datetime import datetime, timedelta

from bot.blocks import forms
from bot.commands.command import Asked, Command, Dependencies, done
from bot.commands.forms import field, order_of
from bot.commands.grammar import Key, Shape, cut_update, duration
from bot.commands.when import span_or_time
from bot.domain.status import require_not_over
from bot.domain.timeline import Update
from bot.door.inbound import Submitted
from bot.door.reply import FormErrors, OpenForm, Reply, View
from bot.workflows.context import require_writable
from bot.workflows.update import post_update

WHEN = Key(lambda _, typed: typed, "30m")
"""A span or a clock time, in the typist's zone."""


async def handle(asked: Asked) -> Reply:
    if not asked.text:
        return OpenForm("Post an update", lambda: form(asked))
    conditions, actions, needs = cut_update(asked.text)
    update = Update(conditions, actions, needs)
    return done(await post_update(asked.context, asked.order, update, await _next(asked)))


async def _next(asked: Asked) -> timedelta | datetime | None:
    typed = asked.parsed.values.get("next")
    return span_or_time(typed, await asked.timezone(), asked.context.now()) if typed else None


async def form(asked: Asked) -> View:
    async with asked.context.store.read() as tx:
        incident = require_writable(await tx.incident(asked.order.number), asked.order.number)
    require_not_over(incident)
    return forms.update_form(incident, asked.context.policy)


async def submit(deps: Dependencies, sent: Submitted) -> Reply:
    update = Update(field(sent, "conditions"), field(sent, "actions"), field(sent, "needs"))
    if not update.conditions:
        return FormErrors({"conditions": "Say in a sentence where things stand."})
    chosen = field(sent, "next")
    next_in = duration(chosen) if chosen else None
    return done(await post_update(deps.context, await order_of(deps, sent), update, next_in))


COMMAND = Command(
    name="update",
    summary="post an update and restart the clock; without text, a form",
    usage="update <text> [next:30m]",
    example="update Conditions: checkout fails for some. Actions: rolling back. Needs: none. next:30m",
    handle=handle,
    shape=Shape(keys={"next": WHEN}),
    submit=submit,
)
