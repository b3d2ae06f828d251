"""The control API keeps to its document, and no input gets a 500 out of it.

`python -m tests.sandbox.test_openapi` writes docs/openapi.yaml anew.
"""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from bot.sandbox import Sandbox
from bot.sandbox.openapi import as_yaml, document
from tests.house.sources import ROOT
from tests.sandbox.bolt_app import furnish


def test_the_document_in_the_docs_is_what_the_code_does() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == as_yaml()


async def test_every_route_of_the_control_api_is_in_the_document() -> None:
    app = web.Application()
    Sandbox().control.add_routes(app)
    served = {
        (route.method.lower(), route.resource.canonical) for route in app.router.routes() if route.resource is not None
    }
    served -= {("get", "/sandbox/api/openapi.yaml")}
    written = {
        (verb, "/sandbox/api/people/{name}/{act}" if verb == "post" and "/people/" in path else path)
        for path, verbs in document()["paths"].items()
        for verb in verbs
    }
    assert {one for one in served if one[0] != "head"} == written


DOCUMENT = ROOT / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A local Slack in a thread of its own, for schemathesis waits on its requests."""
    ready, stop, found = threading.Event(), threading.Event(), []

    async def serve() -> None:
        async with Sandbox(ack_within=0.05) as sandbox:
            furnish(sandbox)
            found.append(sandbox.url)
            ready.set()
            while not stop.is_set():
                await asyncio.sleep(0.05)

    serving = threading.Thread(target=lambda: asyncio.run(serve()))
    serving.start()
    assert ready.wait(10)
    yield found[0]
    stop.set()
    serving.join(10)


schema: Any = schemathesis.openapi.from_dict(document())
schema.config.phases.coverage.enabled = False  # every worker would make its hundreds of cases while it collects


@schema.parametrize()  # type: ignore[untyped-decorator]
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_whatever_is_asked_the_answer_is_a_documented_one(case: Any, address: str) -> None:
    if "name" in (case.path_parameters or {}):
        case.path_parameters["name"] = "dana"
    if isinstance(case.body, dict) and isinstance(case.body.get("seconds"), int | float):
        case.body["seconds"] = 0.01  # nobody waits for what is ordered here
    response = case.call(base_url=address)
    case.validate_response(response, checks=(not_a_server_error, response_schema_conformance))


if __name__ == "__main__":
    DOCUMENT.write_text(as_yaml(), encoding="utf-8")
