"""Who is told about an incident outside its channel, depending on its priority."""

from collections.abc import Iterable

from bot.domain.ids import SlackUserId
from bot.domain.policy import Audience, Policy
from bot.domain.vocabulary import Priority

EVERYBODY = Audience()
"""The rules for a priority that the policy does not mention."""


def broadcast_of(priority: Priority, policy: Policy) -> str | None:
    """The channel that shows the incident's card; None where the policy wants none."""
    return policy.channels.broadcast if policy.audience.get(priority, EVERYBODY).broadcast else None


def told_directly(priority: Priority, service: str | None, policy: Policy) -> tuple[SlackUserId, ...]:
    """Who gets a direct message when an incident is declared and when it is resolved, without repetition.

    Callers do not ask this about an incident that is hidden from everybody outside its channel."""
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
