"""What runs the actions of the policy: each kind of engine is one small class behind a protocol."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from bot.domain.policy import Policy
from bot.domain.vocabulary import EngineKind
from bot.integrations.engines.engine import Engine, Line
from bot.integrations.engines.github import GitHub
from bot.integrations.engines.rundeck import Rundeck
from bot.integrations.engines.webhook import SignedWebhook
from bot.integrations.outgoing import Outgoing

ENGINES: Final[Mapping[EngineKind, Callable[[Line], Engine]]] = {
    EngineKind.GITHUB: GitHub,
    EngineKind.RUNDECK: Rundeck,
    EngineKind.WEBHOOK: SignedWebhook,
}
"""Another kind joins by a line here, and by what an action says of where it is: `NEEDS` in the policy file."""


def engines_of(
    policy: Policy,
    secrets: Mapping[str, Sequence[str]],
    outgoing: Outgoing,
    now: Callable[[], datetime],
    callback: str | None,
) -> dict[str, Engine]:
    """The engines of a policy, by name; one whose secret is missing is not there. `secrets`: by variable; `now`:
    machine time; `callback`: where an engine says how something ended."""
    return {
        name: ENGINES[one.kind](Line(one, secrets[one.secret], outgoing, policy.action_hosts, now, callback))
        for name, one in policy.engines.items()
        if secrets.get(one.secret)
    }


__all__ = ["ENGINES", "Engine", "engines_of"]
