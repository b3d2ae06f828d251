"""What the form of a declaration carries until it is sent: the message that it is declared from, and what was suggested
in it."""

import json
from collections.abc import Sequence
from typing import Any

from bot.blocks.limits import PRIVATE_METADATA
from bot.domain.ids import IncidentNumber
from bot.domain.timeline import SuggestedValue
from bot.domain.vocabulary import Suggestible


def carried(evidence: str, shown: Sequence[SuggestedValue]) -> str:
    """`shown`: all that was suggested so far; of what does not fit beside a long message, nothing is recorded."""
    found: dict[str, Any] = {"evidence": json.loads(evidence) if evidence else None, "shown": []}
    for one in shown:
        found["shown"].append([one.what, one.value, one.like, one.of])
        if len(json.dumps(found)) > PRIVATE_METADATA:
            found["shown"].pop()
    return json.dumps(found) if found["shown"] else evidence


def evidence_in(carried: str) -> str:
    """The message, as `bot.commands.evidence` packed it."""
    if not (found := _read(carried)):
        return carried
    return json.dumps(found["evidence"]) if found["evidence"] else ""


def shown_in(carried: str) -> tuple[SuggestedValue, ...]:
    return tuple(
        SuggestedValue(Suggestible(what), value, tuple(map(IncidentNumber, like)), of)
        for what, value, like, of in _read(carried).get("shown", ())
    )


def _read(carried: str) -> dict[str, Any]:
    """Empty where only the message is carried."""
    found: dict[str, Any] = json.loads(carried) if carried else {}
    return found if "shown" in found else {}
