"""What people write in a review: revisions, sittings, and two people at once."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.ids import SlackUserId
from bot.domain.sections import HEADINGS, LONGEST, SectionTooLong, Written, WrittenMeanwhile, mark_of, write
from bot.domain.vocabulary import Section

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
BO, CHEN = SlackUserId("UBO"), SlackUserId("UCHEN")
FIRST = Written(Section.IMPACT, 1, "All payments failed.", BO, NOON)


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def test_every_section_has_a_heading_and_a_question() -> None:
    assert set(HEADINGS) == set(Section)
    assert all("?" in one.question for one in HEADINGS.values())


def test_the_first_text_is_the_first_revision() -> None:
    assert write(Section.IMPACT, None, 0, " All payments failed.\r\n", BO, NOON) == FIRST


def test_nothing_is_not_written_and_the_same_text_changes_nothing() -> None:
    assert write(Section.IMPACT, None, 0, "  ", BO, NOON) is None
    assert write(Section.IMPACT, FIRST, 1, "All payments failed.", CHEN, after(30)) is None


def test_one_sitting_is_one_revision() -> None:
    saved = write(Section.IMPACT, FIRST, 1, "All payments failed. Then half.", BO, after(9))
    assert saved is not None
    assert saved.revision == 1
    later = write(Section.IMPACT, saved, 1, "Half of all payments failed.", BO, after(30))
    assert later is not None
    assert later.revision == 2


def test_somebody_elses_text_is_never_overwritten_unseen() -> None:
    with pytest.raises(WrittenMeanwhile, match="<@UBO> saved “Impact” in the meantime"):
        write(Section.IMPACT, FIRST, 0, "Nothing failed.", CHEN, after(1))
    saved = write(Section.IMPACT, FIRST, 1, "Half of all payments failed.", CHEN, after(1))
    assert saved is not None
    assert (saved.revision, saved.by) == (2, CHEN)


def test_a_revision_that_grew_since_is_not_overwritten_unseen() -> None:
    """Somebody who types goes on with their revision, whose number stays the same."""
    grown = write(Section.IMPACT, FIRST, 1, "All payments failed. Then half.", BO, after(1))
    assert grown is not None
    assert grown.revision == 1
    with pytest.raises(WrittenMeanwhile):
        write(Section.IMPACT, grown, 1, "Some payments failed.", CHEN, after(2), mark_of(FIRST.text))
    with pytest.raises(WrittenMeanwhile):  # from another window of their own
        write(Section.IMPACT, grown, 1, "Some payments failed.", BO, after(2), mark_of(FIRST.text))
    saved = write(Section.IMPACT, grown, 1, "Some payments failed.", CHEN, after(2), mark_of(grown.text))
    assert saved is not None
    assert saved.revision == 2


def test_what_is_written_can_be_emptied_and_the_draft_counts_again() -> None:
    emptied = write(Section.IMPACT, FIRST, 1, "", BO, after(30))
    assert emptied is not None
    assert emptied.text == ""


def test_a_text_has_an_end() -> None:
    with pytest.raises(SectionTooLong, match="20,001 characters"):
        write(Section.IMPACT, None, 0, "x" * (LONGEST + 1), BO, NOON)
