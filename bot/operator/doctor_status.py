"""The check-up of other status pages: whether each can be seen with its token, and has the components that the policy
names. Nothing is published."""

import asyncio

from bot.config.settings import Settings
from bot.domain.policy import Policy, StatusTarget
from bot.domain.telling import few
from bot.integrations.outgoing import Outgoing
from bot.integrations.rest import Refused, Stopped
from bot.integrations.status import HostedStatusPage, services_of
from bot.operator.finding import SHOWN, Finding

ASKED_WITHIN = 5.0
"""Seconds for which a service is waited for."""


async def examine_status(policy: Policy, settings: Settings) -> list[Finding]:
    tokens = {name: one.get_secret_value() for name, one in settings.status_tokens.items()}
    async with Outgoing(ASKED_WITHIN, policy.outgoing, settings.proxy_addresses) as outgoing:
        services = services_of(policy, tokens, outgoing)
        targets = policy.status_page.targets if policy.status_page else ()
        asked = [(one, services[one.name]) for one in targets if one.name in services]
        found = await asyncio.gather(*(_looked_at(target, service) for target, service in asked))
    return [one for one in found if one is not None]


async def _looked_at(target: StatusTarget, service: HostedStatusPage) -> Finding | None:
    where = f"The status page {target.name}"
    try:
        there = await service.components()
    except Refused as no:
        return Finding(
            "status_target", f"{where} ({target.page}) cannot be seen with the token in {target.token}: {no.why}."
        )
    except Stopped as no:
        text = f"{where} cannot be asked from here ({no.outcome.why}); it is tried again when something is published."
        return Finding("status_target", text, must_mend=False)
    unknown = sorted(f"{own} ({theirs})" for own, theirs in target.components.items() if theirs not in there)
    return Finding("status_components", f"{where} has no component {few(unknown, SHOWN)}.") if unknown else None
