"""The check-up of actions: whether each is where the policy says, and can be seen with the secret of its engine."""

import asyncio
from datetime import UTC, datetime

from bot.config.settings import Settings
from bot.domain.policy import Automation, Policy
from bot.domain.telling import few
from bot.domain.vocabulary import EngineKind
from bot.integrations.engines import Engine, engines_of
from bot.integrations.outgoing import Outgoing
from bot.operator.finding import SHOWN, Finding

ASKED_WITHIN = 5.0
"""Seconds for which an engine is waited for."""


async def examine_actions(policy: Policy, settings: Settings) -> list[Finding]:
    """Each engine is asked for what it is to run; nothing is started."""
    secrets = {name: [one.get_secret_value() for one in held] for name, held in settings.action_secrets.items()}
    async with Outgoing(ASKED_WITHIN, policy.outgoing, settings.proxy_addresses) as outgoing:
        engines = engines_of(policy, secrets, outgoing, lambda: datetime.now(UTC), None)
        asked = [(one, engines[one.engine]) for one in policy.actions.values() if one.engine in engines]
        found = await asyncio.gather(*(_looked_at(action, engine) for action, engine in asked))
    findings = [one for one in found if one is not None]
    calling = [one.name for one in policy.engines.values() if one.kind is EngineKind.WEBHOOK]
    if calling and settings.public_url is None:
        text = f"Nobody tells {few(calling, SHOWN)} where to answer how an action ended: set MUSTER_PUBLIC_URL."
        findings.append(Finding("engine_callback", text, must_mend=False))
    return findings


async def _looked_at(action: Automation, engine: Engine) -> Finding | None:
    try:
        why = await engine.check(action)
    except OSError as error:
        text = f"The engine {action.engine} cannot be reached from here ({error}), so {action.name} cannot be run."
        return Finding("engine", text, must_mend=False)
    return Finding("action", f"{action.name} cannot be run at {action.engine}: {why}.") if why else None
