"""What is Jira's own: workflows, screens, and fields that a project demands."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.vocabulary import FollowUpState
from bot.integrations.outgoing import Outgoing
from bot.integrations.rest import Refused
from bot.integrations.trackers.form import said
from bot.integrations.trackers.jira import Jira
from bot.integrations.trackers.tracker import Change, Draft, Line
from tests.integrations.trackers.fake_jira import DOING, DONE, DROPPED, TO_DO, FakeJira
from tests.integrations.trackers.fakes import TOKEN, serving

DRAFT = Draft("4f2a", "rotate keys", (), (said("Follow-up 1 of INC-42."),), datetime(2026, 3, 4, tzinfo=UTC))
RESOLUTION = {
    "required": True,
    "name": "Resolution",
    "allowedValues": [{"name": "Won't Do"}, {"name": "Fixed"}],
}


@asynccontextmanager
async def at_jira(fake: FakeJira | None = None, **place: Any) -> AsyncIterator[tuple[FakeJira, Jira]]:
    fake = fake or FakeJira()
    async with serving(fake), Outgoing(within=20) as client:
        yield fake, Jira(Line(fake.place(**place), TOKEN, client))


async def refusal(jira: Jira, change: Change) -> str:
    ticket = await jira.create(DRAFT)
    with pytest.raises(Refused) as no:
        await jira.update(ticket, change)
    return jira.why(no.value)


async def test_a_due_date_that_is_not_on_the_screen_is_left_to_muster() -> None:
    async with at_jira(FakeJira(screen=("labels",))) as (fake, jira):
        made = await jira.create(replace(DRAFT, due=date(2026, 12, 1), owner="a-dana"))
        assert (made.due, made.owner) == (None, None)
        assert len(fake.issues) == 1


async def test_a_field_that_a_project_demands_is_named_with_where_to_say_it() -> None:
    fake = FakeJira(required={"customfield_10042": "Root cause"})
    async with at_jira(fake) as (_, jira):
        with pytest.raises(Refused) as no:
            await jira.create(DRAFT)
        assert "customfield_10042: Root cause is required." in jira.why(no.value)
        assert "`fields` of work in the policy" in jira.why(no.value)
        checked = await jira.check()
        assert checked.missing == ("Root cause (customfield_10042) must be said: add it to `fields`",)
    async with at_jira(fake, fields={"customfield_10042": {"value": "Unknown"}}) as (_, jira):
        await jira.create(DRAFT)
        assert (await jira.check()).missing == ()
    async with at_jira(FakeJira(), fields={"customfield_9": 1}) as (_, jira):
        assert (await jira.check()).missing == ("there is no field customfield_9",)


@pytest.mark.parametrize(
    ("state", "status", "resolution"),
    [(FollowUpState.DONE, DONE, "Fixed"), (FollowUpState.DROPPED, DROPPED, "Won't Do")],
)
async def test_it_is_moved_along_its_workflow_with_a_resolution_where_one_is_asked_for(
    state: FollowUpState, status: str, resolution: str
) -> None:
    fake = FakeJira(asked_on_the_way={status: {"resolution": RESOLUTION}})
    async with at_jira(fake) as (_, jira):
        ticket = await jira.create(DRAFT)
        await jira.update(ticket, Change(state=state))
        assert [one.state for one in fake.issues.values()] == [state]
        assert fake.moved[0]["fields"] == {"resolution": {"name": resolution}}
        await jira.update(ticket, Change(state=FollowUpState.OPEN))
        assert [one.more.get("status", one.state) for one in fake.issues.values()] == [FollowUpState.OPEN]


async def test_where_no_way_leads_there_it_says_so() -> None:
    async with at_jira(FakeJira(ways={TO_DO: (DOING,)})) as (_, jira):
        told = await refusal(jira, Change(state=FollowUpState.DONE))
        assert told == "from “To Do” its workflow has no way to be done; move it there by hand"


async def test_a_way_that_asks_for_more_than_muster_can_say_is_not_taken() -> None:
    asked = {DONE: {"customfield_1": {"required": True, "name": "Root cause"}}}
    async with at_jira(FakeJira(asked_on_the_way=asked)) as (_, jira):
        told = await refusal(jira, Change(state=FollowUpState.DONE))
        assert told == "from “To Do” the way to “Done” asks for Root cause (customfield_1); move it there by hand"


async def test_a_check_tells_each_way_from_where_issues_stand() -> None:
    async with at_jira(FakeJira(ways={TO_DO: (DOING, DONE), DONE: (DOING,)})) as (_, jira):
        await jira.create(DRAFT)
        checked = await jira.check()
        assert checked.ways == (
            "To Do, to be done: by “Move to Done” to “Done”",
            "To Do, to be dropped: by “Move to Done” to “Done”",
            "In Progress: no issue stands there to look at",
            "Done: no issue stands there to look at",
            "Won't do: no issue stands there to look at",
        )
        assert checked.missing == ()
