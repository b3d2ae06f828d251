"""The immediate answer to one person. It may fail, and nothing depends on it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.ids import ChannelId

Block = dict[str, Any]
View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Say:
    """Only the person sees it: an ephemeral message, or the result in the form that was sent.

    `later` is awaited after the answer went out; what it returns follows by `response_url`, or in the open form.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    later: Callable[[], Awaitable["Say | None"]] | None = None
    told_in: ChannelId | None = None
    """The channel that is told the same: whoever asked there is told nothing twice."""
    closes_form: bool = False
    """A form that was sent says it by closing."""


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A modal opens as a small loading view first, because a trigger lives 3 s; then `view` fills it."""

    title: str
    view: Callable[[], Awaitable[View]]


@dataclass(frozen=True, slots=True)
class FormErrors:
    """Red text in the form: field (the block id) → what is wrong with it."""

    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ShowForm:
    """The open form as it looks now that a field of it changed, or that it was sent and asks something back; what was
    filled in stays."""

    view: View


@dataclass(frozen=True, slots=True)
class ShowHome:
    """App Home of one person."""

    view: View


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing is to be said: to somebody who asked for nothing."""


Reply = Say | OpenForm | FormErrors | ShowForm | ShowHome | Silence
