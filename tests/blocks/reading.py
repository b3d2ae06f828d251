"""Reading a message: what stands in it, whom it calls, and what Slack would not take."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from bot.blocks import limits
from bot.blocks.message import Block, Rendered
from bot.blocks.text import size
from bot.sandbox.blocks import check_message, check_view

ACTS = re.compile(r"<([@#!][^<>|]*|https?://[^<>|]*|mailto:[^<>|]*)(?:\|[^<>]*)?>")
"""What Slack acts on."""
CALLS_ALL = re.compile(r"<!(?!date\^)|(?<!\w)@(?:channel|here|everyone)\b", re.IGNORECASE)
DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")


def as_read(rendered: Rendered) -> str:
    """The message as one reads it, each button in brackets, and what notifications show on the first line."""
    return DATE.sub(r"\1", "\n".join([f"({rendered.text})", *(_block_as_read(block) for block in rendered.blocks)]))


def _block_as_read(block: Block) -> str:
    match block["type"]:
        case "actions":
            return " ".join(map(_element_as_read, block["elements"]))
        case "section" if "fields" in block:
            pairs = [one["text"].replace("*\n", ":* ", 1) for one in block["fields"]]
            return "\n".join([*pairs, *map(_element_as_read, _elements(block))])
        case "context":
            return " ".join(one["text"] for one in block["elements"])
        case "header":
            return f"# {block['text']['text']}"
        case "rich_text":
            return "\n".join(f"```{one['elements'][0]['text']}```" for one in block["elements"])
        case "table":
            return "\n".join(" | ".join(cell["text"] for cell in row) for row in block["rows"])
        case _:
            return "\n".join([block["text"]["text"], *map(_element_as_read, _elements(block))])


def _element_as_read(element: Block) -> str:
    if element["type"] == "overflow":
        return f"[⋯ {', '.join(_element_as_read({**one, 'type': 'option'}) for one in element['options'])}]"
    return f"[{element['text']['text']} = {element['value']}]"


def mrkdwn(part: Any) -> Iterator[str]:
    """Every text in which markup acts."""
    if isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield part["text"]
        for value in part.values():
            yield from mrkdwn(value)
    elif isinstance(part, list | tuple):
        for one in part:
            yield from mrkdwn(one)


def called(rendered: Rendered) -> set[str]:
    """Everybody who is mentioned."""
    texts = [rendered.text, *mrkdwn(rendered.blocks)]
    return {user for text in texts for user in re.findall(r"<@([UW][A-Z0-9]+)>", text)}


def fits(rendered: Rendered) -> None:
    """Asserts that Slack takes the message, and that nothing in it acts but people, channels, links and dates."""
    check_message(list(rendered.blocks))
    assert rendered.text.strip()
    assert size(rendered.text) <= limits.UPDATED_TEXT
    assert len(rendered.blocks) <= limits.MESSAGE_BLOCKS
    check_blocks(rendered.blocks)
    assert sum(size(text) for text in _texts(rendered.blocks)) <= limits.MESSAGE_BLOCKS_TEXT
    for text in [rendered.text, *mrkdwn(rendered.blocks)]:
        assert not CALLS_ALL.search(text), text
        assert not re.search(r"[<>]", ACTS.sub("", text)), text


def fits_as_view(view: dict[str, Any]) -> None:
    """Asserts that Slack takes the modal."""
    check_view(view)
    assert len(view["blocks"]) <= limits.VIEW_BLOCKS
    for name in ("title", "submit", "close"):
        assert 1 <= size(view.get(name, {"text": "-"})["text"]) <= limits.VIEW_TITLE
    assert len(view.get("private_metadata", "")) <= limits.PRIVATE_METADATA
    assert len(json.dumps(view)) <= limits.VIEW_BYTES
    check_blocks(view["blocks"])


def check_blocks(blocks: Iterable[Block]) -> None:
    names: list[str] = []
    for block in blocks:
        _check(block)
        names += [element["action_id"] for element in _elements(block) if element is not block.get("accessory")]
        for element in _elements(block):
            _check_element(element)
    assert len(set(names)) == len(names)


def _check(block: Block) -> None:
    match block["type"]:
        case "header":
            assert 1 <= size(block["text"]["text"]) <= limits.HEADER_TEXT
        case "section" if "fields" in block:
            assert 1 <= len(block["fields"]) <= limits.SECTION_FIELDS
            assert all(1 <= size(one["text"]) <= limits.SECTION_FIELD for one in block["fields"])
        case "section":
            assert 1 <= size(block["text"]["text"]) <= limits.SECTION_TEXT
        case "context":
            assert 1 <= len(block["elements"]) <= limits.CONTEXT_ELEMENTS
            assert all(1 <= size(one["text"]) <= limits.SECTION_FIELD for one in block["elements"])
        case "actions":
            assert 1 <= len(block["elements"]) <= limits.ACTIONS_ELEMENTS
        case "rich_text":
            assert [one["type"] for one in block["elements"]] == ["rich_text_preformatted"]
        case "table":
            assert 1 <= len(block["rows"]) <= limits.TABLE_ROWS
            assert {len(row) for row in block["rows"]} == {len(block["column_settings"])}
            assert all(cell["text"] for row in block["rows"] for cell in row)
        case "input":
            assert 1 <= size(block["label"]["text"]) <= limits.INPUT_LABEL
        case unexpected:
            raise AssertionError(f"no block of ours: {unexpected}")


def _elements(block: Block) -> list[Block]:
    listed = block.get("elements", []) if block["type"] == "actions" else []
    return [*listed, *(block[name] for name in ("element", "accessory") if name in block)]


def _check_element(element: Block) -> None:
    assert 1 <= len(element["action_id"]) <= limits.IDENTIFIER
    if element["type"] == "button":
        assert 1 <= size(element["text"]["text"]) <= limits.BUTTON_TEXT
        assert 1 <= size(element.get("value", "-")) <= limits.BUTTON_VALUE
    if "placeholder" in element:
        assert 1 <= size(element["placeholder"]["text"]) <= limits.PLACEHOLDER
    assert size(element.get("initial_value", "")) <= limits.PLAIN_TEXT_INPUT
    if element["type"] in ("static_select", "checkboxes"):
        most = limits.SELECT_OPTIONS if element["type"] == "static_select" else limits.CHOICES
        assert 1 <= len(element["options"]) <= most
    if element["type"] == "overflow":
        assert 1 <= len(element["options"]) <= limits.OVERFLOW_OPTIONS
    for option in element.get("options", []):
        assert 1 <= size(option["text"]["text"]) <= limits.OPTION_TEXT
        assert 1 <= size(option["value"]) <= limits.OPTION_VALUE


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["text"]
        for value in part.values():
            yield from _texts(value)
    elif isinstance(part, list | tuple):
        for one in part:
            yield from _texts(one)
