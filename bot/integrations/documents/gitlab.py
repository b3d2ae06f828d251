"""GitLab as the host of a repository of reviews, by its REST API v4 (docs.gitlab.com: “Commits”, “Repository files”,
“Merge requests”, “Notes”)."""

import base64
from typing import Any
from urllib.parse import quote, urlencode

from bot.delivery.outcomes import Unknown
from bot.integrations.documents.keeper import CONFLICT, Line
from bot.integrations.documents.repository import MOST_COMMENTS, Asked, File
from bot.integrations.rest import NOT_JSON, Content, Refused, Stopped, objects, part, text_of

IN_THE_WAY = 400
"""The answer where something stands there already, or stands there otherwise."""


class GitLab:
    name = "GitLab"

    def __init__(self, line: Line) -> None:
        self._line = line
        self._base = line.place.base

    async def request(self, number: int) -> Asked | None:
        answer = await self._ask("GET", f"merge_requests/{number}", None, 404)
        return None if answer.status == 404 else _asked(answer.json)

    async def request_of(self, branch: str) -> Asked | None:
        query = urlencode({"source_branch": branch, "order_by": "created_at", "sort": "desc"})
        found = objects((await self._ask("GET", f"merge_requests?{query}")).json)
        return _asked(found[0]) if found else None

    async def ask_for(self, branch: str, title: str, body: str) -> Asked:
        content = {"source_branch": branch, "target_branch": self._base, "title": title, "description": body}
        return _asked((await self._ask("POST", "merge_requests", {**content, "remove_source_branch": True})).json)

    async def file(self, path: str, branch: str) -> File | None:
        answer = await self._ask(
            "GET", f"repository/files/{quote(path, safe='')}?{urlencode({'ref': branch})}", None, 404
        )
        if answer.status == 404:
            return None
        text = base64.b64decode(text_of(answer.json, "content")).decode("utf-8", "replace")
        return File(text_of(answer.json, "blob_id"), text, text_of(answer.json, "last_commit_id"))

    async def begin(self, branch: str) -> None:
        await self._ask("POST", "repository/branches", {"branch": branch, "ref": self._base}, IN_THE_WAY)

    async def write(self, path: str, branch: str, text: str, message: str, was: File | None) -> None:
        """One commit; where another one changed the file since, it is refused."""
        file = {"action": "update" if was else "create", "file_path": path, "content": text}
        action = {**file, **({"last_commit_id": was.commit} if was and was.commit else {})}
        content = {"branch": branch, "commit_message": message, "actions": [action]}
        answer = await self._ask("POST", "repository/commits", content, IN_THE_WAY)
        if answer.status == IN_THE_WAY:
            raise Refused(f"status {CONFLICT}", CONFLICT, answer.json)

    async def comments(self, number: int) -> frozenset[str]:
        """Without what GitLab notes itself."""
        query = urlencode({"per_page": MOST_COMMENTS})
        listed = objects((await self._ask("GET", f"merge_requests/{number}/notes?{query}")).json)
        return frozenset(str(one.get("id")) for one in listed if not one.get("system"))

    async def look(self) -> None:
        answer = await self._ask("GET", f"repository/branches/{quote(self._base, safe='')}", None, 404)
        if answer.status == 404:
            where = self._line.place.space
            raise Refused(f"{where} has no branch {self._base}, or the token may not see it; look at the policy")

    def said(self, no: Refused) -> str:
        told = part(no.content).get("message") or part(no.content).get("error")
        return str(told) if told else ""

    async def _ask(self, method: str, path: str, content: Any = None, *also: int) -> Content:
        project = quote(self._line.place.space, safe="")
        headers = {"Authorization": f"Bearer {self._line.token}"}
        return await self._line.ask(method, f"/projects/{project}/{path}", headers, content, *also)


def _asked(found: Any) -> Asked:
    number, url, branch = part(found).get("iid"), text_of(found, "web_url"), text_of(found, "source_branch")
    if not isinstance(number, int) or not url.startswith(("https://", "http://")) or not branch:
        raise Stopped(Unknown(NOT_JSON))
    state = text_of(found, "state")
    return Asked(number, url, branch, state == "opened", state == "merged")
