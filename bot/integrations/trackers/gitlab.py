"""GitLab issues, by its REST API, version 4 (docs.gitlab.com/api/issues, read in November 2026).

There is no key to make an issue once with. An issue that is closed is closed: GitLab can't say that work was given up.
"""

from typing import Any, Final
from urllib.parse import quote, urlencode

from bot.domain.vocabulary import FollowUpState
from bot.integrations.rest import Content, Refused, objects, part, text_of, understood
from bot.integrations.trackers.marked import find_marked, marked
from bot.integrations.trackers.tracker import Account, Change, Checked, Draft, Line, Ticket, day_of, refused

LONGEST_BODY: Final = 500_000
"""GitLab takes 1,048,576; nobody reads that much."""


class GitLab:
    name = "GitLab"
    longest_title = 255
    tells_dropped = False

    def __init__(self, line: Line) -> None:
        self._line = line
        self._project = f"/projects/{quote(line.place.project, safe='')}"
        self._numbers: dict[str, int] = {}
        """By the name of an account, its number."""

    async def create(self, draft: Draft) -> Ticket:
        content: dict[str, Any] = {"title": draft.title, "description": marked(draft, LONGEST_BODY)}
        if draft.owner is not None:
            content["assignee_ids"] = [await self._number(draft.owner)]
        if draft.due is not None:
            content["due_date"] = draft.due.isoformat()
        answer = await self._ask("POST", f"{self._project}/issues", content)
        return understood(_ticket(answer.json), is_written=True)

    async def find(self, draft: Draft) -> Ticket | None:
        query = {"scope": "all", "order_by": "created_at", "sort": "desc"}
        one = await find_marked(self._ask, f"{self._project}/issues", query, "created_after", "description", draft)
        return understood(_ticket(one)) if one is not None else None

    async def read(self, id_: str) -> Ticket | None:
        """One that was moved elsewhere stays behind, closed."""
        answer = await self._ask("GET", f"{self._project}/issues/{quote(id_)}", None, 404)
        if answer.status == 404 or part(answer.json).get("moved_to_id") is not None:
            return None
        return understood(_ticket(answer.json))

    async def update(self, ticket: Ticket, change: Change) -> None:
        content: dict[str, Any] = {"title": change.title} if change.title is not None else {}
        if change.owner is not None:
            content["assignee_ids"] = [await self._number(change.owner)]
        if change.due is not None:
            content["due_date"] = change.due.isoformat()
        if change.state is not None:
            content["state_event"] = "reopen" if change.state is FollowUpState.OPEN else "close"
        if content:
            await self._ask("PUT", f"{self._project}/issues/{quote(ticket.id)}", content)

    async def account(self, email: str) -> str | None:
        found = objects((await self._ask("GET", f"/users?{urlencode({'search': email, 'per_page': 2})}")).json)
        return text_of(found[0], "username") or None if len(found) == 1 else None

    async def myself(self) -> str:
        return text_of((await self._ask("GET", "/user")).json, "username")

    async def look(self) -> None:
        found = (await self._ask("GET", self._project)).json
        if text_of(found, "issues_access_level") == "disabled":
            raise Refused(f"issues are switched off in {self._line.place.project}; its settings switch them on")

    async def check(self) -> Checked:
        await self.look()
        return Checked(("done: closed", "dropped: closed, which says nothing of that", "open: reopened"))

    def why(self, no: Refused) -> str:
        said = part(no.content).get("message") or part(no.content).get("error")
        return refused(self._line.place.project, no, said if isinstance(said, str) else str(said or ""))

    async def _number(self, name: str) -> int:
        """Raises Refused where nobody is called so."""
        if name not in self._numbers:
            found = objects((await self._ask("GET", f"/users?{urlencode({'username': name})}")).json)
            number = found[0].get("id") if found else None
            if not isinstance(number, int):
                raise Refused(f"there is no account {name}; look at `people` in the policy")
            self._numbers[name] = number
        return self._numbers[name]

    async def _ask(self, method: str, path: str, body: Any = None, *also: int) -> Content:
        return await self._line.ask(method, path, {"Authorization": f"Bearer {self._line.token}"}, body, *also)


def _ticket(found: Any) -> Ticket | None:
    number, url = part(found).get("iid"), text_of(found, "web_url")
    if not isinstance(number, int) or not url.startswith(("https://", "http://")):
        return None
    owner = next(iter(objects(part(found).get("assignees"))), None)
    name = text_of(owner, "username")
    return Ticket(
        id=str(number),
        key=f"#{number}",
        url=url,
        title=text_of(found, "title"),
        state=FollowUpState.DONE if text_of(found, "state") == "closed" else FollowUpState.OPEN,
        owner=Account(name, text_of(owner, "name") or name) if name else None,
        due=day_of(found, "due_date"),
    )
