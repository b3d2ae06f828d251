"""PagerDuty as a source of who is on call: matched by the policy, else by address; in doubt named and never guessed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.domain import bringing_in
from bot.domain.ids import SlackUserId
from bot.domain.oncall import on_call as whose_turn
from bot.domain.oncall import unmatched_at, who_to_ask
from bot.domain.policy import Feed, PagerDuty, Schedule
from bot.integrations.outgoing import Outgoing
from bot.integrations.paging.oncalls import OnCalls
from bot.integrations.rest import Refused
from bot.jobs.oncall_sources import OnCallSources
from bot.operator.doctor import _calendar
from bot.store import FeedCopy, Store
from bot.workflows.context import Context
from tests.domain.given import BO, CHEN, DANA, NOON, POLICY, declared
from tests.integrations.pagers import TOKEN, Events, on_call, pagerduty_events

MACHINE = datetime(2026, 11, 1, tzinfo=UTC)
EVERY = timedelta(minutes=15)
TO_EIGHT = ("2026-03-04T08:00:00Z", "2026-03-04T20:00:00Z")
AFTERWARDS = ("2026-03-04T20:00:00Z", None)
SLACK = {"bo@example.com": BO, "dana@example.com": DANA}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is kept is as any other feed: `tests/store/test_feeds.py` has both engines."""
    return sqlite_url


@pytest.fixture
async def service() -> AsyncIterator[Events]:
    async with pagerduty_events() as events:
        yield events


class Desk:
    """The schedule `ops` as PagerDuty has it, and a Slack that knows two people."""

    def __init__(self, store: Store, service: Events, client: Outgoing, token: str = TOKEN) -> None:
        self.feed = Feed("", {"Chen@example.com": CHEN}, EVERY, "PSHOP01")
        schedules = {"ops": Schedule("ops", feed=self.feed)}
        policy = replace(POLICY, schedules=schedules, default_schedule="ops", services={})
        self.context = Context(store, policy, (), lambda: NOON)
        settings = PagerDuty(api=service.api, allow_private_address=True)
        self.oncalls = OnCalls(settings, token, client)
        self.looked_up: list[str] = []
        self.is_reached = True
        self.sources = OnCallSources(self.context, client, self.oncalls, self.match)

    async def match(self, email: str) -> SlackUserId | None:
        self.looked_up.append(email)
        if not self.is_reached:
            raise ConnectionError("status 503")
        return SLACK.get(email)

    @property
    def schedule(self) -> Schedule:
        return self.context.policy.schedules["ops"]

    def primary(self, at: datetime = NOON) -> SlackUserId | None:
        turn = whose_turn(self.schedule, at)
        return turn.primary if turn else None


async def copy(store: Store) -> FeedCopy:
    async with store.read() as tx:
        return (await tx.feeds())["ops"]


async def test_who_is_on_call_is_matched_by_the_policy_else_by_the_address(store: Store, service: Events) -> None:
    service.on_call = [
        on_call("Bo", "Bo@example.com", *TO_EIGHT),
        on_call("Bo", "bo@example.com", *TO_EIGHT, level=2),
        on_call("Chen", "chen@example.com", *AFTERWARDS),
    ]
    async with Outgoing() as client:
        desk = Desk(store, service, client)
        await desk.sources.refresh(MACHINE)
        assert (desk.primary(), desk.primary(NOON + timedelta(days=300))) == (BO, CHEN)
        assert desk.looked_up == ["bo@example.com"]
        (asked,) = service.asked
        assert (asked["schedule_ids[]"], asked["include[]"]) == ("PSHOP01", "users")


async def test_more_than_a_page_of_turns_is_read_to_its_end(store: Store, service: Events) -> None:
    hours = [f"{NOON + timedelta(hours=hour):%Y-%m-%dT%H:%M:%SZ}" for hour in range(151)]
    service.on_call = [on_call("Bo", "bo@example.com", *one) for one in pairwise(hours)]
    async with Outgoing() as client:
        desk = Desk(store, service, client)
        await desk.sources.refresh(MACHINE)
        assert [one["offset"] for one in service.asked] == ["0", "100"]
        assert desk.primary(NOON + timedelta(hours=149)) == BO


async def test_who_cannot_be_matched_is_named_wherever_it_matters(store: Store, service: Events) -> None:
    service.on_call = [on_call("Xenia", "xenia@elsewhere.example", *TO_EIGHT)]
    async with Outgoing() as client:
        desk = Desk(store, service, client)
        await desk.sources.refresh(MACHINE)
    assert desk.primary() is None
    assert unmatched_at(desk.schedule, NOON) == "Xenia"
    assert unmatched_at(desk.schedule, NOON + timedelta(days=1)) == ""
    person, (reason,) = who_to_ask(desk.context.policy, None, NOON, BO)
    assert (person, getattr(reason, "unmatched", "")) == (BO, "Xenia")
    service_of = replace(next(iter(POLICY.services.values())), oncall="ops")
    policy = replace(desk.context.policy, services={service_of.slug: service_of})
    with pytest.raises(bringing_in.OnCallUnmatched, match="PagerDuty has Xenia on call"):
        bringing_in.page(declared(), BO, service_of, NOON, policy)
    found = _calendar(desk.context.policy, desk.schedule, desk.feed, (await copy(store)).content or "", NOON)
    told = next(one for one in found if one.code == "oncall_unknown")
    assert told.must_mend
    assert "Xenia (xenia@elsewhere.example) is on call in PagerDuty (ops)" in told.text


async def test_the_last_that_was_known_stays_with_its_age_and_so_does_who_was_matched(
    store: Store, service: Events
) -> None:
    service.on_call = [on_call("Bo", "bo@example.com", *TO_EIGHT)]
    async with Outgoing() as client:
        desk = Desk(store, service, client)
        await desk.sources.refresh(MACHINE)
        desk.is_reached = False  # Slack does not answer now
        await desk.sources.refresh(MACHINE + EVERY)
        assert (desk.primary(), desk.schedule.is_behind) == (BO, False)
        service.answers = [503]
        await desk.sources.refresh(MACHINE + 2 * EVERY)
        assert (desk.primary(), desk.schedule.read_at, desk.schedule.is_behind) == (BO, MACHINE + EVERY, True)
        assert (await copy(store)).error == "PagerDuty could not be asked (status 503)"


async def test_a_token_that_is_missing_or_wrong_is_said(store: Store, service: Events) -> None:
    async with Outgoing() as client:
        desk = Desk(store, service, client, "wrong")
        await desk.sources.refresh(MACHINE)
        assert (await copy(store)).error == "PagerDuty refused to say who is on call (status 401)"
        with pytest.raises(Refused):
            await desk.oncalls.check()
        await Desk(store, service, client).oncalls.check()
        await OnCallSources(desk.context, client).refresh(MACHINE)
        assert (await copy(store)).error == "the token of PagerDuty is not set"
