"""Fetching calendar feeds: only what has changed, no more than there is room for, and the last good copy stays."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot.domain.ids import SlackUserId
from bot.domain.oncall import on_call
from bot.domain.policy import Feed, Schedule
from bot.integrations.outgoing import Outgoing
from bot.jobs.oncall_sources import MOST_BYTES, OnCallSources
from bot.store import FeedCopy, Store
from bot.workflows.context import Context
from tests.domain.given import NOON, POLICY
from tests.serving import serving

DANA, BO = SlackUserId("UDANA"), SlackUserId("UBO")
MACHINE = datetime(2026, 11, 1, tzinfo=UTC)
EVERY = timedelta(minutes=15)
ICS = "\r\n".join(
    [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:1", "SUMMARY:{who}"),
        *("DTSTART:20260301T000000Z", "DTEND:20260401T000000Z", "END:VEVENT", "END:VCALENDAR"),
    ]
)


class Server:
    """A calendar server on this machine; its ETag is the title of the only event."""

    def __init__(self) -> None:
        self.who, self.moved_to, self.padding, self.url = "Dana", "", 0, ""
        self.answered: list[int] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        etag = f'"{self.who}"'
        if self.moved_to:
            answer = web.Response(status=302, headers={"Location": self.moved_to})
        elif request.headers.get("If-None-Match") == etag:
            answer = web.Response(status=304)
        else:
            answer = web.Response(text=ICS.format(who=self.who) + " " * self.padding, headers={"ETag": etag})
        self.answered.append(answer.status)
        return answer


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    served = Server()
    async with serving(web.get("/ops.ics", served.answer)) as port:
        served.url = f"http://127.0.0.1:{port}/ops.ics"
        yield served


@pytest.fixture
async def outgoing() -> AsyncIterator[Outgoing]:
    async with Outgoing() as client:
        yield client


def desk_with(store: Store, url: str) -> Context:
    ops = Schedule("ops", feed=Feed(url, {"Dana": DANA, "Bo": BO}, EVERY, allow_private_address=True))
    return Context(store, replace(POLICY, schedules={"ops": ops}, default_schedule="ops"), (), lambda: NOON)


def primary(context: Context) -> SlackUserId | None:
    turn = on_call(context.policy.schedules["ops"], NOON)
    return turn.primary if turn else None


async def copy(store: Store) -> FeedCopy:
    async with store.read() as tx:
        return (await tx.feeds())["ops"]


async def test_a_feed_is_fetched_as_often_as_it_says_and_sent_only_when_it_changed(
    store: Store, server: Server, outgoing: Outgoing
) -> None:
    context = desk_with(store, server.url)
    sources = OnCallSources(context, outgoing)
    for minutes in (0, 1, 14, 15):
        await sources.refresh(MACHINE + timedelta(minutes=minutes))
        assert primary(context) == DANA
    assert server.answered == [200, 304]
    assert (await copy(store)).fetched_at == MACHINE + EVERY
    server.who = "Bo"
    await sources.refresh(MACHINE + 2 * EVERY)
    assert primary(context) == BO


async def test_after_a_restart_the_last_good_copy_is_in_use_before_anything_is_fetched(
    store: Store, server: Server, outgoing: Outgoing
) -> None:
    await OnCallSources(desk_with(store, server.url), outgoing).refresh(MACHINE)
    context = desk_with(store, "http://127.0.0.1:9/ops.ics")
    sources = OnCallSources(context, outgoing)
    await sources.apply()
    assert primary(context) == DANA
    await sources.refresh(MACHINE + EVERY)
    assert primary(context) == DANA
    assert "could not be fetched" in ((await copy(store)).error or "")
    assert (context.policy.schedules["ops"].read_at, context.policy.schedules["ops"].is_behind) == (MACHINE, True)


@pytest.mark.parametrize("place", ["file:///etc/hosts", "ftp://127.0.0.1/ops.ics"])
async def test_a_feed_that_moved_to_no_web_address_is_not_followed(
    store: Store, server: Server, outgoing: Outgoing, place: str
) -> None:
    server.moved_to = place
    await OnCallSources(desk_with(store, server.url), outgoing).refresh(MACHINE)
    found = await copy(store)
    assert found.content is None
    assert "could not be fetched" in (found.error or "")


async def test_a_feed_that_is_too_large_is_not_taken(store: Store, server: Server, outgoing: Outgoing) -> None:
    server.padding = MOST_BYTES
    context = desk_with(store, server.url)
    await OnCallSources(context, outgoing).refresh(MACHINE)
    assert (await copy(store)).error == "it could not be fetched (it is larger than 2 MB)"
    assert primary(context) is None
