"""Issues are looked at once an hour, however many replicas there are."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.timeline import FollowUpAgreed, IssueFiled
from bot.integrations.outgoing import Outgoing
from bot.integrations.trackers import trackers_of
from bot.integrations.trackers.destination import Emails, Issues, Owners
from bot.jobs.trackers import ONE_SWEEP, Trackers
from bot.store import Store
from bot.workflows.context import Context
from tests.domain.given import BO, NOON, POLICY
from tests.integrations.trackers.fake_github import FakeGitHub
from tests.integrations.trackers.fakes import TOKEN, VARIABLE, Made, serving
from tests.integrations.trackers.test_trackers import an_email, whose
from tests.store.given import declare, record


@pytest.mark.parametrize(("span", "sweeps"), [(ONE_SWEEP, 1), (timedelta(0), 2)])
async def test_one_of_the_replicas_sweeps(store: Store, span: timedelta, sweeps: int) -> None:
    number = await declare(store)
    filed = IssueFiled(at=NOON, of=2, text="rotate keys", tracker="work", id="41", key="#41", url="https://x.example")
    await record(store, number, FollowUpAgreed(at=NOON, by=BO, text="rotate keys"), filed)
    async with serving(FakeGitHub()) as fake, Outgoing(within=20) as client:
        policy = replace(POLICY, trackers={"work": (place := fake.place())})
        tracker = trackers_of(policy, {VARIABLE: TOKEN}, client)["work"]
        context = Context(store, policy, (), lambda: NOON)
        issues = Issues(place, tracker, Owners(place, tracker, Emails(an_email, whose)), context, "https://x.example")
        fake.accounts["a-eva"] = ("Eva Novak", "")
        made = fake.issues[41] = Made(41, "rotate keys", "…")
        for owner in ("a-eva", "a-dana"):
            made.owner = owner
            replica = Trackers(context, {"work": issues}, span)
            replica.sweep()
            await replica.tick()
    async with store.read() as tx:
        incident = await tx.incident(number)
    assert incident is not None
    assert incident.last_seq == 3 + sweeps
