"""`help`: what can be typed."""

from bot.blocks import answers
from bot.commands.asking import Question, Way
from bot.commands.command import Command, TypedInvocation, say
from bot.commands.dates_and_times import shown
from bot.commands.grammar import DASHES, Words
from bot.domain.vocabulary import Role
from bot.door.reply import Reply
from bot.verbs.did_you_mean import nearest
from bot.verbs.verb import About

MEANT = {
    **{role.value: f"role {role} @hana" for role in Role},
    "todo": "followup Alert when a backup is missing @chen due:2026-12-01",
    "assign": "commander @dana",
    "fixed": "resolve rolled back to 4.2, error rate is normal",
}
"""First words that stand for a command of another name, with an example of it."""
WORDS = frozenset({"help", "?", "-h", "--help"})
"""What asks for help, alone or after a verb."""


class UnknownVerb(Question):
    """There is no command `{verb}`. {hint}Type `/incident help` for all of them."""


def find(commands: tuple[Command, ...], verb: str, said: str = "") -> Command:
    """The command behind a verb or alias. Raises UnknownVerb with the nearest one and an example; `said`: words that
    may be meant as the title of an incident."""
    known = {name: command for command in commands for name in (command.name, *command.aliases)}
    if verb in known:
        return known[verb]
    near = nearest(verb, known)
    example = MEANT.get(verb) or (known[near].example if near else "")
    meant = example.partition(" ")[0] if verb in MEANT else near
    hint = f"Did you mean `{meant}`? For example: `/incident {example}`. " if example else ""
    ways = (Way("Declare it", f"declare {said}"),) if said else ()
    raise UnknownVerb(ways, verb=shown(verb), hint=hint)


def understood(commands: tuple[Command, ...], words: Words) -> tuple[Command, str]:
    """The command that was typed, and what stands after it. Raises UnknownVerb."""
    said = words.said if words.reference is None and words.rest else ""
    command = find(commands, words.verb or ("status" if words.reference else "help"), said)
    if words.rest.translate(DASHES).lower() in WORDS:
        return find(commands, "help"), command.name
    return command, words.rest


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
    aliases=("?", "-h", "--help"),
)
