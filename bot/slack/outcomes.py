"""What an answer of Slack's means: HTTP statuses, and error codes by the method that was called.

The error codes are those of docs.slack.dev, "Errors" of each method's page, as read in August 2026.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Literal

from slack_sdk.errors import SlackApiError

from bot.delivery.outcomes import Done, Gone, Outcome, OutOfReach, Result, Retry, Unknown
from bot.domain.vocabulary import ChannelLoss

Meaning = Literal["done", "retry", "unknown", "gone"]

NOT_LET_IN: Final = timedelta(minutes=1)
"""The pause while Slack does not let the token in: nothing can be told until that is mended."""

ANY: Final = "*"
"""Every method."""

MEANINGS: Final[Mapping[str, Mapping[str, Meaning]]] = {
    ANY: {
        # Slack did not act, and says that it is only for now.
        "ratelimited": "retry",
        "rate_limited": "retry",
        "message_limit_exceeded": "retry",
        "request_timeout": "retry",  # the body of the request never arrived whole
        "team_added_to_org": "retry",
        "accesslimited": "retry",
        # The token is refused: the fault is not in what was asked.
        "invalid_auth": "retry",
        "not_authed": "retry",
        "account_inactive": "retry",
        "token_expired": "retry",
        "token_revoked": "retry",
        # Slack failed, and does not say how far it came.
        "internal_error": "unknown",
        "fatal_error": "unknown",
        "service_unavailable": "unknown",
    },
    # What was asked for is so already.
    "conversations.archive": {"already_archived": "done"},
    "conversations.invite": {"already_in_channel": "done"},
    "pins.add": {"already_pinned": "done"},
}
"""By method, what an error code means for what was asked. A method's own row goes before that of any method; a code
that stands in neither is `gone`: `channel_not_found` or `name_taken` will be said again, and whoever asked knows what
follows from it."""

OUT_OF_REACH: Final[Mapping[str, ChannelLoss]] = {
    "is_archived": ChannelLoss.ARCHIVED,
    "not_in_channel": ChannelLoss.REMOVED,
    "channel_not_found": ChannelLoss.REMOVED,  # a private channel that we are not in looks like one that never was
}
"""What an error code says of the channel that a call was about."""

REFUSALS: Final = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_expired", "token_revoked"})


def meaning_of(method: str, error: str) -> Meaning:
    """What an error code means for what was asked of a method."""
    return MEANINGS.get(method, {}).get(error) or MEANINGS[ANY].get(error, "gone")


def read_error(method: str, error: str, result: Result, retry_after: timedelta | None = None) -> Outcome:
    """The outcome of an answer that said `"ok": false`."""
    match meaning_of(method, error):
        case "done":
            return Done(result)
        case "retry":
            return Retry(NOT_LET_IN if error in REFUSALS else retry_after, error)
        case "unknown":
            return Unknown(error)
        case "gone":
            return Gone(error, result)


def read_refusal(method: str, error: SlackApiError) -> Outcome:
    """An answer that was not `ok`, or no answer of the Web API at all."""
    response = error.response
    status: int = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    headers = getattr(response, "headers", {})
    data = getattr(response, "data", None)
    said = read_status(status, headers.get("Retry-After"))
    if said is not None:
        return said
    if isinstance(data, dict) and isinstance(data.get("error"), str):
        return read_error(method, data["error"], data, _seconds(headers.get("Retry-After")))
    return Unknown(f"unreadable answer with status {status}")


def read_status(status: int, retry_after: str | None) -> Retry | Unknown | None:
    """What the HTTP status alone tells; None when it tells nothing."""
    if status == 429:
        return Retry(_seconds(retry_after), "ratelimited")
    if status >= 500:
        return Unknown(f"status {status}")
    return None


def _seconds(retry_after: str | None) -> timedelta | None:
    """`Retry-After` as Slack sends it: whole seconds."""
    text = (retry_after or "").strip()
    return timedelta(seconds=int(text)) if text.isascii() and text.isdecimal() else None


def of_channel(outcome: Outcome) -> Outcome | OutOfReach:
    """The outcome of a call about the incident's channel."""
    if isinstance(outcome, Gone) and (why := OUT_OF_REACH.get(outcome.error)):
        return OutOfReach(why)
    return outcome
