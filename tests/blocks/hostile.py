"""Texts that want to break a message: markup, calls, code, controls, and great length."""

from dataclasses import fields, replace
from typing import Any

from hypothesis import strategies as st

from bot.domain.timeline import AnyEvent, LinkedRunbook, Update
from tests.blocks.story import STORY

PIECES = (
    *("<", ">", "&", "@", "!", "|", "#", "*", "`", "```", "~", "\n", " ", "•"),
    *("\u202e", "\u2060", "e\u0301", "👍🏽", "🇪🇸", "\u3000漢字", "word ", "*Resolved*", "&lt;", "&amp;"),
    *("<@UEVE>", "<@UEVE|eve>", "<!channel>", "<!here|here>", "@channel", "@here", "<!subteam^S1|@x>"),
    *("<#C9|general>", "<https://x.example|bank.example>", "<!date^1^{time}|noon>"),
)
text = (
    st.lists(st.sampled_from(PIECES) | st.text(max_size=4), min_size=1, max_size=30)
    .map("".join)
    .map(lambda found: found.encode("utf-8", "ignore").decode().replace("\x00", "") or "x")
)
"""As the door lets it in: no lone surrogate, no U+0000; never empty."""
LONG = tuple((piece * 40_000)[:40_000] for piece in ("words and words ", "& ", "<@UEVE> ", "```\ncode ", "👍🏽"))
"""As long as Slack's messages get."""

WORDS = frozenset(
    ("title", "why", "asked_because", "category", "service_name", "what", "how", "text", "reason", "because", "note")
)
"""Fields in which people write."""


def story_with(said: str) -> tuple[AnyEvent, ...]:
    """The story with these words wherever people write."""
    return tuple(_spoiled(event, said) for event in STORY)


def _spoiled(event: AnyEvent, said: str) -> AnyEvent:
    names = {one.name for one in fields(event)}
    spoiled: dict[str, Any] = {name: said for name in WORDS & names if isinstance(getattr(event, name), str)}
    if "update" in names:
        spoiled["update"] = Update(said, said, said)
    if "runbook" in names:
        spoiled["runbook"] = LinkedRunbook("slug", said, said)
    if "unverified_because" in names:
        spoiled["unverified_because"] = said
    return replace(event, **spoiled)
