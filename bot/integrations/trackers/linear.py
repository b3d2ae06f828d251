"""Linear, by its GraphQL API (linear.app/developers, and the schema of `@linear/sdk` 98, of November 2026).

The id of a new issue may be chosen by whoever makes it, so it follows from the draft, and an issue is found by it. A
refusal often comes with status 200 or 400, and says in `errors` what it is.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from bot.delivery.outcomes import Retry, Unknown
from bot.domain.vocabulary import FollowUpState
from bot.integrations.rest import Refused, Stopped, objects, part, text_of, understood
from bot.integrations.trackers.form import Markdown
from bot.integrations.trackers.tracker import Account, Change, Checked, Draft, Line, Ticket, day_of, refused

LONGEST_BODY: Final = 200_000
ISSUE: Final = "id identifier url title dueDate trashed state { type } assignee { id displayName email }"
TEAM: Final = (
    "query Team($key: String!) { teams(filter: { key: { eq: $key } })"
    " { nodes { id states { nodes { id name type position } } } } }"
)
READ: Final = f"query Read($id: String!) {{ issue(id: $id) {{ {ISSUE} }} }}"
CREATE: Final = f"mutation Create($input: IssueCreateInput!) {{ issueCreate(input: $input) {{ issue {{ {ISSUE} }} }} }}"
UPDATE: Final = (
    "mutation Update($id: String!, $input: IssueUpdateInput!) { issueUpdate(id: $id, input: $input) { success } }"
)
WHOSE: Final = "query Whose($email: String!) { users(filter: { email: { eq: $email } }) { nodes { id } } }"
MYSELF: Final = "query Myself { viewer { id } }"
TYPES: Final[Mapping[FollowUpState, tuple[str, ...]]] = {
    FollowUpState.OPEN: ("unstarted", "backlog", "triage", "started"),
    FollowUpState.DONE: ("completed",),
    FollowUpState.DROPPED: ("canceled", "duplicate"),
}
"""The types of a team's states that mean each, the best first."""


class Linear:
    name = "Linear"
    longest_title = 255
    tells_dropped = True

    def __init__(self, line: Line) -> None:
        self._line = line

    async def create(self, draft: Draft) -> Ticket:
        team = await self._team()
        content = {"id": _id(draft), "teamId": text_of(team, "id"), "title": draft.title}
        content["description"] = draft.written(Markdown(), LONGEST_BODY)
        if draft.owner is not None:
            content["assigneeId"] = draft.owner
        if draft.due is not None:
            content["dueDate"] = draft.due.isoformat()
        answer = await self._ask(CREATE, {"input": content}, is_write=True)
        return understood(_ticket(part(answer, "issueCreate", "issue")), is_written=True)

    async def find(self, draft: Draft) -> Ticket | None:
        await self._team()  # of a team that may not be seen, no issue is there either
        return await self.read(_id(draft))

    async def read(self, id_: str) -> Ticket | None:
        try:
            found = part(await self._ask(READ, {"id": id_}), "issue")
        except Refused as no:
            if no.status == 404:
                return None
            raise
        return None if found.get("trashed") else understood(_ticket(found))

    async def update(self, ticket: Ticket, change: Change) -> None:
        content: dict[str, Any] = {"title": change.title} if change.title is not None else {}
        if change.owner is not None:
            content["assigneeId"] = change.owner
        if change.due is not None:
            content["dueDate"] = change.due.isoformat()
        if change.state is not None:
            content["stateId"] = text_of(self._state(await self._team(), change.state), "id")
        if content:
            await self._ask(UPDATE, {"id": ticket.id, "input": content}, is_write=True)

    async def account(self, email: str) -> str | None:
        found = objects(part(await self._ask(WHOSE, {"email": email}), "users").get("nodes"))
        return text_of(found[0], "id") or None if len(found) == 1 else None

    async def myself(self) -> str:
        return text_of(await self._ask(MYSELF, {}), "viewer", "id")

    async def look(self) -> None:
        await self._team()

    async def check(self) -> Checked:
        team = await self._team()
        ways, missing = [], []
        for state in FollowUpState:
            try:
                ways.append(f"{state}: to “{text_of(self._state(team, state), 'name')}”")
            except Refused as no:
                missing.append(no.why)
        return Checked(tuple(ways), tuple(missing))

    def why(self, no: Refused) -> str:
        return refused(f"the team {self._line.place.project}", no, no.why)

    async def _team(self) -> dict[str, Any]:
        """Raises Refused where there is none of that key."""
        found = objects(part(await self._ask(TEAM, {"key": self._line.place.project}), "teams").get("nodes"))
        if not found:
            raise Refused("no such team", 404)
        return found[0]

    def _state(self, team: Mapping[str, Any], state: FollowUpState) -> dict[str, Any]:
        """The team's first state of the type that is meant."""
        states = objects(part(team, "states").get("nodes"))
        states.sort(key=lambda one: one.get("position") or 0)
        found = (one for kind in TYPES[state] for one in states if one.get("type") == kind)
        meant = next(found, None)
        if meant is None:
            raise Refused(f"the team {self._line.place.project} has no state by which work is {state}")
        return meant

    async def _ask(self, query: str, variables: Mapping[str, Any], *, is_write: bool = False) -> Any:
        """What stands in `data`. A question that was lost is simply asked again. Raises Refused, Stopped."""
        headers = {"Authorization": self._line.token}
        content = {"query": query, "variables": variables}
        try:
            answer = await self._line.ask("POST", "/graphql", headers, content, 400)
        except Stopped as stopped:
            if is_write or not isinstance(stopped.outcome, Unknown):
                raise
            raise Stopped(Retry(None, stopped.outcome.why)) from None
        errors = objects(part(answer.json).get("errors"))
        if errors or answer.status == 400:
            raise _meant(errors[0] if errors else {})
        return part(answer.json, "data")


def _meant(error: Mapping[str, Any]) -> Refused | Stopped:
    said = text_of(error, "extensions", "userPresentableMessage") or text_of(error, "message") or "status 400"
    code = text_of(error, "extensions", "code") or text_of(error, "extensions", "type")
    if code.upper() == "RATELIMITED":
        return Stopped(Retry(None, "status 429"))
    if "AUTHENTICATION" in code.upper():
        return Refused(said, 401)
    return Refused(said, 404 if "not found" in text_of(error, "message").lower() else 400)


def _id(draft: Draft) -> str:
    """A UUID of version 4, always the same of one draft."""
    return str(UUID(bytes=sha256(draft.mark.encode()).digest()[:16], version=4))


def _ticket(found: Any) -> Ticket | None:
    id_, key, url = text_of(found, "id"), text_of(found, "identifier"), text_of(found, "url")
    if not id_ or not key or not url.startswith(("https://", "http://")):
        return None
    kind = text_of(found, "state", "type")
    owner = text_of(found, "assignee", "id")
    name = text_of(found, "assignee", "displayName") or owner
    return Ticket(
        id=id_,
        key=key,
        url=url,
        title=text_of(found, "title"),
        state=next((state for state, kinds in TYPES.items() if kind in kinds), FollowUpState.OPEN),
        owner=Account(owner, name, text_of(found, "assignee", "email")) if owner else None,
        due=day_of(found, "dueDate"),
    )
