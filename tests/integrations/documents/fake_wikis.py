"""The parts of Outline's and BookStack's APIs about documents, as their sources have them. Outline answers by POST
alone and writes Markdown anew in its own way; BookStack takes a page below a book or a chapter."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.vocabulary import DocumentKind
from tests.integrations.documents.fakes import NAMES, TOKEN, Fake, Kept

COLLECTION = "8d3bdb0c-6e0f-4bd1-a9c1-2f9f5ed27c10"


@dataclass(kw_only=True)
class FakeOutline(Fake):
    kind: DocumentKind = DocumentKind.OUTLINE

    def needs(self) -> dict[str, Any]:
        return {"space": COLLECTION}

    def is_write(self, method: str, path: str, body: Any) -> bool:
        return path.endswith((".create", ".update"))

    async def do(self, method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        match path.removeprefix("/api/"):
            case "collections.info" if self.has_space and body["id"] == COLLECTION:
                return 200, {"data": {"id": COLLECTION}}
            case "documents.info" if one := self.pages.get(body["id"]):
                return 200, {"data": self.shown(one)}
            case "documents.create" if self.has_space:
                if body["id"] in self.pages:
                    return 400, {"message": "id must be unique"}
                assert body["publish"]
                assert body["collectionId"] == COLLECTION
                made = Kept(body["id"], body["title"], self.written(body["text"]), body.get("parentDocumentId", ""))
                self.pages[made.id] = made
                return 200, {"data": self.shown(made)}
            case "documents.update" if one := self.pages.get(body["id"]):
                if body["lastRevision"] != one.version:
                    return 400, {"message": "Document has changed since last revision"}
                self.overwrite(one, one.title, self.written(body["text"]))
                return 200, {"data": self.shown(one)}
            case "comments.list" if one := self.pages.get(body["documentId"]):
                assert body["statusFilter"] == ["unresolved"]
                return 200, {"data": [{"id": comment} for comment in one.comments]}
        return 404, {"message": "Resource not found"}

    def written(self, text: str) -> str:
        """Its editor keeps no comments, and ends without a newline."""
        assert "<!--" not in text
        return text.strip()

    def shown(self, one: Kept) -> dict[str, Any]:
        return {
            "id": one.id,
            "url": f"/doc/{one.id}",
            "title": one.title,
            "text": one.text,
            "revision": one.version,
            "updatedBy": {"name": NAMES[one.by]},
            "deletedAt": "2026-11-28T12:00:00Z" if one.is_gone else None,
        }


@dataclass(kw_only=True)
class FakeBookStack(Fake):
    kind: DocumentKind = DocumentKind.BOOKSTACK

    def needs(self) -> dict[str, Any]:
        return {"space": "12"}

    def is_admitted(self, headers: Mapping[str, str]) -> bool:
        return headers.get("Authorization") == f"Token {TOKEN}"

    async def do(self, method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        match method, path.removeprefix("/api/").split("/"):
            case "GET", ["books", "12"] if self.has_space:
                return 200, {"id": 12}
            case "GET", ["pages"]:
                assert query["filter[book_id]"] == "12"
                found = [one for one in self.there() if one.title == query["filter[name]"]]
                return 200, {"data": [{"id": int(one.id)} for one in found]}
            case "POST", ["pages"] if self.has_space and body["book_id"] == 12:
                return 200, self.shown(self.add(body["name"], body["markdown"]))
            case method, ["pages", id_] if (one := self.pages.get(id_)) and not one.is_gone:
                if method == "PUT":
                    self.overwrite(one, one.title, body["markdown"])
                return 200, self.shown(one)
            case "GET", ["comments"]:
                assert query["filter[commentable_type]"] == "page"
                said = self.pages[query["filter[commentable_id]"]].comments
                return 200, {"data": [{"id": comment} for comment in said]}
        return 404, {"error": {"message": "Entity not found", "code": 404}}

    def shown(self, one: Kept) -> dict[str, Any]:
        return {
            "id": int(one.id),
            "book_id": 12,
            "name": one.title,
            "markdown": one.text,
            "revision_count": one.version,
            "updated_by": {"id": 1, "name": NAMES[one.by]},
        }
