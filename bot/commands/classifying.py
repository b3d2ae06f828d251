"""Reading a new classification and its reason."""

from bot.commands.command import Asked, Missing, done, require
from bot.domain.reclassify import Change
from bot.domain.vocabulary import Level, Priority, Severity
from bot.door.reply import Reply
from bot.workflows.reclassify import reclassify


async def say_anew(asked: Asked, change: Change, reason: str, example: str) -> Reply:
    """Record the change; without a reason it is refused."""
    reason = require(reason, "Give a reason as well, for example", example)
    return done(await reclassify(asked.context, asked.order, change, reason))


def cut_first_word(text: str) -> tuple[str, str]:
    """The first word, and what follows it."""
    parts = text.split(maxsplit=1)
    return (parts[0] if parts else "", parts[1] if len(parts) > 1 else "")


def cut_level(text: str, example: str) -> tuple[Level, str]:
    """`high more regions are affected` as its two parts."""
    word, reason = cut_first_word(text)
    if word.lower() not in list(Level):
        raise Missing(what=f"Give a level ({', '.join(Level)}) and a reason, for example", example=example)
    return Level(word.lower()), reason


def cut_priority(text: str, example: str) -> tuple[Priority, str]:
    """`P2 only one region` as its two parts."""
    word, reason = cut_first_word(text)
    if word.upper() not in list(Priority):
        raise Missing(what=f"Give a priority ({', '.join(Priority)}) and a reason, for example", example=example)
    return Priority(word.upper()), reason


def cut_severity(text: str, example: str) -> tuple[Severity, str]:
    """`SEV-2 one node of three` as its two parts; `sev2` and `2` are the same."""
    word, reason = cut_first_word(text)
    found = severity_named(word)
    if found is None:
        raise Missing(what=f"Give a severity ({', '.join(Severity)}) and a reason, for example", example=example)
    return found, reason


def severity_named(word: str) -> Severity | None:
    """`SEV-2`, `sev2` or `2`; None for anything else."""
    number = word.upper().removeprefix("SEV").removeprefix("-")
    return next((one for one in Severity if one == f"SEV-{number}"), None)
