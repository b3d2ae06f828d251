"""`runbook`: find a runbook, link it, show it."""

from bot.blocks.lists import runbook_view
from bot.commands.command import Asked, Command, say
from bot.domain.reason import Reason, RunbookFits, Stated
from bot.domain.refusal import Refusal
from bot.domain.runbook import Runbook, search
from bot.domain.vocabulary import ReasonCode
from bot.door.reply import Reply
from bot.workflows import runbook as workflow
from bot.workflows.context import require_writable


class NoRunbook(Refusal):
    """No runbook matches “{words}”. There are: {known}."""


class NoRunbookLinked(Refusal):
    """No runbook is linked to {ref} yet. Search for one, for example `/incident runbook database`. There are:
    {known}."""


async def handle(asked: Asked) -> Reply:
    """An exact slug, or the best match for the words, is linked and shown; without words, the one last touched."""
    context = asked.context
    known = ", ".join(runbook.slug for runbook in context.runbooks)
    async with context.store.read() as tx:
        incident = require_writable(await tx.incident(asked.order.number), asked.order.number)
    wanted = asked.text or incident.last_runbook
    if not wanted:
        raise NoRunbookLinked(ref=incident.ref, known=known)
    runbook, why = match(context.runbooks, wanted)
    if runbook is None:
        raise NoRunbook(words=wanted, known=known)
    if runbook.slug not in [one.slug for one in incident.runbooks] or runbook.slug != incident.last_runbook:
        incident = (await workflow.link(context, asked.order, runbook, why)).incident
    return say(runbook_view(runbook, incident))


def match(runbooks: tuple[Runbook, ...], wanted: str) -> tuple[Runbook | None, Reason]:
    """The runbook meant, and why."""
    exact = next((one for one in runbooks if one.slug == wanted.lower()), None)
    if exact is not None:
        return exact, Stated(ReasonCode.ASKED_FOR_BY_NAME)
    found = search(runbooks, wanted)
    return (found[0] if found else None), RunbookFits((wanted,), code=ReasonCode.FOUND_BY)


COMMAND = Command(
    name="runbook",
    summary="find a runbook, link it to the incident and show its steps",
    usage="runbook [words or slug]",
    example="runbook database failover",
    handle=handle,
)
