"""The parts of Confluence's REST APIs about pages, as its documentation has them: Cloud by v2, Data Center by v1. What
is no well-formed storage format is refused."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from bot.domain.vocabulary import DocumentKind
from tests.integrations.documents.fakes import NAMES, TOKEN, Fake, Kept

ACCOUNT = "muster@shop.example"


def parsed(text: str) -> ElementTree.Element:
    """A page as XML, its prefix declared as Confluence has it."""
    return ElementTree.fromstring(f'<page xmlns:ac="http://atlassian.com/content">{text}</page>')  # noqa: S314 - ours


@dataclass(kw_only=True)
class FakeConfluence(Fake):
    kind: DocumentKind = DocumentKind.CONFLUENCE

    def needs(self) -> dict[str, Any]:
        return {"account": ACCOUNT, "space": "OPS"}

    def is_admitted(self, headers: Mapping[str, str]) -> bool:
        basic = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        return headers.get("Authorization") == f"Basic {basic}"

    def says(self, one: Kept) -> str:
        return "\n".join(parsed(one.text).itertext())

    async def do(self, method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        match method, path.strip("/").split("/"):
            case "GET", ["wiki", "rest", "api", "user"]:
                return 200, {"displayName": NAMES[query["accountId"]]}
            case "GET", ["wiki", "api", "v2", "spaces"]:
                return 200, {"results": [{"id": "7", "key": "OPS"}] if self.has_space else []}
            case "GET", ["wiki", "api", "v2", "pages"]:
                assert query["space-id"] == "7"
                assert query["status"] == "current"
                return 200, {"results": [self.shown(one) for one in self.titled(query["title"])]}
            case "POST", ["wiki", "api", "v2", "pages"]:
                assert body["spaceId"] == "7"
                return self.make(body, body["body"], body.get("parentId", ""))
            case method, ["wiki", "api", "v2", "pages", id_] if one := self.pages.get(id_):
                return self.change(one, body, body["body"]) if method == "PUT" else (200, self.shown(one))
            case "GET", ["wiki", "api", "v2", "pages", id_, "footer-comments"]:
                return 200, {"results": []}
            case "GET", ["wiki", "api", "v2", "pages", id_, "inline-comments"]:
                said = [{"id": one, "resolutionStatus": "open"} for one in self.pages[id_].comments]
                return 200, {"results": [*said, {"id": "old", "resolutionStatus": "resolved"}]}
        return 404, {"errors": [{"status": 404, "title": "Not Found"}]}

    def titled(self, title: str) -> list[Kept]:
        return [one for one in self.there() if one.title == title]

    def make(self, body: Any, text: Any, parent: str) -> tuple[int, Any]:
        if wrong := self.wrong(text) or (self.titled(body["title"]) and "A page already exists with the same TITLE"):
            return 400, {"errors": [{"status": 400, "title": wrong}]}
        if parent and parent not in self.pages:
            return 404, {"errors": [{"status": 404, "title": "Parent not found"}]}
        return 200, self.shown(self.add(body["title"], text["value"], parent))

    def change(self, one: Kept, body: Any, text: Any) -> tuple[int, Any]:
        if body["version"]["number"] != one.version + 1:
            return 409, {"errors": [{"status": 409, "title": "Version must be incremented when updating a page"}]}
        if wrong := self.wrong(text):
            return 400, {"errors": [{"status": 400, "title": wrong}]}
        self.overwrite(one, body["title"], text["value"])
        return 200, self.shown(one)

    def wrong(self, text: Any) -> str:
        assert text["representation"] == "storage"
        try:
            parsed(text["value"])
        except ElementTree.ParseError as error:
            return f"Error parsing xhtml: {error}"
        return ""

    def shown(self, one: Kept) -> dict[str, Any]:
        return {
            "id": one.id,
            "status": "trashed" if one.is_gone else "current",
            "title": one.title,
            "version": {"number": one.version, "authorId": one.by},
            "body": {"storage": {"value": one.text}},
            "_links": {"webui": f"/spaces/OPS/pages/{one.id}", "base": "https://shop.example/wiki"},
        }


@dataclass(kw_only=True)
class FakeDataCenter(FakeConfluence):
    kind: DocumentKind = DocumentKind.CONFLUENCE_DATA_CENTER

    def needs(self) -> dict[str, Any]:
        return {"space": "OPS"}

    def is_admitted(self, headers: Mapping[str, str]) -> bool:
        return headers.get("Authorization") == f"Bearer {TOKEN}"

    async def do(self, method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        match method, path.removeprefix("/rest/api/").split("/"):
            case "GET", ["user"]:
                return 200, {"displayName": NAMES[query["username"]]}
            case "GET", ["space", "OPS"] if self.has_space:
                return 200, {"id": 7, "key": "OPS"}
            case "GET", ["content"]:
                assert query["spaceKey"] == "OPS"
                return 200, {"results": [self.shown(one) for one in self.titled(query["title"])]}
            case "POST", ["content"]:
                assert body["space"] == {"key": "OPS"}
                assert body["type"] == "page"
                parent = next((one["id"] for one in body.get("ancestors", [])), "")
                return self.make(body, body["body"]["storage"], parent)
            case method, ["content", id_] if one := self.pages.get(id_):
                if method == "PUT":
                    return self.change(one, body, body["body"]["storage"])
                return (404, {"message": "No content found"}) if one.is_gone else (200, self.shown(one))
            case "GET", ["content", id_, "child", "comment"]:
                said = [
                    {"id": one, "extensions": {"resolution": {"status": "open"}}} for one in self.pages[id_].comments
                ]
                return 200, {"results": [*said, {"id": "old", "extensions": {"resolution": {"status": "resolved"}}}]}
        return 404, {"message": "Not Found"}

    def shown(self, one: Kept) -> dict[str, Any]:
        found = super().shown(one)
        return found | {
            "version": {"number": one.version, "by": {"username": one.by}},
            "_links": {"webui": f"/display/OPS/{one.id}", "base": "https://wiki.shop.example"},
        }
