"""How Slack words what is wrong with a block, and the checks that every block shares."""

from collections.abc import Iterator
from typing import Any


def problem(what: str, where: str) -> str:
    """As it stands in `response_metadata.messages`."""
    return f"[ERROR] {what} [json-pointer:{where}]"


def missing(field: str, where: str) -> str:
    return problem(f"missing required field: {field}", where)


def length(value: object, where: str, most: int) -> Iterator[str]:
    """A plain string."""
    if value is not None and not isinstance(value, str):
        yield problem("must be a string", where)
    elif value is not None and len(value) > most:
        yield problem(f"must be less than {most + 1} characters", where)


def count(items: Any, where: str, least: int, most: int) -> Iterator[str]:
    """A list of so many."""
    if not isinstance(items, list):
        yield problem("must be an array", where)
    elif len(items) < least:
        yield problem(f"must have at least {least} item", where)
    elif len(items) > most:
        yield problem(f"no more than {most} items allowed", where)


def text(value: Any, where: str, most: int, *, is_plain: bool = False, is_needed: bool = True) -> Iterator[str]:
    """A text object."""
    if value is None:
        if is_needed:
            parent, _, field = where.rpartition("/")
            yield missing(field, parent)
        return
    allowed = ("plain_text",) if is_plain else ("plain_text", "mrkdwn")
    if not isinstance(value, dict) or value.get("type") not in allowed:
        yield problem(f"must be a {' or '.join(allowed)} object", where)
        return
    content = value.get("text")
    if not isinstance(content, str) or not content:
        yield problem("must be more than 0 characters", f"{where}/text")
    else:
        yield from length(content, f"{where}/text", most)
