"""`bridge`: where people talk."""

from bot.blocks import answers
from bot.commands.command import Command, TypedInvocation, done, say
from bot.door.reply import Reply
from bot.verbs.requests import SetBridge
from bot.workflows.context import require_writable

EXAMPLE = "bridge https://meet.example/inc-42"


async def handle(invocation: TypedInvocation) -> Reply:
    if url := invocation.text.strip():
        return done(await invocation.perform(SetBridge(url)))
    return say(answers.bridge(require_writable(await invocation.incident(), invocation.number)))


COMMAND = Command(
    name="bridge",
    summary="show where people talk, or set it",
    usage="bridge [https://…]",
    example=EXAMPLE,
    handle=handle,
)
