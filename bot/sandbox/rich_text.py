"""The `rich_text` block that Slack writes for what somebody typed.

Every message of a person carries one beside its text (docs.slack.dev, "Rich text block"). Assumed: how the lines of a
message are cut into sections, quotes and lists; Slack's own editor knows more than the text shows.
"""

import re
import secrets
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from bot.sandbox.escape import EVERYBODY, unescaped

Part = dict[str, Any]
Style = dict[str, bool]

PREFORMATTED = re.compile(r"```\n?(.+?)\n?```\n?", re.DOTALL)
INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<link>[^<>\n]+)>"
    r"|:(?P<emoji>[a-z0-9_+'-]+(?:::skin-tone-[2-6])?):"
    r"|(?<!\w)\*(?=\S)(?P<bold>[^*\n]+)(?<=\S)\*(?!\w)"
    r"|(?<!\w)_(?=\S)(?P<italic>[^_\n]+)(?<=\S)_(?!\w)"
    r"|(?<!\w)~(?=\S)(?P<strike>[^~\n]+)(?<=\S)~(?!\w)"
)
"""No two repetitions here can match the same letters, so that no text takes long."""
LINE = re.compile(r"(?P<indent> *)(?:(?P<bullet>[-*•]) |(?P<ordered>\d{1,3})[.)] )(?P<item>.*)")
QUOTE = re.compile(r"&gt; ?")
MENTIONED = {"@": "user", "#": "channel", "!subteam^": "usergroup"}
DEEPEST = 8
"""Levels of a list."""


def rich_text(text: str) -> list[Part]:
    """The blocks of a message with this text, as `escape` left it; none for an empty one."""
    if not text.strip():
        return []
    elements: list[Part] = []
    end = 0
    for code in PREFORMATTED.finditer(text):
        elements += [*_lines(text[end : code.start()]), _preformatted(code[1])]
        end = code.end()
    elements += _lines(text[end:])
    return [{"type": "rich_text", "block_id": secrets.token_hex(3), "elements": elements}]


def _preformatted(text: str) -> Part:
    return {"type": "rich_text_preformatted", "elements": [_text(text, {})], "border": 0}


def _lines(text: str) -> list[Part]:
    """Lines of one kind that follow each other are one element."""
    if not text:
        return []
    lines = text.removesuffix("\n").split("\n")
    return [part for kind, same in groupby(lines, _kind) for part in _element(kind, list(same))]


def _kind(line: str) -> tuple[str, int]:
    """Section, quote, bullet or ordered; and how far it is indented."""
    if QUOTE.match(line):
        return "quote", 0
    item = LINE.fullmatch(line)
    if item is None:
        return "section", 0
    return "bullet" if item["bullet"] else "ordered", min(len(item["indent"]) // 4, DEEPEST)


def _element(kind: tuple[str, int], lines: list[str]) -> Iterator[Part]:
    style, indent = kind
    if style == "section":
        yield _section("\n".join(lines))
    elif style == "quote":
        quoted = "\n".join(QUOTE.sub("", line, count=1) for line in lines)
        yield {"type": "rich_text_quote", "elements": inline(quoted)}
    else:
        items = [_section(found["item"]) for line in lines if (found := LINE.fullmatch(line))]
        yield {"type": "rich_text_list", "style": style, "indent": indent, "elements": items, "border": 0}


def _section(text: str) -> Part:
    return {"type": "rich_text_section", "elements": inline(text)}


def inline(text: str) -> list[Part]:
    """The elements within a section."""
    return list(_joined(_pieces(text, {})))


def _pieces(text: str, style: Style) -> Iterator[Part]:
    end = 0
    for found in INLINE.finditer(text):
        yield _text(text[end : found.start()], style)
        end = found.end()
        kind, content = str(found.lastgroup), found[str(found.lastgroup)]
        match kind:
            case "code":
                yield _text(content, {**style, "code": True})
            case "emoji":
                yield _styled({"type": "emoji", "name": content}, style)
            case "link":
                yield _styled(_reference(content), style)
            case _ if kind in style:
                yield _text(found[0], style)
            case _:
                yield from _pieces(content, {**style, kind: True})
    yield _text(text[end:], style)


def _reference(content: str) -> Part:
    """What stands between angle brackets: somebody, a channel, a group, everybody, or a link; else words."""
    target, _, label = content.partition("|")
    for sign, kind in MENTIONED.items():
        if target.startswith(sign) and target != sign:
            return {"type": kind, f"{kind}_id": target.removeprefix(sign)}
    if target.startswith("!") and target[1:] in EVERYBODY:
        return {"type": "broadcast", "range": target[1:]}
    if ":" in target:
        return {"type": "link", "url": unescaped(target), **({"text": unescaped(label)} if label else {})}
    return {"type": "text", "text": unescaped(label or f"<{content}>")}


def _text(text: str, style: Style) -> Part:
    return _styled({"type": "text", "text": unescaped(text)}, style)


def _styled(part: Part, style: Style) -> Part:
    return {**part, "style": dict(style)} if style else part


def _joined(parts: Iterable[Part]) -> Iterator[Part]:
    """Without empty texts, and with neighbours of the same style as one."""
    last: Part | None = None
    for part in parts:
        if part["type"] == "text" and not part["text"]:
            continue
        if last and last["type"] == part["type"] == "text" and last.get("style") == part.get("style"):
            last = {**last, "text": last["text"] + part["text"]}
            continue
        if last:
            yield last
        last = part
    if last:
        yield last
