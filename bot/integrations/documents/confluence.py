"""Confluence: Cloud by its REST API v2, Data Center by v1 (developer.atlassian.com, November 2026).

Both take pages in the storage format, count each change of one, and answer 409 where somebody saved in between. Titles
are unique within a space, so a page is looked for by its title; our trace is the name of an anchor in it, which nobody
sees. Replacing a page's text ends the comments within it.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode

from bot.integrations.documents.keeper import Draft, Line, Page, refused, trace_in
from bot.integrations.rest import Content, Refused, objects, part, text_of, understood
from bot.review.as_confluence import render_confluence

MOST_COMMENTS: Final = 100
SETTLED: Final = frozenset({"resolved", "dangling"})
"""How comments stand that nobody expects an answer to."""
CURRENT: Final = "current"
"""How a page stands that is neither a draft nor in the trash."""
TAKEN: Final = 400
"""The answer where another page of the space has that title, among others."""
Json = dict[str, Any]


class _Api(Protocol):
    """How one of the two is asked. `space`: as it names it in requests."""

    pages: str
    """Below which path they are."""
    shown: Mapping[str, str]
    """What an answer about a page is to hold."""
    comments: Sequence[str]
    """Paths below a page."""

    def headers(self, line: Line) -> Mapping[str, str]: ...

    def space(self, key: str) -> str:
        """The path of it."""
        ...

    def space_in(self, found: Any) -> str:
        """Empty where it is not there."""
        ...

    def titled(self, space: str, title: str) -> Mapping[str, str]: ...

    def new(self, space: str, parent: str, text: Json) -> Json: ...

    def same(self, text: Json) -> Json: ...

    def author(self, version: Json) -> str: ...

    def person(self, id_: str) -> str:
        """The path of somebody."""
        ...

    def is_settled(self, comment: Json) -> bool: ...


class Cloud:
    pages = "/wiki/api/v2/pages"
    shown: Mapping[str, str] = {"body-format": "storage"}
    comments: Sequence[str] = ("footer-comments", "inline-comments")

    def headers(self, line: Line) -> Mapping[str, str]:
        basic = base64.b64encode(f"{line.place.account}:{line.token}".encode()).decode()
        return {"Authorization": f"Basic {basic}"}

    def space(self, key: str) -> str:
        return f"/wiki/api/v2/spaces?{urlencode({'keys': key})}"

    def space_in(self, found: Any) -> str:
        return next((text_of(one, "id") for one in objects(part(found).get("results"))), "")

    def titled(self, space: str, title: str) -> Mapping[str, str]:
        return {"space-id": space, "title": title, "status": CURRENT}

    def new(self, space: str, parent: str, text: Json) -> Json:
        content: Json = {"spaceId": space, "status": CURRENT, "body": text}
        return {**content, "parentId": parent} if parent else content

    def same(self, text: Json) -> Json:
        return {"status": CURRENT, "body": text}

    def author(self, version: Json) -> str:
        return text_of(version, "authorId")

    def person(self, id_: str) -> str:
        return f"/wiki/rest/api/user?{urlencode({'accountId': id_})}"

    def is_settled(self, comment: Json) -> bool:
        return comment.get("resolutionStatus") in SETTLED


class DataCenter:
    pages = "/rest/api/content"
    shown: Mapping[str, str] = {"expand": "version,body.storage"}
    comments: Sequence[str] = ("child/comment",)

    def headers(self, line: Line) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {line.token}"}

    def space(self, key: str) -> str:
        return f"/rest/api/space/{quote(key)}"

    def space_in(self, found: Any) -> str:
        return text_of(found, "key")

    def titled(self, space: str, title: str) -> Mapping[str, str]:
        return {"type": "page", "spaceKey": space, "title": title, "status": CURRENT}

    def new(self, space: str, parent: str, text: Json) -> Json:
        content = {"space": {"key": space}, **self.same(text)}
        return {**content, "ancestors": [{"id": parent}]} if parent else content

    def same(self, text: Json) -> Json:
        return {"type": "page", "body": {"storage": text}}

    def author(self, version: Json) -> str:
        return text_of(version, "by", "username")

    def person(self, id_: str) -> str:
        return f"/rest/api/user?{urlencode({'username': id_})}"

    def is_settled(self, comment: Json) -> bool:
        return text_of(comment, "extensions", "resolution", "status") in SETTLED


class Confluence:
    name = "Confluence"

    def __init__(self, line: Line, api: _Api) -> None:
        self._line = line
        self._api = api

    async def find(self, draft: Draft) -> Page | None:
        space = await self._space()
        for title in _titles(draft):
            page = await self._titled(space, title)
            if page is not None and page.trace is not None and page.trace.document == draft.trace.document:
                return page
        return None

    async def read(self, id_: str) -> Page | None:
        answer = await self._ask("GET", f"{self._api.pages}/{quote(id_)}?{urlencode(self._api.shown)}", None, 404)
        if answer.status == 404 or text_of(answer.json, "status") != CURRENT:
            return None
        return understood(self._page(answer.json))

    async def create(self, draft: Draft) -> Page:
        """Under its other title where a page of somebody else has the first."""
        space = await self._space()
        content = self._api.new(space, draft.beside or self._line.place.parent, _text(draft))
        first, other = _titles(draft)
        answer = await self._ask("POST", self._api.pages, {**content, "title": first}, TAKEN)
        if answer.status == TAKEN and await self._titled(space, first) is not None:
            answer = await self._ask("POST", self._api.pages, {**content, "title": other}, TAKEN)
        if answer.status == TAKEN:
            raise Refused(f"status {TAKEN}", TAKEN, answer.json)
        return understood(self._page(answer.json), is_written=True)

    async def replace(self, page: Page, draft: Draft) -> Page:
        """It keeps the title that it has, which other pages may lead to."""
        version = {"number": int(page.version) + 1, "message": f"The review of {draft.ref}, published again"}
        content = {**self._api.same(_text(draft)), "id": page.id, "title": page.title, "version": version}
        answer = await self._ask("PUT", f"{self._api.pages}/{quote(page.id)}", content)
        return understood(self._page(answer.json), is_written=True)

    async def comments(self, page: Page) -> frozenset[str]:
        found = set()
        for path in self._api.comments:
            query = urlencode({"limit": MOST_COMMENTS, "expand": "extensions.resolution"})
            answer = await self._ask("GET", f"{self._api.pages}/{quote(page.id)}/{path}?{query}")
            listed = objects(part(answer.json).get("results"))
            found |= {text_of(one, "id") for one in listed if not self._api.is_settled(one)}
        return frozenset(found)

    async def who(self, page: Page) -> str:
        if not page.by:
            return ""
        return text_of((await self._ask("GET", self._api.person(page.by), None, 403, 404)).json, "displayName")

    async def look(self) -> None:
        await self._space()
        parent = self._line.place.parent
        if parent and await self.read(parent) is None:
            raise Refused(
                f"the page {parent} is not there, or the token may not see it; look at `parent` in the policy"
            )

    def why(self, no: Refused) -> str:
        told = [one.get("title") or one.get("detail") for one in objects(part(no.content).get("errors"))]
        said = "; ".join(str(one) for one in (*told, part(no.content).get("message")) if one)
        return refused("`space` or `parent`", no, said)

    async def _space(self) -> str:
        answer = await self._ask("GET", self._api.space(self._line.place.space), None, 404)
        space = self._api.space_in(answer.json) if answer.status != 404 else ""
        if not space:
            key = self._line.place.space
            raise Refused(f"the space {key} is not there, or the token may not see it; look at `space` in the policy")
        return space

    async def _titled(self, space: str, title: str) -> Page | None:
        query = urlencode({**self._api.titled(space, title), **self._api.shown})
        found = objects(part((await self._ask("GET", f"{self._api.pages}?{query}")).json).get("results"))
        return understood(self._page(found[0])) if found else None

    def _page(self, found: Any) -> Page | None:
        id_, version, way = text_of(found, "id"), part(found, "version"), text_of(found, "_links", "webui")
        number = version.get("number")
        if not id_ or not isinstance(number, int) or not way.startswith("/"):
            return None
        base = text_of(found, "_links", "base") or f"{self._line.place.api}{self._api.pages.partition('/api')[0]}"
        trace = trace_in(text_of(found, "body", "storage", "value"))
        return Page(id_, f"{base}{way}", str(number), trace, self._api.author(version), text_of(found, "title"))

    async def _ask(self, method: str, path: str, body: Any = None, *also: int) -> Content:
        return await self._line.ask(method, path, self._api.headers(self._line), body, *also)


def _titles(draft: Draft) -> tuple[str, str]:
    return draft.title, f"{draft.title} (Muster)"


def _text(draft: Draft) -> Json:
    return {"representation": "storage", "value": render_confluence(draft.blocks, str(draft.trace))}
