"""`runbook`: find a runbook, link it, show it."""

from bot.blocks.runbook import runbook_view
from bot.commands.command import Command, Named, TypedInvocation, say
from bot.door.reply import Reply
from bot.verbs.requests import OpenRunbook


async def handle(invocation: TypedInvocation) -> Reply:
    opened = await invocation.perform(OpenRunbook(invocation.text))
    return say(runbook_view(opened.runbook, opened.incident, opened.part))


COMMAND = Command(
    name="runbook",
    summary="find a runbook, link it to the incident and show its steps",
    usage="runbook [words or slug]",
    example="runbook database failover",
    handle=handle,
    named=Named.TAKEN,
)
