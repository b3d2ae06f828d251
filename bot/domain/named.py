"""People in a text that somebody edits: by name while they write, as a mention once it is kept."""

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.domain.ids import SlackUserId

MENTION = re.compile(r"<@(?P<user>[A-Z0-9]+)(?:\|[^<>]*)?>")

Names = Mapping[SlackUserId, str]


def mentioned(texts: Iterable[str]) -> Iterator[SlackUserId]:
    """Everybody who is mentioned in texts, in order, as often as they are."""
    for text in texts:
        for found in MENTION.finditer(text):
            yield SlackUserId(found["user"])


def by_name(text: str, names: Names) -> str:
    """The text with `@dana` where it mentions somebody whose name is known."""
    return MENTION.sub(lambda found: _at(names.get(SlackUserId(found["user"]), "")) or found[0], text)


def by_mention(text: str, names: Names, before: str = "") -> str:
    """The text with a mention for each `@dana` that means one person alone: the one whom `before`, the wording that
    was edited, mentions so; else the only one who is called so. What may mean several stays as it was written."""
    meant = _of_one({user: names[user] for user in mentioned((before,)) if user in names})
    several = {_at(name) for name in _twice(names.values())}
    known = {**{name: user for name, user in _of_one(names).items() if name not in several}, **meant}
    known = {name: user for name, user in known.items() if name in text}
    if not known:
        return text
    longest_first = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    return re.sub(rf"(?<![\w@<])(?:{longest_first})(?!\w)", lambda found: f"<@{known[found[0]]}>", text)


def _at(name: str) -> str:
    return f"@{name.lstrip('@')}" if name.strip() else ""


def _of_one(names: Names) -> dict[str, SlackUserId]:
    """Each name that one person has, with its @."""
    several = _twice(names.values())
    return {_at(name): user for user, name in names.items() if _at(name) and name not in several}


def _twice(names: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    return {name for name in names if name in seen or seen.add(name)}  # type: ignore[func-returns-value]
