"""`resolve`: the fault is gone."""

from bot.blocks import forms
from bot.commands.command import Command, SubmittedInvocation, TypedInvocation, done
from bot.commands.forms import field
from bot.domain.status import require
from bot.door.reply import FormErrors, OpenForm, Reply, View
from bot.verbs.requests import Resolve
from bot.workflows.context import require_writable


async def handle(invocation: TypedInvocation) -> Reply:
    if not invocation.text:
        return OpenForm("Resolve", lambda: form(invocation))
    return done(await invocation.perform(Resolve(invocation.text)))


async def form(invocation: TypedInvocation) -> View:
    async with invocation.context.store.read() as tx:
        incident = require_writable(await tx.incident(invocation.number), invocation.number)
    require(incident, "resolve")
    return forms.resolve_form(incident)


async def submit(invocation: SubmittedInvocation) -> Reply:
    what = field(invocation.sent, "what")
    if not what:
        return FormErrors({"what": "Say what fixed it; the review starts from this."})
    return done(await invocation.perform(Resolve(what)))


COMMAND = Command(
    name="resolve",
    summary="say that the fault is gone, and what fixed it; without text, a form",
    usage="resolve <what fixed it>",
    example="resolve rolled back to 4.2, error rate is normal",
    handle=handle,
    submit=submit,
)
