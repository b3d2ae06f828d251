"""Before work begins: does Slack take our tokens, and do they allow what Muster does?

A wrong token must be found here: Socket Mode would try again for ever without a word.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.manifest import BOT_SCOPES
from bot.slack.methods import OPTIONAL
from bot.slack.organisation import Organisation


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are to Slack."""

    workspace: str
    """The team id of the installation."""
    name: str
    url: str
    """The workspace's address, ending with a slash."""
    bot_user: str
    enterprise: str | None = None
    """The enterprise that the workspace is part of."""
    scopes: frozenset[str] | None = None
    """What the bot token was given; None where Slack does not say."""
    answered_at: datetime | None = None
    """What Slack's clock showed as it answered, to the second."""

    @property
    def organisation(self) -> Organisation:
        return Organisation(self.workspace, self.enterprise)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that Slack refuses, and what to do about it."""

    code: str
    text: str


class Refused(Exception):
    """Slack says no, and will until somebody changes something."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("\n".join(finding.text for finding in findings))


class Unreachable(Exception):
    """Slack could not be asked; it may answer later."""


BOT_PAGE: Final = "your app's page “OAuth & Permissions”"
APP_PAGE: Final = "your app's page “Basic Information”, “App-Level Tokens”"

MEND_SCOPES: Final = "Update the app from the manifest (`muster manifest` prints it) and install it again."
COPY: Final = f"Copy the bot token (xoxb-…) again from {BOT_PAGE}."
GENERATE: Final = f"Generate a new one on {APP_PAGE}."

BOT_TOKEN: Final[Mapping[str, str]] = {
    "invalid_auth": f"SLACK_BOT_TOKEN: Slack does not know this token. {COPY}",
    "not_authed": f"SLACK_BOT_TOKEN: no token reached Slack. {COPY}",
    "account_inactive": f"SLACK_BOT_TOKEN: the app was removed from the workspace. Install it again. {COPY}",
    "token_revoked": f"SLACK_BOT_TOKEN: the token was revoked. Install the app again. {COPY}",
    "token_expired": f"SLACK_BOT_TOKEN: the token has expired. Turn token rotation off. {COPY}",
    "not_allowed_token_type": f"SLACK_BOT_TOKEN: this is no bot token. {COPY}",
    "missing_scope": f"SLACK_BOT_TOKEN: the token lacks a permission. {MEND_SCOPES}",
}
"""Error code of `auth.test` → what is wrong and what to do."""

APP_TOKEN: Final[Mapping[str, str]] = {
    "invalid_auth": f"SLACK_APP_TOKEN: Slack does not know this token. Copy it again from {APP_PAGE}.",
    "not_authed": f"SLACK_APP_TOKEN: no token reached Slack. Copy it from {APP_PAGE}.",
    "account_inactive": f"SLACK_APP_TOKEN: the token is no longer valid. {GENERATE}",
    "token_revoked": f"SLACK_APP_TOKEN: the token was revoked. {GENERATE}",
    "token_expired": f"SLACK_APP_TOKEN: the token has expired. {GENERATE}",
    "not_allowed_token_type": f"SLACK_APP_TOKEN: this is no app-level token (xapp-…). Copy it from {APP_PAGE}.",
    "missing_scope": f"SLACK_APP_TOKEN: the token lacks the scope connections:write. {GENERATE}",
}
"""Error code of `apps.connections.open` → what is wrong and what to do."""


async def preflight(client: AsyncWebClient, app_token: str | None) -> Identity:
    """Who we are. Raises Refused with everything that is wrong at once, Unreachable when Slack cannot be asked.

    The app token is given in Socket Mode only.
    """
    who, findings = await _ask(client.auth_test, BOT_TOKEN)
    if app_token is not None:
        findings += (await _ask(lambda: client.apps_connections_open(app_token=app_token), APP_TOKEN))[1]
    if who is None or findings:
        raise Refused(tuple(findings))
    return who


async def _ask(
    call: Callable[[], Awaitable[Any]], refusals: Mapping[str, str]
) -> tuple[Identity | None, list[Finding]]:
    """What one call tells: who we are, if it says so, and what is wrong."""
    try:
        response = await call()
    except SlackApiError as error:
        return None, [_read_refusal(error, refusals)]
    except (TimeoutError, aiohttp.ClientError, SlackClientError, OSError, ValueError, AttributeError) as error:
        raise Unreachable(
            f"Slack does not answer ({type(error).__name__}). Muster keeps trying; check the network and SLACK_API_URL."
        ) from None
    if refusals is not BOT_TOKEN:
        return None, []
    if not response.data.get("bot_id"):
        return None, [Finding("not_allowed_token_type", refusals["not_allowed_token_type"])]
    identity = _identify(response.data, response.headers)
    return identity, _missing_scopes(identity)


def _read_refusal(error: SlackApiError, refusals: Mapping[str, str]) -> Finding:
    """The finding for an answer that was not `ok`. Raises Unreachable for one that is only for now."""
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    if not isinstance(code, str) or code not in refusals:
        raise Unreachable(
            f"Slack answers, but not as expected ({code or 'no JSON'}). Muster keeps trying; check SLACK_API_URL."
        ) from None
    return Finding(code, refusals[code])


def _identify(answer: Mapping[str, Any], headers: Mapping[str, str]) -> Identity:
    """Who `auth.test` says we are. Slack names the scopes in a header."""
    url = str(answer.get("url", ""))
    granted = headers.get("x-oauth-scopes")
    return Identity(
        workspace=str(answer["team_id"]),
        name=str(answer.get("team", "")),
        url=url if url.endswith("/") or not url else f"{url}/",
        bot_user=str(answer["user_id"]),
        enterprise=str(answer["enterprise_id"]) if answer.get("enterprise_id") else None,
        scopes=None if granted is None else frozenset(scope.strip() for scope in granted.split(",")),
        answered_at=_read_date(headers.get("date", "")),
    )


def _read_date(text: str) -> datetime | None:
    """RFC 9110, 5.6.7; None where it is no date."""
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _missing_scopes(identity: Identity) -> list[Finding]:
    """The scopes that the manifest asks for, that Muster needs, and that the token was not given."""
    missing = [] if identity.scopes is None else sorted(set(BOT_SCOPES) - OPTIONAL - identity.scopes)
    if not missing:
        return []
    scopes = "scope" if len(missing) == 1 else "scopes"
    return [
        Finding("missing_scope", f"SLACK_BOT_TOKEN: the app lacks the {scopes} {', '.join(missing)}. {MEND_SCOPES}")
    ]
