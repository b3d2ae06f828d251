"""`resolve`: the fault is gone."""

from bot.blocks import forms
from bot.commands.command import Asked, Command, Dependencies, done
from bot.commands.forms import field, order_of
from bot.domain.status import require
from bot.door.inbound import Submitted
from bot.door.reply import FormErrors, OpenForm, Reply, View
from bot.workflows import status
from bot.workflows.context import require_writable


async def handle(asked: Asked) -> Reply:
    if not asked.text:
        return OpenForm("Resolve", lambda: form(asked))
    return done(await status.resolve(asked.context, asked.order, asked.text))


async def form(asked: Asked) -> View:
    async with asked.context.store.read() as tx:
        incident = require_writable(await tx.incident(asked.order.number), asked.order.number)
    require(incident, "resolve")
    return forms.resolve_form(incident)


async def submit(deps: Dependencies, sent: Submitted) -> Reply:
    what = field(sent, "what")
    if not what:
        return FormErrors({"what": "Say what fixed it; the review starts from this."})
    return done(await status.resolve(deps.context, await order_of(deps, sent), what))


COMMAND = Command(
    name="resolve",
    summary="say that the fault is gone, and what fixed it; without text, a form",
    usage="resolve <what fixed it>",
    example="resolve rolled back to 4.2, error rate is normal",
    handle=handle,
    submit=submit,
)
