"""Runbooks, found by what is said of an incident: in whatever words, with typing errors, in several languages."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Lock
from typing import Final

from bot.domain.matching import NOTHING_TOLD, Experience, Told, Words
from bot.domain.runbook import Runbook
from bot.workflows.word_index import LANGUAGES, Searched, WordIndex

FIELDS: Final = {
    "named": Searched(1.0, LANGUAGES, is_telling=True),
    "tags": Searched(0.8, LANGUAGES, is_telling=True),
    "symptoms": Searched(0.6, LANGUAGES, is_telling=True),
    "body": Searched(0.4),
}
CANDIDATES: Final = 20


class RunbookIndex:
    """The runbooks in use. It is made when somebody asks, and anew when they are others."""

    def __init__(self, runbooks: Callable[[], tuple[Runbook, ...]]) -> None:
        self._runbooks = runbooks
        self._known: tuple[Runbook, ...] = ()
        self._index = WordIndex(FIELDS)
        self._making = Lock()
        self.experience: Mapping[str, Experience] = {}
        """By their slugs: what came of them in the incidents that others learn from."""

    async def told(self, words: str, talk: str = "") -> Words:
        """What of the words stands in which runbooks, without keeping others waiting. `talk`: what else was said, of
        which fewer words count."""
        return await asyncio.to_thread(self.told_at_once, words, talk)

    def told_at_once(self, words: str, talk: str = "") -> Words:
        index = self._up_to_date()
        told = {slug: Told(0.0, before=before) for slug, before in self.experience.items()}
        for one in index.ask(words, CANDIDATES):
            told[one.key] = replace(told.get(one.key, NOTHING_TOLD), score=one.score, words=one.words)
        for one in index.overhear(talk, CANDIDATES, apart_from=words) if talk else ():
            told[one.key] = replace(told.get(one.key, NOTHING_TOLD), talk_score=one.score, talk=one.words)
        return told

    def _up_to_date(self) -> WordIndex:
        with self._making:
            if (known := self._runbooks()) is not self._known:
                index = WordIndex(FIELDS)
                index.write({one.slug: _text(one) for one in known if not one.is_withdrawn})
                self._known, self._index = known, index
            return self._index


def _text(one: Runbook) -> dict[str, str]:
    return {
        "named": f"{one.title} {one.slug}",
        "tags": " ".join(one.tags),
        "symptoms": "\n".join(one.symptoms),
        "body": one.body.partition("\n## Sources")[0],
    }
