"""What a person reads in blocks."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

PARTS = (
    *("pretext", "text", "fields", "elements", "element", "accessory", "options", "rows", "title", "label", "blocks"),
)


def readable(blocks: Iterable[Any]) -> list[str]:
    """Every text in a list of blocks, in order."""
    return [text for block in blocks for text in _texts(block)]


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for name in PARTS:
            if name in part:
                yield from _texts(part[name])
    elif isinstance(part, list):
        for one in part:
            yield from _texts(one)


def interactive(blocks: Iterable[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every interactive element with the id of the block it stands in."""
    for block in blocks:
        for element in [*(block.get("elements") or []), block.get("accessory"), block.get("element")]:
            if isinstance(element, dict) and "action_id" in element:
                yield str(block.get("block_id", "")), element
