"""What Slack does to typed text: entities, mentions, channels and addresses, code left as it is."""

import re
from collections.abc import Mapping

CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
MENTION = re.compile(r"(?<![\w`/.:@])@([\w.-]*\w)")
CHANNEL = re.compile(r"(?<![\w`/.&])#([\w-]+)")
ADDRESS = re.compile(r"(?<![\w<|])https?://[^\s<>|]+[^\s<>|.,;:!?)\]}'\"]")


def entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escape(text: str, people: Mapping[str, str], channels: Mapping[str, str], *, with_names: bool) -> str:
    """Typed text as Slack hands it to apps.

    `with_names`: `<@U1|dana>` as slash commands with `should_escape` have it, else `<@U1>` as messages have it.
    """
    pieces, end = [], 0
    for code in CODE.finditer(text):
        pieces += [_linked(text[end : code.start()], people, channels, with_names), entities(code[0])]
        end = code.end()
    return "".join([*pieces, _linked(text[end:], people, channels, with_names)])


def _linked(text: str, people: Mapping[str, str], channels: Mapping[str, str], with_names: bool) -> str:
    def mention(found: re.Match[str]) -> str:
        user = people.get(found[1])
        if found[1] in ("here", "channel", "everyone"):
            return f"<!{found[1]}>"
        return found[0] if user is None else f"<@{user}|{found[1]}>" if with_names else f"<@{user}>"

    def channel(found: re.Match[str]) -> str:
        id_ = channels.get(found[1])
        return f"<#{id_}|{found[1]}>" if id_ else found[0]

    escaped = entities(text)
    escaped = ADDRESS.sub(lambda found: f"<{found[0]}>", escaped)
    return CHANNEL.sub(channel, MENTION.sub(mention, escaped))
