"""What trackers keep, as the store finds it again: on each engine."""

from datetime import date, timedelta

from bot.domain.effects import FileIssue, tracker_lane
from bot.domain.home import OwnFollowUp
from bot.domain.timeline import AnyEvent, FollowUpAgreed, FollowUpEnded, IssueChanged, IssueFiled, IssueLost
from bot.domain.vocabulary import FollowUpState
from bot.store import Store
from tests.store.given import BO, DANA, MACHINE, NOON, declare, minutes

DUE = date(2026, 12, 1)


async def test_issues_are_found_by_when_they_were_recorded(store: Store) -> None:
    number = await declare(store)
    filed = [
        IssueFiled(at=NOON, of=of, text="x", tracker="work", id=str(of), key=f"#{of}", url="https://x.example")
        for of in (2, 3)
    ]
    for place, one in enumerate(filed):
        async with store.write() as tx:
            await tx.record(number, [one], NOON + minutes(place))
    async with store.read() as tx:
        assert [(one, event) for one, event, _ in await tx.issues_filed(None)] == [(number, one) for one in filed]
        assert [at for _, _, at in await tx.issues_filed(None)] == [NOON, NOON + minutes(1)]
        assert [event.of for _, event, _ in await tx.issues_filed(NOON + minutes(1))] == [3]
        assert await tx.issues_filed(NOON + minutes(2)) == []


async def test_while_something_is_on_its_way_its_lane_is_under_way(store: Store) -> None:
    number = await declare(store)
    agreed = FollowUpAgreed(at=NOON, by=DANA, text="rotate keys")
    lane = tracker_lane("work", number)
    async with store.write() as tx:
        assert not await tx.is_under_way(lane)
        await tx.record(number, [agreed], NOON, [FileIssue(agreed, "work")])
        assert await tx.is_under_way(lane)
        assert not await tx.is_under_way(tracker_lane("other", number))
    async with store.write() as tx:
        found = await tx.claim_effects("me", MACHINE + timedelta(minutes=1), timedelta(seconds=30), 10, elsewhere=True)
        (one,) = [one for one in found if one.lane == lane]
        await tx.finish_effect(one, {})
        assert not await tx.is_under_way(lane)


async def test_what_a_tracker_says_counts_for_whose_follow_ups_they_are(store: Store) -> None:
    number = await declare(store)
    events: list[AnyEvent] = [
        FollowUpAgreed(at=NOON, by=DANA, text="rotate keys", owner=DANA, due=DUE),
        IssueChanged(at=NOON, of=2, text="rotate keys", key="#1", state=FollowUpState.OPEN, owner=BO, due=None),
    ]
    async with store.write() as tx:
        await tx.record(number, events, NOON)
        assert await tx.follow_ups_of(DANA, NOON) == ()
        assert await tx.follow_ups_of(BO, NOON) == (OwnFollowUp(number, "rotate keys", None),)
        ended = FollowUpEnded(at=NOON, by=BO, of=2, text="rotate keys", state=FollowUpState.DONE)
        await tx.record(number, [ended], NOON)
        assert await tx.follow_ups_of(BO, NOON) == ()
        again = IssueChanged(at=NOON, of=2, text="rotate keys", key="#1", state=FollowUpState.OPEN, owner=BO, due=DUE)
        await tx.record(number, [again], NOON)
        filed = IssueFiled(at=NOON, of=2, text="rotate keys", tracker="w", id="1", key="#1", url="https://x.example/1")
        await tx.record(number, [filed], NOON)
        shown = OwnFollowUp(number, "rotate keys", DUE, "https://x.example/1", "#1")
        assert await tx.follow_ups_of(BO, NOON) == (shown,)
        await tx.record(number, [IssueLost(at=NOON, of=2, text="rotate keys", key="#1")], NOON)
        assert await tx.follow_ups_of(BO, NOON) == (OwnFollowUp(number, "rotate keys", DUE),)
