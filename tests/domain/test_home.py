"""What one person should look at: which incidents are theirs, which are late, and which follow-up comes first."""

from dataclasses import dataclass, replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.home import Overview, OwnFollowUp, overview
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId
from bot.domain.vocabulary import ChannelLoss, Priority, Status
from tests.domain.given import BO, CHEN, DANA, ELI, NOON, POLICY, after


@dataclass(frozen=True, slots=True)
class Row:
    """An incident as a list reads it; nobody has a part in it unless that is said."""

    number: IncidentNumber
    title: str = "checkout returns 500s"
    status: Status = Status.INVESTIGATING
    priority: Priority = Priority.P2
    declared_by: SlackUserId | None = None
    commander: SlackUserId | None = None
    asked: SlackUserId | None = None
    channel: ChannelId | None = None
    update_due_at: datetime | None = None
    is_outline: bool = False
    channel_lost: ChannelLoss | None = None
    is_drill: bool = False


def row(number: int = 1, **values: object) -> Row:
    return replace(Row(IncidentNumber(number)), **values)  # type: ignore[arg-type]


OURS, OTHERS = ChannelId("C1"), ChannelId("C2")


def seen_by(person: SlackUserId, *rows: Row, follow_ups: tuple[OwnFollowUp, ...] = ()) -> Overview:
    return overview(person, NOON, rows, {OURS}, follow_ups, POLICY)


@pytest.mark.parametrize(
    ("incident", "is_mine"),
    [
        (row(commander=BO), True),
        (row(asked=BO), True),
        (row(declared_by=BO), True),
        (row(channel=OURS), True),
        (row(commander=BO, channel=OTHERS), True),
        (row(), False),
        (row(channel=OTHERS), False),
        (row(commander=CHEN, asked=ELI, declared_by=DANA), False),
    ],
)
def test_mine_is_what_i_have_a_part_in_or_whose_channel_i_am_in(incident: Row, is_mine: bool) -> None:
    found = seen_by(BO, incident)
    whose = (*found.asked, *found.unled, *found.mine)
    assert (whose, found.others) == (((incident,), ()) if is_mine else ((), (incident,)))


@pytest.mark.parametrize(
    ("incident", "where"),
    [
        (row(asked=BO, declared_by=BO), "asked"),
        (row(asked=BO, commander=CHEN), "asked"),
        (row(declared_by=BO), "unled"),
        (row(declared_by=BO, status=Status.RESOLVED), "mine"),
        (row(declared_by=BO, asked=CHEN), "mine"),
        (row(commander=BO), "mine"),
    ],
)
def test_what_waits_for_me_is_told_once(incident: Row, where: str) -> None:
    found = seen_by(BO, incident)
    assert [name for name in ("asked", "unled", "mine", "others") if getattr(found, name)] == [where]


def test_an_incident_whose_channel_is_not_open_yet_is_nobodys_by_that() -> None:
    assert overview(BO, NOON, [row()], set(), (), POLICY).mine == ()


def test_the_order_in_which_incidents_were_read_is_kept() -> None:
    rows = [row(number, commander=BO, update_due_at=after(-number)) for number in (3, 1, 2)]
    found = seen_by(BO, *rows)
    assert found.mine == tuple(rows)


def test_the_schedules_are_those_of_the_policy() -> None:
    assert [one.name for one in seen_by(BO).schedules] == ["shop"]
    assert overview(BO, NOON, (), (), (), replace(POLICY, schedules={})).schedules == ()


DATES = st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1))


@given(st.lists(st.builds(OwnFollowUp, st.integers(1, 99).map(IncidentNumber), st.just("x"), DATES), max_size=20))
def test_follow_ups_come_by_their_date_those_without_one_last(follow_ups: list[OwnFollowUp]) -> None:
    found = seen_by(BO, follow_ups=tuple(follow_ups)).follow_ups
    assert sorted(map(repr, found)) == sorted(map(repr, follow_ups))
    dated = [one for one in found if one.due]
    assert list(found[: len(dated)]) == dated
    assert [one.due for one in dated] == sorted(one.due for one in dated if one.due)
    undated = [one.number for one in found if one.due is None]
    assert undated == sorted(undated)
