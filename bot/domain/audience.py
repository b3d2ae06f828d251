"""Who hears of an incident beside its channel, by the priority's rules."""

from collections.abc import Iterable

from bot.domain.ids import SlackUserId
from bot.domain.policy import Audience, Policy
from bot.domain.vocabulary import Priority

EVERYBODY = Audience()
"""Of a priority of which the policy says nothing."""


def broadcast_of(priority: Priority, policy: Policy) -> str | None:
    """The channel that shows its card; None where the policy wants none."""
    return policy.channels.broadcast if policy.audience.get(priority, EVERYBODY).broadcast else None


def told_directly(priority: Priority, service: str | None, policy: Policy) -> tuple[SlackUserId, ...]:
    """Who gets a direct message at the declaration and at the resolution, each once. Never of a hidden incident."""
    executives = policy.people.executives if policy.priorities[priority].notify_executives else ()
    others = policy.audience.get(priority, EVERYBODY).tell
    return tuple(dict.fromkeys((*executives, *_behind(others, service, policy))))


def _behind(targets: Iterable[str], service: str | None, policy: Policy) -> Iterable[SlackUserId]:
    for target in targets:
        if target == "managers":
            yield from policy.managers_of(service)
        elif target == "executives":
            yield from policy.people.executives
        else:
            yield SlackUserId(target)
