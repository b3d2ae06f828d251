"""The part of Jira Cloud's REST API about issues, as its documentation has it: descriptions in the Atlassian Document
Format, a status only by the transitions that lead there, errors by field, fields that are not on the screen."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.domain.vocabulary import FollowUpState, TrackerKind
from tests.integrations.trackers.fakes import MUSTER, TOKEN, Fake, Made

ACCOUNT = "muster@shop.example"
TO_DO, DOING, DONE, DROPPED = "To Do", "In Progress", "Done", "Won't do"
CATEGORY = {TO_DO: "new", DOING: "indeterminate", DONE: "done", DROPPED: "done"}
STATES = {DONE: FollowUpState.DONE, DROPPED: FollowUpState.DROPPED}
NODES = {
    "doc": {"paragraph", "bulletList", "codeBlock"},
    "paragraph": {"text", "hardBreak"},
    "bulletList": {"listItem"},
    "listItem": {"paragraph"},
    "codeBlock": {"text"},
}
"""Which node may stand in which (developer.atlassian.com, “Document structure”), as far as Muster writes any."""


@dataclass
class JiraIssue(Made):
    """One with a status, by which it is open, done or dropped."""

    status: str = TO_DO

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if name == "state":
            status = {known: name for name, known in STATES.items()}.get(value, TO_DO)
            object.__setattr__(self, "status", status)
        if name == "status":
            object.__setattr__(self, "state", STATES.get(value, FollowUpState.OPEN))


@dataclass
class FakeJira(Fake):
    kind: TrackerKind = TrackerKind.JIRA
    project: str = "OPS"
    longest: int = 32_767
    required: dict[str, str] = field(default_factory=dict)
    """Fields that a new issue must say, by id, with their name."""
    screen: tuple[str, ...] = ("assignee", "duedate", "labels")
    ways: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict.fromkeys(CATEGORY, tuple(CATEGORY)))
    """From each status, those to which a transition leads."""
    asked_on_the_way: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By the status that it leads to, the fields of a transition's screen."""
    moved: list[dict[str, Any]] = field(default_factory=list)

    def needs(self) -> dict[str, Any]:
        return {"account": ACCOUNT}

    def is_admitted(self, headers: Mapping[str, str]) -> bool:
        whose = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        return headers.get("Authorization") == f"Basic {whose}"

    def must_be_quiet(self, made: Made) -> None:
        """Text calls nobody there; mentions and cards are nodes of their own."""
        self.must_be_well_formed(made.body)
        assert "<!channel>" not in str(made.body)

    def must_be_well_formed(self, node: Any, inside: str = "") -> None:
        kind = node["type"]
        assert not inside or kind in NODES[inside], f"{kind} in {inside}"
        if kind == "text":
            assert node["text"]
            assert {one["type"] for one in node.get("marks", ())} <= {"strong", "em", "strike", "code", "link"}
            return
        for one in node.get("content", ()):
            self.must_be_well_formed(one, kind)

    async def do(self, method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        parts = path.removeprefix("/rest/api/3/").split("/")
        match method, parts:
            case "GET", ["myself"]:
                return 200, {"accountId": MUSTER}
            case "GET", ["user", "search"]:
                found = [id_ for id_, (_, email) in self.accounts.items() if email == query["query"]]
                return 200, [{"accountId": one, "active": True} for one in found]
        if not self.has_project:
            no = {"errorMessages": [f"No project could be found with key '{self.project}'."], "errors": {}}
            return (400, {**no, "errors": {"project": "valid project is required"}}) if method == "POST" else (404, no)
        match method, parts:
            case "GET", ["project", self.project]:
                return 200, {"key": self.project}
            case "GET", ["project", self.project, "statuses"]:
                statuses = [{"name": name, "statusCategory": {"key": CATEGORY[name]}} for name in CATEGORY]
                return 200, [{"name": "Task", "statuses": statuses}]
            case "GET", ["issue", "createmeta", self.project, "issuetypes"]:
                return 200, {"issueTypes": [{"id": "10001", "name": "Task"}]}
            case "GET", ["issue", "createmeta", self.project, "issuetypes", "10001"]:
                known = {"summary": "Summary", "description": "Description", **dict.fromkeys(self.screen, "")}
                needed = {"project", "issuetype", "summary", *self.required}
                every = {"project": "Project", "issuetype": "Issue Type", **known, **self.required}
                shown = [{"fieldId": id_, "name": name, "required": id_ in needed} for id_, name in every.items()]
                return 200, {"fields": shown}
            case "GET", ["search", "jql"]:
                return 200, {
                    "issues": [self._shown(one) for one in self.issues.values() if self._fits(one, query["jql"])]
                }
            case "POST", ["issue"]:
                return self._make(body["fields"])
            case _, ["issue", id_, *rest] if one := self.issues.get(int(id_)):
                assert isinstance(one, JiraIssue)
                return self._of(method, one, rest, body)
        return 404, {"errorMessages": ["Issue does not exist or you do not have permission to see it."], "errors": {}}

    def _fits(self, one: Made, jql: str) -> bool:
        """The three questions that are asked."""
        assert f'project = "{self.project}"' in jql
        label, status = re.search(r'labels = "(.*?)"', jql), re.search(r'status = "(.*?)"', jql)
        has_label = label is None or label[1] in one.more["labels"]
        return has_label and (status is None or (isinstance(one, JiraIssue) and one.status == status[1]))

    def _make(self, fields: dict[str, Any]) -> tuple[int, Any]:
        errors = {id_: f"{name} is required." for id_, name in self.required.items() if id_ not in fields}
        for name in ("assignee", "duedate", "labels"):
            if name in fields and name not in self.screen:
                errors[name] = f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
        if fields.get("assignee", {}).get("accountId", "a-dana") not in self.accounts:
            errors["assignee"] = "User cannot be assigned issues."
        known = {"project", "issuetype", "summary", "description", "labels", "assignee", "duedate", *self.required}
        errors |= {name: f"Field '{name}' cannot be set." for name in fields.keys() - known}
        if errors:
            return 400, {"errorMessages": [], "errors": errors}
        self.must_be_well_formed(fields["description"])
        made = JiraIssue(10_000 + len(self.issues), fields["summary"], fields["description"])
        self._say(made, fields)
        self.add(made)
        return 201, {"id": str(made.number), "key": self._key(made)}

    def _say(self, one: Made, fields: dict[str, Any]) -> None:
        one.title = fields.get("summary", one.title)
        one.owner = (fields["assignee"] or {}).get("accountId") if "assignee" in fields else one.owner
        one.due = date.fromisoformat(fields["duedate"]) if "duedate" in fields else one.due
        one.more.setdefault("labels", fields.get("labels", []))

    def _of(self, method: str, one: JiraIssue, rest: list[str], body: Any) -> tuple[int, Any]:
        match method, rest:
            case "GET", []:
                return 200, self._shown(one)
            case "PUT", []:
                self._say(one, body["fields"])
                return 204, None
            case "GET", ["transitions"]:
                return 200, {"transitions": [self._way(name) for name in self.ways[one.status]]}
            case "POST", ["transitions"]:
                to = list(CATEGORY)[int(body["transition"]["id"]) - 11]
                assert to in self.ways[one.status]
                self.moved.append(body)
                one.status = to
                return 204, None
        return 404, {"errorMessages": ["Not found."], "errors": {}}

    def _way(self, to: str) -> dict[str, Any]:
        status = {"name": to, "statusCategory": {"key": CATEGORY[to]}}
        fields = self.asked_on_the_way.get(to, {})
        return {"id": str(list(CATEGORY).index(to) + 11), "name": f"Move to {to}", "to": status, "fields": fields}

    def _key(self, one: Made) -> str:
        return f"{self.project}-{one.number - 9_999}"

    def _shown(self, one: Made) -> dict[str, Any]:
        assert isinstance(one, JiraIssue)
        owner = {"accountId": one.owner, "displayName": self.accounts[one.owner][0]} if one.owner else None
        fields = {
            "summary": one.title,
            "status": {"name": one.status, "statusCategory": {"key": CATEGORY[one.status]}},
            "resolution": None,
            "assignee": owner,
            "duedate": one.due.isoformat() if one.due else None,
        }
        return {"id": str(one.number), "key": self._key(one), "fields": fields}
