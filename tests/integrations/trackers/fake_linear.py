"""The part of Linear's GraphQL API about issues, as its schema and documentation have it: ids that whoever makes an
issue may choose, and refusals that stand in the answer's `errors`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from bot.domain.vocabulary import FollowUpState, TrackerKind
from tests.integrations.trackers.fakes import MUSTER, TOKEN, Fake, Made

STATES = {
    "s-backlog": ("Backlog", "backlog", FollowUpState.OPEN),
    "s-todo": ("Todo", "unstarted", FollowUpState.OPEN),
    "s-done": ("Done", "completed", FollowUpState.DONE),
    "s-canceled": ("Canceled", "canceled", FollowUpState.DROPPED),
}


@dataclass
class FakeLinear(Fake):
    kind: TrackerKind = TrackerKind.LINEAR
    project: str = "ENG"
    longest: int = 250_000

    def is_admitted(self, headers: Mapping[str, str]) -> bool:
        return headers.get("Authorization") == TOKEN

    def is_write(self, method: str, path: str, body: Any) -> bool:
        return str(body["query"]).startswith("mutation")

    async def do(self, method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        assert (method, path) == ("POST", "/graphql")
        operation, given = re.match(r"(?:query|mutation) (\w+)", body["query"])[1], body["variables"]  # type: ignore[index]
        match operation:
            case "Myself":
                return self._data(viewer={"id": MUSTER})
            case "Whose":
                found = [id_ for id_, (_, email) in self.accounts.items() if email == given["email"]]
                return self._data(users={"nodes": [{"id": one} for one in found]})
            case "Team":
                return self._data(teams={"nodes": [self._team()] if self.has_project else []})
            case "Create":
                return self._create(given["input"])
        one = next((one for one in self.issues.values() if one.more["id"] == given["id"]), None)
        if one is None or not self.has_project:
            return 200, {"errors": [{"message": "Entity not found: Issue", "extensions": {"type": "invalid input"}}]}
        if operation == "Update":
            self._say(one, given["input"])
            return self._data(issueUpdate={"success": True})
        return self._data(issue=self._shown(one))

    def _data(self, **data: Any) -> tuple[int, Any]:
        return 200, {"data": data}

    def _team(self) -> dict[str, Any]:
        states = [
            {"id": id_, "name": name, "type": kind, "position": place}
            for place, (id_, (name, kind, _)) in enumerate(STATES.items())
        ]
        return {"id": "t-1", "states": {"nodes": states}}

    def _create(self, given: dict[str, Any]) -> tuple[int, Any]:
        assert UUID(given["id"]).version == 4
        if any(one.more["id"] == given["id"] for one in self.issues.values()):
            return 200, {"errors": [{"message": "Conflict on insert", "extensions": {"type": "invalid input"}}]}
        assert given["teamId"] == "t-1"
        made = self.add(Made(40 + len(self.issues), given["title"], given["description"], more={"id": given["id"]}))
        self._say(made, given)
        return self._data(issueCreate={"issue": self._shown(made)})

    def _say(self, one: Made, given: dict[str, Any]) -> None:
        one.title = given.get("title", one.title)
        one.owner = given.get("assigneeId", one.owner)
        one.due = date.fromisoformat(given["dueDate"]) if "dueDate" in given else one.due
        one.state = STATES[given["stateId"]][2] if "stateId" in given else one.state

    def _shown(self, one: Made) -> dict[str, Any]:
        owner = self.accounts[one.owner] if one.owner else None
        shown = {"id": one.owner, "displayName": owner[0], "email": owner[1]} if owner else None
        kind = next(kind for _, kind, state in reversed(STATES.values()) if state is one.state)
        key = f"{self.project}-{one.number}"
        return {
            "id": one.more["id"],
            "identifier": key,
            "url": f"https://linear.example/shop/issue/{key}",
            "title": one.title,
            "dueDate": one.due.isoformat() if one.due else None,
            "trashed": None,
            "state": {"type": kind},
            "assignee": shown,
        }
