"""Trackers that have no key to make an issue once with: a comment that nobody sees stands in its text, and an issue is
found by it among what was made since. Their lists show an issue at once; GitHub's search lags behind."""

from collections.abc import Mapping
from typing import Any, Final, Protocol
from urllib.parse import urlencode

from bot.integrations.rest import Content, objects, text_of
from bot.integrations.trackers.form import Markdown
from bot.integrations.trackers.tracker import Draft

PER_PAGE: Final = 100
MOST_PAGES: Final = 10


class Ask(Protocol):
    async def __call__(self, method: str, path: str, /) -> Content: ...


def marked(draft: Draft, longest: int) -> str:
    """What is to stand in the issue. `longest`: characters of it without the mark."""
    return f"{draft.written(Markdown(), longest)}\n\n{_mark(draft)}"


async def find_marked(ask: Ask, issues: str, query: Mapping[str, str], since: str, text: str, draft: Draft) -> Any:
    """The issue of a draft in a list, the newest first; None where there is none. `since`: what the list calls the time
    from which on; `text`: the field that holds an issue's text. Raises Refused, Stopped."""
    asked = {**query, since: f"{draft.since:%Y-%m-%dT%H:%M:%SZ}", "per_page": PER_PAGE}
    for page in range(1, MOST_PAGES + 1):
        listed = objects((await ask("GET", f"{issues}?{urlencode({**asked, 'page': page})}")).json)
        for one in listed:
            if _mark(draft) in text_of(one, text) and "pull_request" not in one:  # GitHub lists these as well
                return one
        if len(listed) < PER_PAGE:
            return None
    return None


def _mark(draft: Draft) -> str:
    return f"<!-- muster:{draft.mark} -->"
