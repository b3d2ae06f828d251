"""Jira Cloud, by its REST API, version 3 (developer.atlassian.com/cloud/jira/platform/rest/v3, read in November 2026).

There is no key to make an issue once with, so a label that nobody else would write stands on it; the search by which it
is found may lag behind by seconds, and is asked no sooner than delivery looks for a lost answer. The description is in
the Atlassian Document Format. A status is never set: only the transitions of the project's own workflow lead to one,
and they are chosen by the category of where they lead, as names are each company's own.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from bot.delivery.outcomes import Retry
from bot.domain.vocabulary import FollowUpState
from bot.integrations.rest import Content, Refused, Stopped, objects, part, text_of, understood
from bot.integrations.trackers.form import Adf
from bot.integrations.trackers.tracker import Account, Change, Checked, Draft, Line, Ticket, day_of, refused

LONGEST_BODY: Final = 32_000
"""Jira takes 32,767 characters in a field of text; those of the format are counted here as well."""
READ: Final = "summary,status,assignee,duedate,resolution"
SPARED: Final = {"assignee": "owner", "duedate": "due"}
"""What an issue can do without where its screen has no such field; Muster then keeps it itself."""
GIVEN_UP: Final = frozenset(
    {"won't do", "won’t do", "won't fix", "won’t fix", "declined", "rejected", "duplicate", "cannot reproduce"}
    | {"cancelled", "canceled", "obsolete", "abandoned"}
)
"""Names of statuses and resolutions by which work is given up."""
CATEGORIES: Final = {"new": FollowUpState.OPEN, "indeterminate": FollowUpState.OPEN, "done": FollowUpState.DONE}


@dataclass(frozen=True, slots=True)
class Transition:
    """A way on from where an issue stands."""

    id: str
    name: str
    to: str
    state: FollowUpState
    is_first: bool
    """Whether it leads to where work has not begun."""
    missing: tuple[str, ...]
    """What its screen asks for that Muster cannot say."""
    resolutions: tuple[str, ...] | None
    """Those it lets one choose from; None where it does not ask."""


class Jira:
    name = "Jira"
    longest_title = 255
    tells_dropped = True

    def __init__(self, line: Line) -> None:
        self._line = line
        self._place = line.place

    async def create(self, draft: Draft) -> Ticket:
        fields: dict[str, Any] = {
            **self._place.fields,
            "project": {"key": self._place.project},
            "issuetype": {"name": self._place.type},
            "summary": draft.title,
            "description": draft.written(Adf(), LONGEST_BODY),
            "labels": [_label(draft)],
        }
        if draft.owner is not None:
            fields["assignee"] = {"accountId": draft.owner}
        if draft.due is not None:
            fields["duedate"] = draft.due.isoformat()
        answer = await self._ask("POST", "/issue", {"fields": fields}, 400)
        if answer.status == 400:
            wrong = part(answer.json, "errors").keys()
            if not wrong or wrong - SPARED.keys():
                raise Refused("status 400", 400, answer.json)
            for name in wrong:
                fields.pop(name, None)
            answer = await self._ask("POST", "/issue", {"fields": fields})
        id_, key = text_of(answer.json, "id"), text_of(answer.json, "key")
        made = Ticket(
            id_,
            key,
            self._url(key),
            draft.title,
            FollowUpState.OPEN,
            owner=Account(draft.owner, "") if draft.owner is not None and "assignee" in fields else None,
            due=draft.due if "duedate" in fields else None,
        )
        return understood(made if id_ and key else None, is_written=True)

    async def find(self, draft: Draft) -> Ticket | None:
        jql = f'project = "{self._place.project}" AND labels = "{_label(draft)}"'
        found = await self._search(jql, READ)
        return understood(self._ticket(found[0])) if found else None

    async def read(self, id_: str) -> Ticket | None:
        answer = await self._ask("GET", f"/issue/{quote(id_)}?fields={READ}", None, 404)
        return None if answer.status == 404 else understood(self._ticket(answer.json))

    async def update(self, ticket: Ticket, change: Change) -> None:
        fields: dict[str, Any] = {"summary": change.title} if change.title is not None else {}
        if change.owner is not None:
            fields["assignee"] = {"accountId": change.owner}
        if change.due is not None:
            fields["duedate"] = change.due.isoformat()
        if fields:
            await self._ask("PUT", f"/issue/{quote(ticket.id)}", {"fields": fields})
        if change.state is not None:
            await self._move(ticket, change.state)

    async def account(self, email: str) -> str | None:
        query = urlencode({"query": email, "maxResults": 5})
        found = [
            one
            for one in objects((await self._ask("GET", f"/user/search?{query}")).json)
            if one.get("active", True) and text_of(one, "emailAddress").lower() in ("", email.lower())
        ]
        return text_of(found[0], "accountId") or None if len(found) == 1 else None

    async def myself(self) -> str:
        return text_of((await self._ask("GET", "/myself")).json, "accountId")

    async def look(self) -> None:
        await self._ask("GET", f"/project/{quote(self._place.project)}")

    async def check(self) -> Checked:
        """What it would do from each status, as an issue that stands there shows; and what a new issue would lack."""
        missing = await self._missing_fields()
        ways = []
        statuses = [
            one
            for kind in objects((await self._ask("GET", f"/project/{quote(self._place.project)}/statuses")).json)
            if text_of(kind, "name") == self._place.type
            for one in objects(kind.get("statuses"))
        ]
        for status in statuses:
            name = text_of(status, "name")
            jql = f'project = "{self._place.project}" AND issuetype = "{self._place.type}" AND status = {_quoted(name)}'
            found = await self._search(jql, READ)
            if not found:
                ways.append(f"{name}: no issue stands there to look at")
                continue
            transitions = await self._transitions(text_of(found[0], "id"))
            is_open = _state(status) is FollowUpState.OPEN
            for state in (FollowUpState.DONE, FollowUpState.DROPPED) if is_open else (FollowUpState.OPEN,):
                told = f"{name}, to be {state}"
                try:
                    chosen = _chosen(transitions, state, name)
                except Refused as no:
                    missing = (*missing, no.why)
                else:
                    ways.append(f"{told}: by “{chosen.name}” to “{chosen.to}”")
        return Checked(tuple(ways), missing)

    def why(self, no: Refused) -> str:
        """Jira names each field that is wrong; the policy can say what it wants."""
        errors = part(no.content, "errors")
        told = "; ".join(f"{name}: {said}" for name, said in errors.items())
        general = part(no.content).get("errorMessages")
        said = "; ".join(str(one) for one in general) if isinstance(general, list) else ""
        if no.status == 400 and told:
            return f"a field is wrong ({told}); `fields` of {self._place.name} in the policy can say it"[:300]
        return refused(self._place.project, no, said)

    async def _move(self, ticket: Ticket, state: FollowUpState) -> None:
        """Along the workflow, to a status of the category that is meant."""
        found = await self._ask("GET", f"/issue/{quote(ticket.id)}?fields=status")
        chosen = _chosen(await self._transitions(ticket.id), state, text_of(found.json, "fields", "status", "name"))
        content: dict[str, Any] = {"transition": {"id": chosen.id}}
        if chosen.resolutions and state is not FollowUpState.OPEN:
            is_meant = [one for one in chosen.resolutions if _is_given_up(one) is (state is FollowUpState.DROPPED)]
            content["fields"] = {"resolution": {"name": (is_meant or chosen.resolutions)[0]}}
        answer = await self._ask("POST", f"/issue/{quote(ticket.id)}/transitions", content, 409)
        if answer.status == 409:  # somebody moves it just now
            raise Stopped(Retry(None, "status 409"))

    async def _transitions(self, id_: str) -> list[Transition]:
        answer = await self._ask("GET", f"/issue/{quote(id_)}/transitions?expand=transitions.fields")
        return [
            Transition(
                text_of(one, "id"),
                text_of(one, "name"),
                text_of(one, "to", "name"),
                _state(part(one, "to")),
                text_of(one, "to", "statusCategory", "key") == "new",
                tuple(_needed(part(one, "fields"), {"resolution"})),
                _resolutions(part(one, "fields")),
            )
            for one in objects(part(answer.json).get("transitions"))
        ]

    async def _missing_fields(self) -> tuple[str, ...]:
        """What a new issue must say, and would not."""
        path = f"/issue/createmeta/{quote(self._place.project)}/issuetypes"
        kinds = objects(part((await self._ask("GET", path)).json).get("issueTypes"))
        kind = next((one for one in kinds if text_of(one, "name") == self._place.type), None)
        if kind is None:
            known = ", ".join(text_of(one, "name") for one in kinds)
            return (f"{self._place.project} has no issues of the type {self._place.type}; it has {known}",)
        fields = objects(part((await self._ask("GET", f"{path}/{quote(text_of(kind, 'id'))}")).json).get("fields"))
        known_fields = {text_of(one, "fieldId"): one for one in fields}
        said = {"project", "issuetype", "summary", "description", "labels", "reporter", *self._place.fields}
        needed = [f"{one} must be said: add it to `fields`" for one in _needed(known_fields, said)]
        unknown = [f"there is no field {one}" for one in self._place.fields.keys() - known_fields.keys()]
        without = (
            [] if "labels" in known_fields else ["labels are not on its screen, and Muster finds its issues by one"]
        )
        return (*needed, *unknown, *without)

    async def _search(self, jql: str, fields: str) -> list[dict[str, Any]]:
        query = urlencode({"jql": jql, "fields": fields, "maxResults": 2})
        return objects(part((await self._ask("GET", f"/search/jql?{query}")).json).get("issues"))

    def _ticket(self, found: Any) -> Ticket | None:
        id_, key, fields = text_of(found, "id"), text_of(found, "key"), part(found, "fields")
        if not id_ or not key or "status" not in fields:
            return None
        state = _state(part(fields, "status"))
        if state is FollowUpState.DONE and _is_given_up(text_of(fields, "resolution", "name")):
            state = FollowUpState.DROPPED
        owner = part(fields, "assignee")
        account = text_of(owner, "accountId")
        return Ticket(
            id_,
            key,
            self._url(key),
            text_of(fields, "summary"),
            state,
            Account(account, text_of(owner, "displayName") or account, text_of(owner, "emailAddress"))
            if account
            else None,
            day_of(fields, "duedate"),
        )

    def _url(self, key: str) -> str:
        return f"{self._place.api}/browse/{quote(key)}"

    async def _ask(self, method: str, path: str, body: Any = None, *also: int) -> Content:
        whose = f"{self._place.account}:{self._line.token}".encode()
        headers = {"Authorization": f"Basic {base64.b64encode(whose).decode()}"}
        return await self._line.ask(method, f"/rest/api/3{path}", headers, body, *also)


def _label(draft: Draft) -> str:
    return f"muster-{draft.mark}"


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _is_given_up(name: str) -> bool:
    return name.strip().lower() in GIVEN_UP


def _state(status: Mapping[str, Any]) -> FollowUpState:
    state = CATEGORIES.get(text_of(status, "statusCategory", "key"), FollowUpState.OPEN)
    return FollowUpState.DROPPED if state is FollowUpState.DONE and _is_given_up(text_of(status, "name")) else state


def _needed(fields: Mapping[str, Any], said: Iterable[str]) -> Iterable[str]:
    """The names of fields that must be said and are not."""
    for name, one in fields.items():
        if part(one).get("required") and not part(one).get("hasDefaultValue") and name not in {*said}:
            label = text_of(one, "name")
            yield f"{label} ({name})" if label and label != name else name


def _resolutions(fields: Mapping[str, Any]) -> tuple[str, ...] | None:
    if "resolution" not in fields:
        return None
    return tuple(text_of(one, "name") for one in objects(part(fields, "resolution").get("allowedValues")))


def _chosen(transitions: Iterable[Transition], state: FollowUpState, at: str) -> Transition:
    """The way that leads there; for what is given up, one that only ends it will do. Raises Refused where there is
    none, or none that Muster can take."""
    is_open = state is FollowUpState.OPEN
    will_do = (state, FollowUpState.DONE) if state is FollowUpState.DROPPED else (state,)
    leading = [one for one in transitions if one.state in will_do]
    leading.sort(key=lambda one: (one.state is not state, is_open and not one.is_first))
    if not leading:
        raise Refused(f"from “{at}” its workflow has no way to be {state}; move it there by hand")
    free = next((one for one in leading if not one.missing), None)
    if free is None:
        asked = ", ".join(leading[0].missing)
        raise Refused(f"from “{at}” the way to “{leading[0].to}” asks for {asked}; move it there by hand")
    return free
