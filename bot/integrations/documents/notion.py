"""Notion by its API, version 2025-09-03 (developers.notion.com, November 2026).

A page takes several requests to write, so its first block is the trace, which says “unfinished” until the last one was
answered; who finds that goes on. There is no condition for an update, and times are told by the minute: what tells one
version from another is who edited it last and when, and what its blocks say. It is read once more right before it is
emptied. That takes pages below it along, so a page with some is not replaced. Comments are told block by block.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote, urlencode

from bot.delivery.outcomes import Unknown
from bot.integrations.documents.keeper import CONFLICT, Draft, Line, Page, Trace, refused, trace_in
from bot.integrations.rest import Content, Refused, Stopped, objects, part, text_of, understood
from bot.review.as_notion import Json, render_notion, requests

PER_PAGE: Final = 100
MOST_PAGES: Final = 20
"""Of what is listed."""
UNFINISHED: Final = "0" * 16
BELOW: Final = ("child_page", "child_database")


class Notion:
    name = "Notion"

    def __init__(self, line: Line) -> None:
        self._line = line
        self._own: str | None = None

    async def find(self, draft: Draft) -> Page | None:
        async for one in self._listed(f"blocks/{quote(self._parent(draft))}/children"):
            if text_of(one, "child_page", "title") == draft.title:
                page = await self.read(text_of(one, "id"))
                if page is not None and page.trace is not None and page.trace.document == draft.trace.document:
                    return page
        return None

    async def read(self, id_: str) -> Page | None:
        answer = await self._ask("GET", f"pages/{quote(id_)}", None, 404)
        found = part(answer.json)
        if answer.status == 404 or found.get("in_trash") or found.get("archived"):
            return None
        blocks = [one async for one in self._listed(f"blocks/{quote(id_)}/children")]
        page = understood(_page(found, blocks))
        is_open = not blocks or (page.trace is not None and page.trace.edition == UNFINISHED)
        return replace(page, is_unfinished=is_open and page.by == await self._myself())

    async def create(self, draft: Draft) -> Page:
        title = [{"type": "text", "text": {"content": draft.title}}]
        first, *others = requests([_trace(_unfinished(draft)), *render_notion(draft.blocks)])
        content = {
            "parent": {"type": "page_id", "page_id": self._parent(draft)},
            "properties": {"title": {"title": title}},
            "children": first,
        }
        made = understood(_page((await self._ask("POST", "pages", content)).json), is_written=True)
        return await self._finish(made.id, draft, others)

    async def replace(self, page: Page, draft: Draft) -> Page:
        async for one in self._listed(f"blocks/{quote(page.id)}/children"):
            if one.get("type") in BELOW:
                raise Refused(
                    "there are pages below it, which would go with it; move them away and have it tried again"
                )
        now = await self.read(page.id)  # nothing is asked between this and the writing
        if now is None or now.version != page.version:
            raise Refused(f"status {CONFLICT}", CONFLICT)
        await self._ask("PATCH", f"pages/{quote(page.id)}", {"erase_content": True})
        parts = requests([_trace(_unfinished(draft)), *render_notion(draft.blocks)])
        return await self._finish(page.id, draft, parts)

    async def comments(self, page: Page) -> frozenset[str]:
        blocks = [text_of(one, "id") async for one in self._listed(f"blocks/{quote(page.id)}/children")]
        found = [
            text_of(one, "id")
            for block in (page.id, *blocks)
            async for one in self._listed("comments", {"block_id": block})
        ]
        return frozenset(found)

    async def who(self, page: Page) -> str:
        if page.by == await self._myself():  # somebody else was before
            return ""
        answer = await self._ask("GET", f"users/{quote(page.by)}", None, 403, 404)
        return text_of(answer.json, "name")

    async def look(self) -> None:
        if await self.read(self._line.place.parent) is None:
            raise Refused("what `parent` of the policy names is not there, or is not shared with Muster's connection")

    def why(self, no: Refused) -> str:
        return refused("`parent`", no, text_of(no.content, "message"))

    async def _finish(self, id_: str, draft: Draft, parts: Iterable[list[Json]]) -> Page:
        for one in parts:
            await self._ask("PATCH", f"blocks/{quote(id_)}/children", {"children": one})
        first = await self._ask("GET", f"blocks/{quote(id_)}/children?{urlencode({'page_size': 1})}")
        block = next((text_of(one, "id") for one in objects(part(first.json).get("results"))), "")
        await self._ask("PATCH", f"blocks/{quote(block)}", {"paragraph": _trace(draft.trace)["paragraph"]})
        page = await self.read(id_)
        if page is None:
            raise Stopped(Unknown("it is not there any more"))
        # Whoever edits it while it is written is seen the next time: this version is Muster's.
        return replace(page, version=_version(page.version, await self._myself()))

    async def _myself(self) -> str:
        if self._own is None:
            self._own = text_of((await self._ask("GET", "users/me")).json, "id")
        return self._own

    async def _listed(self, path: str, query: dict[str, str] | None = None) -> AsyncIterator[Json]:
        asked: dict[str, Any] = {**(query or {}), "page_size": PER_PAGE}
        for _ in range(MOST_PAGES):
            answer = part((await self._ask("GET", f"{path}?{urlencode(asked)}")).json)
            for one in objects(answer.get("results")):
                yield one
            if not answer.get("has_more"):
                return
            asked["start_cursor"] = answer.get("next_cursor")

    def _parent(self, draft: Draft) -> str:
        return draft.beside or self._line.place.parent

    async def _ask(self, method: str, path: str, content: Any = None, *also: int) -> Content:
        headers = {"Authorization": f"Bearer {self._line.token}", "Notion-Version": "2025-09-03"}
        return await self._line.ask(method, f"/v1/{path}", headers, content, *also)


def _unfinished(draft: Draft) -> Trace:
    return Trace(draft.trace.document, UNFINISHED)


def _trace(trace: Trace) -> Json:
    text = {"type": "text", "text": {"content": str(trace)}, "annotations": {"code": True, "color": "gray"}}
    return {"type": "paragraph", "paragraph": {"rich_text": [text]}}


def _page(found: Any, blocks: Sequence[Json] = ()) -> Page | None:
    id_, url, at = text_of(found, "id"), text_of(found, "url"), text_of(found, "last_edited_time")
    if not id_ or not url.startswith("https://") or not at:
        return None
    said, by = [_said(one) for one in blocks], text_of(found, "last_edited_by", "id")
    digest = sha256("\n".join(said).encode("utf-8", "replace")).hexdigest()[:16]
    return Page(id_, url, f"{by}/{at}/{digest}", trace_in(next(iter(said), "")), by)


def _version(version: str, by: str) -> str:
    """The same, last edited by somebody else."""
    return f"{by}/{version.partition('/')[2]}"


def _said(block: Json) -> str:
    """What a block says by itself, and what it is."""
    kind = text_of(block, "type")
    texts = objects(part(block, kind).get("rich_text"))
    return f"{kind}: {''.join(text_of(one, 'plain_text') or text_of(one, 'text', 'content') for one in texts)}"
