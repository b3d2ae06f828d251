"""Reading a new classification and its reason."""

from bot.commands.command import Missing, require
from bot.domain.vocabulary import Level, Priority


def cut_first_word(text: str) -> tuple[str, str]:
    """The first word, and what follows it."""
    parts = text.split(maxsplit=1)
    return (parts[0] if parts else "", parts[1] if len(parts) > 1 else "")


def level_and_reason(text: str, example: str) -> tuple[Level, str]:
    """`high more regions are affected` as its two parts."""
    word, reason = cut_first_word(text)
    if word.lower() not in list(Level):
        raise Missing(what=f"Give a level ({', '.join(Level)}) and a reason, for example", example=example)
    return Level(word.lower()), require(reason, "Give a reason as well, for example", example)


def priority_and_reason(text: str, example: str) -> tuple[Priority, str]:
    """`P2 only one region` as its two parts."""
    word, reason = cut_first_word(text)
    if word.upper() not in list(Priority):
        raise Missing(what=f"Give a priority ({', '.join(Priority)}) and a reason, for example", example=example)
    return Priority(word.upper()), require(reason, "Give a reason as well, for example", example)
