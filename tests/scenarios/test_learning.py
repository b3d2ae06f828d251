"""What an incident teaches becomes a change to a runbook: from the approved review to a file that git takes."""

import subprocess
from pathlib import Path

import pytest

from bot.config.runbooks import Library, Shelf, findings
from bot.domain.sections import mark_of
from bot.sandbox import Channel
from tests.integrations.fake_github import HANGS_UP_AFTER, TOKEN, VARIABLE, a_github
from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import said_by_bot
from tests.scenarios.test_writing_reviews import link_for, opens

FAILOVER = "# Database failover\n\n1. Stop writes.\n2. Promote the replica.\n\n## Impact\n\nOrders wait.\n"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: what differs between the engines is tested with the store."""
    return sqlite_url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "runbooks"
    folder.mkdir()
    (folder / "failover.md").write_text(FAILOVER)
    return folder


def taken(folder: Path, diff: bytes) -> Library:
    """The runbooks once git has applied the diff."""
    done = subprocess.run(["git", "apply", "-"], cwd=folder, input=diff, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    library = Shelf([folder]).look()
    assert [*library.left_out, *findings(library)] == []
    return library


async def approved(company: Company, channel: Channel, *before: str) -> None:
    await company.bo.joins(channel.id)
    for text in ("accept", *before, "resolve promoted the replica", "verify the probes", "review start"):
        await company.dana.types(f"/incident {text}", in_=channel.id)
    await company.bo.types("/incident review approve anyway", in_=channel.id)
    await company.settle()


def sent(channel: Channel, ending: str) -> list[tuple[str, bytes]]:
    return [(one.name, one.content) for one in channel.files if one.name.endswith(ending)]


async def opens_form(company: Company, channel: Channel) -> None:
    def is_there() -> bool:
        return company.bo.view is not None and any("element" in block for block in company.bo.view.blocks)

    await company.bo.clicks("Propose a change to a runbook", in_=channel.id)
    await company.sandbox.until(is_there)


async def test_a_step_that_failed_becomes_a_note_at_that_step(company: Company, folder: Path) -> None:
    shelf = Shelf([folder])
    company.bot.context.runbooks = shelf.look().runbooks
    channel = await company.declares("orders are late P1")
    failed = f"step failover 2 fail <@{company.bo.id}> saw *no* replica, password=hunter2hunter2"
    await approved(company, channel, "runbook failover start", failed)
    offers = [one for one in said_by_bot(company, channel) if "Not every step of the runbook fitted" in one.text]
    assert len(offers) == 1

    await opens_form(company, channel)
    wanted = {"lesson": "failover/2", "runbook": f"failover:{mark_of(FAILOVER)}", "text": ""}
    (folder / "failover.md").write_text(FAILOVER.replace("Orders wait", "Orders are late"))
    company.bot.context.runbooks = shelf.look().runbooks
    assert "was changed in the meantime" in (await company.bo.submits(wanted)).errors["runbook"]
    assert sent(channel, ".diff") == []
    await company.bo.closes()
    await opens_form(company, channel)
    wanted["runbook"] = f"failover:{mark_of(company.bot.context.runbooks[0].body)}"
    assert not (await company.bo.submits(wanted)).errors
    await company.settle()
    await company.later(minutes=1)
    told = await company.bo.types("/incident metrics runbooks 30d", in_="general")
    assert "failover: used in 1 of 1 incident." in told.text
    ((name, diff),) = sent(channel, ".diff")
    (runbook,) = taken(folder, diff).runbooks
    assert name == "INC-1-failover.diff"
    assert "Did not work in INC-1: somebody saw \\*no\\* replica" in runbook.body
    assert ("hunter2" in runbook.body, len(runbook.steps)) == (False, 2)
    company.bot.context.runbooks = shelf.look().runbooks
    again = await company.dana.types("/incident review lesson failover/2", in_=channel.id)
    assert "That is proposed for “Database failover” already; nothing was changed." in again.text
    await company.settle()
    assert len(sent(channel, ".diff")) == 1


async def test_the_page_of_the_review_proposes_it_too_and_shows_what_was_proposed(
    company: Company, folder: Path
) -> None:
    company.bot.context.runbooks = Shelf([folder]).look().runbooks
    channel = await company.declares("orders are late P1")
    said = "step failover 2 skip <b>password=hunter2hunter2</b>"
    await approved(company, channel, "runbook failover start", said, "action tell support", "action done 1")
    async with opens(await link_for(company, "dana")) as dana:
        _, before = await dana.looks(seq="0")
        shown = before["record"]["record"]
        assert "failover, step 2 skipped: &lt;b&gt;password=[redacted]" in shown
        assert "Propose a runbook from what was done" not in shown
        wanted = {"lesson": "action/1", "runbook": "failover", "text": "Tell everybody"}
        status, after = await dana.sends("lessons", **wanted)
        assert (status, "Tell everybody. (Done in INC-1.)" in after["record"]) == (200, True)
        for wrong in (wanted, {**wanted, "runbook": "gone"}, {**wanted, "lesson": "../1"}, {"anew": True}):
            assert (await dana.sends("lessons", **wrong))[0] == 409
    await company.settle()
    ((_, diff),) = sent(channel, ".diff")
    assert [one.title for one in taken(folder, diff).runbooks[0].steps][-1] == "Tell everybody"


async def test_what_was_done_without_a_runbook_becomes_one(company: Company, folder: Path) -> None:
    company.bot.context.runbooks = ()
    channel = await company.declares("the queue grows P2")
    await approved(company, channel, "action add consumers", "action done 1", "decision we stop producers")
    assert [one for one in said_by_bot(company, channel) if "No runbook was used. To keep" in one.text]
    await company.bo.clicks("Propose a runbook", in_=channel.id)
    await company.settle()
    ((name, diff),) = sent(channel, ".diff")
    assert name == "INC-1-the-queue-grows.diff"
    found = next(one for one in taken(folder, diff).runbooks if one.slug == "the-queue-grows")
    assert [one.title for one in found.steps] == ["add consumers", "we stop producers", "promoted the replica"]


async def test_a_pull_request_is_opened_where_the_policy_says_and_what_it_refuses_is_a_file(
    tmp_path: Path, folder: Path, sqlite_url: str
) -> None:
    async with a_github(tmp_path) as github:
        github.commit("main", "docs/failover.md", FAILOVER.encode())
        policy, environment = {"runbooks": {"repository": github.part()}}, {VARIABLE: TOKEN}
        async with company_at_work(tmp_path, sqlite_url, policy, environment=environment) as company:
            company.bot.context.runbooks = Shelf([folder]).look().runbooks
            channel = await company.declares("orders are late P1")
            await company.dana.types("/incident action tell support", in_=channel.id)
            await company.dana.types("/incident action done 1", in_=channel.id)
            github.answers = {"POST pulls": [HANGS_UP_AFTER]}
            await company.dana.types("/incident review lesson action/1 failover", in_=channel.id)
            await company.sandbox.until(lambda: channel.shows("is open, #12"))
            (told,) = [one.text for one in said_by_bot(company, channel) if "pull request" in one.text]
            assert told.startswith("The pull request with the change to a runbook is open, #12: ")
            changed = github.content(github.pulls[0]["head"]["ref"], "docs/failover.md")
            assert changed == FAILOVER.replace("replica.\n", "replica.\n3. tell support. (Done in INC-1.)\n")
            assert sent(channel, ".diff") == []

            github.commit("main", "docs/failover.md", b"# Another one\n")
            await company.dana.types("/incident review lesson action/1 failover tell everybody", in_=channel.id)
            await company.sandbox.until(lambda: sent(channel, ".diff"))
            ((_, diff),) = sent(channel, ".diff")
            assert b"+++ b/docs/failover.md" in diff
            (why,) = [
                one.text for one in said_by_bot(company, channel) if "No pull request could be opened" in one.text
            ]
            assert "docs/failover.md in example/runbooks is not the file that Muster reads" in why
            assert len(github.pulls) == 1
