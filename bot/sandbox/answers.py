"""What comes back to a person who asked the app for something."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.sandbox.messages import Block
from bot.sandbox.state import View


class NotThere(AssertionError):
    """What somebody wanted to click, read or send is not there for them."""


@dataclass(frozen=True, slots=True)
class CommandAnswer:
    """What came back at once for a slash command. Later answers arrive in the person's `ephemerals`."""

    ok: bool
    text: str = ""
    blocks: list[Block] = field(default_factory=list)
    response_type: str = "ephemeral"
    timed_out: bool = False
    trigger_id: str = ""


@dataclass(frozen=True, slots=True)
class ClickAnswer:
    """Whether the app acknowledged it."""

    ok: bool
    timed_out: bool = False
    trigger_id: str = ""


@dataclass(frozen=True, slots=True)
class SubmitAnswer:
    """`errors` stand in red under their fields, by block id; `view` is what is open afterwards."""

    ok: bool
    errors: Mapping[str, str] = field(default_factory=dict)
    view: View | None = None
    timed_out: bool = False
