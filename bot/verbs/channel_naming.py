"""What an incident's channel is to be called, and which names are tried when one is taken."""

from typing import Final

from bot.blocks.channel_name import channel_name, next_name
from bot.domain.declaration import Declaration
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.review import without_secrets

NAMES_TRIED: Final = 20


def name_for_channel(incident: Incident, policy: Policy) -> str:
    """What its channel is to be called, while nobody else has that name: everybody sees the names of channels, so a
    secret in the title does not get into one."""
    return _name(incident, incident.number, policy)


def provisional_name(report: Declaration, token: str, policy: Policy) -> str:
    """The same while there is no number: `inc-new-k4fq-checkout-returns-500s`. `token`: random, so that nobody else has
    that name, and a channel that has it is this one."""
    return _name(report, f"new-{token}", policy)


def _name(of: Incident | Declaration, number: int | str, policy: Policy) -> str:
    title, _ = without_secrets(of.title)
    return channel_name(policy.channels.prefix_of(is_drill=of.is_drill), number, title, private=of.is_private)


def channel_names(incident: Incident, policy: Policy) -> tuple[str, ...]:
    """The names its channel may have, in the order they are tried."""
    first = name_for_channel(incident, policy)
    return (first, *(next_name(first, n) for n in range(2, NAMES_TRIED + 1)))
