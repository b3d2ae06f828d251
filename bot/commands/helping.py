"""`help`: what can be typed; the acts of the present status first."""

from collections.abc import Mapping

from bot.blocks import answers
from bot.commands.asking_back import Question, Way
from bot.commands.command import Command, Named, TypedInvocation, say
from bot.commands.grammar import DASHES, Words
from bot.domain.incident import Incident
from bot.domain.spans import shown
from bot.domain.vocabulary import Role, Status
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
GROUPS: Mapping[str, tuple[str, ...]] = {
    "During": (
        *("declare", "update", "mitigate", "resolve", "verify", "close", "reopen", "cancel", "merge"),
        *("alert", "proposal", "action", "decision", "note", "runbook", "step", "escalate", "snooze"),
        *("status-page", "clock"),
    ),
    "People": (
        *("accept", "decline", "commander", "handover", "takeover", "role", "page", "bridge", "invite"),
        *("join", "follow", "unfollow", "open"),
    ),
    "Classify": (
        "priority",
        "impact",
        "urgency",
        "severity",
        "service",
        "category",
        "title",
        "drill",
        "time",
        "degraded",
    ),
    "After": ("review", "followup", "problem", "mark", "hold"),
    "Look up": ("status", "catchup", "timeline", "list", "oncall", "similar", "metrics", "dashboard", "help"),
}
"""Every verb, where people look for it."""
NOW: Mapping[Status, tuple[str, ...]] = {
    Status.DECLARED: ("accept", "update", "mitigate", "resolve"),
    Status.INVESTIGATING: ("update", "mitigate", "resolve", "handover"),
    Status.MITIGATED: ("update", "resolve", "handover"),
    Status.RESOLVED: ("verify", "close", "followup", "reopen"),
    Status.CLOSED: ("review", "followup", "reopen"),
    Status.CANCELLED: ("note", "followup", "review"),
    Status.MERGED: ("note", "followup", "review"),
}
"""What usually comes next."""
WORDS = frozenset({"help", "?", "-h", "--help"})
"""What asks for help, alone or after a verb."""


class UnknownVerb(Question):
    """There is no command `{verb}`. {hint}Type `/incident help` for all of them."""

    meant = ""
    """The verb that was probably meant; empty where it is not known, or takes other words than were typed."""


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
    unknown = UnknownVerb(ways, verb=shown(verb), hint=hint)
    unknown.meant = near or ""
    raise unknown


def understood(commands: tuple[Command, ...], words: Words) -> tuple[Command, str]:
    """The command that was typed, and what stands after it. Raises UnknownVerb."""
    said = words.said if words.reference is None and words.rest else ""
    command = find(commands, words.verb or ("status" if words.reference else "help"), said)
    if words.rest.translate(DASHES).lower() in WORDS:
        return find(commands, "help"), command.name
    return command, words.rest


def acts_now(incident: Incident) -> tuple[str, ...]:
    """The verbs that an incident's status calls for, likeliest first."""
    acts = NOW[incident.status]
    if incident.commander is None and not incident.status.is_calm:
        return ("accept", *(one for one in acts if one not in ("accept", "handover")))
    return acts


async def handle(invocation: TypedInvocation) -> Reply:
    commands = invocation.dependencies.commands
    if not invocation.text:
        incident = await invocation.incident() if invocation.is_about_an_incident else None
        return say(answers.help_index(GROUPS, incident, acts_now(incident) if incident else ("declare", "list")))
    command = find(commands, invocation.text.split()[0].lower())
    return say(answers.help_verb(command.usage, command.summary, tuple(command.aliases), command.example))


COMMAND = Command(
    name="help",
    summary="what you can do now, and all commands; or more about one",
    usage="help [verb]",
    example="help update",
    handle=handle,
    about=About.MAYBE_AN_INCIDENT,
    named=Named.TEXT,
    aliases=("?", "-h", "--help"),
)
