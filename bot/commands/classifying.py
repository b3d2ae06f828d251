"""Reading a new classification and its reason."""

from bot.commands.command import Missing, require
from bot.domain.vocabulary import Level, Priority


def level_and_reason(text: str, example: str) -> tuple[Level, str]:
    """`high more regions are affected` as its two parts."""
    word, _, reason = text.partition(" ")
    if word.lower() not in list(Level):
        raise Missing(what=f"Give a level ({', '.join(Level)}) and a reason, for example", example=example)
    return Level(word.lower()), require(reason, "Give a reason as well, for example", example)


def priority_and_reason(text: str, example: str) -> tuple[Priority, str]:
    """`P2 only one region` as its two parts."""
    word, _, reason = text.partition(" ")
    if word.upper() not in list(Priority):
        raise Missing(what=f"Give a priority ({', '.join(Priority)}) and a reason, for example", example=example)
    return Priority(word.upper()), require(reason, "Give a reason as well, for example", example)
