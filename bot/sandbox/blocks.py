"""Block Kit, held against what an app sends: the problems that Slack would name, in its words.

docs.slack.dev, "Block Kit" reference pages, as read in August 2026. Only what the pages state is checked.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox import limits
from bot.sandbox.defaults import with_defaults
from bot.sandbox.elements import (
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUTS,
    IN_SECTIONS,
    PICTURE,
    element_problems,
)
from bot.sandbox.errors import SlackError
from bot.sandbox.json_text import from_json, is_too_deep
from bot.sandbox.problems import (
    Check,
    Shape,
    address,
    count,
    each,
    flag,
    is_one_of,
    length,
    missing,
    problem,
    text,
    words,
)
from bot.sandbox.reading import readable
from bot.sandbox.rich_problems import RICH_TEXT, table

Block = Mapping[str, Any]


def check_message(blocks: object) -> list[dict[str, Any]]:
    """The blocks of a message. Raises SlackError `invalid_blocks_format`, `invalid_blocks`, `msg_blocks_too_long`."""
    if isinstance(blocks, str):
        try:
            blocks = from_json(blocks)
        except ValueError:
            raise SlackError("invalid_blocks_format") from None
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks) or is_too_deep(blocks):
        raise SlackError("invalid_blocks_format")
    if problems := list(_message_problems(blocks)):
        raise SlackError("invalid_blocks", problems)
    if sum(map(len, readable(blocks))) > limits.ALL_TEXT:
        raise SlackError("msg_blocks_too_long")
    return _named(blocks)


def check_payload(message: object) -> None:
    """A whole message, as `blocks.validate` takes it. Raises SlackError as `check_message` does, and `no_text`."""
    if isinstance(message, str):
        try:
            message = from_json(message)
        except ValueError:
            message = None
    if not isinstance(message, dict):
        raise SlackError("invalid_message", [problem("must provide an object", "/message")])
    if message.get("blocks"):
        check_message(message["blocks"])
    elif not message.get("text"):
        raise SlackError("no_text", [missing("text or blocks", "/message")])


def check_view(view: object) -> dict[str, Any]:
    """A modal or App Home. Raises SlackError `invalid_arguments` or `view_too_large`."""
    if isinstance(view, str):
        try:
            view = from_json(view)
        except ValueError:
            view = None
    if not isinstance(view, dict) or is_too_deep(view):
        raise SlackError("invalid_arguments", [problem("must provide an object", "/view")])
    if len(json.dumps(view).encode()) > limits.VIEW_BYTES:
        raise SlackError("view_too_large")
    if problems := list(_view_problems(view)):
        raise SlackError("invalid_arguments", problems)
    return {**with_defaults(view), "blocks": _named(view["blocks"])}


def _named(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Complete as Slack gives them back: with ids where they came without, and with the defaults of text objects."""
    return [
        {**with_defaults(_with_action_ids(block)), "block_id": block.get("block_id") or _new_id()} for block in blocks
    ]


def _with_action_ids(block: dict[str, Any]) -> dict[str, Any]:
    if block["type"] not in ("section", "actions", "input", "context_actions"):
        return block
    found = dict(block)
    for name in ("accessory", "element"):
        if found.get(name):
            found[name] = _with_action_id(found[name])
    if block["type"] in ("actions", "context_actions"):
        found["elements"] = [_with_action_id(element) for element in block["elements"]]
    return found


def _with_action_id(element: dict[str, Any]) -> dict[str, Any]:
    return (
        element if element.get("type") == "image" or element.get("action_id") else {**element, "action_id": _new_id()}
    )


def _new_id() -> str:
    return secrets.token_hex(3)


def _message_problems(blocks: list[Any]) -> Iterator[str]:
    yield from _problems(blocks, limits.MESSAGE_BLOCKS, "/blocks")
    tables = [index for index, block in enumerate(blocks) if isinstance(block, dict) and block.get("type") == "table"]
    for index in tables[1:]:
        yield problem("only_one_table_allowed", f"/blocks/{index}")


def _view_problems(view: Block) -> Iterator[str]:
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        yield missing("blocks", "/view")
        return
    if not is_one_of(view.get("type"), ("modal", "home")):
        yield problem(f"unsupported type: {view.get('type')}", "/view/type")
    if not blocks:
        yield problem("must have at least 1 item", "/view/blocks")
    yield from _problems(blocks, limits.VIEW_BLOCKS, "/view/blocks")
    if view.get("type") == "modal":
        yield from text(view.get("title"), "/view/title", limits.VIEW_TITLE, is_plain=True)
        for name in ("submit", "close"):
            yield from text(view.get(name), f"/view/{name}", limits.VIEW_TITLE, is_plain=True, is_needed=False)
        if "submit" not in view and any(isinstance(one, dict) and one.get("type") == "input" for one in blocks):
            yield missing("submit", "/view")
    yield from length(view.get("private_metadata"), "/view/private_metadata", limits.PRIVATE_METADATA)
    for name in ("callback_id", "external_id"):
        yield from length(view.get(name), f"/view/{name}", limits.ID)
    for name in ("clear_on_close", "notify_on_close", "submit_disabled"):
        if view.get(name) is not None:
            yield from flag(view[name], f"/view/{name}")
    if sum(_takes_focus(block) for block in blocks) > 1:
        yield problem("only one element may have focus_on_load", "/view/blocks")


def _takes_focus(block: Any) -> int:
    """How many elements of a block ask for the focus."""
    if not isinstance(block, dict):
        return 0
    parts = [block.get("element"), block.get("accessory"), *each(block.get("elements"))]
    return sum(isinstance(one, dict) and one.get("focus_on_load") is True for one in parts)


def _problems(blocks: list[Any], most: int, where: str) -> Iterator[str]:
    if len(blocks) > most:
        yield problem(f"no more than {most} items allowed", where)
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        place = f"{where}/{index}"
        if not isinstance(block, dict) or not is_one_of(block.get("type"), BLOCKS):
            kind = block.get("type") if isinstance(block, dict) else block
            yield problem(f"unsupported type: {kind}", f"{place}/type")
            continue
        name = block.get("block_id")
        yield from length(name, f"{place}/block_id", limits.ID)
        if name and is_one_of(name, seen):
            yield problem(f"block_id: {name} already exists for another block", f"{place}/block_id")
        if isinstance(name, str):
            seen.add(name)
        yield from BLOCKS[str(block["type"])](block, place)


def _section(block: Block, place: str) -> Iterator[str]:
    fields = block.get("fields")
    if block.get("text") is None and not fields:
        yield missing("text or fields", place)
    yield from text(block.get("text"), f"{place}/text", limits.SECTION_TEXT, is_needed=False)
    if fields is not None:
        yield from count(fields, f"{place}/fields", 1, limits.FIELDS)
        for index, field in enumerate(each(fields)):
            yield from text(field, f"{place}/fields/{index}", limits.FIELD)
    if block.get("accessory") is not None:
        yield from element_problems(block["accessory"], f"{place}/accessory", IN_SECTIONS)


def _context(block: Block, place: str) -> Iterator[str]:
    elements = block.get("elements")
    yield from count(elements, f"{place}/elements", 1, limits.CONTEXT_ELEMENTS)
    for index, element in enumerate(each(elements)):
        at = f"{place}/elements/{index}"
        if isinstance(element, dict) and element.get("type") == "image":
            yield from element_problems(element, at, frozenset({"image"}))
        else:
            yield from text(element, at, limits.SECTION_TEXT)


def _elements(allowed: frozenset[str], most: int) -> Check:
    """A row of interactive elements, each with an id of its own."""

    def check(block: Block, place: str) -> Iterator[str]:
        elements = block.get("elements")
        yield from count(elements, f"{place}/elements", 1, most)
        seen: set[str] = set()
        for index, element in enumerate(each(elements)):
            at = f"{place}/elements/{index}"
            yield from element_problems(element, at, allowed)
            name = element.get("action_id") if isinstance(element, dict) else None
            if is_one_of(name, seen):
                yield problem(f"action_id: {name} already exists for another element of the block", f"{at}/action_id")
            if isinstance(name, str):
                seen.add(name)

    return check


def _input(block: Block, place: str) -> Iterator[str]:
    yield from text(block.get("label"), f"{place}/label", limits.LABEL, is_plain=True)
    yield from FIELD(block, place)
    if block.get("element") is None:
        yield missing("element", place)
    else:
        yield from element_problems(block["element"], f"{place}/element", IN_INPUTS)


def _image(block: Block, place: str) -> Iterator[str]:
    yield from element_problems(block, place, frozenset({"image"}))
    yield from text(block.get("title"), f"{place}/title", limits.LABEL, is_plain=True, is_needed=False)


def _markdown(block: Block, place: str) -> Iterator[str]:
    if not block.get("text"):
        yield missing("text", place)
    yield from length(block.get("text"), f"{place}/text", limits.MARKDOWN)


FIELD = Shape({"hint": words(limits.LABEL, is_plain=True), "dispatch_action": flag, "optional": flag})
VIDEO = Shape(
    {
        "title": words(limits.VIDEO_TITLE, is_plain=True),
        "title_url": address(limits.URL, "https"),
        "description": words(limits.VIDEO_TITLE, is_plain=True),
        "video_url": address(limits.URL, "https"),
        "thumbnail_url": PICTURE,
        "provider_icon_url": PICTURE,
    },
    needs=("alt_text", "title", "video_url", "thumbnail_url"),
    also=lambda block, place: (
        found
        for name in ("author_name", "provider_name")
        for found in length(block.get(name), f"{place}/{name}", limits.VIDEO_NAME)
    ),
)
FILE = Shape(needs=("external_id", "source"))

BLOCKS: dict[str, Check] = {
    "section": _section,
    "header": Shape({"text": words(limits.HEADER, is_plain=True)}, needs=("text",)),
    "divider": Shape(),
    "context": _context,
    "actions": _elements(IN_ACTIONS, limits.ACTIONS),
    "input": _input,
    "image": _image,
    "markdown": _markdown,
    "table": table,
    "rich_text": RICH_TEXT,
    "video": VIDEO,
    "file": FILE,
    "call": Shape(needs=("call_id",)),
    "context_actions": _elements(IN_CONTEXT_ACTIONS, limits.CONTEXT_ACTIONS),
}
"""The types of block that are known here, and what each must be."""
