"""Reports to authorities in the written review: what was due, when it was submitted, and how late."""

import json
from dataclasses import replace

import pytest

from bot.domain.document import Reported, Reporting, Triggered
from bot.review import Redacted, render_html, render_json, render_pdf
from bot.review.as_markdown import render_markdown
from tests.domain.given import hours, minutes
from tests.review.conftest import BO, after


def with_reports(review: Redacted) -> Redacted:
    early = Reported("early_warning", "early warning", after(60), after(180), BO, "FI-88213 | x", hours(2))
    second = Reported("notification", "incident notification", after(240), after(200), BO, "", minutes(0))
    missing = Reported("intermediate", "intermediate report", after(60), None, None, "", None)
    final = Reported("final", "final report", None, None, None, "", None)
    return Redacted(
        replace(
            review,
            reporting=(
                Reporting("nis2", "NIS2", None, (Triggered("aware", after(5)),), (early, second, missing, final)),
                Reporting("gdpr", "GDPR", "the disk was encrypted", (), ()),
            ),
        )
    )


@pytest.fixture
def reported(small_review: Redacted) -> Redacted:
    return with_reports(small_review)


def test_each_stage_is_a_row_and_so_is_why_there_was_nothing_to_report(reported: Redacted) -> None:
    table = render_markdown(reported).partition("## Reports to authorities\n\n")[2].split("\n\n")[0].splitlines()
    assert table[0] == "| Regulation | Stage | Due | Submitted | Reference | |"
    assert table[2:] == [
        "| NIS2 | early warning | 13:00 | 15:00 | FI-88213 \\| x | 2 h late |",
        "| NIS2 | incident notification | 16:00 | 15:20 | – | in time |",
        "| NIS2 | intermediate report | 13:00 | – | – | not recorded as submitted |",
        "| NIS2 | final report | – | – | – | not due yet |",
        "| GDPR | – | – | – | – | nothing to report: the disk was encrypted |",
    ]


def test_on_the_page_it_is_the_same_table_and_on_paper_too(reported: Redacted) -> None:
    shown = render_html(reported)
    assert '<summary><h2>Reports to authorities</h2> <span class="quiet">2</span></summary>' in shown
    assert '<span class="mark late">2 h late</span>' in shown
    assert '<span class="mark late">not recorded as submitted</span>' in shown
    assert len(render_pdf(reported)) > len(render_pdf(Redacted(replace(reported, reporting=None))))


def test_for_programs_it_is_instants(reported: Redacted, small_review: Redacted) -> None:
    assert "reporting" not in json.loads(render_json(small_review))
    nis2, gdpr = json.loads(render_json(reported))["reporting"]
    assert nis2["triggers"] == [{"trigger": "aware", "at": "2026-03-04T12:05:00Z"}]
    assert nis2["stages"][0] == {
        "stage": "early_warning",
        "title": "early warning",
        "due_at": "2026-03-04T13:00:00Z",
        "submitted_at": "2026-03-04T15:00:00Z",
        "by": BO,
        "reference": "FI-88213 | x",
        "late_by": 7200,
    }
    assert (gdpr["ruled_out"], gdpr["stages"]) == ("the disk was encrypted", [])


def test_where_nobody_said_anything_there_is_no_word_of_it(small_review: Redacted) -> None:
    assert "Reports to authorities" not in render_markdown(small_review)
    assert "Reports to authorities" not in render_html(small_review)
