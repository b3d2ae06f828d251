"""The parts of a message, each within Slack's limits."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.blocks import limits
from bot.blocks.text import plain, shorten, size, split_long

Block = dict[str, Any]
REFERENCE = re.compile(r"INC-[0-9]+")


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
    """Paragraphs that no longer fit into the message as a whole are cut, the last ones first to go; the rest stays."""
    room = limits.MESSAGE_BLOCKS_TEXT - sum(_weight(block) for block in blocks if not _is_paragraph(block))
    found = []
    for block in blocks:
        if _is_paragraph(block):
            text = shorten(block["text"]["text"], min(room, limits.SECTION_TEXT))
            if not text:
                continue
            block = {**block, "text": {**block["text"], "text": text}}
            room -= size(text)
        found.append(block)
    return found


def room_beside(blocks: Iterable[Block | None]) -> int:
    """Characters of text that a message has room for beside these blocks; negative where they are too many."""
    known = [block for block in blocks if block is not None]
    taken = sum(size(one["text"]["text"]) if _is_paragraph(one) else _weight(one) for one in known)
    return limits.MESSAGE_BLOCKS_TEXT - taken


def _is_paragraph(block: Block) -> bool:
    return block["type"] == "section" and "text" in block


def _weight(block: Block) -> int:
    """How much text stands in a block that is no paragraph."""
    cells = [cell for row in block.get("rows", ()) for cell in row]
    elements = [*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else ())]
    options = [option for element in elements for option in element.get("options", ())]
    nested = [part for one in elements for part in one.get("elements", ())]
    parts = [block.get("text"), *block.get("fields", ()), *cells, *elements, *nested, *options]
    texts = [part["text"] for part in parts if part and "text" in part]
    return sum(size(text if isinstance(text, str) else text["text"]) for text in texts)


def said(mrkdwn: str) -> Rendered:
    """A message of plain paragraphs."""
    return rendered(mrkdwn, paragraphs(mrkdwn))


def header(text: str) -> Block:
    """A headline; no markup."""
    return {"type": "header", "text": {"type": "plain_text", "text": shorten(plain(text), limits.HEADER_TEXT)}}


def section(mrkdwn: str, accessory: Block | None = None) -> Block | None:
    """A paragraph, and what stands beside it; None when there is nothing to say."""
    if not mrkdwn.strip():
        return None
    found: Block = {"type": "section", "text": {"type": "mrkdwn", "text": shorten(mrkdwn, limits.SECTION_TEXT)}}
    return {**found, "accessory": accessory} if accessory else found


def paragraphs(mrkdwn: str) -> list[Block | None]:
    """A text of any length as sections."""
    return [section(part) for part in split_long(mrkdwn, limits.SECTION_TEXT)] if mrkdwn.strip() else []


def pages(lines: Iterable[str]) -> list[str]:
    """Lines joined into as few texts as fit into a paragraph each; no line is divided."""
    found: list[str] = []
    for line in lines:
        if found and size(f"{found[-1]}\n{line}") <= limits.SECTION_TEXT:
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return found


def fields(pairs: Iterable[tuple[str, str]]) -> list[Block]:
    """Name and value side by side; values are mrkdwn. As many blocks as Slack needs for all that have a value."""
    listed = [
        {"type": "mrkdwn", "text": shorten(f"*{name}*\n{value}", limits.SECTION_FIELD)}
        for name, value in pairs
        if value
    ]
    many = limits.SECTION_FIELDS
    return [{"type": "section", "fields": listed[at : at + many]} for at in range(0, len(listed), many)]


def context(mrkdwn: str) -> Block | None:
    """A small line."""
    if not mrkdwn.strip():
        return None
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": shorten(mrkdwn, limits.SECTION_FIELD)}]}


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Block:
    """Rows under their heads, as plain text; one to a message. All columns but the first stand to the right."""
    whole = [heads, *rows][: limits.TABLE_ROWS]
    cells = [
        [{"type": "raw_text", "text": plain(cell) or "–"} for cell in row[: limits.TABLE_COLUMNS]] for row in whole
    ]
    settings = [{"align": "left" if at == 0 else "right"} for at in range(len(cells[0]))]
    return {"type": "table", "rows": cells, "column_settings": settings}


def button(label: str, command: str, style: str | None = None) -> Block:
    """A button that stands for a typed command: its value is what would be typed after `/incident`."""
    words = command.split()
    verb = words[1] if len(words) > 1 and REFERENCE.fullmatch(words[0]) else words[0]
    found: Block = {
        "type": "button",
        "action_id": f"command:{verb}",
        "text": {"type": "plain_text", "text": label},
        "value": command,
    }
    return {**found, "style": style} if style else found


def menu(name: str, commands: Sequence[tuple[str, str]]) -> Block:
    """An overflow menu: of each option its label and the typed command that it stands for. `name`: unique within the
    message. Slack takes five options, each within 75 and 150 characters."""
    options = [
        {"text": {"type": "plain_text", "text": shorten(label, limits.OPTION_TEXT)}, "value": command}
        for label, command in commands[: limits.OVERFLOW_OPTIONS]
    ]
    return {"type": "overflow", "action_id": f"command:{name}", "options": options}


def fits_button(button: Block) -> bool:
    """Whether Slack takes so long a command behind a button."""
    return size(button["value"]) <= limits.BUTTON_VALUE


def actions(buttons: Sequence[Block]) -> Block | None:
    """A row of buttons; None when there are none. Each needs an id of its own, so the second of a verb gets one."""
    seen = Counter[str]()
    elements = []
    for one in buttons:
        seen[one["action_id"]] += 1
        again = seen[one["action_id"]]
        elements.append(one if again == 1 else {**one, "action_id": f"{one['action_id']}/{again}"})
    return {"type": "actions", "elements": elements} if elements else None
