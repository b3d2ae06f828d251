"""`problem`: a title opens one, a reference links one, and a few first words are orders."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.command import Dependencies, Missing
from bot.commands.router import Router
from bot.commands.table import COMMANDS
from bot.domain.ids import ChannelId, WorkspaceId
from bot.domain.refusal import Refusal
from bot.door.inbound import Typed
from bot.door.reply import Say
from bot.store import Store
from bot.verbs import requests as r
from bot.workflows.context import Context
from bot.workflows.search_index import SearchIndex
from tests.commands.reading import asked_for, look_up
from tests.domain.given import DANA, NOON, POLICY

READ = [
    ("problem The pool is too small", r.OpenProblem("The pool is too small")),
    ("problem Causes of slow starts", r.OpenProblem("Causes of slow starts")),
    ("problem listing products is slow", r.OpenProblem("listing products is slow")),
    ("problem PRB-3", r.LinkProblem(3)),
    ("problem prb-12", r.LinkProblem(12)),
    ("problem PRB–3", r.LinkProblem(3)),
    ("problem cause the pool holds 50", r.ExplainProblem(cause="the pool holds 50")),
    ("problem cause\nthe pool holds 50", r.ExplainProblem(cause="the pool holds 50")),
    ("problem CAUSE   the pool holds 50", r.ExplainProblem(cause="the pool holds 50")),
    ("problem workaround restart the pool", r.ExplainProblem(workaround="restart the pool")),
    ("problem workaround\nrestart the pool", r.ExplainProblem(workaround="restart the pool")),
    ("problem solved the pool grows", r.SolveProblem("the pool grows")),
    ("problem unlink", r.UnlinkProblem()),
    ("problem unlink another cause", r.UnlinkProblem("another cause")),
]


@pytest.mark.parametrize(("line", "request_"), READ)
def test_it_is_read_as_typed(line: str, request_: r.Request[object]) -> None:
    assert asked_for(line) == request_


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("problem cause", "Say what the cause is"),
        ("problem workaround", "Say what helps"),
        ("problem solved", "Say what removed the cause"),
    ],
)
def test_an_order_without_words_says_what_is_missing(line: str, told: str) -> None:
    with pytest.raises(Missing, match=told):
        asked_for(line)


@pytest.mark.parametrize(
    "line",
    [
        "problem PRB-3 workaround restart the pool",
        "problem PRB-3 solved",
        "problem link PRB-3",
        "problem PRB-3, PRB-4",
    ],
)
def test_a_known_problem_with_more_words_is_not_opened_as_a_new_one(line: str) -> None:
    with pytest.raises(Missing, match="type its reference alone"):
        asked_for(line)


@given(st.sampled_from(["cause", "workaround", "solved"]), st.sampled_from([" ", "\n", "  ", "\t"]), st.text())
def test_an_order_is_one_whatever_space_follows_it(order: str, space: str, words: str) -> None:
    try:
        request = asked_for(f"problem {order}{space}{words}")
    except Refusal:
        return
    assert isinstance(request, r.ExplainProblem | r.SolveProblem) == bool(words.strip())


async def test_outside_an_incident_a_problem_that_is_not_there_is_named(store: Store) -> None:
    context = Context(store, POLICY, (), lambda: NOON)
    router = Router(Dependencies(context, SearchIndex(context), look_up, COMMANDS))
    reply = await router(Typed("1.2", WorkspaceId("T1"), DANA, ChannelId("C1"), "problem PRB-9", "1.2"))
    assert isinstance(reply, Say)
    assert "There is no problem PRB-9." in reply.text
