"""A declaration without a database: read by the rule that will record it, known again, and caught up with."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.audience import effects_of
from bot.domain.declaration import Declaration, NoTitle, channel_opened, declare
from bot.domain.effects import ReadBack, RenameChannel, address
from bot.domain.emergency import Emergency, Room, already_declared, as_it_would_be
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId
from bot.domain.timeline import IncidentDeclared
from bot.domain.vocabulary import Priority
from tests.domain.given import BO, DANA, NOON, POLICY, declared

REPORT = Declaration("checkout fails", priority=Priority.P1)
TAKEN = Emergency("1.2.x", DANA, ChannelId("C1"), NOON, REPORT, "inc-new-abcd-checkout-fails", "cafe")
LATER = NOON + timedelta(minutes=40)


def test_it_is_read_as_it_will_be_recorded() -> None:
    (recorded,) = declare(IncidentNumber(7), DANA, REPORT, LATER, POLICY, (), at=NOON).events
    assert isinstance(recorded, IncidentDeclared)
    read = TAKEN.as_it_will_be(POLICY)
    assert (read.priority, read.asked, read.title, read.at) == (
        recorded.priority,
        recorded.asked,
        recorded.title,
        recorded.at,
    )
    with pytest.raises(NoTitle):
        as_it_would_be(replace(REPORT, title=" "), DANA, NOON, POLICY)


def test_it_happened_when_it_was_said_and_its_clocks_start_when_somebody_keeps_them() -> None:
    (at_once,) = declare(IncidentNumber(7), DANA, REPORT, LATER, POLICY, ()).events
    (late,) = declare(IncidentNumber(7), DANA, REPORT, LATER, POLICY, (), at=NOON).events
    assert isinstance(at_once, IncidentDeclared)
    assert late == replace(at_once, at=NOON)


@pytest.mark.parametrize(
    ("report", "by", "is_same"),
    [
        (REPORT, DANA, True),
        (replace(REPORT, title=" Checkout  FAILS "), DANA, True),
        (replace(REPORT, priority=None), DANA, True),
        (REPORT, BO, False),
        (replace(REPORT, title="checkout fails again"), DANA, False),
        (replace(REPORT, is_private=True), DANA, False),
    ],
)
def test_whoever_says_the_same_again_is_known_again(report: Declaration, by: SlackUserId, is_same: bool) -> None:
    assert already_declared({"1.2.x": TAKEN}, report, by) == (TAKEN if is_same else None)
    assert already_declared({}, report, by) is None


def test_a_channel_that_was_there_first_gets_its_name_and_is_read_back() -> None:
    incident = declared()
    room = Room(ChannelId("C7"), TAKEN.name, NOON)
    provisional = channel_opened(room.channel, room.name, room.opened_at, is_provisional=True)
    usual = channel_opened(room.channel, room.name, room.opened_at)
    catching_up = [
        one for one in effects_of(provisional, incident, POLICY) if isinstance(one, RenameChannel | ReadBack)
    ]
    assert [address(one, incident.number).lane for one in catching_up] == ["inc:42/polish", "inc:42/history"]
    assert not [one for one in effects_of(usual, incident, POLICY) if isinstance(one, RenameChannel | ReadBack)]
    assert replace(TAKEN, room=room).begun.room == room
