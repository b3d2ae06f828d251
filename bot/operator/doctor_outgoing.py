"""The check-up of the ways out: whether proxies can be reached, and whether what the policy trusts is still valid."""

import asyncio
import ssl
from datetime import UTC, datetime
from urllib.parse import urlsplit

from bot.config.settings import USUAL_PROXY, Settings, proxies_of
from bot.domain.addresses import checked_proxy
from bot.domain.policy import Policy
from bot.operator.finding import CheckUp, Finding

ASKED_WITHIN = 5.0
"""Seconds."""


async def examine_outgoing(policy: Policy, settings: Settings, now: datetime, result: CheckUp) -> None:
    """Nothing is sent through a proxy: whether it leads on is seen by those who take it. `now`: machine time."""
    named = proxies_of(policy)
    addresses = dict.fromkeys(address for one in named if (address := _address(one, settings)))
    found = await asyncio.gather(*map(_reached, addresses))
    for file in dict.fromkeys(one.ca_file for one in policy.ways if one.ca_file):
        found.append(await asyncio.to_thread(_valid, file, now))
    result.findings += [one for one in found if isinstance(one, Finding)]
    result.fine += [one for one in found if isinstance(one, str)]
    if not named and len(policy.ways) > 1 and USUAL_PROXY in settings.proxies:
        text = f"{USUAL_PROXY} is set, and Muster uses it for Slack alone. If everything else needs it, too, the policy"
        text = f"{text} has to say so: `outgoing: {{proxy: env:{USUAL_PROXY}}}`."
        result.findings.append(Finding("proxy_unused", text, must_mend=False))


def _address(named: str, settings: Settings) -> str | None:
    """None where the variable holds none, which is told elsewhere."""
    variable = named.removeprefix("env:")
    try:
        return named if variable == named else checked_proxy(settings.proxy_addresses[variable])
    except (KeyError, ValueError):
        return None


async def _reached(address: str) -> Finding | str:
    parts = urlsplit(address)
    proxy = f"{parts.hostname}:{parts.port}"
    try:
        async with asyncio.timeout(ASKED_WITHIN):
            _, writer = await asyncio.open_connection(parts.hostname, parts.port)
            writer.close()
    except OSError as error:
        why = "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__
        text = f"The proxy {proxy} cannot be reached from here ({why}); whatever goes through it waits."
        return Finding("proxy", text, must_mend=False)
    return f"Proxy: {proxy} can be reached."


def _valid(file: str, now: datetime) -> Finding | str:
    try:
        trusted = ssl.create_default_context(cafile=file).get_ca_certs()
    except OSError as error:
        return Finding("ca_file", f"{file}, which the policy trusts, cannot be read ({type(error).__name__}).")
    until = [ssl.cert_time_to_seconds(str(one["notAfter"])) for one in trusted]
    if until and max(until) < now.timestamp():
        day = datetime.fromtimestamp(max(until), UTC).date()
        return Finding("ca_file", f"The certificates in {file} have all expired; the last one did on {day}.")
    return f"Certificates: {file} can be read."
