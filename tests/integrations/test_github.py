"""A pull request on GitHub's REST API: opened once whatever is lost on the way, on a real git repository."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.destination import Absent, CannotTell, Found
from bot.delivery.job import Job
from bot.delivery.outcomes import Done, Outcome, Result, Retry, Unknown
from bot.domain.diffs import unified
from bot.domain.effects import OpenPullRequest
from bot.domain.timeline import Recorded, RunbookProposed
from bot.integrations.github import GitHub, PullRequests
from bot.integrations.outgoing import Outgoing
from tests.domain.given import BO, NOON, declared
from tests.integrations.fake_github import (
    HANGS_UP_AFTER,
    HANGS_UP_BEFORE,
    IS_GARBAGE,
    NAME,
    TOKEN,
    FakeGitHub,
    a_github,
)

BEFORE, AFTER = "1. Stop\n2. Go\n", "1. Stop\n2. Go\n3. Tell @support, fixes #1\n"
PATH = "docs/fail over.md"


@asynccontextmanager
async def at_github(folder: Path, token: str = TOKEN, **place: Any) -> AsyncIterator[tuple[FakeGitHub, PullRequests]]:
    async with a_github(folder) as github, Outgoing(within=5) as outgoing:
        github.commit("main", PATH, BEFORE.encode())
        yield github, PullRequests(GitHub(github.place(**place), token, outgoing))


def proposed(before: str | None = BEFORE, after: str = AFTER, path: str = PATH, to: str | None = NAME) -> Job:
    diff = unified(path, before, after)
    text = "" if before is None else "Tell @support, fixes `#1`"
    event = RunbookProposed(
        at=NOON, by=BO, slug="fail-over", title="Fail over", path=path, lesson="", text=text, diff=diff, to=to
    )

    async def keep(_: Result) -> None:
        return None

    return Job(OpenPullRequest(event), "0123456789abcdef", declared(), declared(), Recorded(7, NOON, event), {}, keep)


async def finished(pulls: PullRequests, job: Job) -> Outcome:
    """As the deliverer does it: after a lost answer it looks first."""
    outcome: Outcome = Unknown("")
    for _ in range(5):
        found = await pulls.find(job) if isinstance(outcome, Unknown) else Absent()
        if isinstance(found, Found):
            return Done(found.result)
        outcome = await pulls.deliver(job)
        if isinstance(outcome, Done):
            return outcome
    raise AssertionError(outcome)


async def test_one_commit_on_a_branch_of_its_own_and_nothing_calls_anybody(tmp_path: Path) -> None:
    async with at_github(tmp_path) as (github, pulls):
        outcome = await pulls.deliver(proposed())
        assert outcome == Done({"url": f"https://github.example/{NAME}/pull/12", "number": 12, "of": 7})
        (pull,) = github.pulls
        branch = pull["head"]["ref"]
        assert (branch, pull["base"], pull["title"]) == (
            "muster/inc-42-0123456789ab",
            "main",
            "fail-over: learned from INC-42",
        )
        assert "```text\nTell @support, fixes '#1'\n```" in pull["body"]
        assert (github.content(branch, PATH), github.content("main", PATH)) == (AFTER, BEFORE)
        assert github.git("log", "--format=%s", f"main..{branch}").decode() == "fail-over: learned from INC-42"


@pytest.mark.parametrize("how", [HANGS_UP_AFTER, HANGS_UP_BEFORE, IS_GARBAGE, 502])
@pytest.mark.parametrize(
    "what", ["GET pulls", "GET git/ref", "GET contents", "POST git/refs", "PUT contents", "POST pulls"]
)
async def test_whatever_is_lost_on_the_way_there_is_one_pull_request(tmp_path: Path, what: str, how: int) -> None:
    async with at_github(tmp_path) as (github, pulls):
        github.answers = {what: [how]}
        outcome = await finished(pulls, proposed())
        again = await finished(pulls, proposed())
        assert isinstance(outcome, Done)
        assert (outcome, len(github.pulls)) == (again, 1)
        assert outcome.result["number"] == 12
        assert github.content(github.pulls[0]["head"]["ref"], PATH) == AFTER


async def test_a_file_that_changed_elsewhere_is_changed_as_it_is_now(tmp_path: Path) -> None:
    async with at_github(tmp_path) as (github, pulls):
        github.commit("main", PATH, b"# Title\n\n" + BEFORE.encode())
        github.commit("main", "docs/other.md", b"x")
        assert isinstance(await pulls.deliver(proposed()), Done)
        assert github.content(github.pulls[0]["head"]["ref"], PATH) == f"# Title\n\n{AFTER}"


async def test_a_new_file_is_made_where_there_is_none(tmp_path: Path) -> None:
    async with at_github(tmp_path) as (github, pulls):
        assert isinstance(await pulls.deliver(proposed(None, AFTER, "docs/new.md")), Done)
        assert github.content(github.pulls[0]["head"]["ref"], "docs/new.md") == AFTER


@pytest.mark.parametrize(
    ("job", "place", "token", "why"),
    [
        (proposed("1. Other\n2. Lines\n"), {}, TOKEN, "fail over.md in example/runbooks is not the file that Muster"),
        (proposed(path="docs/gone.md"), {}, TOKEN, "example/runbooks has no docs/gone.md on main"),
        (proposed(None), {}, TOKEN, "example/runbooks has docs/fail over.md already"),
        (proposed(), {"base": "next"}, TOKEN, "example/runbooks has no branch next, or the token may not see it"),
        (proposed(), {}, "wrong", "GitHub does not accept the token"),
        (proposed(), {"allow_private_address": False}, TOKEN, "is in a private network"),
        (proposed(to="example/other"), {}, TOKEN, "the policy names another place by now"),
        (replace(proposed(), now=replace(declared(), is_private=True)), {}, TOKEN, "names another place by now"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_said_in_words_and_opens_nothing(
    tmp_path: Path, job: Job, place: dict[str, Any], token: str, why: str
) -> None:
    async with at_github(tmp_path, token, **place) as (github, pulls):
        outcome = await pulls.deliver(job)
        assert isinstance(outcome, Done)
        assert (outcome.result["of"], github.pulls) == (7, [])
        assert why in outcome.result["refused"]


async def test_it_is_left_alone_for_as_long_as_it_asks_and_only_looked_for_where_it_answers(tmp_path: Path) -> None:
    async with at_github(tmp_path) as (github, pulls):
        github.answers, github.headers = {"GET pulls": [403, 500]}, {"Retry-After": "30"}
        assert await pulls.deliver(proposed()) == Retry(timedelta(seconds=30), "status 403")
        assert await pulls.find(proposed()) == CannotTell()
        assert await pulls.find(proposed()) == Absent()


async def test_doctor_is_told_what_stands_in_the_way(tmp_path: Path) -> None:
    async with a_github(tmp_path) as github, Outgoing(within=5) as outgoing:
        assert "has no branch main" in await GitHub(github.place(), TOKEN, outgoing).trouble()
        github.commit("main", PATH, b"x")
        assert await GitHub(github.place(), TOKEN, outgoing).trouble() == ""
        assert await GitHub(github.place(), "wrong", outgoing).trouble() == "GitHub does not accept the token"
        github.answers = {"GET git/ref": [503]}
        assert "does not answer as GitHub does (status 503)" in await GitHub(github.place(), TOKEN, outgoing).trouble()
