"""Block Kit's limits, held against what an app sends.

docs.slack.dev, "Block Kit" reference pages, as read in August 2026. Only what the pages state is checked.
"""

import json
from collections.abc import Mapping
from typing import Any

from bot.sandbox.errors import SlackError

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
VIEW_BYTES = 250_000
TOTAL_TEXT = 13_200
"""Assumed: all text of a message's blocks together; Slack documents no number (slackapi/bolt-js issues 2509, 2867)."""

TYPES = frozenset(
    {
        "section",
        "header",
        "divider",
        "context",
        "actions",
        "input",
        "image",
        "rich_text",
        "markdown",
        "table",
        "file",
        "video",
    }
)
"""The types of block that are known here."""

TEXT_LIMITS = {"section": 3000, "header": 150}
ELEMENT_LIMITS = {"actions": 25, "context": 10}
OPTIONS = {"static_select": 100, "multi_static_select": 100, "overflow": 5, "radio_buttons": 10, "checkboxes": 10}


def check_message(blocks: object) -> list[dict[str, Any]]:
    """The blocks of a message. Raises SlackError `invalid_blocks` or `msg_blocks_too_long`."""
    listed = _listed(blocks)
    problems = _problems(listed, MESSAGE_BLOCKS, "/blocks")
    if problems:
        raise SlackError("invalid_blocks", problems)
    if sum(len(str(block.get("text", {}).get("text", ""))) for block in listed if _has_text(block)) > TOTAL_TEXT:
        raise SlackError("msg_blocks_too_long")
    return listed


def check_view(view: object) -> dict[str, Any]:
    """A modal or home view. Raises SlackError `invalid_arguments` or `view_too_large`."""
    if isinstance(view, str):
        try:
            view = json.loads(view)
        except ValueError:
            raise SlackError("invalid_arguments", ["[ERROR] view must be a JSON object [json-pointer:/view]"]) from None
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", ["[ERROR] must provide an object [json-pointer:/view]"])
    if len(json.dumps(view)) > VIEW_BYTES:
        raise SlackError("view_too_large")
    problems = _problems(view.get("blocks", []), VIEW_BLOCKS, "/view/blocks")
    if view.get("type") not in ("modal", "home"):
        problems.append("[ERROR] unsupported type [json-pointer:/view/type]")
    for name in ("title", "submit", "close"):
        problems += _too_long(view.get(name), 24, f"/view/{name}")
    if view.get("type") == "modal" and "title" not in view:
        problems.append("[ERROR] missing required field: title [json-pointer:/view]")
    if len(str(view.get("private_metadata", ""))) > 3000:
        problems.append("[ERROR] must be less than 3001 characters [json-pointer:/view/private_metadata]")
    inputs = any(block.get("type") == "input" for block in view.get("blocks", []) if isinstance(block, dict))
    if view.get("type") == "modal" and inputs and "submit" not in view:
        problems.append("[ERROR] missing required field: submit [json-pointer:/view]")
    if problems:
        raise SlackError("invalid_arguments", problems)
    return view


def _listed(blocks: object) -> list[dict[str, Any]]:
    if isinstance(blocks, str):
        try:
            blocks = json.loads(blocks)
        except ValueError:
            raise SlackError("invalid_blocks_format") from None
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise SlackError("invalid_blocks_format")
    return blocks


def _has_text(block: Mapping[str, Any]) -> bool:
    return isinstance(block.get("text"), dict)


def _problems(blocks: list[Any], most: int, where: str) -> list[str]:
    problems = []
    if len(blocks) > most:
        problems.append(f"[ERROR] no more than {most} items allowed [json-pointer:{where}]")
    seen: dict[str, str] = {}
    for index, block in enumerate(blocks):
        place = f"{where}/{index}"
        if not isinstance(block, dict) or block.get("type") not in TYPES:
            kind = block.get("type") if isinstance(block, dict) else block
            problems.append(f"[ERROR] unsupported type: {kind} [json-pointer:{place}/type]")
            continue
        problems += _block_problems(block, place)
        for what in ("block_id",):
            if name := block.get(what):
                if name in seen:
                    problems.append(f"[ERROR] `{what}` {name} already exists [json-pointer:{place}/{what}]")
                seen[name] = place
    return problems


def _block_problems(block: Mapping[str, Any], place: str) -> list[str]:
    kind = block["type"]
    problems = []
    if kind in TEXT_LIMITS:
        problems += _too_long(block.get("text"), TEXT_LIMITS[kind], f"{place}/text")
    if kind == "section":
        fields = block.get("fields")
        if not block.get("text") and not fields:
            problems.append(f"[ERROR] missing required field: text or fields [json-pointer:{place}]")
        if fields is not None and not 1 <= len(fields) <= 10:
            problems.append(f"[ERROR] must have between 1 and 10 items [json-pointer:{place}/fields]")
        for index, field in enumerate(fields or []):
            problems += _too_long(field, 2000, f"{place}/fields/{index}")
    if kind == "header" and block.get("text", {}).get("type") != "plain_text":
        problems.append(f"[ERROR] must be plain_text [json-pointer:{place}/text]")
    if kind in ELEMENT_LIMITS:
        elements = block.get("elements") or []
        if not 1 <= len(elements) <= ELEMENT_LIMITS[kind]:
            problems.append(
                f"[ERROR] must have between 1 and {ELEMENT_LIMITS[kind]} items [json-pointer:{place}/elements]"
            )
    if kind == "markdown" and len(str(block.get("text", ""))) > 12_000:
        problems.append(f"[ERROR] must be less than 12001 characters [json-pointer:{place}/text]")
    if kind == "input":
        problems += _too_long(block.get("label"), 2000, f"{place}/label")
        problems += _too_long(block.get("hint"), 2000, f"{place}/hint", is_needed=False)
        if not isinstance(block.get("element"), dict):
            problems.append(f"[ERROR] missing required field: element [json-pointer:{place}]")
    problems += _element_problems(block, place)
    return problems


def _element_problems(block: Mapping[str, Any], place: str) -> list[str]:
    problems: list[str] = []
    elements = [("accessory", block.get("accessory")), ("element", block.get("element"))]
    if block["type"] == "actions":
        elements += [(f"elements/{index}", one) for index, one in enumerate(block.get("elements") or [])]
    action_ids = [one.get("action_id") for _, one in elements if isinstance(one, dict) and one.get("action_id")]
    if len(set(action_ids)) < len(action_ids):
        problems.append(f"[ERROR] `action_id` already exists [json-pointer:{place}/elements]")
    for name, element in elements:
        if not isinstance(element, dict):
            continue
        at = f"{place}/{name}"
        kind = element.get("type")
        if kind == "button":
            problems += _too_long(element.get("text"), 75, f"{at}/text")
            if len(str(element.get("value", ""))) > 2000:
                problems.append(f"[ERROR] must be less than 2001 characters [json-pointer:{at}/value]")
        problems += _too_long(element.get("placeholder"), 150, f"{at}/placeholder", is_needed=False)
        if len(str(element.get("action_id", ""))) > 255:
            problems.append(f"[ERROR] must be less than 256 characters [json-pointer:{at}/action_id]")
        if kind in OPTIONS:
            options = element.get("options") or []
            groups = element.get("option_groups")
            if groups is None and not 1 <= len(options) <= OPTIONS[kind]:
                problems.append(f"[ERROR] must have between 1 and {OPTIONS[kind]} items [json-pointer:{at}/options]")
            for index, option in enumerate(options):
                problems += _too_long(option.get("text"), 75, f"{at}/options/{index}/text")
                if len(str(option.get("value", ""))) > 150:
                    problems.append(
                        f"[ERROR] must be less than 151 characters [json-pointer:{at}/options/{index}/value]"
                    )
    return problems


def _too_long(text: object, limit: int, place: str, *, is_needed: bool = True) -> list[str]:
    """Problems of a text object."""
    if text is None and not is_needed:
        return []
    if text is None:
        return (
            []
            if place.endswith(("/submit", "/close", "/title", "/text"))
            else [f"[ERROR] missing required field [json-pointer:{place}]"]
        )
    if not isinstance(text, dict) or text.get("type") not in ("plain_text", "mrkdwn"):
        return [f"[ERROR] must be a text object [json-pointer:{place}]"]
    length = len(str(text.get("text", "")))
    if length == 0:
        return [f"[ERROR] must be more than 0 characters [json-pointer:{place}/text]"]
    if length > limit:
        return [f"[ERROR] must be less than {limit + 1} characters [json-pointer:{place}/text]"]
    return []
