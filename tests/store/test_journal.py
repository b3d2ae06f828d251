"""What was declared without a database: kept to its owner, on disk before it counts, and gone once it is settled."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from structlog.testing import capture_logs

from bot.domain.declaration import Declaration
from bot.domain.emergency import Emergency, Room
from bot.domain.ids import ChannelId, SlackUserId
from bot.domain.timeline import Evidence
from bot.domain.vocabulary import Level, Priority
from bot.store import Journal

AT = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)
ROOM = Room(ChannelId("C7"), "inc-new-abcd-checkout-fails", AT)
EVIDENCE = Evidence("https://test.slack.com/archives/C1/p12", SlackUserId("UBO"), "it burns")


def emergency(request: str = "1.2.x") -> Emergency:
    report = Declaration("checkout fails", impact=Level.HIGH, priority=Priority.P1, evidence=EVIDENCE, is_private=True)
    return Emergency(request, SlackUserId("UDANA"), ChannelId("C1"), AT, report, "inc-new-abcd", "cafe")


async def test_what_was_taken_down_is_found_by_the_next_process_as_far_as_it_came(tmp_path: Path) -> None:
    file = tmp_path / "muster.declared"
    journal = Journal(file)
    assert await journal.add(emergency())
    assert await journal.add(emergency("other"))
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(Journal(file).waiting.values()) == [emergency(), emergency("other")]

    opened = await journal.opened(emergency(), ROOM)
    await journal.told(opened)
    await journal.opened(emergency("other"), None)
    expected = [replace(emergency(), room=ROOM, is_told=True), replace(emergency("other"), has_no_room=True)]
    assert list(journal.waiting.values()) == expected
    assert list(Journal(file).waiting.values()) == expected

    await journal.settled(expected[0], "INC-1")
    assert list(Journal(file).waiting.values()) == expected[1:]
    await journal.settled(expected[1], "INC-2")
    assert not file.exists()
    assert await journal.add(emergency("third"))
    assert list(Journal(file).waiting) == ["third"]


async def test_a_line_that_was_cut_off_or_is_no_line_of_ours_loses_no_other_and_is_left(tmp_path: Path) -> None:
    file = tmp_path / "muster.declared"
    await Journal(file).add(emergency())
    with file.open("ab") as torn:
        torn.write(b'{"id": "1.2.y", "decla')
    with capture_logs() as logged:
        journal = Journal(file)
    assert [(one["event"], one["line"]) for one in logged] == [("journal.line_unreadable", 2)]
    assert "checkout" not in str(logged)
    assert await journal.add(emergency("after"))
    assert list(Journal(file).waiting) == ["1.2.x", "after"]
    for one in list(journal.waiting.values()):
        await journal.settled(one, "INC-1")
    assert (Journal(file).waiting, Journal(file).unreadable) == ({}, 1)
    assert b'"decla' in file.read_bytes(), "nothing that somebody may still want to read is taken away"


async def test_what_no_disk_takes_is_kept_as_long_as_the_process_lives(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "nowhere" / "muster.declared")
    with capture_logs() as logged:
        assert not await journal.add(emergency())
    assert [(one["event"], one["log_level"]) for one in logged] == [("journal.not_on_disk", "critical")]
    assert list(journal.waiting) == ["1.2.x"]


async def test_what_another_process_writes_while_the_file_is_taken_away_is_not_lost(tmp_path: Path) -> None:
    file = tmp_path / "muster.declared"
    first, second = Journal(file), Journal(file)
    await first.add(emergency("first"))
    await second.add(emergency("second"))
    await first.settled(emergency("first"), "INC-1")
    assert list(Journal(file).waiting) == ["second"]
    await second.settled(emergency("second"), "INC-2")
    assert not file.exists()
