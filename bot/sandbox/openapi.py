"""The control API as an OpenAPI document (OpenAPI Specification 3.1.0), built from what is there.

`GET /sandbox/api/openapi.yaml` gives it, and docs/openapi.yaml keeps it.
"""

from typing import Any

import yaml
from pydantic import TypeAdapter

from bot.sandbox.acts import ACTS, ANYTHING, FILES, TEXT, TEXTS, VALUES, YES_OR_NO, Act, Field
from bot.sandbox.breaking import ACTS as CONNECTION_ACTS
from bot.sandbox.control_faults import AnOutage, OnConnections, Reading
from bot.sandbox.faults import Fault

Content = dict[str, Any]

SCHEMAS: dict[Field, Content] = {
    TEXT: {"type": "string"},
    YES_OR_NO: {"type": "boolean"},
    TEXTS: {"type": "array", "items": {"type": "string"}},
    FILES: {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["name"],
            "properties": {name: {"type": "string"} for name in ("name", "text", "base64")},
        },
    },
    VALUES: {"type": "object"},
    ANYTHING: {},
}
REFUSED = {"$ref": "#/components/responses/Refused"}
HEADER = "# The control API of the local Slack, generated from bot/sandbox/acts.py and bot/sandbox/control_faults.py.\n"


def document() -> Content:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "The control API of the local Slack",
            "version": "1",
            "description": "The people's side of the local Slack, and its faults, for tests and tools in any language. "
            "It is served on 127.0.0.1 only and has no passwords.",
        },
        "servers": [{"url": "http://127.0.0.1:{port}", "variables": {"port": {"default": "8090"}}}],
        "paths": {**_act_paths(), **_other_paths()},
        "components": {
            "responses": {
                "Done": _answer("Done.", {"ok": {"type": "boolean"}}, ["ok"]),
                "Refused": _answer(
                    "Refused; the sentence says why, and what is known.",
                    {"ok": {"const": False}, "error": {"type": "string"}},
                    ["ok", "error"],
                ),
            }
        },
    }


def _act_paths() -> Content:
    return {f"/sandbox/api/people/{{name}}/{name}": {"post": _act(name, act)} for name, act in ACTS.items()}


def _act(name: str, act: Act) -> Content:
    fields = {**act.needs, **act.may_have}
    schema = {
        "type": "object",
        "properties": {field: SCHEMAS[kind] for field, kind in fields.items()},
        "additionalProperties": False,
        **({"required": sorted(act.needs)} if act.needs else {}),
    }
    who = {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}, "description": "name or id"}
    return {"operationId": name, "summary": act.about, "parameters": [who], **_body(schema), **_answers()}


def _other_paths() -> Content:
    number = {"type": "integer"}
    entries = {"entries": {"type": "array", "items": {"type": "object"}}, "last": number}
    act = {
        "name": "act",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "enum": list(CONNECTION_ACTS)},
        "description": "; ".join(f"{name}: {one.what}" for name, one in CONNECTION_ACTS.items()),
    }
    return {
        "/sandbox/api/state": {"get": _read("state", "The whole workspace.")},
        "/sandbox/api/people/{name}/files/{file}": {"get": _file()},
        "/sandbox/api/faults": {
            "get": _read("faults", "The faults that are waiting."),
            "post": {"operationId": "addFault", "summary": "Orders a fault.", **_model(Fault), **_answers()},
            "delete": _read("clearFaults", "Takes back all faults."),
        },
        "/sandbox/api/connections": {"get": _read("connections", "The app's open WebSockets.")},
        "/sandbox/api/connections/{act}": {
            "post": {
                "operationId": "breakConnections",
                "summary": "Does something to one connection or all.",
                "parameters": [act],
                **_model(OnConnections),
                **_answers(),
            }
        },
        "/sandbox/api/outage": {
            "get": _read("outage", "Whether the whole of Slack is out."),
            "post": {"operationId": "beginOutage", "summary": "Slack is out.", **_model(AnOutage), **_answers()},
            "delete": _read("endOutage", "Slack is there again."),
        },
        "/sandbox/api/journal": {
            "get": {
                "operationId": "journal",
                "summary": "What went over the wire.",
                "parameters": [
                    {"name": name, "in": "query", "schema": one} for name, one in _schema(Reading)["properties"].items()
                ],
                "responses": {"200": _answer("Entries, the oldest first.", entries, ["entries"]), "400": REFUSED},
            }
        },
    }


def _file() -> Content:
    named = [{"name": one, "in": "path", "required": True, "schema": {"type": "string"}} for one in ("name", "file")]
    return {
        "operationId": "file",
        "summary": "A file, for somebody who sees a channel that it was shared in.",
        "parameters": named,
        "responses": {"200": {"description": "Its bytes.", "content": {"*/*": {}}}, "404": REFUSED},
    }


def _read(name: str, about: str) -> Content:
    done = {"$ref": "#/components/responses/Done"} if name != "state" else _answer(about, {}, [])
    return {"operationId": name, "summary": about, "responses": {"200": done}}


def _answers() -> Content:
    return {"responses": {"200": {"$ref": "#/components/responses/Done"}, "400": REFUSED}}


def _answer(about: str, properties: Content, required: list[str]) -> Content:
    schema = {"type": "object", "properties": properties, "required": required}
    return {"description": about, "content": {"application/json": {"schema": schema}}}


def _body(schema: Content) -> Content:
    return {
        "requestBody": {"required": bool(schema.get("required")), "content": {"application/json": {"schema": schema}}}
    }


def _model(model: type[Any]) -> Content:
    return _body(_schema(model))


def _schema(model: type[Any]) -> Content:
    schema: Content = TypeAdapter(model).json_schema()
    return {name: value for name, value in schema.items() if name not in ("title", "description")}


def as_yaml() -> str:
    return HEADER + yaml.safe_dump(document(), sort_keys=False, allow_unicode=True, width=120)
