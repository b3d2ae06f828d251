"""What an answer of Slack's means for what was asked."""

from datetime import timedelta

import pytest

from bot.delivery.outcomes import Done, Gone, Retry, Unknown
from bot.slack.outcomes import MEANINGS, NOT_LET_IN, read_error

POST = "chat.postMessage"


@pytest.mark.parametrize(
    ("method", "error"),
    [
        ("conversations.invite", "already_in_channel"),
        ("conversations.archive", "already_archived"),
        ("pins.add", "already_pinned"),
    ],
)
def test_what_is_already_so_is_done(method: str, error: str) -> None:
    answer = {"ok": False, "error": error}
    assert read_error(method, error, answer) == Done(answer)


def test_a_code_means_what_it_means_for_the_method_that_was_called() -> None:
    """A message that meets an archived channel was not posted; a channel that was archived is archived."""
    for error in ("already_archived", "already_in_channel", "already_pinned"):
        assert read_error(POST, error, {}) == Gone(error, {})


@pytest.mark.parametrize("error", ["internal_error", "fatal_error", "service_unavailable"])
def test_when_slack_fails_nobody_knows_how_far_it_came(error: str) -> None:
    assert read_error(POST, error, {}) == Unknown(error)


def test_being_asked_to_wait_is_a_retry_after_slacks_own_time() -> None:
    assert read_error(POST, "ratelimited", {}, timedelta(seconds=7)) == Retry(timedelta(seconds=7), "ratelimited")


def test_a_refused_token_gives_nothing_up() -> None:
    assert read_error(POST, "invalid_auth", {}) == Retry(NOT_LET_IN, "invalid_auth")


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived", "name_taken", "missing_scope", "never_seen_yet"])
def test_any_other_error_is_final_and_keeps_the_whole_answer(error: str) -> None:
    answer = {"ok": False, "error": error, "errors": [{"user": "U1", "error": "user_disabled"}]}
    assert read_error(POST, error, answer) == Gone(error, answer)


def test_every_code_in_the_table_is_read() -> None:
    kinds = {"done": Done, "retry": Retry, "unknown": Unknown, "gone": Gone}
    for method, meanings in MEANINGS.items():
        for error, meaning in meanings.items():
            assert isinstance(read_error(method, error, {}), kinds[meaning])
