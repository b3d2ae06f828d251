"""The parts of a message, each within Slack's limits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.blocks import limits
from bot.blocks.text import plain, shorten, size, split_long

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message: `text` is what notifications and screen readers get, always given."""

    text: str
    blocks: tuple[Block, ...] = ()


def rendered(text: str, blocks: Iterable[Block | None]) -> Rendered:
    """A message within the limits of a message; `text` is mrkdwn, within those of `chat.update`, the stricter one."""
    kept = [block for block in blocks if block is not None][: limits.MESSAGE_BLOCKS]
    return Rendered(shorten(text, limits.UPDATED_TEXT), tuple(_within(kept)))


def _within(blocks: Sequence[Block]) -> list[Block]:
    """Sections whose text no longer fits into the message as a whole are cut, the last ones first to go."""
    room, found = limits.MESSAGE_BLOCKS_TEXT, []
    for block in blocks:
        if block["type"] == "section" and "text" in block:
            text = block["text"]["text"]
            if room <= 0:
                continue
            block = {**block, "text": {**block["text"], "text": shorten(text, min(room, limits.SECTION_TEXT))}}
            room -= size(block["text"]["text"])
        found.append(block)
    return found


def said(mrkdwn: str) -> Rendered:
    """A message of plain paragraphs."""
    return rendered(mrkdwn, paragraphs(mrkdwn))


def header(text: str) -> Block:
    """A headline; no markup."""
    return {"type": "header", "text": {"type": "plain_text", "text": shorten(plain(text), limits.HEADER_TEXT)}}


def section(mrkdwn: str) -> Block | None:
    """A paragraph; None when there is nothing to say."""
    if not mrkdwn.strip():
        return None
    return {"type": "section", "text": {"type": "mrkdwn", "text": shorten(mrkdwn, limits.SECTION_TEXT)}}


def paragraphs(mrkdwn: str) -> list[Block | None]:
    """A text of any length as sections."""
    return [section(part) for part in split_long(mrkdwn, limits.SECTION_TEXT)] if mrkdwn.strip() else []


def fields(pairs: Iterable[tuple[str, str]]) -> Block:
    """Name and value side by side; values are mrkdwn."""
    listed = [
        {"type": "mrkdwn", "text": shorten(f"*{name}*\n{value}", limits.SECTION_FIELD)}
        for name, value in pairs
        if value
    ]
    return {"type": "section", "fields": listed[: limits.SECTION_FIELDS]}


def context(mrkdwn: str) -> Block | None:
    """A small line."""
    if not mrkdwn.strip():
        return None
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": shorten(mrkdwn, limits.SECTION_FIELD)}]}


def button(label: str, command: str, style: str | None = None) -> Block:
    """A button that stands for a typed command: its value is what would be typed after `/incident`."""
    verb = command.split()[1] if len(command.split()) > 1 else command
    found: Block = {
        "type": "button",
        "action_id": f"command:{verb}",
        "text": {"type": "plain_text", "text": label},
        "value": command,
    }
    return {**found, "style": style} if style else found


def actions(buttons: Sequence[Block]) -> Block | None:
    return {"type": "actions", "elements": list(buttons)} if buttons else None
