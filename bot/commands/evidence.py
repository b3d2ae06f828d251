"""The message that an incident is declared from, carried by the form until it is sent."""

import json
from dataclasses import asdict, replace

from bot.blocks.limits import PRIVATE_METADATA
from bot.blocks.text import plain, shorten
from bot.domain.timeline import Evidence
from bot.door.inbound import Shared

TITLE = 120
"""Characters of the message that the form proposes as the title."""


def packed(shared: Shared | None) -> str:
    """As the form carries it; a text too long for Slack's private metadata is shortened."""
    if shared is None:
        return ""
    limit = PRIVATE_METADATA // 2
    while len(carried := _json(shared, limit)) > PRIVATE_METADATA:
        limit //= 2
    return carried


def _json(shared: Shared, limit: int) -> str:
    evidence = replace(shared.evidence, text=shorten(shared.evidence.text, limit))
    return json.dumps({**asdict(evidence), "is_public": shared.is_public})


def unpacked(carried: str, *, into_private: bool) -> Evidence | None:
    """What the form carried. The words of a private conversation are kept out of an incident that all can see."""
    if not carried:
        return None
    found = json.loads(carried)
    is_public = found.pop("is_public")
    evidence = Evidence(**found)
    return evidence if is_public or into_private else replace(evidence, text="")


def title_of(shared: Shared | None) -> str:
    """The first line of the message, as one reads it."""
    lines = plain(shared.evidence.text).strip().splitlines() if shared else []
    return shorten(lines[0].strip(), TITLE) if lines else ""
