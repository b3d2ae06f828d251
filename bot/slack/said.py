"""What a message says: its words, and what stands in its blocks and attachments.

docs.slack.dev, "Secondary message attachments" and "Blocks", as read in August 2026. Of a shared message
`author_id` and `author_name` are whose it was.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

READABLE: Final = ("pretext", "title", "text", "fields", "elements", "rows", "value", "blocks")
"""Where text stands in blocks and attachments, in the order in which it is read."""
USER: Final = re.compile(r"[UW][A-Z0-9]+")
LINES: Final = frozenset({"rich_text_section", "rich_text_preformatted", "rich_text_quote"})
"""Parts of rich text whose elements make up one text."""
DEEPEST: Final = 12
"""How far blocks are looked into: they nest no deeper than this."""


def whole_text(typed: str | None, blocks: Sequence[Mapping[str, Any]], attachments: Sequence[Mapping[str, Any]]) -> str:
    """What was typed, or else stands in blocks, then what each attachment says that was not said yet."""
    said = typed if typed and typed.strip() else readable(blocks)
    for attachment in attachments:
        if (more := _attached(attachment)) and more not in said:
            said = f"{said}\n{more}" if said else more
    return said


def _attached(attachment: Mapping[str, Any]) -> str:
    """An alert, a shared message or the preview of an address, with its author where it has one."""
    text, author = readable((attachment,)), attachment.get("author_name")
    if isinstance(user := attachment.get("author_id"), str) and USER.fullmatch(user):
        author = f"<@{user}>"
    if isinstance(files := attachment.get("files"), list | tuple):
        text = "\n".join([text, *_names(files)]).strip("\n")
    return f"{author}: {text}" if text and isinstance(author, str) and author.strip() else text


def _names(files: Sequence[Any]) -> Iterator[str]:
    """The names of the files that stand in a shared message."""
    for file in files:
        name = file.get("name") or file.get("title") if isinstance(file, Mapping) else None
        if isinstance(name, str):
            yield f"({name})"


def readable(parts: Sequence[Mapping[str, Any]]) -> str:
    """The text that stands in attachments and blocks, as alerts of bots often come."""
    lines: list[str] = []
    for part in parts:
        texts = [text for text in _texts(part, DEEPEST) if text.strip()]
        fallback = part.get("fallback")
        lines += texts or ([fallback] if isinstance(fallback, str) else [])
    return "\n".join(lines)


def _texts(part: Any, depth: int) -> Iterator[str]:
    """The texts that stand in a block, an element or an attachment; what a line holds together is one text."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list | tuple) and depth:
        for one in part:
            yield from _texts(one, depth - 1)
    elif isinstance(part, Mapping) and depth:
        elements = part.get("elements")
        if part.get("type") in LINES and isinstance(elements, list):
            yield "".join(_inline(one) for one in elements)
        elif part.get("type") != "actions":
            yield from (text for name in READABLE for text in _texts(part.get(name), depth - 1))


def _inline(element: Any) -> str:
    """One piece of a line of rich text, as Slack writes it in a message's text."""
    match element:
        case {"type": "user", "user_id": str() as user}:
            return f"<@{user}>"
        case {"type": "channel", "channel_id": str() as channel}:
            return f"<#{channel}>"
        case {"type": "emoji", "name": str() as name}:
            return f":{name}:"
        case {"text": str() as text} | {"url": str() as text}:
            return text
        case _:
            return ""
