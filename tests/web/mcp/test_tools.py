"""The table of tools: what is told of it, and that people's words are marked wherever they can stand.

`python -m tests.web.mcp.test_tools` writes the table in docs/mcp.md anew.
"""

import re
from typing import Any

from bot.web.api.openapi import document
from bot.web.mcp.door import MISSING
from bot.web.mcp.tools import LONGEST_TEXT, OURS, TOOLS, inputs, quoted
from tests.house.sources import ROOT
from tests.web.api.conftest import Served

PAGE = ROOT / "docs" / "mcp.md"
TABLE = re.compile(r"(<!-- tools: [^>]*-->\n)(.*?)(<!-- /tools -->)", re.DOTALL)


def table() -> str:
    lines = ["| Tool | Takes | |", "|---|---|---|"]
    for tool in TOOLS:
        schema = inputs(tool)
        required = schema.get("required", [])
        takes = ", ".join(f"`{name}`" if name in required else f"`[{name}]`" for name in schema["properties"])
        lines.append(f"| `{tool.name}` | {takes} | {tool.told} |")
    return "\n".join(lines) + "\n"


def test_the_page_has_the_table() -> None:
    found = TABLE.search(PAGE.read_text(encoding="utf-8"))
    assert found is not None
    assert found[2] == table()


def free_texts(schema: Any, schemas: Any, field: str = "") -> set[str]:
    """The fields of an answer that are any text: no enumeration, id or instant."""
    if "$ref" in schema:
        return free_texts(schemas[schema["$ref"].rpartition("/")[2]], schemas, field)
    found = set[str]()
    for name, one in schema.get("properties", {}).items():
        found |= free_texts(one, schemas, name)
    parts = [schema.get("items"), schema.get("additionalProperties")]
    parts += [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    for one in parts:
        found |= free_texts(one, schemas, field) if isinstance(one, dict) else set()
    is_text = schema.get("type") in ("string", ["string", "null"])
    is_free = is_text and not schema.keys() & {"enum", "const", "format", "pattern"}
    return found | ({field} if is_free else set())


def test_no_field_in_which_words_can_stand_is_left_unmarked() -> None:
    told = document(route for tool in TOOLS for route in tool.routes)
    schemas = told["components"]["schemas"]
    found = {name: free_texts(schemas[name], schemas) for name in schemas if name.endswith(("Document", "Review"))}
    ours = set[str]().union(*found.values()) & OURS
    assert ours == {
        *("answered_by", "asked", "author", "by", "commander", "declared_by", "person", "primary", "reported_by"),
        *("secondary", "owner", "channel", "id", "ts", "thread_ts", "ref", "incident", "problem", "merged_into"),
        *("became", "proposal", "asked_in", "asks_to", "verb", "kind", "state", "code", "pointer", "next", "inferred"),
        *("schedule", "section", "slug", "timezone"),
    }


def test_marking_reaches_everything_and_cuts_what_is_long() -> None:
    value = {"ref": "INC-1", "title": "a", "people": {"U1": "Eve"}, "files": ["x"], "at": None, "n": 1, "open": True}
    assert quoted(value) == {
        **value,
        "title": {"untrusted": "a"},
        "people": {"U1": {"untrusted": "Eve"}},
        "files": [{"untrusted": "x"}],
    }
    assert len(quoted({"text": "x" * 9_000})["text"]["untrusted"]) == LONGEST_TEXT + len("… (cut)")


async def test_without_the_extra_it_says_what_to_install(served: Served) -> None:
    served.web.mcp.is_installed = lambda: False
    answer = await served.asks("POST", "/mcp", await served.token(), {})
    assert (answer.status, answer.json["detail"]) == (501, MISSING)
    assert "pip install 'muster-bot[mcp]'" in MISSING
    assert (await served.asks("POST", "/mcp", None, {})).status == 401


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(TABLE.sub(lambda found: found[1] + table() + found[3], text), encoding="utf-8")
