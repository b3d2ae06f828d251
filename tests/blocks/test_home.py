"""App Home fits into Slack's limits whatever is open, and calls nobody."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.home import home
from bot.domain.home import Overview, OwnFollowUp, overview
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId
from bot.domain.vocabulary import ChannelLoss, Priority, Status
from tests.blocks.hostile import text
from tests.blocks.reading import check_blocks
from tests.domain.given import BO, DANA, NOON, POLICY


@dataclass(frozen=True, slots=True)
class Row:
    """An open incident as the projection has it."""

    number: IncidentNumber
    title: str
    priority: Priority = Priority.P2
    status: Status = Status.INVESTIGATING
    declared_by: SlackUserId = BO
    commander: SlackUserId | None = DANA
    asked: SlackUserId | None = None
    channel: ChannelId | None = None
    update_due_at: datetime | None = NOON
    is_outline: bool = False
    channel_lost: ChannelLoss | None = None


def rows(number: int, title: str = "checkout fails") -> list[Row]:
    return [Row(IncidentNumber(one), title) for one in range(1, number + 1)]


def seen_by(person: SlackUserId, incidents: list[Row], follow_ups: tuple[OwnFollowUp, ...] = ()) -> Overview:
    return overview(person, NOON, incidents, (), follow_ups, POLICY)


@given(st.integers(0, 120), text)
def test_any_number_of_incidents_with_any_titles_fits(number: int, words: str) -> None:
    owed = tuple(OwnFollowUp(IncidentNumber(one), words, None) for one in range(number))
    late = datetime(2026, 3, 4, 13, 0, tzinfo=UTC)
    view = home(replace(seen_by(DANA, rows(number, words), owed), at=late), POLICY, notice="Done.")
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    assert len(blocks) <= 100
    check_blocks(blocks)


def told(shown: Overview) -> str:
    return str(home(shown, POLICY))


def test_what_is_left_out_is_counted() -> None:
    assert "… and 60 more" in told(seen_by(BO, rows(100)))
    assert "… and 90 more" in told(seen_by(DANA, rows(100)))


def test_the_commander_can_update_and_whoever_is_asked_can_accept() -> None:
    assert "INC-1 update" in told(seen_by(DANA, rows(1)))
    asked = [replace(rows(1)[0], commander=None, asked=DANA)]
    assert "INC-1 accept" in told(seen_by(DANA, asked))
    assert "INC-1 accept" not in told(seen_by(BO, asked))


def test_follow_ups_are_listed_by_when_they_are_due() -> None:
    owed = (
        OwnFollowUp(IncidentNumber(1), "some day", None),
        OwnFollowUp(IncidentNumber(2), "later", date(2026, 5, 1)),
        OwnFollowUp(IncidentNumber(3), "soon", date(2026, 4, 1)),
    )
    assert [one.text for one in seen_by(DANA, [], owed).follow_ups] == ["soon", "later", "some day"]
