"""What a review is asked about before it is approved: words that blame, follow-ups that lack something, gaps."""

import pytest

from bot.domain.linting import BLAMING, SHOWN, findings
from bot.domain.sections import Written
from bot.domain.vocabulary import Section, Status
from tests.domain.given import DANA, NOON, in_status


def written(*sections: Section, text: str) -> dict[Section, Written]:
    return {section: Written(section, 1, text, DANA, NOON) for section in sections}


@pytest.mark.parametrize(
    "text",
    ["It was human error.", "Bo should have noticed", "a careless change", "<@UBO>'s fault", "They FORGOT TO check"],
)
def test_words_that_blame_are_asked_about(text: str) -> None:
    told = findings(in_status(Status.CLOSED), (), written(Section.SUMMARY, text=text))
    assert any(finding.startswith("“Summary” says “") for finding in told)


@pytest.mark.parametrize(
    "text", ["The default hid the error.", "a fault in the disk", "The alarm should have been louder", "blameless"]
)
def test_words_about_things_are_not(text: str) -> None:
    assert BLAMING.search(text) is None


def test_only_some_findings_about_wording_are_listed() -> None:
    told = findings(in_status(Status.CLOSED), (), written(*Section, text="sloppy"))
    assert sum("says “sloppy”" in finding for finding in told) == SHOWN < len(Section)


def test_a_cancelled_incident_owes_nobody_an_explanation_of_its_gaps() -> None:
    assert findings(in_status(Status.CANCELLED), (), {}) == ()


def test_gaps_of_a_closed_incident_are_named() -> None:
    told = findings(in_status(Status.CLOSED), (), {})
    assert "Nobody has said what the impact was." in told
    assert "No update was posted." in told
    drafted = findings(in_status(Status.CLOSED), (), {}, {Section.IMPACT})
    assert "Nobody has said what the impact was." not in drafted
