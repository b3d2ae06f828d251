"""GitHub Issues, by its REST API, version 2022-11-28 (docs.github.com, “Issues”, read in November 2026); a server of
one's own has it below `/api/v3`.

There is no key to make an issue once with, and issues have no due date.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote, urlencode

from bot.domain.vocabulary import FollowUpState
from bot.integrations.rest import Content, Refused, objects, part, text_of, understood
from bot.integrations.trackers.marked import find_marked, marked
from bot.integrations.trackers.tracker import Account, Change, Checked, Draft, Line, Ticket, refused

LONGEST_BODY: Final = 65_000
"""GitHub takes 65,536."""
STATES: Final[Mapping[FollowUpState, Mapping[str, str]]] = {
    FollowUpState.OPEN: {"state": "open"},
    FollowUpState.DONE: {"state": "closed", "state_reason": "completed"},
    FollowUpState.DROPPED: {"state": "closed", "state_reason": "not_planned"},
}
GONE: Final = (301, 404, 410)
"""An issue that was moved elsewhere, or deleted."""


class GitHub:
    name = "GitHub"
    longest_title = 200
    tells_dropped = True

    def __init__(self, line: Line) -> None:
        self._line = line
        self._issues = f"/repos/{line.place.project}/issues"
        self._people: dict[str, Account] = {}

    async def create(self, draft: Draft) -> Ticket:
        content: dict[str, Any] = {"title": draft.title, "body": marked(draft, LONGEST_BODY)}
        if draft.owner is not None:
            answer = await self._ask("POST", self._issues, {**content, "assignees": [draft.owner]}, 422)
            if answer.status != 422:
                return understood(_ticket(answer.json), is_written=True)
        return understood(_ticket((await self._ask("POST", self._issues, content)).json), is_written=True)

    async def find(self, draft: Draft) -> Ticket | None:
        query = {"state": "all", "sort": "created", "direction": "desc"}
        one = await find_marked(self._ask, self._issues, query, "since", "body", draft)
        return understood(_ticket(one)) if one is not None else None

    async def read(self, id_: str) -> Ticket | None:
        answer = await self._ask("GET", f"{self._issues}/{quote(id_)}", None, *GONE)
        if answer.status in GONE:
            return None
        ticket = understood(_ticket(answer.json))
        return replace(ticket, owner=await self._person(ticket.owner.id)) if ticket.owner else ticket

    async def update(self, ticket: Ticket, change: Change) -> None:
        content: dict[str, Any] = {"title": change.title} if change.title is not None else {}
        if change.owner is not None:
            content["assignees"] = [change.owner]
        if change.state is not None:
            content |= STATES[change.state]
        if content:
            await self._ask("PATCH", f"{self._issues}/{quote(ticket.id)}", content)

    async def account(self, email: str) -> str | None:
        """Only of those who show their address to everybody."""
        query = urlencode({"q": f"{email} in:email", "per_page": 2})
        found = objects(part((await self._ask("GET", f"/search/users?{query}")).json).get("items"))
        return text_of(found[0], "login") or None if len(found) == 1 else None

    async def myself(self) -> str:
        """The token of an app belongs to nobody."""
        answer = await self._ask("GET", "/user", None, 403, 404)
        return text_of(answer.json, "login") if answer.status == 200 else ""

    async def look(self) -> None:
        found = await self._ask("GET", f"/repos/{self._line.place.project}")
        if part(found.json).get("has_issues") is False:
            raise Refused(f"issues are switched off in {self._line.place.project}; its settings switch them on")

    async def check(self) -> Checked:
        await self.look()
        return Checked(("done: closed as completed", "dropped: closed as not planned", "open: reopened"))

    def why(self, no: Refused) -> str:
        told = [one.get("message") or one.get("field") for one in objects(part(no.content).get("errors"))]
        said = "; ".join(str(one) for one in (part(no.content).get("message"), *told) if one)
        return refused(self._line.place.project, no, said)

    async def _person(self, login: str) -> Account:
        """With their name, and the address that they show to everybody."""
        if login not in self._people:
            found = (await self._ask("GET", f"/users/{quote(login)}", None, 404)).json
            self._people[login] = Account(login, text_of(found, "name") or login, text_of(found, "email"))
        return self._people[login]

    async def _ask(self, method: str, path: str, body: Any = None, *also: int) -> Content:
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self._line.token}",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        return await self._line.ask(method, path, headers, body, *also)


def _ticket(found: Any) -> Ticket | None:
    number, url, is_open = part(found).get("number"), text_of(found, "html_url"), text_of(found, "state") == "open"
    if not isinstance(number, int) or not url.startswith(("https://", "http://")):
        return None
    is_dropped = text_of(found, "state_reason") in ("not_planned", "duplicate")
    owner = next(iter(objects(part(found).get("assignees"))), None)
    login = text_of(owner, "login")
    return Ticket(
        id=str(number),
        key=f"#{number}",
        url=url,
        title=text_of(found, "title"),
        state=FollowUpState.OPEN if is_open else FollowUpState.DROPPED if is_dropped else FollowUpState.DONE,
        owner=Account(login, login) if login else None,
    )
