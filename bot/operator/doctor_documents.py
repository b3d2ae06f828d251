"""What the check-up says of the places that published reviews go to: nothing is written there."""

import asyncio

from bot.config.settings import Settings
from bot.domain.policy import Policy
from bot.integrations.documents import Keeper, keepers_of
from bot.integrations.outgoing import Outgoing
from bot.integrations.rest import Refused, Stopped
from bot.operator.finding import CheckUp, Finding

ASKED_WITHIN = 10.0
"""Seconds for which an answer is waited for."""


async def examine_documents(policy: Policy, settings: Settings, result: CheckUp) -> None:
    """All of them at once; one whose token is not set is named elsewhere."""
    tokens = {name: one.get_secret_value() for name, one in settings.document_tokens.items()}
    async with Outgoing(ASKED_WITHIN, policy.outgoing, settings.proxy_addresses) as outgoing:
        keepers = keepers_of(policy, tokens, outgoing)
        found = await asyncio.gather(*(_looked_at(name, one) for name, one in keepers.items()))
    result.findings += [one for one in found if isinstance(one, Finding)]
    result.fine += [one for one in found if isinstance(one, str)]


async def _looked_at(name: str, keeper: Keeper) -> Finding | str:
    """What is to be mended, or that it is fine."""
    try:
        await keeper.look()
    except Refused as no:
        return Finding("document", f"Reviews cannot be published to {name} ({keeper.name}): {keeper.why(no)}.")
    except Stopped as stopped:
        text = f"{name} ({keeper.name}), where reviews are published, cannot be reached from here: {stopped}."
        return Finding("document_away", text, must_mend=False)
    return f"Documents: {name} ({keeper.name}) can be read."
