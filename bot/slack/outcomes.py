"""What came of a call to Slack, as a value: done, to be tried again, unknown, or never to be had.

The error codes are those of docs.slack.dev, "Errors" of each method's page, as read in August 2026.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """It is so: Slack did it, or it was so already."""

    result: Result


@dataclass(frozen=True, slots=True)
class Retry:
    """Slack did nothing, and may do it later. `after` is Slack's own wish; None leaves the pause to us."""

    after: timedelta | None
    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The answer was lost: Slack may have acted, or may still."""

    why: str


@dataclass(frozen=True, slots=True)
class Gone:
    """Slack said no, and would say so again."""

    error: str
    result: Result | None = None
    """The whole answer, for a method that says more than its error."""


Outcome = Done | Retry | Unknown | Gone
Meaning = Literal["done", "retry", "unknown", "gone"]

NOT_LET_IN: Final = timedelta(minutes=1)
"""The pause while Slack does not let the token in: nothing can be told until that is mended, so nothing is given up."""

MEANINGS: Final[Mapping[str, Meaning]] = {
    # It is so already.
    "already_in_channel": "done",
    "already_pinned": "done",
    "already_reacted": "done",
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
}
"""What an error code means for what was asked; one that does not stand here is `gone`."""

REFUSALS: Final = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_expired", "token_revoked"})


def read_error(error: str, result: Result, retry_after: timedelta | None = None) -> Outcome:
    """The outcome of an answer that said `"ok": false`."""
    match MEANINGS.get(error, "gone"):
        case "done":
            return Done(result)
        case "retry":
            return Retry(NOT_LET_IN if error in REFUSALS else retry_after, error)
        case "unknown":
            return Unknown(error)
        case "gone":
            return Gone(error, result)
