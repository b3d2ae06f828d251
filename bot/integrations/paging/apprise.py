"""Pages by Apprise: SMS, calls, push messages, e-mail and whatever else it has an address for.

The only module that knows Apprise (2.3, github.com/caronc/apprise), and it loads that when somebody is paged. Apprise
says whether a message was sent and not why it was not: one that a slow service took counts there as failed. So what
failed may have arrived. Its addresses stand in the environment alone, where only whoever runs Muster writes: it may go
into private networks.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from bot.delivery.destination import CannotTell, Finding
from bot.delivery.outcomes import Done, Gone, Outcome, Unknown
from bot.domain.policy import Apprise as Settings
from bot.integrations.paging.pager import Call

INSTALL: Final = "pip install 'muster-bot[apprise]'"
AT_ONCE: Final = 8
"""So many messages are being sent at the most; further ones wait."""
NOT_CONFIRMED: Final = "not confirmed"
AGAIN: Final = "Sent again, as nothing confirms that the first one arrived."
URGENT: Final = ("P1", "P2")


class NotInstalled(Exception):
    """People are to be paged by Apprise, and it is not there."""


class Apprise:
    """Sends messages to addresses of Apprise: one each time, which nobody can take back or acknowledge."""

    name = "Apprise"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._threads = ThreadPoolExecutor(AT_ONCE, "apprise")

    async def send(self, call: Call) -> Outcome:
        return await self._within(lambda: send(call))

    async def find(self, _: Call) -> Finding:
        """No service is asked; rather twice than never."""
        return CannotTell(may_be_repeat=True)

    async def stop(self, key: str, secret: str) -> Outcome:  # noqa: ARG002 - nothing rings on
        return Done({})

    async def _within(self, work: Callable[[], Outcome]) -> Outcome:
        """Apprise blocks, and a service may take its time: after ours is over, it is not waited for."""
        working = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            async with asyncio.timeout(self._settings.within.total_seconds()):
                return await working
        except TimeoutError:
            return Unknown(NOT_CONFIRMED)


def send(call: Call) -> Outcome:
    """Send one message, and wait for it. One of several addresses that took it is enough."""
    try:
        apprise = _loaded()
        addresses = addresses_of(call.secret)
    except NotInstalled:
        return Gone("apprise is not installed")
    if addresses is None:
        return Gone("apprise knows no such address")
    lines = [AGAIN] if call.is_repeat else []
    lines += [call.how_to_accept, *(one for one in (call.url, call.bridge) if one)]
    kind = apprise.NotifyType.FAILURE if call.priority in URGENT else apprise.NotifyType.WARNING
    plain = apprise.NotifyFormat.TEXT
    answer = addresses.notify("\n".join(lines), call.summary, kind, body_format=plain, interpret_escapes=False)
    status = apprise.AppriseResultStatus
    return Done({}) if answer.status in (status.SUCCESS, status.PARTIAL) else Unknown(NOT_CONFIRMED)


def addresses_of(secret: str) -> Any:
    """Those of one variable, separated by spaces, as Apprise has them; None where it does not know one of them. Raises
    NotInstalled."""
    apprise = _loaded()
    found = apprise.Apprise(
        asset=apprise.AppriseAsset(app_id="Muster", app_desc="Muster", app_url="", async_mode=False)
    )
    each = secret.split()
    return found if each and all(found.add(one) for one in each) else None


def _loaded() -> Any:
    """Apprise, which must not log: it would name whom it could not reach. Raises NotInstalled."""
    try:
        import apprise
    except ModuleNotFoundError:
        raise NotInstalled from None
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    return apprise
