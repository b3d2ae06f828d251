"""The parts of GitHub's and GitLab's REST APIs about files and pull or merge requests, as their documentation has them:
a file that is another than the one named is not written, and of a branch there is one."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha1
from typing import Any
from urllib.parse import unquote

from bot.domain.vocabulary import DocumentKind
from tests.integrations.documents.fakes import MUSTER, SOMEBODY, Fake, Kept

REPOSITORY = "example/reviews"


def sha(text: str) -> str:
    return sha1(text.encode(), usedforsecurity=False).hexdigest()


@dataclass(kw_only=True)
class FakeHost(Fake):
    """A page is a request; its parent is the branch, and its text what stands there in the one file that it changes."""

    is_written_in_steps: bool = True
    branches: dict[str, dict[str, str]] = field(default_factory=lambda: {"main": {}})
    merged: set[str] = field(default_factory=set)

    def needs(self) -> dict[str, Any]:
        return {"space": REPOSITORY, "folder": "docs/reviews/"}

    def branch(self, one: Kept) -> dict[str, str]:
        return self.branches["main" if one.id in self.merged else one.parent]

    def path(self, one: Kept) -> str:
        return next(
            path for path in self.branches[one.parent] if path not in self.branches["main"] or one.id in self.merged
        )

    def edit(self, one: Kept, by: str = SOMEBODY) -> None:
        self.put(one.parent if one.id not in self.merged else "main", self.path(one), f"{one.text}\nAnd more.\n", by)

    def merge(self, one: Kept) -> None:
        path = self.path(one)
        self.branches["main"][path] = self.branches[one.parent][path]
        self.merged.add(one.id)

    def put(self, branch: str, path: str, text: str, by: str = MUSTER) -> None:
        self.branches[branch][path] = text
        for one in self.there():
            is_its = one.parent == branch if one.id not in self.merged else branch == "main"
            if is_its and by == MUSTER:
                self.overwrite(one, one.title, text)
            elif is_its:
                one.text, one.version, one.by = text, one.version + 1, by

    def ask(self, title: str, branch: str) -> Kept:
        (text,) = (text for path, text in self.branches[branch].items() if self.branches["main"].get(path) != text)
        return self.add(title, text, branch)

    def of(self, branch: str) -> list[Kept]:
        return [one for one in reversed(self.pages.values()) if one.parent == branch]


@dataclass(kw_only=True)
class FakeGitHub(FakeHost):
    kind: DocumentKind = DocumentKind.GITHUB

    async def do(self, method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        if not self.has_space:
            return 404, {"message": "Not Found"}
        match method, path.removeprefix(f"/repos/{REPOSITORY}/").split("/"):
            case "GET", ["git", "ref", "heads", "main"]:
                return 200, {"object": {"sha": "a" * 40}}
            case "POST", ["git", "refs"]:
                name = body["ref"].removeprefix("refs/heads/")
                if name in self.branches:
                    return 422, {"message": "Reference already exists"}
                self.branches[name] = dict(self.branches["main"])
                return 201, {}
            case "GET", ["contents", *rest]:
                text = self.branches.get(query["ref"], {}).get("/".join(rest))
                if text is None:
                    return 404, {"message": "Not Found"}
                return 200, {"sha": sha(text), "content": base64.encodebytes(text.encode()).decode()}
            case "PUT", ["contents", *rest]:
                file, text = "/".join(rest), base64.b64decode(body["content"]).decode()
                there = self.branches[body["branch"]].get(file)
                if (sha(there) if there is not None else None) != body.get("sha"):
                    return 409, {"message": f"{file} does not match"}
                self.put(body["branch"], file, text)
                return 200, {}
            case "GET", ["pulls"]:
                return 200, [self.shown(one) for one in self.of(query["head"].partition(":")[2])]
            case "POST", ["pulls"]:
                return 201, self.shown(self.ask(body["title"], body["head"]))
            case "GET", ["pulls", number] if one := self.pages.get(number):
                return 200, self.shown(one)
            case "GET", ["pulls", number, "comments"]:
                return 200, [{"id": comment, "user": {"type": "User"}} for comment in self.pages[number].comments]
            case "GET", ["issues", _, "comments"]:
                return 200, [{"id": 1, "user": {"type": "Bot"}}]
        return 404, {"message": "Not Found"}

    def shown(self, one: Kept) -> dict[str, Any]:
        is_merged = one.id in self.merged
        return {
            "number": int(one.id),
            "html_url": f"https://github.example/{REPOSITORY}/pull/{one.id}",
            "state": "closed" if is_merged or one.is_gone else "open",
            "merged_at": "2026-11-28T12:00:00Z" if is_merged else None,
            "head": {"ref": one.parent},
        }


@dataclass(kw_only=True)
class FakeGitLab(FakeHost):
    kind: DocumentKind = DocumentKind.GITLAB

    def is_look_at_comments(self, method: str, path: str) -> bool:
        return path.endswith("/notes")

    async def do(self, method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        if not self.has_space:
            return 404, {"message": "404 Project Not Found"}
        match method, path.removeprefix(f"/projects/{REPOSITORY}/").split("/"):
            case "GET", ["repository", "branches", "main"]:
                return 200, {"name": "main"}
            case "POST", ["repository", "branches"]:
                if body["branch"] in self.branches:
                    return 400, {"message": "Branch already exists"}
                self.branches[body["branch"]] = dict(self.branches[body["ref"]])
                return 201, {}
            case "GET", ["repository", "files", *rest]:
                text = self.branches.get(query["ref"], {}).get(unquote("/".join(rest)))
                if text is None:
                    return 404, {"message": "404 File Not Found"}
                content = base64.b64encode(text.encode()).decode()
                return 200, {"content": content, "blob_id": sha(text), "last_commit_id": sha(f"commit of {text}")}
            case "POST", ["repository", "commits"]:
                return self.commit(body["branch"], body["actions"][0])
            case "GET", ["merge_requests"]:
                return 200, [self.shown(one) for one in self.of(query["source_branch"])]
            case "POST", ["merge_requests"]:
                return 201, self.shown(self.ask(body["title"], body["source_branch"]))
            case "GET", ["merge_requests", number] if one := self.pages.get(number):
                return 200, self.shown(one)
            case "GET", ["merge_requests", number, "notes"]:
                said = [{"id": comment, "system": False} for comment in self.pages[number].comments]
                return 200, [*said, {"id": 1, "system": True}]
        return 404, {"message": "404 Not Found"}

    def commit(self, branch: str, action: Any) -> tuple[int, Any]:
        there = self.branches[branch].get(action["file_path"])
        if action["action"] == "create" and there is not None:
            return 400, {"message": "A file with this name already exists"}
        if there is not None and action.get("last_commit_id") != sha(f"commit of {there}"):
            return 400, {
                "message": "You are attempting to update a file that has changed since you started editing it."
            }
        self.put(branch, action["file_path"], action["content"])
        return 201, {}

    def shown(self, one: Kept) -> dict[str, Any]:
        state = "merged" if one.id in self.merged else "closed" if one.is_gone else "opened"
        url = f"https://gitlab.example/{REPOSITORY}/-/merge_requests/{one.id}"
        return {"iid": int(one.id), "web_url": url, "state": state, "source_branch": one.parent}
