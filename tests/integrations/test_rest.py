"""What an answer of a service means: the same for all of them, over real HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiohttp import web

from bot.delivery.outcomes import Gone, Outcome, Retry, Unknown
from bot.domain.policy import Way
from bot.integrations.outgoing import Outgoing
from bot.integrations.rest import (
    IN_PRIVATE,
    NOT_JSON,
    Refused,
    Service,
    Stopped,
    as_outcome,
    meaning,
    objects,
    part,
)
from tests.serving import everything, serving

SECRET = "Bearer token-of-a-test"


@asynccontextmanager
async def a_service(
    status: int = 200, body: bytes = b"{}", *, allow_private: bool = True, drops: bool = False
) -> AsyncIterator[tuple[Service, list[web.Request]]]:
    """One that always answers alike, and the requests that it got."""
    seen: list[web.Request] = []

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        seen.append(request)
        if drops:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(status=status, body=body, headers={"Retry-After": "9"} if status == 429 else {})

    async with serving(everything(answer)) as port, Outgoing(within=20) as client:
        url = f"http://127.0.0.1:{port}/v1"
        way = Way(allow_private_address=allow_private)
        yield Service(url, {"Authorization": SECRET}, client, way, most_bytes=1_000_000), seen


async def outcome(service: Service, method: str) -> Outcome | None:
    """None: it was no trouble."""
    try:
        await service.ask(method, "/x", None if method == "GET" else {"a": "ä\ud800"})
    except (Refused, Stopped) as no:
        return as_outcome(no)
    return None


@pytest.mark.parametrize(
    ("status", "reading", "writing"),
    [
        *((200, None, None), (204, None, None)),
        (429, Retry(timedelta(seconds=9), "status 429"), Retry(timedelta(seconds=9), "status 429")),
        (500, Retry(None, "status 500"), Unknown("status 500")),
        (408, Retry(None, "status 408"), Unknown("status 408")),
        *((301, Gone("status 301"), Gone("status 301")), (403, Gone("status 403"), Gone("status 403"))),
        *((404, Gone("status 404"), Gone("status 404")), (422, Gone("status 422"), Gone("status 422"))),
    ],
)  # fmt: skip
async def test_each_answer_means_the_same_whoever_asks(
    status: int, reading: Outcome | None, writing: Outcome | None
) -> None:
    async with a_service(status, b"" if status == 204 else b"{}") as (service, seen):
        assert await outcome(service, "GET") == reading
        assert await outcome(service, "POST") == writing
        assert {one.headers["Authorization"] for one in seen} == {SECRET}
        assert {one.path for one in seen} == {"/v1/x"}


@pytest.mark.parametrize("body", [b"<html>", b"[" * 100_000, b"\xff", b'"' + b"x" * 1_000_001 + b'"'])
async def test_what_nobody_can_read_may_have_been_done(body: bytes) -> None:
    async with a_service(body=body) as (service, _):
        assert isinstance(await outcome(service, "GET"), Retry)
        assert isinstance(await outcome(service, "POST"), Unknown)


async def test_a_lost_answer_may_have_been_done_and_nobody_there_did_nothing() -> None:
    async with a_service(drops=True) as (service, _):
        assert isinstance(await outcome(service, "GET"), Retry)
        assert isinstance(await outcome(service, "PATCH"), Unknown)
    async with Outgoing(within=20) as client:
        assert isinstance(
            await outcome(Service("http://127.0.0.1:1", {}, client, Way(allow_private_address=True)), "POST"), Retry
        )


async def test_a_private_address_is_refused_and_nothing_is_sent() -> None:
    async with a_service(allow_private=False) as (service, seen):
        assert await outcome(service, "POST") == Gone(IN_PRIVATE)
        assert seen == []


async def test_a_refusal_holds_what_was_said_and_never_the_secret() -> None:
    async with a_service(422, b'{"errors":[{"message":"no such field"}, 7]}') as (service, _):
        with pytest.raises(Refused) as caught:
            await service.ask("POST", "/x", {})
        assert (caught.value.status, str(caught.value)) == (422, "status 422")
        assert objects(part(caught.value.content)["errors"]) == [{"message": "no such field"}]
        assert SECRET not in repr(service)
        assert (await service.ask("POST", "/x", {}, 422)).status == 422


async def test_what_is_no_error_here_needs_no_body() -> None:
    async with a_service(404, b"<html>") as (service, _):
        assert (await service.ask("GET", "/x", None, 404)).json is None
    async with a_service(body=b"<html>") as (service, _):
        with pytest.raises(Stopped, match=NOT_JSON):
            await service.ask("GET", "/x")


def test_a_403_with_nothing_left_is_a_limit() -> None:
    assert meaning("POST", 403, None, {"x-ratelimit-remaining": "0"}) == Retry(None, "status 403")
    assert meaning("POST", 403, timedelta(seconds=60)) == Retry(timedelta(seconds=60), "status 403")
    assert meaning("POST", 420) == Retry(None, "status 420")


def test_what_is_not_where_it_should_be_is_empty() -> None:
    assert part({"a": {"b": {"c": 1}}}, "a", "b") == {"c": 1}
    odd: object
    for odd in (None, [], {"a": 1}, {"a": {"b": []}}):
        assert part(odd, "a", "b") == {}
    assert objects({"a": 1}) == []
