"""App Home fits into Slack's limits whatever is open, and calls nobody."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.home import home
from bot.domain.home import Call, Overview, OwnFollowUp, OwnReview, overview
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId
from bot.domain.vocabulary import ChannelLoss, Priority, Status
from tests.blocks.hostile import text
from tests.blocks.reading import DATE, check_blocks
from tests.domain.given import BO, CHEN, DANA, NOON, POLICY


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
    is_drill: bool = False
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


def headers(shown: Overview) -> list[str]:
    blocks = home(shown, POLICY)["blocks"]
    assert isinstance(blocks, list)
    return [block["text"]["text"] for block in blocks if block["type"] == "header"][1:]


def test_only_sections_that_hold_something_are_shown() -> None:
    policy_has = ["On call now"] if POLICY.schedules else []
    assert headers(seen_by(CHEN, [])) == policy_has
    assert "Nothing is open. Enjoy the calm." in told(seen_by(CHEN, []))
    assert headers(seen_by(BO, rows(2))) == ["Your incidents", *policy_has]
    assert headers(seen_by(CHEN, rows(2))) == ["2 open incidents", *policy_has]


def test_what_waits_stands_first_and_only_there() -> None:
    one, two, three = rows(3)
    asked, unled = replace(one, commander=None, asked=CHEN), replace(two, commander=None, declared_by=CHEN)
    waiting = (OwnReview(IncidentNumber(7), "a <b>", BO),)
    shown = overview(
        CHEN, NOON, [asked, unled, three], (), (OwnFollowUp(IncidentNumber(8), "x", None),), POLICY, waiting
    )
    assert headers(shown)[:2] == ["Waiting for you", "1 open incident besides"]
    for words in (
        "You are asked to take command.\\n🟠 *INC-1*",
        "Nobody has command.\\n🟠 *INC-2*",
        "*INC-7*: the review of “a &lt;b&gt;” waits for somebody's approval.",
        "*INC-8* follow-up: x (no due date)",
    ):
        assert told(shown).count(words) == 1, words


def test_a_drill_says_so_first_and_is_in_no_count() -> None:
    first, second = rows(2)
    shown = seen_by(CHEN, [first, replace(second, is_drill=True)])
    assert "1 open incident, 1 drill" in headers(shown)
    assert "DRILL · 🟠 *INC-2*" in told(shown)


def test_a_time_tomorrow_has_its_day_and_a_late_one_says_so() -> None:
    tomorrow = replace(rows(1)[0], update_due_at=NOON + timedelta(hours=18))
    assert "next update by <!date^" in told(seen_by(CHEN, [tomorrow]))
    assert "{date_short_pretty} {time}" in told(seen_by(CHEN, [tomorrow])).partition("next update by")[2][:60]
    late = replace(rows(1)[0], update_due_at=NOON - timedelta(hours=1))
    assert "*update overdue since <!date^" in told(seen_by(CHEN, [late]))


def test_what_is_left_out_is_counted() -> None:
    assert "… and 60 more" in told(seen_by(CHEN, rows(100)))
    assert "… and 90 more" in told(seen_by(DANA, rows(100)))


def test_the_commander_can_update_and_whoever_is_asked_can_accept() -> None:
    assert "INC-1 update" in told(seen_by(DANA, rows(1)))
    asked = [replace(rows(1)[0], commander=None, asked=DANA)]
    assert "INC-1 accept" in told(seen_by(DANA, asked))
    assert "INC-1 accept" not in told(seen_by(BO, asked))


def test_who_cannot_command_who_was_asked_and_until_when_stand_where_nobody_commands() -> None:
    unled = replace(rows(1)[0], commander=None, asked=CHEN, update_due_at=None)
    until = NOON + timedelta(minutes=8)
    for call, line in (
        (Call((), CHEN, until), "<@UCHEN> was asked, until 12:08 UTC"),
        (Call((BO,), CHEN, until), "<@UBO> can't; <@UCHEN> was asked, until 12:08 UTC"),
        (Call((BO, CHEN), None, until), "<@UBO> and <@UCHEN> can't; nobody else is asked, until 12:08 UTC"),
        (Call((BO,), CHEN, NOON, is_overdue=True), "<@UBO> can't; <@UCHEN> was asked, *overdue since 12:00 UTC*"),
        (Call((), None, None), "nobody"),
    ):
        shown = overview(BO, NOON, [unled], (), (), POLICY, (), {unled.number: call})
        assert f"Commander: {line}" in DATE.sub(r"\1", told(shown))


def test_follow_ups_are_listed_by_when_they_are_due() -> None:
    owed = (
        OwnFollowUp(IncidentNumber(1), "some day", None),
        OwnFollowUp(IncidentNumber(2), "later", date(2026, 5, 1)),
        OwnFollowUp(IncidentNumber(3), "soon", date(2026, 4, 1)),
    )
    assert [one.text for one in seen_by(DANA, [], owed).follow_ups] == ["soon", "later", "some day"]


def test_a_follow_up_leads_to_where_it_is_tracked() -> None:
    filed = OwnFollowUp(IncidentNumber(1), "rotate keys", None, "https://x.example/41", "#41")
    linked = OwnFollowUp(IncidentNumber(2), "say it", None, "https://y.example")
    shown = told(seen_by(DANA, [], (filed, linked, OwnFollowUp(IncidentNumber(3), "no more", None))))
    assert "rotate keys (no due date) · <https://x.example/41|#41>" in shown
    assert "say it (no due date) · <https://y.example|tracked here>" in shown
    assert "no more (no due date)\\n" in shown or "no more (no due date)'" in shown
