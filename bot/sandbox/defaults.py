"""What Slack fills into text objects that come without it, before it compares, keeps or shows them.

docs.slack.dev, "Text object": `verbatim` is false unless it is given. Slack gives plain text back with `emoji`: true,
as the payloads in the documentation show it (docs.slack.dev, "block_actions payload").
"""

from collections.abc import Mapping
from typing import Any

FILLED_IN: Mapping[str, Mapping[str, bool]] = {"plain_text": {"emoji": True}, "mrkdwn": {"verbatim": False}}
"""Type of text object → what it has unless the app says otherwise."""


def with_defaults(part: Any) -> Any:
    """A view, a block, an element or whatever is in them, with every text object in it complete."""
    if isinstance(part, list):
        return [with_defaults(one) for one in part]
    if not isinstance(part, dict):
        return part
    filled = {name: with_defaults(value) for name, value in part.items()}
    if not isinstance(part.get("text"), str):
        return filled
    return {**FILLED_IN.get(str(part.get("type")), {}), **filled}
