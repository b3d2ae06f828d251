"""The crash laboratory, briefly; and that its checker sees what is wrong when something is."""

import asyncio
import copy
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain import timeline as t
from bot.sandbox import Channel, Message
from tests.chaos import outage
from tests.chaos import plan as plans
from tests.chaos.checking import Finding, check
from tests.chaos.evidence import Evidence, key
from tests.chaos.laboratory import Answer
from tests.chaos.plan import Plan, Trouble
from tests.chaos.rounds import Round, go, shrunk

BRIEF = (
    Trouble(8, "events_twice", 0.5, 0.1, "message", 4),
    Trouble(10, "slack_acts_then_drops", 0.5, 0.1, "chat.postMessage", 2),
    Trouble(16, "kill", 0.2, 0.1),
    Trouble(22, "sockets_cut", 0.9, 0.1),
    Trouble(28, "slack_fails", 0.5, 0.1, "chat.postMessage"),
    Trouble(30, "database_cut", 0.5, 0.1),
    Trouble(36, "events_unheard", 0.5, 0.1, "slash_commands", 2),
    Trouble(40, "terminate", 0.8, 0.1),
)


FINDING = Finding("lost", "something")


def of_the_short_form() -> Plan:
    made = plans.make(seed=3, operations=50, engine="postgres", replicas=2)
    return replace(made, troubles=BRIEF)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_while_everything_breaks_nothing_is_lost_doubled_or_late(tmp_path: Path, postgres_url: str) -> None:
    done = asyncio.run(go(of_the_short_form(), tmp_path, postgres_url))
    assert done.findings == (), done.told()
    assert sum(act.answer is Answer.DONE for act in done.evidence.acts) >= 10
    assert len(done.evidence.broke) == len(BRIEF)
    for kind, change in CHANGES:
        changed = copy.deepcopy(done.evidence)
        change(changed)
        assert kind in {finding.kind for finding in check(changed)}, change.__name__


@pytest.mark.long
def test_what_was_done_in_an_hour_without_slack_stands_there_afterwards_once_and_in_order(
    tmp_path: Path, sqlite_url: str
) -> None:
    plan = plans.make(seed=1, operations=36, engine="sqlite", replicas=1)
    done, hour = asyncio.run(outage.go(plan.without(troubles=plan.troubles), tmp_path, sqlite_url, minutes=60))
    assert done.findings == (), done.told()
    assert hour.acted >= 8
    assert hour.nagged >= 2
    assert hour.waited >= 20


def a_word_of_the_bot(evidence: Evidence) -> tuple[Channel, Message]:
    """Some announcement in a channel of an incident."""
    announced = {row.key for row in evidence.outbox if row.kind == "Announce"}
    return next((channel, message) for channel, message in evidence.shown if key(message) in announced)


def an_announcement_is_missing(evidence: Evidence) -> None:
    channel, message = a_word_of_the_bot(evidence)
    channel.posted.remove(message)


def an_announcement_stands_twice(evidence: Evidence) -> None:
    channel, message = a_word_of_the_bot(evidence)
    channel.posted.append(copy.copy(message))


def two_announcements_are_swapped(evidence: Evidence) -> None:
    channel, first = a_word_of_the_bot(evidence)
    channel.posted.remove(first)
    channel.posted.append(first)


def a_channel_too_many(evidence: Evidence) -> None:
    channel, _ = a_word_of_the_bot(evidence)
    evidence.channels = (*evidence.channels, replace(channel, id="C9", posted=[]))


def a_card_tells_otherwise(evidence: Evidence) -> None:
    for one in evidence.incidents.values():
        for event in (recorded.event for recorded in one.timeline):
            if isinstance(event, t.CardPosted):
                channel = next(each for each in evidence.channels if each.id == event.channel)
                channel.by_ts[event.ts].text, channel.by_ts[event.ts].blocks = "INC-1 · P4 closed", []


def what_was_done_is_not_on_the_timeline(evidence: Evidence) -> None:
    act = next(one for one in evidence.acts if one.answer is Answer.DONE and one.operation.verb == "note")
    assert act.incident is not None
    one = evidence.incidents[act.incident]
    kept = tuple(each for each in one.timeline if act.operation.word not in repr(each.event))
    evidence.incidents = {**evidence.incidents, act.incident: replace(one, timeline=kept)}


def what_was_refused_is_done(evidence: Evidence) -> None:
    act = next(one for one in evidence.acts if one.answer is Answer.DONE and one.operation.verb == "note")
    act.answer = Answer.REFUSED


def a_message_is_not_in_the_transcript(evidence: Evidence) -> None:
    number, one = next((number, one) for number, one in evidence.incidents.items() if one.transcript)
    evidence.incidents = {**evidence.incidents, number: replace(one, transcript=())}


def a_nag_is_said_twice(evidence: Evidence) -> None:
    late = (t.UpdateOverdue, t.AcknowledgementOverdue)
    for number, one in evidence.incidents.items():
        again = tuple(each for each in one.timeline if isinstance(each.event, late))
        evidence.incidents = {**evidence.incidents, number: replace(one, timeline=(*one.timeline, *again))}


def a_nag_is_late(evidence: Evidence) -> None:
    late = (t.UpdateOverdue, t.AcknowledgementOverdue)
    for number, one in evidence.incidents.items():
        told = tuple(
            replace(each, recorded_at=each.recorded_at.replace(year=2200)) if isinstance(each.event, late) else each
            for each in one.timeline
        )
        evidence.incidents = {**evidence.incidents, number: replace(one, timeline=told)}


def an_effect_is_dead(evidence: Evidence) -> None:
    evidence.outbox = (replace(evidence.outbox[0], state="dead"), *evidence.outbox[1:])


def the_replicas_differ(evidence: Evidence) -> None:
    evidence.told_by = (evidence.told_by[0], {})


CHANGES: tuple[tuple[str, Callable[[Evidence], None]], ...] = (
    ("lost", an_announcement_is_missing),
    ("doubled", an_announcement_stands_twice),
    ("disorder", two_announcements_are_swapped),
    ("doubled", a_channel_too_many),
    ("untrue", a_card_tells_otherwise),
    ("lost", what_was_done_is_not_on_the_timeline),
    ("doubled", what_was_refused_is_done),
    ("lost", a_message_is_not_in_the_transcript),
    ("doubled", a_nag_is_said_twice),
    ("late", a_nag_is_late),
    ("lost", an_effect_is_dead),
    ("untrue", the_replicas_differ),
)
"""What is made wrong in the evidence, and what the checker must say of it."""


def test_a_seed_makes_the_same_plan_again() -> None:
    assert plans.make(5, 300, "sqlite", 1) == plans.make(5, 300, "sqlite", 1)
    assert plans.make(5, 300, "sqlite", 1) != plans.make(6, 300, "sqlite", 1)


def test_what_refers_to_what_was_left_out_is_left_out_too() -> None:
    plan = plans.make(1, 300, "sqlite", 1)
    declared = [one for one in plan.operations if one.verb == "declare"]
    left = plan.without(declared[1:])
    assert {one.incident for one in left.operations} == {None, declared[0].place}
    assert plan.without(troubles=plan.troubles[:3]).troubles == plan.troubles[3:]


def test_a_plan_that_fails_is_made_smaller_while_it_fails() -> None:
    plan = plans.make(1, 300, "sqlite", 1)
    guilty = random.Random(1).choice(plan.troubles)  # noqa: S311 - chance, no secret

    def run(smaller: Plan) -> Round:
        wrong = guilty in smaller.troubles
        return Round(smaller, nothing(smaller), (FINDING,) if wrong else ())

    failed = shrunk(run(plan), run, runs=30)
    assert failed.smallest is not None
    smallest = failed.smallest.plan
    assert guilty in smallest.troubles
    assert len(smallest.troubles) < len(plan.troubles) / 4
    assert len(smallest.operations) < len(plan.operations) / 4
    assert f"{len(smallest.operations)} of its operations" in failed.told()
    assert smallest.title in failed.told(), "the history is that of the smallest"


def nothing(plan: Plan) -> Evidence:
    return Evidence(plan, (), (), {}, (), (), "UBOT", {}, ())
