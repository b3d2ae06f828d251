"""A review leaves the channel: picture, calendar file, canvas, repository; private ones stay where they are."""

import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from bot.sandbox import Channel, Fault
from tests.scenarios.conftest import Company, company_at_work


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: what differs between the engines is tested with the store."""
    return sqlite_url


@asynccontextmanager
async def sharing(folder: Path, database_url: str) -> AsyncIterator[tuple[Company, Path]]:
    repository = folder / "postmortems"
    repository.mkdir()
    subprocess.run(["git", "init", "--quiet"], cwd=repository, check=True)
    wanted = {"review": {"canvas": True, "repository": str(repository)}}
    async with company_at_work(folder, database_url, wanted) as company:
        yield company, repository


async def published(company: Company, words: str, number: int = 1) -> Channel:
    channel = await company.declares(words)
    await company.bo.joins(channel.id) if not channel.is_private else None
    for text in ("accept", "resolve rolled back", "review start"):
        await company.dana.types(f"/incident {text}", in_=channel.id)
    approver, where = (company.bo, "general") if not channel.is_private else (company.fay, channel.id)
    if channel.is_private:
        await company.dana.types("/incident invite @fay".replace("@fay", f"<@{company.fay.id}>"), in_=channel.id)
        await company.settle()
    await approver.types(f"/incident INC-{number} review approve anyway", in_=where)
    await company.dana.types("/incident review publish", in_=channel.id)
    await company.settle()
    return channel


async def test_a_published_review_becomes_a_canvas_and_a_file_in_the_repository(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with sharing(tmp_path, sqlite_url) as (company, repository):
        channel = await published(company, "checkout fails service:checkout P1")
        (canvas,) = (one for one in company.sandbox.workspace.canvases.values() if one.channel == channel.id)
        assert any("At a glance" in one.markdown for one in canvas.sections)
        said = subprocess.run(
            ["git", "log", "--format=%s", "--name-only"], cwd=repository, check=True, capture_output=True, text=True
        ).stdout
        assert said.split("\n\n") == ["Review of INC-1", "INC-1-checkout-fails.md\n"]
        assert "# INC-1: checkout fails" in (repository / "INC-1-checkout-fails.md").read_text()


async def test_a_private_review_is_in_its_channels_canvas_alone(tmp_path: Path, sqlite_url: str) -> None:
    async with sharing(tmp_path, sqlite_url) as (company, repository):
        channel = await published(company, "somebody reads our mail P1 --private")
        assert [one.channel for one in company.sandbox.workspace.canvases.values()] == [channel.id]
        assert [one.name for one in repository.iterdir()] == [".git"]


async def test_a_canvas_that_cannot_be_had_holds_nothing_up(tmp_path: Path, sqlite_url: str) -> None:
    async with sharing(tmp_path, sqlite_url) as (company, repository):
        company.sandbox.faults.add(Fault("conversations.canvases.create", "error", error="canvas_disabled_user_team"))
        channel = await published(company, "checkout fails service:checkout P1")
        assert channel.shows("review published by")
        assert (repository / "INC-1-checkout-fails.md").exists()
        assert channel.shows("the workspace has no canvases")


async def test_the_start_proposes_a_meeting_a_day_ahead_in_business_hours(company: Company) -> None:
    channel = await company.declares("checkout fails service:checkout P1")
    for text in ("accept", "resolve rolled back", "review start"):
        await company.dana.types(f"/incident {text}", in_=channel.id)
    await company.settle()
    (invitation,) = meetings(channel)
    assert str(invitation.start) == "2026-03-03 09:00:00+00:00"
    assert channel.shows("A meeting about INC-1 is proposed")

    refused = await company.dana.types("/incident review meet 2026-03-01T10:00Z", in_=channel.id)
    assert "That time has passed" in refused.text
    moved = await company.dana.types("/incident review meet 2026-03-04T10:00", in_=channel.id)
    assert "The meeting is now at" in moved.text
    await company.settle()
    first, second = meetings(channel)
    assert str(second.start) == "2026-03-04 09:00:00+00:00", "ten in Madrid"
    assert second["sequence"] > first["sequence"]


async def test_no_meeting_is_proposed_where_no_review_is_required(company: Company) -> None:
    channel = await company.declares("the font is wrong service:checkout P4")
    for text in ("accept", "resolve rolled back", "review start"):
        await company.dana.types(f"/incident {text}", in_=channel.id)
    await company.settle()
    assert not meetings(channel)
    assert (
        "belongs to a review that has started"
        not in (await company.dana.types("/incident review meet 2026-03-04T10:00", in_=channel.id)).text
    )


def meetings(channel: Channel) -> list[Any]:
    files = [file for file in channel.files if file.name.endswith(".ics")]
    return [Calendar.from_ical(file.content).events[0] for file in files]


async def test_the_channel_gets_the_picture_and_what_people_read_and_nothing_for_programs(company: Company) -> None:
    channel = await company.declares("checkout fails service:checkout P1")
    for text in ("accept", "resolve rolled back", "close unverified nobody can test"):
        await company.dana.types(f"/incident {text}", in_=channel.id)
    await company.settle()
    names = [file.name for file in channel.files]
    assert names == ["INC-1-at-a-glance.png", "INC-1-review.html", "INC-1-review.md"]
