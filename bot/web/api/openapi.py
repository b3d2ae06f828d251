"""The OpenAPI 3.1 document of the API, from its table of routes and the types of what it takes and tells."""

import json
import re
from collections.abc import Iterable
from dataclasses import is_dataclass
from http import HTTPStatus
from typing import Any, Final

from bot.review.schema import Schema, review_schema, schema_of
from bot.web.api.documents import ProblemDocument
from bot.web.api.problems import TYPE
from bot.web.api.reads import REVIEW
from bot.web.api.route import Route
from bot.web.api.values import LONGEST_PARAMETER, REFERENCE, shape_of

BASE: Final = "/api/v1"
KEY_HEADER: Final = "Idempotency-Key"
KEY: Final = "^[!-~]{1,128}$"
MATCH_HEADER: Final = "If-Match"
MATCH: Final = r'^(?:\*|(?:W/)?"(?P<seq>[1-9][0-9]{0,8})(?:-[0-9a-f]{32})?")$'
"""`*`, an incident's ETag, or its `seq` alone. What compresses an answer on its way weakens the ETag (`W/`); the entry
that it names is the same."""
PARAMETERS: Final[dict[str, Schema]] = {
    "ref": {"type": "string", "pattern": f"^{REFERENCE.pattern}$", "examples": ["INC-42"]},
    "slug": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,100}$"},
    "handle": {"type": "string", "pattern": "^prp_[0-9a-f]{24}$"},
    "number": {"type": "string", "pattern": "^[1-9][0-9]{0,8}$", "examples": ["12"]},
    "id": {"type": "string", "pattern": "^[0-9a-f]{12}$"},
}
REFUSALS: Final = {
    HTTPStatus.UNAUTHORIZED: "No token, or one that is not good.",
    HTTPStatus.FORBIDDEN: "The token, or whoever it stands for, may not do this.",
    HTTPStatus.NOT_FOUND: "There is no such thing that you can see; or the API is off, as there are no tokens.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "What was sent is not what is asked for; `errors` says where.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests; `Retry-After` says when to go on, in seconds.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on our side.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Not now: try again after `Retry-After` seconds.",
}
FOR_BODIES: Final = {
    HTTPStatus.BAD_REQUEST: "The body is no JSON.",
    HTTPStatus.CONFLICT: "Refused as things stand; `detail` says why and what to do instead.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than 1 MiB.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not sent as `application/json`.",
}
FOR_MATCHES: Final = {HTTPStatus.PRECONDITION_FAILED: "The incident has changed since; `If-Match` named an older one."}
INTRODUCTION: Final = (
    "Everything that Slack's commands do, for programs. A token stands for a person, and sees and may do what they "
    "may, or for an integration. Instants are RFC 3339 in UTC, spans in answers are seconds, people are Slack ids. "
    "Keys may be added; none goes or changes its meaning."
)


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """The whole document."""
    schemas = Schemas()
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(f"{BASE}{route.path}", {})[route.method.lower()] = _operation(route, schemas)
    problem = schemas.of(ProblemDocument)
    schemas.made[REVIEW] = review_schema()
    schemas.made["ProblemDocument"]["properties"]["errors"] = {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            "required": ["pointer", "detail"],
        },
    }
    schemas.made["ProblemDocument"]["properties"]["incident"] = {
        "type": "string",
        "description": "The open incident that a declaration looks like.",
    }
    answers = {
        f"Problem{int(status)}": {"description": told, "content": {TYPE: {"schema": problem}}}
        for status, told in {**REFUSALS, **FOR_BODIES, **FOR_MATCHES}.items()
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Muster", "version": "1", "description": INTRODUCTION, "license": {"name": "MIT"}},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "`muster token create`"}},
            "responses": answers,
            "schemas": dict(sorted(schemas.made.items())),
        },
    }


def as_text(routes: Iterable[Route]) -> str:
    return json.dumps(document(routes), indent=2, ensure_ascii=False) + "\n"


class Schemas:
    """The schemas of documents, each once, by the names of their classes."""

    def __init__(self) -> None:
        self.made: dict[str, Schema] = {}

    def of(self, hint: Any) -> Schema:
        if isinstance(hint, str):
            return _ref(hint)
        return schema_of(hint, self._known)

    def _known(self, hint: Any) -> Schema | None:
        if not (isinstance(hint, type) and is_dataclass(hint)):
            return None
        name = hint.__name__
        if name not in self.made:
            self.made[name] = {}  # it may hold itself
            made = schema_of(hint, lambda one: None if one is hint else self._known(one))
            told = " ".join((hint.__doc__ or "").split())
            self.made[name] = made if told.startswith(f"{name}(") else {"description": told, **made}
        return _ref(name)


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _operation(route: Route, schemas: Schemas) -> dict[str, Any]:
    refused = {**REFUSALS, **FOR_BODIES} if route.body is not None else REFUSALS
    conflicts = {HTTPStatus.CONFLICT: ""} if route.body is None else {}
    moved_on = FOR_MATCHES if route.takes_match else {}
    made: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "description": f"Scope: `{route.scope}`.",
        "tags": [route.about],
        "parameters": [*_in_path(route), *_in_query(route), *_in_head(route)],
        "responses": {
            str(int(route.status)): {
                "description": route.summary,
                "content": {"application/json": {"schema": schemas.of(route.answers)}},
                **({"headers": {"ETag": {"schema": {"type": "string"}}}} if route.is_reading else {}),
            },
            **({"304": {"description": "It is as you know it."}} if route.is_reading else {}),
            **{
                str(int(status)): {"$ref": f"#/components/responses/Problem{int(status)}"}
                for status in sorted({**refused, **conflicts, **moved_on})
            },
        },
    }
    if route.body is not None:
        is_needed = any(one.is_required for one in route.body.keys)
        content = {"application/json": {"schema": route.body.schema()}}
        made["requestBody"] = {"required": is_needed, "content": content}
    return made


def _in_path(route: Route) -> list[dict[str, Any]]:
    names = re.findall(r"\{(\w+)\}", route.path)
    return [{"name": one, "in": "path", "required": True, "schema": PARAMETERS[one]} for one in names]


def _in_query(route: Route) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    properties = shape_of(route.query).schema()["properties"]
    return [
        {"name": name, "in": "query", "schema": _shown_alone(schema), "style": "form", "explode": False}
        for name, schema in properties.items()
    ]


def _shown_alone(schema: Schema) -> Schema:
    """A parameter is there or not; it is never null."""
    others = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    (alone,) = others or [schema]
    return {**alone, "maxLength": LONGEST_PARAMETER} if "maxLength" in alone else alone


def _in_head(route: Route) -> list[dict[str, Any]]:
    if route.is_reading:
        return [{"name": "If-None-Match", "in": "header", "schema": {"type": "string"}}]
    if route.body is None:
        return []
    told = "Sent again with the same key, the request gets the first answer and does nothing."
    key = {"name": KEY_HEADER, "in": "header", "schema": {"type": "string", "pattern": KEY}, "description": told}
    if not route.takes_match:
        return [key]
    told = (
        "The ETag of the incident as you read it, or its `seq` in quotes: refused with 412 where it has changed since."
    )
    pattern = MATCH.replace("?P<seq>", "")
    match = {
        "name": MATCH_HEADER,
        "in": "header",
        "schema": {"type": "string", "pattern": pattern},
        "description": told,
    }
    return [key, match]
