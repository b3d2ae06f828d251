"""What an incident's channel is to be called, and which names are tried when one is taken."""

from typing import Final

from bot.blocks.channel_name import channel_name, next_name
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.review import without_secrets

NAMES_TRIED: Final = 20


def name_for_channel(incident: Incident, policy: Policy) -> str:
    """What its channel is to be called, while nobody else has that name: everybody sees the names of channels, so a
    secret in the title does not get into one."""
    title, _ = without_secrets(incident.title)
    prefix = policy.channels.prefix_of(is_drill=incident.is_drill)
    return channel_name(prefix, incident.number, title, private=incident.is_private)


def channel_names(incident: Incident, policy: Policy) -> tuple[str, ...]:
    """The names its channel may have, in the order they are tried."""
    first = name_for_channel(incident, policy)
    return (first, *(next_name(first, n) for n in range(2, NAMES_TRIED + 1)))
