"""The part of GitHub's REST API about issues, as its documentation has it: assignees must have access, the list also
holds pull requests, and what was moved answers with 301."""

from collections.abc import Mapping
from typing import Any

from bot.domain.vocabulary import FollowUpState, TrackerKind
from tests.integrations.trackers.fakes import MUSTER, Fake, Made


class FakeGitHub(Fake):
    def __init__(self) -> None:
        super().__init__(kind=TrackerKind.GITHUB, project="example/shop", keeps_due=False)

    async def do(self, method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        if path == "/user":
            return 200, {"login": MUSTER}
        if path == "/search/users":
            found = [id_ for id_, (_, email) in self.accounts.items() if email == query["q"].partition(" ")[0]]
            return 200, {"total_count": len(found), "items": [{"login": one} for one in found]}
        if path.startswith("/users/"):
            name, email = self.accounts[path.removeprefix("/users/")]
            return 200, {"login": path.removeprefix("/users/"), "name": name, "email": email or None}
        if not self.has_project:
            return 404, {"message": "Not Found"}
        match method, path.removeprefix(f"/repos/{self.project}").strip("/").split("/"):
            case "GET", [""]:
                return 200, {"full_name": self.project, "has_issues": True}
            case "GET", ["issues"]:
                pull = {"number": 9000, "state": "open", "body": "a pull request", "pull_request": {}}
                return 200, [pull, *(self._shown(one) for one in reversed(self.issues.values()))][
                    : int(query["per_page"])
                ]
            case "POST", ["issues"]:
                if set(body.get("assignees", ())) - self.accounts.keys():
                    error = {"resource": "Issue", "field": "assignees", "code": "invalid"}
                    return 422, {"message": "Validation Failed", "errors": [error]}
                made = self.add(Made(40 + len(self.issues), body["title"], body["body"]))
                made.owner = next(iter(body.get("assignees", ())), None)
                return 201, self._shown(made)
            case method, ["issues", number] if one := self.issues.get(int(number)):
                if method == "PATCH":
                    self._patch(one, body)
                return 200, self._shown(one)
        return 404, {"message": "Not Found"}

    def _patch(self, one: Made, body: dict[str, Any]) -> None:
        one.title = body.get("title", one.title)
        one.owner = next(iter(body["assignees"]), None) if "assignees" in body else one.owner
        if "state" in body:
            reasons = {"completed": FollowUpState.DONE, "not_planned": FollowUpState.DROPPED}
            one.state = reasons[body["state_reason"]] if body["state"] == "closed" else FollowUpState.OPEN

    def _shown(self, one: Made) -> dict[str, Any]:
        reason = {FollowUpState.OPEN: None, FollowUpState.DONE: "completed", FollowUpState.DROPPED: "not_planned"}
        return {
            "number": one.number,
            "html_url": f"https://github.example/{self.project}/issues/{one.number}",
            "title": one.title,
            "body": one.body,
            "state": "open" if one.state is FollowUpState.OPEN else "closed",
            "state_reason": reason[one.state],
            "assignees": [{"login": one.owner}] if one.owner else [],
        }
