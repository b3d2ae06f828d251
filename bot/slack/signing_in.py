"""Sign in with Slack: OpenID Connect's code flow, as Slack's page "Sign in with Slack" has it.

The token that says who somebody is comes from Slack itself, over TLS and in answer to our own question. So its
signature need not be checked (OpenID Connect Core 1.0, 3.1.3.7, 6); for whom and for which request it is, is.
"""

import base64
import binascii
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode, urljoin

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.domain.ids import SlackUserId
from bot.slack.client import CALL_WITHIN, build_client

log = structlog.get_logger(__name__)

ISSUER: Final = "https://slack.com"
TEAM: Final = "https://slack.com/team_id"
USER: Final = "https://slack.com/user_id"


class SlackSignIn:
    """For one workspace. `now`: machine time."""

    def __init__(
        self, api_url: str, client_id: str, client_secret: str, team: str, now: Callable[[], datetime]
    ) -> None:
        self._api_url = api_url
        self._client_id = client_id
        self._client_secret = client_secret
        self._team = team
        self._now = now

    def address(self, redirect_uri: str, state: str, nonce: str) -> str:
        """Where Slack asks somebody whether we may know who they are."""
        asked = {
            "response_type": "code",
            "scope": "openid",
            "client_id": self._client_id,
            "state": state,
            "nonce": nonce,
            "team": self._team,
            "redirect_uri": redirect_uri,
        }
        return f"{urljoin(self._api_url, '/openid/connect/authorize')}?{urlencode(asked)}"

    async def person(self, code: str, redirect_uri: str, nonce: str) -> SlackUserId | None:
        """Who came back with that code; None where Slack does not say so, or not for us."""
        timeout = aiohttp.ClientTimeout(total=CALL_WITHIN)
        try:
            async with aiohttp.ClientSession(timeout=timeout) as session:
                answer = await build_client(self._api_url, None, session).api_call(
                    "openid.connect.token",  # the SDK's own way to it warns with each call
                    data={
                        "client_id": self._client_id,
                        "client_secret": self._client_secret,
                        "code": code,
                        "redirect_uri": redirect_uri,
                        "grant_type": "authorization_code",
                    },
                )
        except SlackApiError as error:
            log.warning("sign_in.refused", error=error.response.get("error"))
            return None
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            log.warning("sign_in.not_asked", why=type(error).__name__)
            return None
        return self._of(str(answer.get("id_token", "")), nonce)

    def _of(self, id_token: str, nonce: str) -> SlackUserId | None:
        claims = _claims(id_token)
        expected = {"iss": ISSUER, "aud": self._client_id, "nonce": nonce, TEAM: self._team}
        wrong = [name for name, value in expected.items() if claims.get(name) != value]
        until = claims.get("exp")
        if not isinstance(until, int | float) or self._now().timestamp() >= until:
            wrong.append("exp")
        user = claims.get(USER)
        if wrong or not isinstance(user, str) or not user:
            log.warning("sign_in.not_for_us", wrong=wrong)
            return None
        return SlackUserId(user)


def _claims(id_token: str) -> dict[str, Any]:
    """What a JSON Web Token says (RFC 7519); nothing where it is none."""
    try:
        body = id_token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (IndexError, ValueError, binascii.Error):
        return {}
    return found if isinstance(found, dict) else {}
