"""What Slack's markup says, for a terminal: names instead of ids, emoji instead of their names, no marks."""

import html
import re
from collections.abc import Mapping

from rich.text import Text

from bot.review.emoji import character

MARKED = re.compile(
    r"```\n?(?P<block>.*?)\n?```"
    r"|`(?P<code>[^`\n]+)`"
    r"|<(?P<reference>[^<>\n]+)>"
    r"|(?<![\w*])\*(?P<bold>[^*\n]+)\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>[^_\n]+)_(?![\w_])"
    r"|(?<![\w~])~(?P<struck>[^~\n]+)~(?![\w~])",
    re.DOTALL,
)
"""docs.slack.dev, "Formatting message text". Quotes and lists read well as they are."""
STYLES = {"block": "dim", "code": "bold", "bold": "bold", "italic": "italic", "struck": "strike"}
SHORTCODE = re.compile(r":([a-z0-9_+'-]+):")


def emoji(name: str) -> str:
    """The character of an emoji; its name in words where it is not known."""
    return character(name) or name.replace("_", " ")


def read(text: str, handles: Mapping[str, str]) -> Text:
    """A text of Slack's as it reads. `handles`: what people are called, by their Slack ids."""
    found, at = Text(), 0
    for part in MARKED.finditer(text):
        found.append(_plain(text[at : part.start()]))
        at = part.end()
        kind, content = part.lastgroup or "", part[part.lastgroup or 0]
        if kind == "reference":
            found.append(_reference(content, handles))
        elif kind in ("code", "block"):
            found.append(html.unescape(content), style=STYLES[kind])
        else:
            inner = read(content, handles)
            inner.stylize(STYLES[kind])
            found.append_text(inner)
    return found.append(_plain(text[at:]))


def _plain(text: str) -> str:
    return html.unescape(SHORTCODE.sub(lambda found: character(found[1]) or found[0], text))


def _reference(content: str, handles: Mapping[str, str]) -> str:
    """What stands between angle brackets: somebody, a channel, a group, an instant, an address."""
    target, _, label = content.partition("|")
    if target.startswith("@"):
        return f"@{handles.get(target[1:], label or target[1:])}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return html.unescape(label) or f"@{target[1:]}"
    return html.unescape(label or target)
