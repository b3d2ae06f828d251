"""`help`: what can be typed."""

from bot.blocks import answers
from bot.commands.command import Command, TypedInvocation, say
from bot.commands.grammar import nearest
from bot.domain.refusal import Refusal
from bot.door.reply import Reply
from bot.verbs.verb import About


class UnknownVerb(Refusal):
    """There is no command `{verb}`. {hint}Type `/incident help` for all of them."""


def find(commands: tuple[Command, ...], verb: str) -> Command:
    """The command behind a verb or alias. Raises UnknownVerb with the nearest one and an example."""
    known = {name: command for command in commands for name in (command.name, *command.aliases)}
    if verb in known:
        return known[verb]
    near = nearest(verb, list(known))
    hint = f"Did you mean `{near}`? For example: `/incident {known[near].example}`. " if near else ""
    raise UnknownVerb(verb=verb, hint=hint)


async def handle(invocation: TypedInvocation) -> Reply:
    commands = invocation.dependencies.commands
    if not invocation.text:
        return say(answers.help_index([(command.usage, command.summary) for command in commands]))
    command = find(commands, invocation.text.split()[0].lower())
    return say(answers.help_verb(command.usage, command.summary, tuple(command.aliases), command.example))


COMMAND = Command(
    name="help",
    summary="this list, or more about one command",
    usage="help [verb]",
    example="help update",
    handle=handle,
    about=About.NOTHING,
)
