"""BookStack by its REST API (its own `/api/docs`; github.com/BookStackApp/BookStack, November 2026).

Pages are Markdown, and each change counts their `revision_count`. It knows no condition for an update, so a page is
read once more right before. A page has no pages below it: a further one stands beside it. The trace is a comment at
the end that nobody sees; a page is looked for by its name. Comments can be read from version 25.11 on.
"""

from typing import Any, Final
from urllib.parse import quote, urlencode

from bot.integrations.documents.keeper import CONFLICT, Draft, Line, Page, refused, trace_in
from bot.integrations.rest import Content, Refused, objects, part, text_of, understood

MOST: Final = 100
"""Pages of one name, and comments of one page, that are looked at."""


class BookStack:
    name = "BookStack"

    def __init__(self, line: Line) -> None:
        self._line = line

    async def find(self, draft: Draft) -> Page | None:
        query = {"filter[name]": draft.title, "filter[book_id]": self._line.place.space, "count": MOST}
        listed = objects(part((await self._ask("GET", f"pages?{urlencode(query)}")).json).get("data"))
        for one in listed:
            page = await self.read(str(one.get("id")))
            if page is not None and page.trace is not None and page.trace.document == draft.trace.document:
                return page
        return None

    async def read(self, id_: str) -> Page | None:
        answer = await self._ask("GET", f"pages/{quote(id_)}", None, 404)
        return None if answer.status == 404 else understood(self._page(answer.json))

    async def create(self, draft: Draft) -> Page:
        place = self._line.place
        where = {"chapter_id": int(place.parent)} if place.parent else {"book_id": int(place.space)}
        answer = await self._ask("POST", "pages", {**where, "name": draft.title, "markdown": _text(draft)})
        return understood(self._page(answer.json), is_written=True)

    async def replace(self, page: Page, draft: Draft) -> Page:
        now = await self.read(page.id)
        if now is None or now.version != page.version:
            raise Refused(f"status {CONFLICT}", CONFLICT)
        answer = await self._ask("PUT", f"pages/{quote(page.id)}", {"markdown": _text(draft)})
        return understood(self._page(answer.json), is_written=True)

    async def comments(self, page: Page) -> frozenset[str]:
        """None where it is too old to be asked."""
        query = {"filter[commentable_type]": "page", "filter[commentable_id]": page.id, "count": MOST}
        answer = await self._ask("GET", f"comments?{urlencode(query)}", None, 404)
        return frozenset(str(one.get("id")) for one in objects(part(answer.json).get("data")))

    async def who(self, page: Page) -> str:
        return page.by

    async def look(self) -> None:
        await self._ask("GET", f"books/{quote(self._line.place.space)}")
        if self._line.place.parent:
            await self._ask("GET", f"chapters/{quote(self._line.place.parent)}")

    def why(self, no: Refused) -> str:
        return refused("`space` or `parent`", no, text_of(no.content, "error", "message"))

    async def _ask(self, method: str, path: str, content: Any = None, *also: int) -> Content:
        headers = {"Authorization": f"Token {self._line.token}"}
        return await self._line.ask(method, f"/api/{path}", headers, content, *also)

    def _page(self, found: Any) -> Page | None:
        page = part(found)
        id_, revisions, by = page.get("id"), page.get("revision_count"), text_of(page, "updated_by", "name")
        if not isinstance(id_, int) or not isinstance(revisions, int):
            return None
        url = f"{self._line.place.api}/link/{id_}"
        return Page(str(id_), url, str(revisions), trace_in(text_of(page, "markdown")), by)


def _text(draft: Draft) -> str:
    return f"{draft.markdown}\n\n<!-- {draft.trace} -->\n"
