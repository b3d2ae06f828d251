"""The part of GitLab's REST API about issues, as its documentation has it: people by number, and whoever is no member
is silently not assigned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.vocabulary import FollowUpState, TrackerKind
from tests.integrations.trackers.fakes import MUSTER, Fake, Made


@dataclass
class FakeGitLab(Fake):
    kind: TrackerKind = TrackerKind.GITLAB
    project: str = "example/shop"
    base: str = "/api/v4"
    tells_dropped: bool = False
    longest: int = 1_048_576

    async def do(self, method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        if path == "/user":
            return 200, {"id": 1, "username": MUSTER}
        if path == "/users":
            wanted = [
                name
                for name, (_, email) in self.accounts.items()
                if query.get("username") == name or (email and query.get("search") == email)
            ]
            return 200, [{"id": self._number(name), "username": name, "name": name} for name in wanted]
        if not self.has_project:
            return 404, {"message": "404 Project Not Found"}
        match method, path.removeprefix(f"/projects/{self.project}").strip("/").split("/"):
            case "GET", [""]:
                return 200, {"path_with_namespace": self.project, "issues_access_level": "enabled"}
            case "GET", ["issues"]:
                assert query["scope"] == "all"
                return 200, [self._shown(one) for one in reversed(self.issues.values())][: int(query["per_page"])]
            case "POST", ["issues"]:
                made = self.add(Made(40 + len(self.issues), body["title"], body["description"]))
                self._say(made, body)
                return 201, self._shown(made)
            case method, ["issues", number] if one := self.issues.get(int(number)):
                if method == "PUT":
                    self._say(one, body)
                return 200, self._shown(one)
        return 404, {"message": "404 Not found"}

    def _number(self, name: str) -> int:
        return 1001 + [*self.accounts].index(name)

    def _say(self, one: Made, body: dict[str, Any]) -> None:
        one.title = body.get("title", one.title)
        one.due = date.fromisoformat(body["due_date"]) if "due_date" in body else one.due
        members = {self._number(name): name for name in self.accounts}
        if "assignee_ids" in body:
            one.owner = next((members[number] for number in body["assignee_ids"] if number in members), None)
        if "state_event" in body:
            one.state = {"close": FollowUpState.DONE, "reopen": FollowUpState.OPEN}[body["state_event"]]

    def _shown(self, one: Made) -> dict[str, Any]:
        owner = (
            {"id": self._number(one.owner), "username": one.owner, "name": self.accounts[one.owner][0]}
            if one.owner
            else None
        )
        return {
            "id": 70_000 + one.number,
            "iid": one.number,
            "web_url": f"https://gitlab.example/{self.project}/-/issues/{one.number}",
            "title": one.title,
            "description": one.body,
            "state": "opened" if one.state is FollowUpState.OPEN else "closed",
            "assignees": [owner] if owner else [],
            "due_date": one.due.isoformat() if one.due else None,
            "moved_to_id": None,
        }
