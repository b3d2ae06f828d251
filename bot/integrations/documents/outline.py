"""Outline by its API (getoutline.com/developers; its schemas in github.com/outline/outline, November 2026).

Whoever makes a document may choose its id, so it is derived from the trace and found by it. Each change counts its
`revision`, and an update that names another one than the last is refused. Documents are Markdown, but it keeps no
comments in them: the trace is its last line.
"""

from typing import Any
from uuid import UUID

from bot.delivery.outcomes import Retry
from bot.integrations.documents.keeper import CONFLICT, Draft, Line, Page, Trace, refused, trace_in
from bot.integrations.rest import Content, Refused, Stopped, objects, part, text_of, understood

NOT_THERE = (403, 404)
"""A document that was deleted for good, or lies where the token may not look."""
REFUSED = (400, CONFLICT)
"""The answer to an update of another revision, among others."""


class Outline:
    name = "Outline"

    def __init__(self, line: Line) -> None:
        self._line = line

    async def find(self, draft: Draft) -> Page | None:
        return await self.read(_id(draft.trace))

    async def read(self, id_: str) -> Page | None:
        answer = await self._look("documents.info", {"id": id_}, *NOT_THERE)
        found = part(answer.json, "data")
        if answer.status in NOT_THERE or found.get("deletedAt") or found.get("archivedAt"):
            return None
        return understood(self._page(found))

    async def create(self, draft: Draft) -> Page:
        parent = draft.beside or self._line.place.parent
        content = {"id": _id(draft.trace), "title": draft.title, "text": _text(draft), "publish": True}
        where = {"collectionId": self._line.place.space, **({"parentDocumentId": parent} if parent else {})}
        answer = await self._ask("documents.create", {**content, **where})
        return understood(self._page(part(answer.json, "data")), is_written=True)

    async def replace(self, page: Page, draft: Draft) -> Page:
        content = {"id": page.id, "text": _text(draft), "lastRevision": int(page.version), "done": True}
        answer = await self._ask("documents.update", content, *REFUSED)
        if answer.status in REFUSED:
            now = await self.read(page.id)
            status = answer.status if now is not None and now.version == page.version else CONFLICT
            raise Refused(f"status {status}", status, answer.json)
        return understood(self._page(part(answer.json, "data")), is_written=True)

    async def comments(self, page: Page) -> frozenset[str]:
        answer = await self._look("comments.list", {"documentId": page.id, "statusFilter": ["unresolved"]})
        return frozenset(text_of(one, "id") for one in objects(part(answer.json).get("data")))

    async def who(self, page: Page) -> str:
        return page.by

    async def look(self) -> None:
        await self._look("collections.info", {"id": self._line.place.space})
        if (parent := self._line.place.parent) and await self.read(parent) is None:
            raise Refused(f"the document {parent} is not there; look at `parent` in the policy")

    def why(self, no: Refused) -> str:
        return refused("`space` or `parent`", no, text_of(no.content, "message"))

    async def _look(self, path: str, content: Any, *also: int) -> Content:
        """It is asked by POST for what it only reads: that can be asked again."""
        try:
            return await self._ask(path, content, *also)
        except Stopped as stopped:
            raise Stopped(Retry(getattr(stopped.outcome, "after", None), stopped.outcome.why)) from None

    async def _ask(self, path: str, content: Any, *also: int) -> Content:
        headers = {"Authorization": f"Bearer {self._line.token}"}
        return await self._line.ask("POST", f"/api/{path}", headers, content, *also)

    def _page(self, found: dict[str, Any]) -> Page | None:
        id_, way, revision = text_of(found, "id"), text_of(found, "url"), found.get("revision")
        if not id_ or not way.startswith("/") or not isinstance(revision, int):
            return None
        trace = trace_in(text_of(found, "text"))
        return Page(id_, f"{self._line.place.api}{way}", str(revision), trace, text_of(found, "updatedBy", "name"))


def _id(trace: Trace) -> str:
    return str(UUID(hex=f"{trace.document}{trace.document}", version=4))


def _text(draft: Draft) -> str:
    return f"{draft.markdown}\n\n`{draft.trace}`\n"
