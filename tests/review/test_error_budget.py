"""What an incident used of an error budget stands in the written review, and for programs in seconds."""

import json
from dataclasses import replace

import pytest

from bot.domain.document import ErrorBudget
from bot.review import Redacted, render_html, render_json
from bot.review.as_markdown import render_markdown
from tests.domain.given import minutes
from tests.review.conftest import after

USED = ErrorBudget(
    service="checkout",
    objective="Checkout takes | orders",
    target=0.999,
    window="over 28 days",
    impact=minutes(34),
    degraded=50,
    used=minutes(17),
    allowed=minutes(40),
    left=minutes(23),
    at=after(34),
    is_under_way=False,
)


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (
            USED,
            "34 min of impact at 50 % degraded used 17 min. When it stopped, 23 min of 40 min were left: "
            "99.9 % over 28 days.",
        ),
        (
            replace(USED, left=minutes(-12)),
            "34 min of impact at 50 % degraded used 17 min. When it stopped, the 40 min were exhausted by 12 min: "
            "99.9 % over 28 days.",
        ),
        (
            replace(USED, is_under_way=True, left=minutes(0)),
            "34 min of impact at 50 % degraded have used 17 min. At 12:34, the 40 min were exhausted: "
            "99.9 % over 28 days.",
        ),
    ],
)
def test_it_is_told_in_two_sentences(small_review: Redacted, one: ErrorBudget, told: str) -> None:
    review = Redacted(replace(small_review, error_budget=one))
    assert f"## Error budget\n\nCheckout takes \\| orders: {told}\n" in render_markdown(review)
    page = render_html(review)
    assert f"<p>{told}</p>" in page
    assert '<summary><h2>Error budget</h2> <span class="quiet"><bdi>Checkout takes | orders</bdi></span>' in page


def test_for_programs_it_is_seconds_and_nothing_where_nothing_was_used(small_review: Redacted) -> None:
    assert "error_budget" not in json.loads(render_json(small_review))
    assert "Error budget" not in render_markdown(small_review)
    found = json.loads(render_json(Redacted(replace(small_review, error_budget=replace(USED, left=minutes(-12))))))
    told = found["error_budget"]
    assert (told["used"], told["allowed"], told["left"], told["at"]) == (1020, 2400, -720, "2026-03-04T12:34:00Z")
