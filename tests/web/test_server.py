"""Health, readiness and figures over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from bot.web.readiness import Notice, Readiness
from bot.web.server import LARGEST, Web


@asynccontextmanager
async def serving(readiness: Readiness | None = None) -> AsyncIterator[tuple[aiohttp.ClientSession, Web]]:
    async def ready() -> Readiness:
        if readiness is None:
            raise OSError("the disk is full")
        return readiness

    async with (
        Web("127.0.0.1", 0, ready).running() as web,
        aiohttp.ClientSession(f"http://127.0.0.1:{web.port}") as session,
    ):
        yield session, web


async def test_the_process_is_healthy_while_its_loop_turns() -> None:
    async with serving() as (session, _), session.get("/healthz") as response:
        assert response.status == 200


async def test_ready_with_a_warning_is_still_ready() -> None:
    warned = Readiness(warnings=(Notice("dead_effects", "1 effect is dead."),))
    async with serving(warned) as (session, _), session.get("/readyz") as response:
        assert response.status == 200
        assert await response.json() == {
            "ready": True,
            "reasons": [],
            "warnings": [{"code": "dead_effects", "text": "1 effect is dead."}],
        }


async def test_unready_says_why() -> None:
    unready = Readiness(reasons=(Notice("slack_not_connected", "No connection to Slack is alive."),))
    async with serving(unready) as (session, _), session.get("/readyz") as response:
        assert response.status == 503
        assert await response.json() == {
            "ready": False,
            "reasons": [{"code": "slack_not_connected", "text": "No connection to Slack is alive."}],
            "warnings": [],
        }


async def test_when_readiness_cannot_be_found_out_it_is_unready_and_stays_up() -> None:
    async with serving() as (session, _):
        for _ in range(2):
            async with session.get("/readyz") as response:
                assert response.status == 503
                assert (await response.json())["reasons"][0]["code"] == "readiness_unknown"


async def test_the_figures_are_in_prometheus_words() -> None:
    async with serving() as (session, _), session.get("/metrics") as response:
        assert response.status == 200
        assert "# TYPE muster_alert_deliveries_total counter" in await response.text()


async def test_in_socket_mode_slack_has_no_business_here() -> None:
    async with serving() as (session, _), session.post("/slack/events", data=b"{}") as response:
        assert response.status == 404


async def test_while_stopping_slack_is_asked_to_come_again() -> None:
    async with serving() as (session, web):
        web.take_from_slack(None)
        async with session.post("/slack/events", data=b"{}") as response:
            assert response.status == 503


async def test_what_is_not_served_is_not_found_and_other_ways_of_asking_are_refused() -> None:
    async with serving() as (session, _):
        async with session.get("/") as response:
            assert response.status == 404
        async with session.get("/slack/events") as response:
            assert response.status == 405


def test_a_body_may_be_larger_than_any_form_of_slacks() -> None:
    assert LARGEST > 250_000


async def test_without_a_public_address_reviews_have_no_pages() -> None:
    async with serving() as (session, _):
        for path in ("/reviews/INC-1", "/reviews/INC-1?key=x", "/reviews/INC-1/document", "/reviews/static/review.js"):
            async with session.get(path) as response:
                assert response.status == 404, path


async def test_paths_that_are_no_review_are_not_found() -> None:
    async with serving() as (session, _):
        for path in (
            "/reviews/",
            "/reviews/INC-0",
            "/reviews/INC-x",
            "/reviews/static/../server.py",
            "/reviews/INC-1/x",
        ):
            async with session.get(path) as response:
                assert response.status == 404, path
