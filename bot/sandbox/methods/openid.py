"""Sign in with Slack (OpenID Connect): a code that a browser brought becomes a token that says whose it is."""

import base64
import hashlib
import json
import secrets
import time
from typing import Any

from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.state import SignIn

LASTS = 300
"""Seconds (of the machine's clock) that a code is good, assumed; and a token."""


def token(call: Call) -> Answer:
    """A code is good once. Assumed: whatever does not fit it is `invalid_code`, but the address."""
    workspace = call.workspace
    if call.text("grant_type", "authorization_code") != "authorization_code":
        raise SlackError("invalid_grant_type")
    if call.text("client_id", "") != workspace.client_id:
        raise SlackError("invalid_client_id")
    if call.text("client_secret", "") != workspace.client_secret:
        raise SlackError("bad_client_secret")
    given = workspace.sign_ins.pop(call.text("code", ""), None)
    if given is None or time.time() - given.at > LASTS:
        raise SlackError("invalid_code")
    if call.text("redirect_uri", given.redirect_uri) != given.redirect_uri:
        raise SlackError("bad_redirect_uri")
    access = f"xoxp-{secrets.token_hex(12)}"
    return {"ok": True, "access_token": access, "token_type": "Bearer", "id_token": _id_token(call, given, access)}


def _id_token(call: Call, given: SignIn, access: str) -> str:
    """As Slack's, but for the signature, which nobody can check: it has no key here."""
    workspace, now = call.workspace, int(time.time())
    claims = {
        "iss": "https://slack.com",
        "sub": given.user,
        "aud": workspace.client_id,
        "exp": now + LASTS,
        "iat": now,
        "auth_time": now,
        "nonce": given.nonce,
        "at_hash": _part(hashlib.sha256(access.encode()).digest()[:16]),
        "https://slack.com/team_id": workspace.team_id,
        "https://slack.com/user_id": given.user,
        "https://slack.com/team_name": workspace.team_name,
        "https://slack.com/team_domain": workspace.domain,
    }
    head = {"alg": "RS256", "typ": "JWT", "kid": "sandbox"}
    return ".".join([_json(head), _json(claims), _part(secrets.token_bytes(256))])


def _json(content: dict[str, Any]) -> str:
    return _part(json.dumps(content).encode())


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


METHODS = {"openid.connect.token": Method(token, tier="t4", needs_token=False)}
