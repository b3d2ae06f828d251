"""What is shown of runbooks that were looked for outside an incident."""

from bot.blocks.runbooks_found import runbooks_found
from bot.domain.matching import FoundRunbook
from tests.domain.given import BAD_CHANGE, FAILOVER


def test_the_best_is_shown_with_its_steps_and_by_which_words_it_was_found() -> None:
    found = [FoundRunbook(FAILOVER, ("primary", "down")), FoundRunbook(BAD_CHANGE)]
    assert runbooks_found("primary down", found).text.splitlines() == [
        "*Database failover* (database-failover), 2 steps; matches primary, down",
        "1. Stop writes",
        "2. Promote the replica",
        "*Roll back a bad change* (bad-change), 1 step",
    ]


def test_where_nothing_is_found_it_says_so_and_what_was_typed_calls_nobody() -> None:
    shown = runbooks_found("<!channel> coffee", []).text
    assert shown.startswith("No runbook matches “")
    assert "coffee" in shown
    assert "<!channel>" not in shown
