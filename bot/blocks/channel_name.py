"""What an incident's channel is called.

Slack takes lower-case letters, digits, `-` and `_`, 80 characters at most (docs.slack.dev, `conversations.create`).
"""

import re

from anyascii import anyascii

from bot.blocks.limits import CHANNEL_NAME
from bot.blocks.text import plain

SILENT = re.compile(r"['`´’]")
"""Dropped, so that `can't` becomes `cant`."""
OTHER = re.compile(r"[^a-z0-9_]+")


def channel_name(prefix: str, number: int | str, title: str, private: bool) -> str:
    """`inc-42-checkout-returns-500s`; a private incident's channel does not tell its title: `inc-42`. `title`: without
    secrets, for everybody sees the names of channels. `number`: or what stands for it until there is one."""
    name = f"{prefix}-{number}"
    words = "" if private else _words(title)
    room = CHANNEL_NAME - len(name) - 1
    return f"{name}-{_cut(words, room)}".rstrip("-_")


def file_name(reference: str, title: str) -> str:
    """`INC-42-checkout-returns-500s.md`."""
    return f"{reference}-{_cut(_words(title), 60)}".rstrip("-_") + ".md"


def next_name(name: str, n: int) -> str:
    """Another name where somebody else has taken the first: `…-2`."""
    ending = f"-{n}"
    return name[: CHANNEL_NAME - len(ending)].rstrip("-_") + ending


def _words(title: str) -> str:
    """The title in letters and digits that Slack takes; empty when nothing of it can be written so."""
    latin = anyascii(plain(title)).lower()
    return OTHER.sub("-", SILENT.sub("", latin)).strip("-_")


def _cut(words: str, room: int) -> str:
    """The words within `room` characters; the last is left out where it would be cut and enough remains."""
    if len(words) <= room:
        return words
    whole = words[: room + 1].rpartition("-")[0]
    return whole if len(whole) > room // 2 else words[:room]
