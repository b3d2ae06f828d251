"""What an answer of Slack's means for what was asked."""

from datetime import timedelta

import pytest

from bot.slack.outcomes import MEANINGS, NOT_LET_IN, Done, Gone, Retry, Unknown, read_error


@pytest.mark.parametrize("error", ["already_in_channel", "already_pinned", "already_reacted"])
def test_what_is_already_so_is_done(error: str) -> None:
    answer = {"ok": False, "error": error}
    assert read_error(error, answer) == Done(answer)


@pytest.mark.parametrize("error", ["internal_error", "fatal_error", "service_unavailable"])
def test_when_slack_fails_nobody_knows_how_far_it_came(error: str) -> None:
    assert read_error(error, {}) == Unknown(error)


def test_being_asked_to_wait_is_a_retry_after_slacks_own_time() -> None:
    assert read_error("ratelimited", {}, timedelta(seconds=7)) == Retry(timedelta(seconds=7), "ratelimited")


def test_a_refused_token_gives_nothing_up() -> None:
    assert read_error("invalid_auth", {}) == Retry(NOT_LET_IN, "invalid_auth")


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived", "name_taken", "missing_scope", "never_seen_yet"])
def test_any_other_error_is_final_and_keeps_the_whole_answer(error: str) -> None:
    answer = {"ok": False, "error": error, "errors": [{"user": "U1", "error": "user_disabled"}]}
    assert read_error(error, answer) == Gone(error, answer)


def test_every_code_in_the_table_is_read() -> None:
    kinds = {"done": Done, "retry": Retry, "unknown": Unknown, "gone": Gone}
    for error, meaning in MEANINGS.items():
        assert isinstance(read_error(error, {}), kinds[meaning])
