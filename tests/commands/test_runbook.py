"""`runbook`: words to search for, a slug, or nothing for the one last touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.verbs.requests import OpenRunbook
from tests.commands.reading import asked_for


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("runbook", ""),
        ("runbook   ", ""),
        ("runbook bad-change", "bad-change"),
        ("runbook database failover", "database failover"),
        ("runbook errors &amp; retries", "errors & retries"),
        ("RUNBOOK Roll back", "Roll back"),
        ("runbook cold start", "cold start"),
        ("runbook bad-change start the pool", "bad-change start the pool"),
    ],
)
def test_all_that_follows_is_what_is_looked_for(line: str, wanted: str) -> None:
    assert asked_for(line) == OpenRunbook(wanted)


@given(st.text(st.characters(exclude_characters="&")).filter(lambda words: words.strip().lower() != "start"))
def test_no_words_but_start_are_an_order(words: str) -> None:
    assert asked_for(f"runbook {words}") == OpenRunbook(words.strip())
