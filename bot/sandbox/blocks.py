"""Block Kit, held against what an app sends: the problems that Slack would name, in its words.

docs.slack.dev, "Block Kit" reference pages, as read in August 2026. Only what the pages state is checked.
"""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.sandbox import limits
from bot.sandbox.elements import element_problems
from bot.sandbox.errors import SlackError
from bot.sandbox.problems import count, length, missing, problem, text
from bot.sandbox.reading import readable

Block = Mapping[str, Any]

IN_ACTIONS = frozenset(
    {
        "button",
        "overflow",
        "checkboxes",
        "radio_buttons",
        "datepicker",
        "timepicker",
        "datetimepicker",
        "static_select",
        "users_select",
        "channels_select",
        "conversations_select",
        "external_select",
        "multi_static_select",
        "multi_users_select",
        "multi_channels_select",
        "multi_conversations_select",
        "multi_external_select",
        "workflow_button",
        "icon_button",
        "feedback_buttons",
    }
)
IN_SECTIONS = IN_ACTIONS | {"image"}
IN_INPUTS = (IN_ACTIONS - {"button", "overflow", "workflow_button", "icon_button", "feedback_buttons"}) | {
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "rich_text_input",
    "file_input",
}


def check_message(blocks: object) -> list[dict[str, Any]]:
    """The blocks of a message. Raises SlackError `invalid_blocks_format`, `invalid_blocks`, `msg_blocks_too_long`."""
    if isinstance(blocks, str):
        try:
            blocks = json.loads(blocks)
        except ValueError:
            raise SlackError("invalid_blocks_format") from None
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise SlackError("invalid_blocks_format")
    if problems := list(_problems(blocks, limits.MESSAGE_BLOCKS, "/blocks")):
        raise SlackError("invalid_blocks", problems)
    if sum(map(len, readable(blocks))) > limits.ALL_TEXT:
        raise SlackError("msg_blocks_too_long")
    return _named(blocks)


def check_payload(message: object) -> None:
    """A whole message, as `blocks.validate` takes it. Raises SlackError as `check_message` does, and `no_text`."""
    if isinstance(message, str):
        try:
            message = json.loads(message)
        except (ValueError, RecursionError):
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
            view = json.loads(view)
        except ValueError:
            view = None
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", [problem("must provide an object", "/view")])
    if len(json.dumps(view).encode()) > limits.VIEW_BYTES:
        raise SlackError("view_too_large")
    if problems := list(_view_problems(view)):
        raise SlackError("invalid_arguments", problems)
    return {**view, "blocks": _named(view["blocks"])}


def _named(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ids for blocks and elements that came without, as Slack gives them."""
    return [{"block_id": _new_id(), **_with_action_ids(block)} for block in blocks]


def _with_action_ids(block: dict[str, Any]) -> dict[str, Any]:
    if block["type"] not in ("section", "actions", "input"):
        return block
    found = dict(block)
    for name in ("accessory", "element"):
        if name in found:
            found[name] = _with_action_id(found[name])
    if block["type"] == "actions":
        found["elements"] = [_with_action_id(element) for element in block["elements"]]
    return found


def _with_action_id(element: dict[str, Any]) -> dict[str, Any]:
    return (
        element if element.get("type") == "image" or element.get("action_id") else {**element, "action_id": _new_id()}
    )


def _new_id() -> str:
    return secrets.token_hex(3)


def _view_problems(view: Block) -> Iterator[str]:
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        yield missing("blocks", "/view")
        return
    if view.get("type") not in ("modal", "home"):
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


def _problems(blocks: list[Any], most: int, where: str) -> Iterator[str]:
    if len(blocks) > most:
        yield problem(f"no more than {most} items allowed", where)
    seen: dict[str, int] = {}
    for index, block in enumerate(blocks):
        place = f"{where}/{index}"
        kind = block.get("type") if isinstance(block, dict) else block
        if not isinstance(block, dict) or kind not in BLOCKS:
            yield problem(f"unsupported type: {kind}", f"{place}/type")
            continue
        yield from length(block.get("block_id"), f"{place}/block_id", limits.ID)
        if name := block.get("block_id"):
            if name in seen:
                yield problem(f"block_id: {name} already exists for another block", f"{place}/block_id")
            seen[str(name)] = index
        yield from BLOCKS[kind](block, place)


def _section(block: Block, place: str) -> Iterator[str]:
    fields = block.get("fields")
    if block.get("text") is None and not fields:
        yield missing("text or fields", place)
    yield from text(block.get("text"), f"{place}/text", limits.SECTION_TEXT, is_needed=False)
    if fields is not None:
        yield from count(fields, f"{place}/fields", 1, limits.FIELDS)
        for index, field in enumerate(fields):
            yield from text(field, f"{place}/fields/{index}", limits.FIELD)
    if block.get("accessory") is not None:
        yield from element_problems(block["accessory"], f"{place}/accessory", IN_SECTIONS)


def _header(block: Block, place: str) -> Iterator[str]:
    yield from text(block.get("text"), f"{place}/text", limits.HEADER, is_plain=True)


def _context(block: Block, place: str) -> Iterator[str]:
    elements = block.get("elements")
    yield from count(elements, f"{place}/elements", 1, limits.CONTEXT_ELEMENTS)
    for index, element in enumerate(elements or []):
        at = f"{place}/elements/{index}"
        if isinstance(element, dict) and element.get("type") == "image":
            yield from element_problems(element, at, frozenset({"image"}))
        else:
            yield from text(element, at, limits.SECTION_TEXT)


def _actions(block: Block, place: str) -> Iterator[str]:
    elements = block.get("elements")
    yield from count(elements, f"{place}/elements", 1, limits.ACTIONS)
    seen = set()
    for index, element in enumerate(elements or []):
        at = f"{place}/elements/{index}"
        yield from element_problems(element, at, IN_ACTIONS)
        name = element.get("action_id") if isinstance(element, dict) else None
        if name in seen:
            yield problem(f"action_id: {name} already exists for another element of the block", f"{at}/action_id")
        seen.update({name} - {None})


def _input(block: Block, place: str) -> Iterator[str]:
    yield from text(block.get("label"), f"{place}/label", limits.LABEL, is_plain=True)
    yield from text(block.get("hint"), f"{place}/hint", limits.LABEL, is_plain=True, is_needed=False)
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


def _table(block: Block, place: str) -> Iterator[str]:
    rows = block.get("rows")
    yield from count(rows, f"{place}/rows", 1, limits.ROWS)
    for index, row in enumerate(rows or []):
        yield from count(row, f"{place}/rows/{index}", 1, limits.COLUMNS)


def _rich_text(block: Block, place: str) -> Iterator[str]:
    if not isinstance(block.get("elements"), list):
        yield missing("elements", place)


def _anything(block: Block, place: str) -> Iterator[str]:  # noqa: ARG001 - nothing is stated about these
    yield from ()


BLOCKS: dict[str, Callable[[Block, str], Iterator[str]]] = {
    "section": _section,
    "header": _header,
    "divider": _anything,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "markdown": _markdown,
    "table": _table,
    "rich_text": _rich_text,
    "video": _anything,
    "file": _anything,
    "call": _anything,
    "context_actions": _anything,
}
"""The types of block that are known here, and what each must be."""
