"""Where people talk: a link of the policy, one that a program answers with, or one that somebody gives."""

from dataclasses import replace

import pytest

from bot.domain import bridge, reclassify
from bot.domain import timeline as t
from bot.domain.effects import AddBookmark, OpenBridge
from bot.domain.policy import Bridge, Channels
from bot.domain.reclassify import Change
from bot.domain.refusal import AlreadyOver, NothingToChange
from bot.domain.vocabulary import Priority, Status
from tests.domain.given import BO, POLICY, after, declared, declaring, effects, in_status, run

LINK = "https://meet.example/inc-42"
BY_REF = replace(POLICY, channels=Channels(bridge_url="https://meet.example/{ref}"))
BY_PROGRAM = replace(POLICY, bridge=Bridge("https://hooks.example/call", "MUSTER_WEBHOOK_BRIDGE"))


def test_the_link_of_the_policy_has_the_reference_in_it() -> None:
    [event] = declaring(policy=BY_REF).events
    assert isinstance(event, t.IncidentDeclared)
    assert event.bridge_url == "https://meet.example/INC-42"


def test_a_program_is_asked_once_where_the_priority_wants_a_bridge() -> None:
    decision = declaring(policy=BY_PROGRAM)
    assert [one.of for one in effects(None, decision, BY_PROGRAM) if isinstance(one, OpenBridge)] == [*decision.events]
    calm = declared(Priority.P2, policy=BY_PROGRAM)
    worse = reclassify.reclassify(calm, BO, Change(priority=Priority.P1), "all of it", after(1), BY_PROGRAM)
    assert sum(isinstance(one, OpenBridge) for one in effects(calm, worse, BY_PROGRAM)) == 1
    known = replace(calm, bridge_url=LINK)
    worse = reclassify.reclassify(known, BO, Change(priority=Priority.P1), "all of it", after(1), BY_PROGRAM)
    assert not any(isinstance(one, OpenBridge) for one in effects(known, worse, BY_PROGRAM))


def test_somebody_says_where_people_talk_and_the_bookmark_follows() -> None:
    it = declared()
    decision = bridge.set_bridge(it, BO, LINK, after(1))
    assert run(it, decision).bridge_url == LINK
    assert AddBookmark(decision.events[0], "bridge") in effects(it, decision)
    with pytest.raises(NothingToChange):
        bridge.set_bridge(run(it, decision), BO, LINK, after(2))


def test_what_a_program_answers_gives_way_to_what_somebody_said_meanwhile() -> None:
    it = declared(policy=BY_PROGRAM)
    assert run(it, bridge.opened(it, LINK, after(1))).bridge_url == LINK
    said = run(it, bridge.set_bridge(it, BO, "https://other.example/x", after(1)))
    assert bridge.opened(said, LINK, after(2)).events == ()


@pytest.mark.parametrize(
    "typed",
    [
        "http://meet.example",
        "meet.example",
        "https://",
        "https://a b",
        "https://u:p@meet.example/",
        "https://x/<!here>",
        "https://x/" + "y" * 500,
    ],
)
def test_what_is_no_safe_link_is_refused(typed: str) -> None:
    with pytest.raises(bridge.NoLink, match="begins with https"):
        bridge.set_bridge(declared(), BO, typed, after(1))


def test_what_is_over_has_no_bridge_any_more() -> None:
    with pytest.raises(AlreadyOver):
        bridge.set_bridge(in_status(Status.CLOSED), BO, LINK, after(5))
