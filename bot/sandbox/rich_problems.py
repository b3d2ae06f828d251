"""Rich text and tables, held against what an app sends. docs.slack.dev, "Rich text block" and "Table block"."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox import limits
from bot.sandbox.problems import Check, Shape, count, each, flag, is_one_of, listed, one_of, problem, string, whole

STYLE = Shape(dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight"), flag))


def _inline(name: str, check: Check) -> Shape:
    """An element whose one needed field is this."""
    return Shape({name: check, "style": STYLE}, needs=(name,))


INLINE: dict[str, Check] = {
    "text": _inline("text", string(limits.TEXT)),
    "link": _inline("url", string(limits.URL)),
    "user": _inline("user_id", string(limits.ID)),
    "channel": _inline("channel_id", string(limits.ID)),
    "usergroup": _inline("usergroup_id", string(limits.ID)),
    "team": _inline("team_id", string(limits.ID)),
    "emoji": _inline("name", string(limits.ID)),
    "broadcast": _inline("range", one_of("here", "channel", "everyone")),
    "color": _inline("value", string(limits.ID)),
    "date": Shape(
        {"timestamp": whole(-(2**53), 2**53), "format": string(limits.LABEL), "url": string(limits.URL)},
        needs=("timestamp", "format"),
    ),
}
"""Type of element within a section → what it must be."""


def _by_type(known: Mapping[str, Check]) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else value
        if not is_one_of(kind, known):
            yield problem(f"unsupported type: {kind}", f"{where}/type")
        else:
            yield from known[str(kind)](value, where)

    return check


WORDS = listed(_by_type(INLINE), most=limits.RICH_ELEMENTS)
SECTION = Shape({"elements": WORDS}, needs=("elements",))
PARTS: dict[str, Check] = {
    "rich_text_section": SECTION,
    "rich_text_quote": Shape({"elements": WORDS, "border": whole(0, 1)}, needs=("elements",)),
    "rich_text_preformatted": Shape({"elements": WORDS, "border": whole(0, 1)}, needs=("elements",)),
    "rich_text_list": Shape(
        {
            "style": one_of("bullet", "ordered"),
            "elements": listed(_by_type({"rich_text_section": SECTION}), most=limits.RICH_ELEMENTS),
            "indent": whole(0, 8),
            "offset": whole(0, 10**6),
            "border": whole(0, 1),
        },
        needs=("style", "elements"),
    ),
}
RICH_TEXT = Shape({"elements": listed(_by_type(PARTS), most=limits.RICH_ELEMENTS)}, needs=("elements",))


def _raw_number(value: Any, where: str) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield problem("must be a number", where)


CELL = _by_type(
    {
        "raw_text": Shape({"text": string(limits.TEXT, 1)}, needs=("text",)),
        "raw_number": Shape({"value": _raw_number, "text": string(limits.TEXT)}, needs=("value",)),
        "rich_text": RICH_TEXT,
    }
)
COLUMN = Shape({"align": one_of("left", "center", "right"), "is_wrapped": flag})


def table(block: Mapping[str, Any], place: str) -> Iterator[str]:
    rows = block.get("rows")
    yield from count(rows, f"{place}/rows", 1, limits.ROWS)
    for index, row in enumerate(each(rows)):
        yield from listed(CELL, 1, limits.COLUMNS)(row, f"{place}/rows/{index}")
    settings = block.get("column_settings")
    if settings is not None:
        yield from count(settings, f"{place}/column_settings", 0, limits.COLUMNS)
    for index, column in enumerate(each(settings)):
        if column is not None:
            yield from COLUMN(column, f"{place}/column_settings/{index}")
