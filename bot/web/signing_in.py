"""`/signin`: to Slack, which asks whether we may know who somebody is, and back with a session.

What comes back counts only in the browser that was sent there: its cookie holds what the signed state says.
"""

import re
import secrets
from hmac import compare_digest
from http import HTTPStatus
from typing import Final

from aiohttp import web

from bot.web.entrance import Dependencies, page_that_says, signed_in
from bot.web.pages import SECURITY
from bot.workflows.review_links import SIGN_IN_LASTS

BEGUN: Final = "muster_signin"
BACK: Final = "/signin/back"
OWN_PATH: Final = re.compile(r"/(?:(?:incidents|trends|reviews)(?:[/?][\w/?&=.%+-]*)?)?")
NOT_TOLD: Final = "Slack did not say who you are, so you are not signed in. Go back and try again."
NOT_YOURS: Final = "This did not begin in this browser, or it began too long ago. Go back and sign in again."


async def begin(dependencies: Dependencies, request: web.Request) -> web.Response:
    """To Slack. `to` in the address: a page of ours that they come back to."""
    sign_in = dependencies.sign_in
    if sign_in is None:
        return web.Response(status=HTTPStatus.NOT_FOUND)
    links, wanted = await dependencies.links(), request.query.get("to", "/")
    nonce = secrets.token_urlsafe(16)
    state = links.begin_sign_in(nonce, wanted if OWN_PATH.fullmatch(wanted) else "/")
    to_slack = sign_in.address(f"{links.public_url}{BACK}", state, nonce)
    answer = web.Response(status=HTTPStatus.SEE_OTHER, headers={**SECURITY, "Location": to_slack})
    answer.set_cookie(
        BEGUN,
        nonce,
        path="/signin",
        httponly=True,
        secure=links.is_secure,
        samesite="Lax",
        max_age=int(SIGN_IN_LASTS.total_seconds()),
    )
    return answer


async def come_back(dependencies: Dependencies, request: web.Request) -> web.Response:
    sign_in = dependencies.sign_in
    if sign_in is None:
        return web.Response(status=HTTPStatus.NOT_FOUND)
    links = await dependencies.links()
    begun = links.begun_sign_in(request.query.get("state", ""))
    if begun is None or not compare_digest(begun[0].encode(), request.cookies.get(BEGUN, "").encode()):
        return page_that_says(NOT_YOURS)
    nonce, path = begun
    code = request.query.get("code", "")
    user = await sign_in.person(code, f"{links.public_url}{BACK}", nonce) if code else None
    if user is None or (await dependencies.look_up(user)).is_deactivated:
        return page_that_says(NOT_TOLD)
    answer = signed_in(links, user, path)
    answer.del_cookie(BEGUN, path="/signin")
    return answer
