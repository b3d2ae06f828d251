"""Asking the API without its server: what it answers, for whoever a token stands for."""

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.door.caller import Caller, Door
from bot.door.token import Token
from bot.web.api.answering import answer
from bot.web.api.problems import Problem
from bot.web.api.route import Dependencies, Route, Written
from bot.web.api.values import parse, written

Query = Mapping[str, list[str]]


class Refused(Exception):
    """Muster said no: what the API answers as a problem."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(str(problem.get("detail", "")))
        self.problem = problem


class Asking(Protocol):
    """Somebody who asks."""

    async def ask(self, route: Route, path: Mapping[str, str], query: Query, body: Mapping[str, Any]) -> Any:
        """The answer as JSON has it. Raises Refused."""


class InProcess:
    """Within the process that has the database."""

    def __init__(self, dependencies: Dependencies, token: Token, zone: ZoneInfo, door: Door) -> None:
        self._dependencies = dependencies
        self._token = token
        self._zone = zone
        self._door = door

    async def ask(self, route: Route, path: Mapping[str, str], query: Query, body: Mapping[str, Any]) -> Any:
        caller = Caller(self._token.actor, self._door, secrets.token_hex(16))
        try:
            require_scope(self._token, route)
            found = await answer(self._dependencies, route, self._token, caller, self._zone, path, query, dict(body))
        except Problem as problem:
            raise Refused(problem.as_json()) from None
        return parse(found.text.encode()) if isinstance(found, Written) else written(found)


def require_scope(token: Token, route: Route) -> None:
    """Raises Problem."""
    if not token.allows(route.scope):
        told = f"This takes a token with the scope `{route.scope}`; yours has {', '.join(sorted(token.scopes))}."
        raise Problem(HTTPStatus.FORBIDDEN, "scope_missing", told)
