"""`runbook`: words to search for, a slug, or nothing for the one last touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.command import Dependencies
from bot.commands.router import Router
from bot.commands.table import COMMANDS
from bot.domain.ids import ChannelId, WorkspaceId
from bot.door.inbound import Typed
from bot.door.reply import Say
from bot.store import Store
from bot.verbs.requests import JudgeRunbook, OpenRunbook
from bot.workflows.context import Context
from bot.workflows.search_index import SearchIndex
from tests.commands.reading import asked_for, look_up
from tests.domain.given import DANA, FAILOVER, NOON, POLICY


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("runbook", ""),
        ("runbook   ", ""),
        ("runbook bad-change", "bad-change"),
        ("runbook database failover", "database failover"),
        ("runbook errors &amp; retries", "errors & retries"),
        ("RUNBOOK Roll back", "Roll back"),
        ("runbook cold start", "cold start"),
        ("runbook bad-change start the pool", "bad-change start the pool"),
    ],
)
def test_all_that_follows_is_what_is_looked_for(line: str, wanted: str) -> None:
    assert asked_for(line) == OpenRunbook(wanted)


@given(
    st.text(st.characters(exclude_characters="&")).filter(lambda words: words.strip().lower() not in ("start", "stop"))
)
def test_no_words_but_start_and_stop_are_an_order(words: str) -> None:
    assert asked_for(f"runbook {words}") == OpenRunbook(words.strip())


async def test_outside_an_incident_runbooks_are_only_looked_for(store: Store) -> None:
    context = Context(store, POLICY, (FAILOVER,), lambda: NOON)
    router = Router(Dependencies(context, SearchIndex(context), look_up, COMMANDS))

    async def answer(line: str) -> str:
        reply = await router(Typed("1.2", WorkspaceId("T1"), DANA, ChannelId("C1"), line, "1.2"))
        assert isinstance(reply, Say)
        return reply.text

    assert "*Database failover* (database-failover), 2 steps; matches databse" in await answer("runbook databse")
    assert "No runbook matches “coffee”" in await answer("runbook coffee")
    assert "Say what it is about" in await answer("runbook")
    assert "needs to know which incident" in await answer("runbook start")
    assert "needs to know which incident" in await answer("runbook stop database-failover")
    assert "needs to know which incident" in await answer("runbook database-failover helped")


@pytest.mark.parametrize(
    ("line", "helped", "note"),
    [
        ("runbook database-failover helped", True, ""),
        ("runbook Database-Failover  Helped.", True, ""),
        ("runbook database-failover not helpful", False, ""),
        ("runbook database-failover not helpful: there is  no replica", False, "there is  no replica"),
        ("runbook database-failover didn’t help, too old", False, "too old"),
        ("runbook database-failover did not help", False, ""),
    ],
)
def test_whether_a_runbook_helped_is_said_after_its_slug(line: str, helped: bool, note: str) -> None:
    assert asked_for(line, runbooks=(FAILOVER,)) == JudgeRunbook("database-failover", helped, note)


@pytest.mark.parametrize(
    "words",
    [
        "helped",
        "what helped",
        "not helpful",
        "failover helped",
        "database-failover helped nobody",
        "database-failover helper",
        "database-failover not helpfully written",
        "the database-failover helped",
    ],
)
def test_the_same_words_elsewhere_are_looked_for(words: str) -> None:
    assert asked_for(f"runbook {words}", runbooks=(FAILOVER,)) == OpenRunbook(words)
