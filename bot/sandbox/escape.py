"""What Slack does to typed text: entities, mentions, channels and addresses, code left as it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
MENTION = re.compile(r"(?<![\w`/.:@])@([\w.-]*\w)")
CHANNEL = re.compile(r"(?<![\w`/.&])#([\w-]+)")
ADDRESS = re.compile(r"(?<![\w<|])https?://[^\s<>|]+[^\s<>|.,;:!?)\]}'\"]")
EVERYBODY = frozenset({"here", "channel", "everyone"})


@dataclass(frozen=True, slots=True)
class Names:
    """Name → id of whatever can be mentioned."""

    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)


def entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape(text: str, names: Names, *, with_names: bool) -> str:
    """Typed text as Slack hands it to apps.

    `with_names`: `<@U1|dana>` as slash commands with `should_escape` have it, else `<@U1>` as messages have it.
    """
    pieces, end = [], 0
    for code in CODE.finditer(text):
        pieces += [_escaped(text[end : code.start()], names, with_names), entities(code[0])]
        end = code.end()
    return "".join([*pieces, _escaped(text[end:], names, with_names)])


def _escaped(text: str, names: Names, with_names: bool) -> str:
    return linked(ADDRESS.sub(lambda found: f"<{found[0]}>", entities(text)), names, with_names=with_names)


def linked(text: str, names: Names, *, with_names: bool = False) -> str:
    """Text whose @names and #channels are mentions; all else stays."""

    def mention(found: re.Match[str]) -> str:
        name = found[1]
        if name in EVERYBODY:
            return f"<!{name}>"
        if name in names.groups:
            return f"<!subteam^{names.groups[name]}|@{name}>"
        if name in names.people:
            return f"<@{names.people[name]}|{name}>" if with_names else f"<@{names.people[name]}>"
        return found[0]

    def channel(found: re.Match[str]) -> str:
        id_ = names.channels.get(found[1])
        return f"<#{id_}|{found[1]}>" if id_ else found[0]

    return CHANNEL.sub(channel, MENTION.sub(mention, text))
