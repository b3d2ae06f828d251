"""The part of Notion's API about pages and blocks, as its documentation has it: limits of texts and requests, times by
the minute, and no condition for any change."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.vocabulary import DocumentKind
from tests.integrations.documents.fakes import MUSTER, NAMES, SOMEBODY, Fake, Kept

PARENT = "1f2e3d4c-0000-4000-8000-000000000000"


def too_much(value: Any) -> str:
    """What of the limits a request does not keep."""
    if isinstance(value, list):
        if len(value) > 100:
            return f"body failed validation: a list has {len(value)} elements"
        return next(filter(None, map(too_much, value)), "")
    if isinstance(value, dict):
        if isinstance(said := value.get("content"), str) and len(said.encode("utf-16-le")) // 2 > 2_000:
            return "body failed validation: text.content.length should be ≤ 2000"
        return next(filter(None, map(too_much, value.values())), "")
    return ""


@dataclass(kw_only=True)
class FakeNotion(Fake):
    kind: DocumentKind = DocumentKind.NOTION
    is_written_in_steps: bool = True
    blocks: dict[str, dict[str, Any]] = field(default_factory=dict)

    def needs(self) -> dict[str, Any]:
        return {"parent": PARENT}

    def says(self, one: Kept) -> str:
        return "\n".join(map(self._said, one.text))

    def _said(self, block: dict[str, Any]) -> str:
        return "".join(re.findall(r"'content': '((?:[^'\\]|\\.)*)'", str(block)))

    def edit(self, one: Kept, by: str = SOMEBODY) -> None:
        self._keep(one, [{"type": "paragraph", "paragraph": {"rich_text": [{"text": {"content": "And more."}}]}}])
        self._touch(one, by)

    def _touch(self, one: Kept, by: str = MUSTER) -> None:
        one.version, one.by = one.version + 1, by

    def _keep(self, one: Kept, blocks: list[dict[str, Any]]) -> None:
        for block in blocks:
            number = f"b{len(self.blocks)}"
            self.blocks[number] = {**block, "id": number, "page": one.id}
            one.text.append(self.blocks[number])

    async def do(self, method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        if wrong := too_much(body):
            return 400, {"message": wrong}
        match method, path.removeprefix("/v1/").split("/"):
            case "GET", ["users", id_]:
                return 200, {"id": MUSTER if id_ == "me" else id_, "name": NAMES.get(id_, "Muster")}
            case "GET", ["pages", id_] if id_ == PARENT and self.has_space:
                return 200, self.shown(Kept(PARENT, "Reviews", []))
            case "GET", ["blocks", id_, "children"] if id_ == PARENT and self.has_space:
                return self.listed(PARENT, query)
            case "POST", ["pages"] if self.has_space:
                made = self.add(body["properties"]["title"]["title"][0]["text"]["content"], [])
                made.parent = body["parent"]["page_id"]
                self._keep(made, body["children"])
                return 200, self.shown(made)
            case method, ["pages", id_] if one := self.pages.get(id_):
                if method == "PATCH":
                    assert body == {"erase_content": True}
                    self.overwrite(one, one.title, [])
                return 200, self.shown(one)
            case method, ["blocks", id_, "children"] if one := self.pages.get(id_):
                if method == "GET":
                    return self.listed(id_, query)
                self._keep(one, body["children"])
                self._touch(one)
                return 200, {"results": []}
            case "PATCH", ["blocks", id_]:
                self.blocks[id_]["paragraph"] = body["paragraph"]
                self._touch(self.pages[self.blocks[id_]["page"]])
                return 200, self.blocks[id_]
            case "GET", ["comments"]:
                page = self.pages.get(query["block_id"])
                return 200, {"results": [{"id": comment} for comment in page.comments] if page else []}
        return 404, {"message": "Could not find it. Is it shared with your integration?"}

    def listed(self, id_: str, query: Mapping[str, str]) -> tuple[int, Any]:
        start, size = int(query.get("start_cursor", 0)), int(query["page_size"])
        below = [
            {"id": one.id, "type": "child_page", "child_page": {"title": one.title}}
            for one in self.there()
            if one.parent == id_
        ]
        every = [*(self.pages[id_].text if id_ in self.pages else []), *below]
        more = start + size < len(every)
        shown = {"results": every[start : start + size], "has_more": more}
        return 200, {**shown, "next_cursor": str(start + size) if more else None}

    def shown(self, one: Kept) -> dict[str, Any]:
        return {
            "id": one.id,
            "url": f"https://www.notion.so/{one.id}",
            "in_trash": one.is_gone,
            "last_edited_time": f"2026-11-28T12:{one.version // 8:02}:00.000Z",
            "last_edited_by": {"object": "user", "id": one.by},
        }
