"""GitHub as the host of a repository of reviews, by its REST API, version 2022-11-28 (docs.github.com: “Git
references”, “Repository contents”, “Pull requests”, “Issue comments”)."""

import base64
from typing import Any
from urllib.parse import quote, urlencode

from bot.delivery.outcomes import Unknown
from bot.integrations.documents.keeper import CONFLICT, Line
from bot.integrations.documents.repository import MOST_COMMENTS, Asked, File
from bot.integrations.rest import NOT_JSON, Content, Refused, Stopped, objects, part, text_of

IN_THE_WAY = (409, 422)
"""The answer where something stands there already, or stands there otherwise."""


class GitHub:
    name = "GitHub"

    def __init__(self, line: Line) -> None:
        self._line = line
        self._base = line.place.base

    async def request(self, number: int) -> Asked | None:
        answer = await self._ask("GET", f"pulls/{number}", None, 404)
        return None if answer.status == 404 else _asked(answer.json)

    async def request_of(self, branch: str) -> Asked | None:
        owner = self._line.place.space.partition("/")[0]
        query = urlencode({"head": f"{owner}:{branch}", "state": "all", "sort": "created", "direction": "desc"})
        found = objects((await self._ask("GET", f"pulls?{query}")).json)
        return next((_asked(one) for one in found if text_of(one, "head", "ref") == branch), None)

    async def ask_for(self, branch: str, title: str, body: str) -> Asked:
        content = {"title": title, "head": branch, "base": self._base, "body": body}
        return _asked((await self._ask("POST", "pulls", content)).json)

    async def file(self, path: str, branch: str) -> File | None:
        answer = await self._ask("GET", f"contents/{quote(path)}?{urlencode({'ref': branch})}", None, 404)
        if answer.status == 404:
            return None
        return File(
            text_of(answer.json, "sha"), base64.b64decode(text_of(answer.json, "content")).decode("utf-8", "replace")
        )

    async def begin(self, branch: str) -> None:
        content = {"ref": f"refs/heads/{branch}", "sha": await self._head()}
        await self._ask("POST", "git/refs", content, *IN_THE_WAY)

    async def write(self, path: str, branch: str, text: str, message: str, was: File | None) -> None:
        encoded = base64.b64encode(text.encode("utf-8", "replace")).decode()
        content = {"message": message, "content": encoded, "branch": branch, **({"sha": was.version} if was else {})}
        answer = await self._ask("PUT", f"contents/{quote(path)}", content, *IN_THE_WAY)
        if answer.status in IN_THE_WAY:
            raise Refused(f"status {CONFLICT}", CONFLICT, answer.json)

    async def comments(self, number: int) -> frozenset[str]:
        """Of people, and not of what runs at every pull request."""
        found = set()
        for kind in ("pulls", "issues"):
            query = urlencode({"per_page": MOST_COMMENTS})
            listed = objects((await self._ask("GET", f"{kind}/{number}/comments?{query}")).json)
            found |= {f"{kind}/{one.get('id')}" for one in listed if text_of(one, "user", "type") != "Bot"}
        return frozenset(found)

    async def look(self) -> None:
        await self._head()

    def said(self, no: Refused) -> str:
        told = [one.get("message") for one in objects(part(no.content).get("errors"))]
        return "; ".join(str(one) for one in (*told, part(no.content).get("message")) if one)

    async def _head(self) -> str:
        answer = await self._ask("GET", f"git/ref/heads/{quote(self._base)}", None, 404, 409)
        sha = text_of(answer.json, "object", "sha")
        if answer.status != 200 or not sha:
            where = self._line.place.space
            raise Refused(f"{where} has no branch {self._base}, or the token may not see it; look at the policy")
        return sha

    async def _ask(self, method: str, path: str, content: Any = None, *also: int) -> Content:
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self._line.token}",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        return await self._line.ask(method, f"/repos/{self._line.place.space}/{path}", headers, content, *also)


def _asked(found: Any) -> Asked:
    number, url, branch = part(found).get("number"), text_of(found, "html_url"), text_of(found, "head", "ref")
    if not isinstance(number, int) or not url.startswith(("https://", "http://")) or not branch:
        raise Stopped(Unknown(NOT_JSON))
    return Asked(number, url, branch, text_of(found, "state") == "open", bool(part(found).get("merged_at")))
