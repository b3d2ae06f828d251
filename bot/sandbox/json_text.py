"""JSON as it comes from outside."""

import json
import re
from typing import Any

DEEPEST = 64
"""Assumed: how far objects and lists may stand in each other; Block Kit needs a dozen."""
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def from_json(text: str) -> Any:
    """Raises ValueError for what is no JSON, is nested too deep, or has numbers that are none.

    Assumed: half a surrogate pair, which no encoding can carry, is replaced by U+FFFD.
    """
    try:
        found = json.loads(text, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if is_too_deep(found):
        raise ValueError("nested too deep")
    return json.loads(_mended(json.dumps(found, ensure_ascii=False))) if SURROGATE.search(text) else found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _mended(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def is_too_deep(content: Any) -> bool:
    """Counted level by level, without recursion."""
    level = [content]
    for _ in range(DEEPEST + 1):
        level = [one for part in level for one in _parts(part)]
        if not level:
            return False
    return True


def _parts(part: Any) -> list[Any]:
    return list(part.values()) if isinstance(part, dict) else part if isinstance(part, list) else []
