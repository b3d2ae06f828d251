"""Traces: a command, the effects that follow from it, and the calls to Slack of each, as a collector receives them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from bot.door.under_way import trace_with
from bot.operator.tracing import ENDPOINT, NotInstalled, spans_wanted
from bot.sandbox import Fault
from tests.conftest import nothing_may_be_skipped
from tests.scenarios.conftest import Company
from tests.serving import everything, serving


@dataclass
class Collector:
    """Takes traces over OTLP, on this machine."""

    port: int = 0
    bodies: list[bytes] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        assert (request.path, request.content_type) == ("/v1/traces", "application/x-protobuf")
        self.bodies.append(await request.read())
        return web.Response(content_type="application/x-protobuf")

    @property
    def spans(self) -> list[Any]:
        """As OpenTelemetry's own classes read them."""
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

        requests = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        return [
            span
            for request in requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@asynccontextmanager
async def a_collector() -> AsyncIterator[Collector]:
    collector = Collector()
    async with serving(everything(collector.take)) as collector.port:
        yield collector


async def test_a_command_its_effects_and_their_calls_to_slack_are_one_trace_without_anybodys_words(
    company: Company,
) -> None:
    async with a_collector() as collector:
        try:
            spans = spans_wanted({ENDPOINT: f"http://127.0.0.1:{collector.port}"})
        except NotInstalled:
            if nothing_may_be_skipped():
                raise
            pytest.skip("the extra otel is not installed")
        assert spans is not None
        trace_with(spans)
        try:
            company.sandbox.faults.add(Fault("bookmarks.add", "error", error="too_many_bookmarks"))
            await company.declares("the wombat is out")
            await asyncio.to_thread(spans.flush)
        finally:
            trace_with(None)

    found = collector.spans
    (declared,) = [one for one in found if one.name == "declare"]
    told = {one.key: one.value.string_value for one in declared.attributes}
    assert (told["muster.door"], told["muster.action"]) == ("slack", "declare")

    def below(parent: Any, name: str) -> list[Any]:
        same = [one for one in found if one.trace_id == parent.trace_id]
        return [one for one in same if one.name == name and one.parent_span_id == parent.span_id]

    (opened,) = below(declared, "deliver OpenChannel")
    (called,) = below(opened, "slack conversations.create")
    assert called.start_time_unix_nano >= opened.start_time_unix_nano
    assert {one.key: one.value.string_value for one in opened.attributes}["muster.incident"] == "INC-1"
    (refused,) = [one for one in found if one.name == "slack bookmarks.add"]
    assert {one.key: one.value.string_value for one in refused.attributes} == {"error.type": "too_many_bookmarks"}
    assert {one.trace_id for one in found if one.name.startswith("deliver ")} == {declared.trace_id}
    for body in collector.bodies:
        for words in (b"wombat", b"Dana", company.dana.id.encode()):
            assert words not in body
