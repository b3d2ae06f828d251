"""The JSON review is what its schema says, and the schema is what the code writes."""

import json
from collections.abc import Callable

import jsonschema_rs
import pytest

from bot.review import Redacted
from bot.review.as_json import render_json
from tests.house.review_schema import FILE, as_text


def test_the_documented_schema_is_that_of_the_code() -> None:
    assert FILE.read_text(encoding="utf-8") == as_text(), "run python -m tests.house.review_schema"


@pytest.mark.parametrize("words", [None, "<script>\ud800"])
def test_a_review_is_valid(words: str | None, review_with: Callable[[str | None], Redacted]) -> None:
    document = json.loads(render_json(review_with(words)))
    jsonschema_rs.validator_for(json.loads(as_text()), validate_formats=True).validate(document)


def test_what_is_not_a_review_is_invalid(small_review: Redacted) -> None:
    document = json.loads(render_json(small_review))
    del document["times"]["declared_at"]
    assert not jsonschema_rs.validator_for(json.loads(as_text())).is_valid(document)
