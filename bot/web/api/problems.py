"""What went wrong, as `application/problem+json` (RFC 9457): the words of a refusal as every door says them, and a code
for programs, which stays the same."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from bot.domain.access import NotForYou
from bot.domain.alerts import NoSuchAlert
from bot.domain.ids import ref
from bot.domain.proposals import NoSuchProposal, NotToPropose, TooLongToPropose
from bot.domain.refusal import BeingUpgraded, NotFound, Refusal
from bot.verbs.declaring import AlreadyOpen
from bot.verbs.naming import UnknownName
from bot.verbs.perform import Wordless
from bot.verbs.subscribing import NoSuchWebhook, NotIntoTheNetwork, OnlyPeopleReadPrivate
from bot.verbs.verb import ForPeople
from bot.workflows.context import AskedOtherwise, MovedOn
from bot.workflows.seeing import ForItsMembers, JoinFirst

TYPE: Final = "application/problem+json"
HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
SOON: Final = 60
"""Seconds until what is being upgraded should be asked for again."""

STATUSES: Final[Mapping[type[Refusal], HTTPStatus]] = {
    NotFound: HTTPStatus.NOT_FOUND,
    NoSuchAlert: HTTPStatus.NOT_FOUND,
    NoSuchWebhook: HTTPStatus.NOT_FOUND,
    OnlyPeopleReadPrivate: HTTPStatus.FORBIDDEN,
    NotIntoTheNetwork: HTTPStatus.FORBIDDEN,
    NotForYou: HTTPStatus.FORBIDDEN,
    ForItsMembers: HTTPStatus.FORBIDDEN,
    JoinFirst: HTTPStatus.FORBIDDEN,
    ForPeople: HTTPStatus.FORBIDDEN,
    UnknownName: HTTPStatus.UNPROCESSABLE_ENTITY,
    NoSuchProposal: HTTPStatus.NOT_FOUND,
    NotToPropose: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooLongToPropose: HTTPStatus.UNPROCESSABLE_ENTITY,
    Wordless: HTTPStatus.UNPROCESSABLE_ENTITY,
    AskedOtherwise: HTTPStatus.UNPROCESSABLE_ENTITY,
    MovedOn: HTTPStatus.PRECONDITION_FAILED,
    BeingUpgraded: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Refusal → status. Any other is a conflict with how things stand."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong with a request."""

    pointer: str
    """Where it stands in the body, as a JSON pointer (RFC 6901); the name of a parameter otherwise."""
    detail: str


class Problem(Exception):
    """The request is answered with this."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: str,
        wrong: Sequence[Wrong] = (),
        headers: Mapping[str, str] | None = None,
        incident: str | None = None,
    ) -> None:
        """`incident`: the reference of the open one that a declaration looks like."""
        super().__init__(code)
        self.incident = incident
        self.status = status
        self.code = code
        self.detail = detail
        self.wrong = tuple(wrong)
        self.headers = dict(headers or {})

    def as_json(self) -> dict[str, Any]:
        """With `about:blank` for its type, the title is the status's own (RFC 9457, 4.2.1)."""
        told: dict[str, Any] = {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": int(self.status),
            "code": self.code,
            "detail": self.detail,
        }
        if self.incident is not None:
            told["incident"] = self.incident
        return {**told, "errors": [asdict(one) for one in self.wrong]} if self.wrong else told

    def answer(self) -> web.Response:
        return web.Response(
            text=json.dumps(self.as_json(), ensure_ascii=False),
            status=self.status,
            content_type=TYPE,
            headers={**HEADERS, **self.headers},
        )


def code_of(refusal: Refusal) -> str:
    """`already_over` for AlreadyOver."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(refusal).__name__).lower()


def as_problem(refusal: Refusal, detail: str) -> Problem:
    """`detail`: its words, as whoever asked reads them."""
    status = next((one for kind, one in STATUSES.items() if isinstance(refusal, kind)), HTTPStatus.CONFLICT)
    later = {"Retry-After": str(SOON)} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}
    same = ref(refusal.same.number) if isinstance(refusal, AlreadyOpen) else None
    return Problem(status, code_of(refusal), detail, headers=later, incident=same)


def unreadable(wrong: Sequence[Wrong]) -> Problem:
    """What was sent is well-formed and not what is asked for."""
    told = "; ".join(f"{one.pointer or 'the body'} {one.detail}" for one in wrong[:3])
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", f"That could not be read: {told}.", wrong)
